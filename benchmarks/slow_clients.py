"""Clients that take their time, and what they cost everybody else: our web process beside the same application on the
servers that it was chosen over, in turns. What is promised is promised of ours."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from apps.bootstrap import embedded_queue
from apps.demo.environment import DemoEnvironment
from apps.processes import Processes, answers, free_port
from benchmarks import machine
from benchmarks.accept import HOST, SECRET, Asked, Target
from benchmarks.figures import Figure, median, percentile
from benchmarks.slow_sockets import KINDS
from benchmarks.web_servers import OURS, WORKERS

GROUP = "slow clients"
PATIENCE = 90.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """`sockets` from `sources` addresses that are slow in every way there is. After `settle` seconds `rate` requests a
    second are honest for `seconds`, each on a connection of its own. Before all that, `rounds` of `burst` requests to
    each server, as fast as it goes."""

    sockets: int = 500
    sources: int = 50
    settle: float = 3
    rate: float = 50
    seconds: float = 20
    rounds: int = 5
    burst: int = 2000
    warm: int = 300
    kinds: int = len(KINDS)  # of slow clients, each by itself before all of them together
    workers: int = 1


# So few that the server with a thread for each has one left.
QUICK = Size(sockets=6, sources=2, settle=0, rate=20, seconds=1, rounds=1, burst=40, warm=10, kinds=0)


def measure(folder: Path, size: Size) -> list[Figure]:
    with start_servers(folder, size) as servers:
        for server in servers:
            server.ask(size.warm)
        figures = []
        rounds: dict[str, list[Asked]] = {server.name: [] for server in servers}
        for number in range(size.rounds):
            first = number % len(servers)
            for server in servers[first:] + servers[:first]:
                rounds[server.name].append(server.ask(size.burst))
        for server in servers:
            figures += _list_accepted(server, rounds[server.name])
        for server in servers:
            figures += _attack(server, size)
        return figures


@contextmanager
def start_servers(folder: Path, size: Size) -> Iterator[list[Target]]:
    """The web process on each server, with a store of its own and one queue for all."""
    queue = embedded_queue(folder / "queue")
    processes = Processes(folder / "log")
    targets = []
    try:
        for name in WORKERS:
            port = free_port(None, 0)
            environment = DemoEnvironment(
                folder=folder / name.replace(" ", "-"),
                web_port=port,
                sandbox_port=free_port(None, 0),
                queue_url=queue.url,
            )
            more = {"HANDRAIL_ZENDESK_WEBHOOK_SECRET": SECRET, "HANDRAIL_WEB_WORKERS": str(size.workers)}
            command = [sys.executable, "-m", "benchmarks.web_servers", name]
            web = processes.start(name.replace(" ", "-"), command, environment.handrail(more))
            processes.wait_for(web, lambda port=port: answers(f"http://{HOST}:{port}/healthz"), PATIENCE)  # type: ignore[misc]
            targets.append(Target(name=name, port=port, path="/webhooks/zendesk/events", pid=web.process.pid))
        yield targets
    finally:
        processes.stop()
        queue.stop()


def _list_accepted(server: Target, asked: list[Asked]) -> list[Figure]:
    memory = machine.memory(machine.family(server.pid)).pss if machine.available() else 0.0
    failed = sum(sum(one.failed.values()) for one in asked)
    each = [
        Figure(
            group=GROUP, name=_named("throughput", server), value=median([one.throughput for one in asked]), unit="/s"
        ),
        _ms("p99 under full load", server, median([percentile(one.latencies, 99) for one in asked])),
        _ms("processor time a request", server, median([one.processor_ms for one in asked])),
        Figure(group=GROUP, name=_named("PSS", server), value=memory, unit="MB"),
    ]
    promise = 1 if server.name == OURS else None
    return [*each, Figure(group=GROUP, name=_named("errors under full load", server), value=failed, most=promise)]


def _attack(server: Target, size: Size) -> list[Figure]:
    """Honest requests: nobody else there, then with each kind of slow client, then with all kinds at once."""
    figures = _list_honest(server, "alone", server.ask(int(size.rate * size.seconds), rate=size.rate, afresh=True))
    for kinds in [*([kind] for kind in list(KINDS)[: size.kinds]), list(KINDS)]:
        told = kinds[0] if len(kinds) == 1 else "of all kinds"
        with slow_clients(server.port, size.sockets, kinds, size.sources):
            time.sleep(size.settle)
            asked = server.ask(int(size.rate * size.seconds), rate=size.rate, afresh=True)
        figures += _list_honest(server, f"{size.sockets} {told}", asked)
    return figures


@contextmanager
def slow_clients(port: int, sockets: int, kinds: list[str], sources: int) -> Iterator[dict[str, int]]:
    """They are there; afterwards the dictionary holds what they met."""
    job = {"host": HOST, "port": port, "sockets": sockets, "kinds": kinds, "sources": sources}
    command = [sys.executable, "-m", "benchmarks.slow_sockets"]
    met: dict[str, int] = {}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None  # noqa: S101 - for the type checker
        assert process.stdout is not None  # noqa: S101
        process.stdin.write(json.dumps(job) + "\n")
        process.stdin.flush()
        try:
            if process.stdout.readline() != "ready\n":
                raise RuntimeError("the slow clients could not begin")
            yield met
        finally:
            process.stdin.close()
            met.update(json.loads(process.stdout.readline() or "{}"))


def _list_honest(server: Target, beside: str, asked: Asked) -> list[Figure]:
    ours = server.name == OURS
    return [
        Figure(
            group=GROUP,
            name=f"p99 of honest requests, {beside}, {server.name}",
            value=percentile(asked.latencies, 99),
            unit="ms",
            most=200 if ours else None,
        ),
        Figure(
            group=GROUP,
            name=f"errors of honest requests, {beside}, {server.name}",
            value=sum(asked.failed.values()),
            most=1 if ours else None,
        ),
    ]


def _ms(what: str, server: Target, value: float) -> Figure:
    return Figure(group=GROUP, name=_named(what, server), value=value, unit="ms")


def _named(what: str, server: Target) -> str:
    return f"{what}, {server.name}"
