"""Webhook accept: verify, parse, insert durably, publish. Held at a rate, then as fast as it goes beside its peers."""

import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import redis

from apps.bootstrap import embedded_queue
from apps.demo.environment import DemoEnvironment
from apps.processes import Processes, answers, free_port
from benchmarks import machine
from benchmarks.figures import Figure, median, percentile

GROUP = "webhook accept"
SECRET = "fake-webhook-secret"  # noqa: S105 - an obvious fake
HOST = "127.0.0.1"
LINES = 8  # connections, as many as the server has threads


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much is asked: `rate` a second for `seconds`, then `rounds` of `burst` requests to each peer."""

    rate: float = 100
    seconds: float = 60
    rounds: int = 5
    burst: int = 3000
    warm: int = 300


QUICK = Size(seconds=1, rounds=1, burst=60, warm=20)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One route to ask. `pid` is the process whose family serves it."""

    name: str
    port: int
    path: str
    pid: int

    def ask(self, requests: int, *, rate: float = 0, lines: int = LINES, afresh: bool = False) -> "Asked":
        """Make load from a process of its own; `afresh`, each request on a connection of its own. RuntimeError when the
        client itself fails."""
        job = {"host": HOST, "port": self.port, "path": self.path, "secret": SECRET}
        job |= {"requests": requests, "rate": rate, "lines": lines, "afresh": afresh}
        servers = machine.family(self.pid) if machine.available() else []
        before = machine.processor_seconds(servers)
        made = subprocess.run(
            [sys.executable, "-m", "benchmarks.load"], input=json.dumps(job), capture_output=True, text=True, check=True
        )
        told: dict[str, Any] = json.loads(made.stdout)
        return Asked(
            latencies=told["latencies"],
            accepted=told["outcomes"].get("202", 0),
            failed={outcome: count for outcome, count in told["outcomes"].items() if outcome != "202"},
            seconds=told["seconds"],
            processor=machine.processor_seconds(servers) - before,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    latencies: list[float]  # milliseconds
    accepted: int
    failed: dict[str, int]
    seconds: float
    processor: float

    @property
    def throughput(self) -> float:
        return self.accepted / self.seconds

    @property
    def processor_ms(self) -> float:
        """Of the server, for each accepted request."""
        return self.processor * 1000 / max(1, self.accepted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """The servers that are up, and where what they accepted can be counted."""

    ours: Target
    minimal: Target
    verify: Target
    store: Path
    queue_socket: Path


@contextmanager
def start_servers(folder: Path) -> Iterator[Bench]:
    """Handrail's web process as `handrail web` starts it, its peer beside it, one queue for both."""
    queue = embedded_queue(folder / "queue")
    processes = Processes(folder / "log")
    socket = folder / "queue" / "queue.sock"
    web_port = free_port(None, 0)
    environment = DemoEnvironment(
        folder=folder / "state", web_port=web_port, sandbox_port=free_port(None, 0), queue_url=queue.url
    )
    variables = environment.handrail({"HANDRAIL_ZENDESK_WEBHOOK_SECRET": SECRET})
    python = [sys.executable, "-m"]
    try:
        web = processes.start("web", [*python, "apps.cli", "web"], variables)
        processes.wait_for(web, lambda: answers(f"http://{HOST}:{web_port}/healthz"))
        peer_port = free_port(None, 0)
        command = [*python, "benchmarks.peer", f"{HOST}:{peer_port}", str(folder), str(socket), SECRET]
        peer = processes.start("peer", command, variables)
        processes.wait_for(peer, lambda: answers(f"http://{HOST}:{peer_port}/healthz"))
        yield Bench(
            ours=Target(name="Handrail", port=web_port, path="/webhooks/zendesk/events", pid=web.process.pid),
            minimal=Target(name="minimal", port=peer_port, path="/events", pid=peer.process.pid),
            verify=Target(name="verify only", port=peer_port, path="/verify", pid=peer.process.pid),
            store=folder / "state" / "handrail.db",
            queue_socket=socket,
        )
    finally:
        processes.stop()
        queue.stop()


def measure(folder: Path, size: Size) -> list[Figure]:
    """All figures of the group; `folder` is used for the servers' files."""
    with start_servers(folder) as bench:
        for target in (bench.ours, bench.minimal, bench.verify):
            target.ask(size.warm)
        held = bench.ours.ask(int(size.rate * size.seconds), rate=size.rate)
        # A shorter time beside it: where this one is slow too, the machine was busy.
        beside = bench.minimal.ask(int(size.rate * size.seconds / 3), rate=size.rate)
        figures = _list_held(held, beside, size)
        rounds = _ask_in_turns(bench, size)
        figures += _compare(rounds)
        accepted = size.warm + held.accepted + sum(asked.accepted for asked in rounds["Handrail"])
        return figures + _count_lost(bench, accepted)


def _list_held(held: Asked, beside: Asked, size: Size) -> list[Figure]:
    at = f"at {size.rate:g}/s for {size.seconds:g} s"
    failed = sum(held.failed.values())
    return [
        Figure(group=GROUP, name=f"p50 {at}", value=percentile(held.latencies, 50), unit="ms"),
        Figure(group=GROUP, name=f"p99 {at}", value=percentile(held.latencies, 99), unit="ms", most=50),
        Figure(group=GROUP, name=f"slowest {at}", value=max(held.latencies), unit="ms"),
        Figure(group=GROUP, name=f"p99 at {size.rate:g}/s, minimal", value=percentile(beside.latencies, 99), unit="ms"),
        Figure(group=GROUP, name=f"errors {at}", value=failed, most=1),
    ]


def _ask_in_turns(bench: Bench, size: Size) -> dict[str, list[Asked]]:
    """The peers take turns, another one first in each round, so that a slow moment of the machine hits them alike."""
    targets = [bench.ours, bench.minimal, bench.verify]
    asked: dict[str, list[Asked]] = {target.name: [] for target in targets}
    for number in range(size.rounds):
        first = number % len(targets)
        for target in targets[first:] + targets[:first]:
            asked[target.name].append(target.ask(size.burst))
    return asked


def _compare(rounds: dict[str, list[Asked]]) -> list[Figure]:
    def ratio(one: str, other: str) -> float:
        pairs = zip(rounds[one], rounds[other], strict=True)
        return median([a.throughput / b.throughput for a, b in pairs])

    figures = []
    for name, asked in rounds.items():
        each = [
            ("throughput", median([one.throughput for one in asked]), "/s"),
            ("p99 under full load", median([percentile(one.latencies, 99) for one in asked]), "ms"),
            ("processor time a request", median([one.processor_ms for one in asked]), "ms"),
        ]
        figures += [Figure(group=GROUP, name=f"{what}, {name}", value=value, unit=unit) for what, value, unit in each]
    failed = sum(sum(one.failed.values()) for asked in rounds.values() for one in asked)
    return [
        *figures,
        Figure(group=GROUP, name="Handrail : minimal", value=ratio("Handrail", "minimal"), least=0.6),
        Figure(group=GROUP, name="Handrail : verify only", value=ratio("Handrail", "verify only")),
        Figure(group=GROUP, name="minimal : verify only", value=ratio("minimal", "verify only")),
        Figure(group=GROUP, name="errors under full load", value=failed, most=1),
    ]


def _count_lost(bench: Bench, accepted: int) -> list[Figure]:
    """Every answer of 202 has its row in the store and its hint in the queue."""
    with closing(sqlite3.connect(f"file:{bench.store}?mode=ro", uri=True)) as store:
        kept = int(store.execute("SELECT count(*) FROM events").fetchone()[0])
    queue = redis.Redis(unix_socket_path=str(bench.queue_socket))
    until = time.monotonic() + 5
    while (told := int(queue.llen("events"))) < accepted and time.monotonic() < until:
        time.sleep(0.1)
    return [
        Figure(group=GROUP, name="accepted but not stored", value=accepted - kept, most=1),
        Figure(group=GROUP, name="accepted but not published", value=accepted - told, most=1),
    ]
