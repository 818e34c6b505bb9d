"""From an event to what the agent sees: e-mails at a steady rate into the running demo, until each has its decision.

Counted from the moment at which the webhook was received (the event's own row in the inbox says when) to the moment at
which the decision could be read over HTTP; extractive, with the real models, all processes on this machine.
"""

import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path

import requests

from apps.demo.environment import COMPANY
from apps.demo.launch import Demo, start_demo
from apps.demo.processes import free_port
from apps.sandbox.company_rows import company_rows
from benchmarks import machine
from benchmarks.figures import Figure, median, percentile

GROUP = "event to sidebar-ready"
LOOK_EVERY = 0.04  # seconds; a decision may have been there this much earlier than it was seen
GIVE_UP_AFTER = 30.0  # seconds after the last e-mail
# Zendesk's own limits, 700 and 100 a minute, are below ten events a second; so the account is on a larger plan.
LARGER_PLAN = {"SANDBOX_ZENDESK_REQUESTS_PER_MINUTE": "100000", "SANDBOX_ZENDESK_UPDATES_PER_MINUTE": "100000"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    rate: float = 10
    seconds: float = 30
    warm: int = 10


QUICK = Size(rate=5, seconds=2, warm=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    sender: str
    subject: str
    text: str


def mails() -> Iterator[Mail]:
    """What customers really asked in the company's past tickets, each time from another customer."""
    senders = cycle(row["email"] for row in company_rows(COMPANY, "customers") if row.get("email"))
    for ticket in cycle(company_rows(COMPANY, "tickets")):
        words = next((c["text"] for c in ticket["comments"] if c["by"] == "customer"), None)
        if words:
            yield Mail(sender=next(senders), subject=ticket["subject"], text=words)


@dataclass(slots=True, kw_only=True)
class Watcher:
    """Reads the decision log over HTTP, as a dashboard would, and notes when each ticket's decision was there."""

    running: Demo
    seen_at: dict[str, datetime] = field(default_factory=dict)
    thinking: list[float] = field(default_factory=list)  # milliseconds
    stop: threading.Event = field(default_factory=threading.Event)

    def watch(self) -> None:
        environment = self.running.environment
        session, after = requests.Session(), 0
        session.trust_env = False
        session.headers["X-Api-Key"] = environment.api_key
        while not self.stop.wait(LOOK_EVERY):
            answer = session.get(f"{environment.web_url}/decisions", params={"after": after}, timeout=10)
            answer.raise_for_status()
            now = datetime.now(UTC)
            for row in answer.json()["decisions"]:
                after = max(after, row["serial"])
                if row["ticket_id"] not in self.seen_at:
                    self.seen_at[row["ticket_id"]] = now
                    self.thinking.append(sum(row["timings"].values()))


def sidebar(folder: Path, size: Size) -> list[Figure]:
    """Latency under load, then the memory of everything that runs."""
    # Not the ports that a demo prefers: one may be running.
    web, sandbox = free_port(None, 0), free_port(None, 0)
    with (
        start_demo(folder, web_port=web, sandbox_port=sandbox, sandbox_more=LARGER_PLAN) as running,
        ThreadPoolExecutor(1) as pool,
    ):
        watcher = Watcher(running=running)
        watching = pool.submit(watcher.watch)
        try:
            source = mails()
            _post(running, watcher, list(islice(source, size.warm)), rate=2)
            before = _processor(running)
            tickets = _post(running, watcher, list(islice(source, int(size.rate * size.seconds))), rate=size.rate)
            processor = {name: seconds - before[name] for name, seconds in _processor(running).items()}
        finally:
            watcher.stop.set()
            watching.result()
        received = _received(folder / "state" / "handrail.db")
        waits = [
            (watcher.seen_at[ticket] - received[ticket]).total_seconds() * 1000
            for ticket in tickets
            if ticket in watcher.seen_at
        ]
        used = [
            Figure(group=GROUP, name=f"processor time an event, {name}", value=seconds * 1000 / len(tickets), unit="ms")
            for name, seconds in processor.items()
        ]
        return [*_figures(size, tickets, waits, watcher.thinking), *used, *_memory(running)]


def _post(running: Demo, watcher: Watcher, letters: list[Mail], *, rate: float) -> list[str]:
    """Write e-mails at the rate, wait for their decisions; the ids of their tickets."""
    session, tickets = requests.Session(), []
    session.trust_env = False
    began = time.monotonic()
    for number, mail in enumerate(letters):
        time.sleep(max(0.0, began + number / rate - time.monotonic()))
        body = {"from": mail.sender, "subject": mail.subject, "body": mail.text}
        answer = session.post(f"{running.environment.sandbox_url}/sandbox/api/email", json=body, timeout=10)
        answer.raise_for_status()
        tickets.append(str(answer.json()["ticket_id"]))
    until = time.monotonic() + GIVE_UP_AFTER
    while time.monotonic() < until and not watcher.seen_at.keys() >= set(tickets):
        time.sleep(LOOK_EVERY)
    return tickets


def _received(store: Path) -> dict[str, datetime]:
    """When the first event of each ticket was received."""
    with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as connection:
        rows = connection.execute(
            "SELECT subject, min(received_at) FROM events WHERE kind = 'ticket_changed' GROUP BY subject"
        )
        return {subject: _moment(at) for subject, at in rows}


def _moment(stored: str) -> datetime:
    at = datetime.fromisoformat(stored)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _processor(running: Demo) -> dict[str, float]:
    """Seconds of processor time so far, by child."""
    children = running.processes.running if machine.available() else []
    return {child.name: machine.processor_seconds(machine.family(child.process.pid)) for child in children}


def _figures(size: Size, tickets: list[str], waits: list[float], thinking: list[float]) -> list[Figure]:
    at = f"at {size.rate:g}/s for {size.seconds:g} s"
    return [
        Figure(group=GROUP, name=f"p50 {at}", value=percentile(waits, 50), unit="ms", most=250),
        Figure(group=GROUP, name=f"p95 {at}", value=percentile(waits, 95), unit="ms", most=600),
        Figure(group=GROUP, name="slowest", value=max(waits), unit="ms"),
        Figure(group=GROUP, name="of it sense, answer, coordinate (p50)", value=median(thinking), unit="ms"),
        Figure(group=GROUP, name="events", value=len(tickets)),
        Figure(group=GROUP, name="events without a decision", value=len(tickets) - len(waits), most=1),
    ]


def _memory(running: Demo) -> list[Figure]:
    """Everything that `handrail demo` keeps running: this process stands for its own."""
    if not machine.available():
        return []
    group, parts = "memory of the demo", []
    for child in running.processes.running:
        pids = machine.family(child.process.pid)
        parts.append(Figure(group=group, name=f"{child.name}, PSS", value=machine.memory(pids).pss, unit="MB"))
    everything = machine.memory(machine.family(machine.OURSELVES))
    return [
        *parts,
        Figure(group=group, name="all together, PSS", value=everything.pss, unit="MB", most=1500),
        Figure(group=group, name="all together, RSS", value=everything.rss, unit="MB", most=1500),
    ]
