"""The sidebar's API under load: agents who open tickets at the same moment, while others have one open and listen.

Against the web process as `handrail web` starts it, with the sandbox beside it for what the API asks of Zendesk (the
agent's role) and of the order system. No worker runs: what a worker would write is written here, and the time counted
until a listening page has it.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rich.console import Console

from apps.demo.environment import DemoEnvironment
from apps.demo.processes import Processes, answers, free_port
from benchmarks import machine
from benchmarks.figures import Figure, percentile, table
from benchmarks.sidebar import LARGER_PLAN
from benchmarks.sidebar_clients import FIRST
from benchmarks.sidebar_world import AUDIENCE, MESSAGES, Account, fill, next_turn
from connectors.sql.store import SqlStore

HOST = "127.0.0.1"
GROUP = "sidebar under load"
PATIENCE = 90.0  # seconds to come up, on a machine that has other things to do
REQUESTS = ("page", "ticket", "beside", "scenarios")
NO_QUEUE = "redis://127.0.0.1:1/0"  # nothing here publishes


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """`opening` agents open a ticket each, `rounds` times, `gap` seconds apart, each round within
    `spread` seconds (0: all in the same instant); `listening` ask every `every` s. The first round counts apart."""

    opening: int = 50
    listening: int = 50
    rounds: int = 7
    spread: float = 0.0
    workers: int = 1
    gap: float = 3.0
    every: float = 1.0
    settle: float = 3.0


QUICK = Size(opening=5, listening=5, rounds=3, gap=0.5, every=0.5, settle=1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """The web process with its store filled, and the account that its agents sign in from."""

    port: int
    pid: int
    store: SqlStore
    tickets: list[str]
    account: Account
    environment: DemoEnvironment


def sidebar_load(folder: Path, size: Size) -> list[Figure]:
    with served(folder, size) as web:
        load = os.getloadavg()[0]
        before = machine.processor_seconds(machine.family(web.pid)) if machine.available() else 0.0
        told, written = _measured(web, size)
        pids = machine.family(web.pid) if machine.available() else []
        used = machine.processor_seconds(pids) - before
        return [
            *_figures(told, size),
            *_news(told["news"], written),
            Figure(group=GROUP, name="processor time of the web, listeners and all", value=used, unit="s"),
            Figure(group=GROUP, name="web, PSS afterwards", value=machine.memory(pids).pss if pids else 0.0, unit="MB"),
            Figure(group=GROUP, name="load of the machine before", value=load),
        ]


@contextmanager
def served(folder: Path, size: Size) -> Iterator[Served]:
    """Sandbox and web are up, the tickets are stored; everything is down again at the end."""
    account, processes = Account(), Processes(folder / "log")
    environment = DemoEnvironment(
        folder=folder / "state",
        web_port=free_port(None, 0),
        sandbox_port=free_port(None, 0),
        queue_url=NO_QUEUE,
        sandbox_more=LARGER_PLAN,
    )
    key_file = folder / "app_key.pem"
    key_file.write_text(account.public_pem, encoding="utf-8")
    more = {"ZENDESK_APP_KEY_FILE": str(key_file), "ZENDESK_APP_AUDIENCE": AUDIENCE, "WEB_WORKERS": str(size.workers)}
    variables = environment.handrail({f"HANDRAIL_{name}": value for name, value in more.items()})
    python = [sys.executable, "-m"]
    try:
        sandbox = processes.start("sandbox", [*python, "apps.sandbox.main"], environment.sandbox())
        processes.wait_for(sandbox, lambda: answers(f"{environment.sandbox_url}/sandbox/api/config"), PATIENCE)
        web = processes.start("web", [*python, "apps.cli", "web"], variables)
        processes.wait_for(web, lambda: answers(f"{environment.web_url}/healthz"), PATIENCE)
        store = SqlStore(f"sqlite:///{environment.folder / 'handrail.db'}")
        yield Served(
            port=environment.web_port,
            pid=web.process.pid,
            store=store,
            tickets=fill(store, size.opening * size.rounds + size.listening),
            account=account,
            environment=environment,
        )
        store.close()
    finally:
        processes.stop()


def _measured(web: Served, size: Size) -> tuple[dict[str, Any], dict[str, float]]:
    """What the browsers saw, and when each decision was committed."""
    agents = list(web.account.agents(web.environment, size.opening + size.listening))
    signed = [[web.account.signed(agent) for _ in range(size.rounds)] for agent in agents]
    mine = [web.tickets[size.listening + each :: size.opening] for each in range(size.opening)]
    heard = [[ticket] for ticket in web.tickets[: size.listening]]
    job = {
        "host": HOST,
        "port": web.port,
        "pid": web.pid,
        "opening": list(zip(signed[: size.opening], mine, strict=True)),
        "listening": list(zip(signed[size.opening :], heard, strict=True)),
        "rounds": size.rounds,
        "gap": size.gap,
        "spread": size.spread,
        "every": size.every,
        "settle": size.settle,
    }
    written: dict[str, float] = {}
    over = threading.Event()
    writer = threading.Thread(target=_decide, args=(web, size, written, over))
    writer.start()
    try:
        client = [sys.executable, "-m", "benchmarks.sidebar_clients"]
        made = subprocess.run(client, input=json.dumps(job), capture_output=True, text=True, check=True)
    finally:
        over.set()
        writer.join()
    return json.loads(made.stdout), written


def _decide(web: Served, size: Size, written: dict[str, float], over: threading.Event) -> None:
    """A decision on one of the open tickets after the other, all through the time that is measured."""
    if over.wait(size.settle):
        return
    lasts = size.rounds * size.gap
    for ticket in web.tickets[: size.listening]:
        next_turn(web.store, ticket, MESSAGES + 2)
        written[ticket] = time.time()
        if over.wait(lasts / size.listening):
            return


def _figures(told: dict[str, Any], size: Size) -> list[Figure]:
    within = f"within {size.spread:g} s" if size.spread else "in the same instant"
    at = f"{size.opening} open {within}, {size.listening} listen"
    found, first = _parted(told["latencies"])
    asked = [one for kind in REQUESTS for one in found.get(kind, ())]
    figures = [Figure(group=GROUP, name=f"p95, {at}", value=percentile(asked, 95), unit="ms", most=250)]
    figures += [Figure(group=GROUP, name=f"p{p}, {at}", value=percentile(asked, p), unit="ms") for p in (50, 99)]
    for kind in (*REQUESTS, "first content", "poll"):
        if kind in found:
            figures += [_figure(f"{kind}, p{p}", percentile(found[kind], p)) for p in (50, 95, 99)]
    figures += [_figure(f"first content to agents not seen lately, p{p}", percentile(first, p)) for p in (50, 95)]
    bad = {outcome: n for outcome, n in told["outcomes"].items() if not outcome.endswith((" 200", " 204"))}
    if bad:
        print(f"answered badly: {bad}", file=sys.stderr)
    opened = size.opening * (size.rounds - 1)
    return [
        *figures,
        Figure(group=GROUP, name="requests", value=sum(told["outcomes"].values())),
        Figure(group=GROUP, name="errors of the sidebar", value=sum(bad.values()), most=1),
        _figure("web's processor time, an opening", told["cost"]["server"] * 1000 / opened),
        Figure(group=GROUP, name="processor time of the browsers", value=told["cost"]["browsers"], unit="s"),
    ]


def _figure(name: str, value: float) -> Figure:
    return Figure(group=GROUP, name=name, value=value, unit="ms")


def _parted(latencies: dict[str, list[float]]) -> tuple[dict[str, list[float]], list[float]]:
    """What was asked in the rounds that count, by its kind, and the first content of the first round."""
    usual = {kind: found for kind, found in latencies.items() if not kind.startswith(FIRST)}
    return usual, latencies[f"{FIRST}first content"]


def _news(seen: dict[str, float], written: dict[str, float]) -> list[Figure]:
    """From a decision's commit to an open page that has it."""
    waits = [(seen[ticket] - at) * 1000 for ticket, at in written.items() if ticket in seen]
    missed = len(written) - len(waits)
    name = "commit to the open page"
    if not waits:
        return []
    found = [Figure(group=GROUP, name=f"{name}, p{p}", value=percentile(waits, p), unit="ms") for p in (50, 95)]
    return [*found, Figure(group=GROUP, name="decisions that no page showed", value=missed, most=1)]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sidebar_load", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small sample, worth little")
    parser.add_argument("--spread", type=float, default=0.0, help="seconds within which the tickets are opened")
    parser.add_argument("--workers", type=int, default=1, help="processes that answer")
    wish = parser.parse_args()
    size = replace(QUICK if wish.quick else Size(), spread=wish.spread, workers=wish.workers)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        Console().print(table(sidebar_load(Path(folder), size)))


if __name__ == "__main__":
    main()
