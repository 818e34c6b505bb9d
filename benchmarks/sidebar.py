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
from itertools import chain, count, cycle, islice
from pathlib import Path

import requests

from apps.demo.environment import COMPANY
from apps.demo.launch import Demo
from apps.sandbox.company_rows import company_rows
from benchmarks import machine
from benchmarks.figures import Figure, median, percentile
from benchmarks.stack import LARGER_PLAN, processor_seconds, start_stack

GROUP = "event to sidebar-ready"
LOOK_EVERY = 0.04  # seconds; a decision may have been there this much earlier than it was seen
GIVE_UP_AFTER = 30.0  # seconds after the last e-mail


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


def invent_mails() -> Iterator[Mail]:
    """What customers really asked in the company's past tickets, each time from another customer: somebody's second
    mail may go on with their first conversation, and then its ticket has no decision of its own."""
    known = [row["email"] for row in company_rows(COMPANY, "customers") if row.get("email")]
    senders = chain(known, (f"writer.{number}@example.com" for number in count(1)))
    for ticket in cycle(company_rows(COMPANY, "tickets")):
        words = next((c["text"] for c in ticket["comments"] if c["by"] == "customer"), None)
        if words:
            yield Mail(sender=next(senders), subject=ticket["subject"], text=words)


@dataclass(slots=True, kw_only=True)
class Watcher:
    """Reads the decision log over HTTP, as a dashboard would, and notes when each ticket's decision was there."""

    running: Demo
    seen_at: dict[str, datetime] = field(default_factory=dict)
    evaluator: list[float] = field(default_factory=list)  # milliseconds
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
                    self.evaluator.append(sum(row["timings"].values()))


def measure(folder: Path, size: Size) -> list[Figure]:
    """Latency under load, then the memory of everything that runs."""
    with start_stack(folder, sandbox_more=LARGER_PLAN) as running:
        return [*measure_on(running, size), *_measure_memory(running)]


def measure_on(running: Demo, size: Size) -> list[Figure]:
    with ThreadPoolExecutor(1) as pool:
        watcher = Watcher(running=running)
        watching = pool.submit(watcher.watch)
        try:
            source = invent_mails()
            _write(running, watcher, list(islice(source, size.warm)), rate=2)
            before = processor_seconds(running)
            tickets = _write(running, watcher, list(islice(source, int(size.rate * size.seconds))), rate=size.rate)
            processor = {name: seconds - before[name] for name, seconds in processor_seconds(running).items()}
        finally:
            watcher.stop.set()
            watching.result()
        received = _read_received(running.environment.folder / "handrail.db")
        waits = [
            (watcher.seen_at[ticket] - received[ticket]).total_seconds() * 1000
            for ticket in tickets
            if ticket in watcher.seen_at
        ]
        used = [
            Figure(group=GROUP, name=f"processor time an event, {name}", value=seconds * 1000 / len(tickets), unit="ms")
            for name, seconds in processor.items()
        ]
        return [*_list_figures(size, tickets, waits, watcher.evaluator), *used]


def _write(running: Demo, watcher: Watcher, written: list[Mail], *, rate: float) -> list[str]:
    """Write e-mails at the rate, wait for their decisions; the ids of their tickets."""
    session, tickets = requests.Session(), []
    session.trust_env = False
    began = time.monotonic()
    for number, mail in enumerate(written):
        time.sleep(max(0.0, began + number / rate - time.monotonic()))
        body = {"from": mail.sender, "subject": mail.subject, "body": mail.text}
        answer = session.post(f"{running.environment.sandbox_url}/sandbox/api/email", json=body, timeout=10)
        answer.raise_for_status()
        tickets.append(str(answer.json()["ticket_id"]))
    until = time.monotonic() + GIVE_UP_AFTER
    while time.monotonic() < until and not watcher.seen_at.keys() >= set(tickets):
        time.sleep(LOOK_EVERY)
    return tickets


def _read_received(store: Path) -> dict[str, datetime]:
    """When the first event of each ticket was received."""
    with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as connection:
        rows = connection.execute(
            "SELECT subject, min(received_at) FROM events WHERE kind = 'ticket_changed' GROUP BY subject"
        )
        return {subject: _read_moment(at) for subject, at in rows}


def _read_moment(stored: str) -> datetime:
    at = datetime.fromisoformat(stored)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _list_figures(size: Size, tickets: list[str], waits: list[float], evaluator: list[float]) -> list[Figure]:
    at = f"at {size.rate:g}/s for {size.seconds:g} s"
    return [
        Figure(group=GROUP, name=f"p50 {at}", value=percentile(waits, 50), unit="ms", most=250),
        Figure(group=GROUP, name=f"p95 {at}", value=percentile(waits, 95), unit="ms", most=600),
        Figure(group=GROUP, name="slowest", value=max(waits), unit="ms"),
        Figure(group=GROUP, name="of it sense, answer, coordinate (p50)", value=median(evaluator), unit="ms"),
        Figure(group=GROUP, name="events", value=len(tickets)),
        Figure(group=GROUP, name="events without a decision", value=len(tickets) - len(waits), most=1),
    ]


def _measure_memory(running: Demo) -> list[Figure]:
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
