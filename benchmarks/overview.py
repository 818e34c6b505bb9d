"""The overview over a busy month: what those who lead wait for when they open it."""

import json
import random
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.figures import Figure, median
from connectors.sql.schema import upgrade
from connectors.sql.store import SqlStore
from core.measure.overview import work
from core.ports import Unit

GROUP = "overview"
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
INTENTS = ("refund_status", "order_status", "password_reset", "delivery_delay", "cancel_plan", "device_offline", "")
RULES = ("human_request", "formal_complaint", "no_article", "fraud", "churn", "low_confidence", "repeat_contact")
TEAMS = ("Customer care", "Billing", "Technical support", "Specialists")
STATES = ("used", "edited", "ignored", "offered", "withdrawn")
REASONS = ("wrong", "outdated", "tone", "missing")
BODY = 7_000  # characters of a decision, as the demo's are
WRITTEN = 900  # of a draft
TOGETHER = 2_000
Row = dict[str, Any]
Rows = dict[str, list[Row]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    decisions: int = 100_000
    times: int = 5


QUICK = Size(decisions=300, times=1)


def measure(folder: Path, size: Size) -> list[Figure]:
    """Milliseconds of each section, and of the queries it is made of, over a store on this machine's disk."""
    decisions, path = size.decisions, folder / "overview.db"
    fill(path, Month(decisions=decisions, now=NOW))
    store = SqlStore(f"sqlite:///{path}")
    since = NOW - timedelta(days=30)
    asked: dict[str, Callable[[Unit], object]] = {
        "30 days, all of it": lambda unit: work(unit, NOW, 30),
        "7 days, all of it": lambda unit: work(unit, NOW, 7),
        "queues": lambda unit: unit.figures.queues(NOW),
        "who waits": lambda unit: unit.figures.waiting(),
        "sources heard": lambda unit: unit.figures.last_heard(),
        "of it decided": lambda unit: unit.figures.count_decided(since),
        "of it drafts": lambda unit: unit.figures.drafts(since),
        "of it edits": lambda unit: unit.figures.edits(since, 5_000),
        "of it ratings": lambda unit: unit.figures.ratings(since),
        "of it waits": lambda unit: unit.figures.waits(since),
        "of it costs": lambda unit: unit.figures.spent(since),
    }
    most = {"30 days, all of it": 1_500.0, "7 days, all of it": 500.0, "queues": 50.0, "who waits": 50.0}
    figures = [
        Figure(
            group=GROUP,
            name=f"{name} ({decisions:,} decisions)",
            value=_milliseconds(store, ask, size.times),
            unit="ms",
        )
        for name, ask in asked.items()
    ]
    store.close()
    return [
        Figure(group=one.group, name=one.name, value=one.value, unit=one.unit, most=most.get(name))
        for name, one in zip(asked, figures, strict=True)
    ]


def _milliseconds(store: SqlStore, ask: Callable[[Unit], object], times: int) -> float:
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        with store.read() as unit:
            ask(unit)
        taken.append((time.perf_counter() - began) * 1_000)
    return median(taken)


# ---------------------------------------------------------------- a store full of decisions that nobody took


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """So many decisions within `days` before `now`; the same for the same seed."""

    decisions: int
    now: datetime
    days: int = 30
    seed: int = 5

    def rows(self) -> Iterator[Rows]:
        chance = random.Random(self.seed)
        for number in range(self.decisions):
            yield _turn(number, self, chance)


def fill(path: Path, month: Month) -> None:
    """A migrated store with the month in it, written past the ports."""
    upgrade(f"sqlite:///{path}")
    with closing(sqlite3.connect(path, isolation_level=None)) as store:
        for pragma in ("synchronous=OFF", "cache_size=-200000", "foreign_keys=OFF"):
            store.execute(f"PRAGMA {pragma}")
        customer = {"id": "cu_1", "name": "Somebody", "tier": "plus", "locale": "en-GB"}
        _insert(store, "customers", [customer])
        turns = month.rows()
        while some := list(islice(turns, TOGETHER)):
            store.execute("BEGIN")
            for table in some[0]:
                _insert(store, table, [row for turn in some for row in turn[table]])
            store.execute("COMMIT")


def _turn(number: int, month: Month, chance: random.Random) -> Rows:
    """An event, its conversation, what was decided and what became of the draft."""
    share = number / month.decisions
    at = month.now - timedelta(days=month.days * (1 - share), seconds=chance.random() * 600)
    waited = round(chance.lognormvariate(6.6, 0.7))
    action = chance.choices(("suggest", "auto_reply", "handoff", "silent"), (52, 27, 16, 5))[0]
    row = _decision(number, at, action, chance)
    drafted = action in ("suggest", "auto_reply")
    return {
        "events": [_event(number, at - timedelta(milliseconds=waited))],
        "conversations": [_conversation(number, at, action, chance, late=share > 0.997)],
        "messages": [_message(number, at)],
        "decisions": [row],
        "decision_figures": [_figures(row, waited, action, chance, drafted)],
        **_drafted(number, at, action, chance, drafted),
    }


def _event(number: int, at: datetime) -> Row:
    return {
        "id": f"ev_{number}",
        "source": "twilio" if number % 3 else "zendesk",
        "delivery_id": f"d-{number}",
        "kind": "ticket_changed",
        "subject": str(number),
        "occurred_at": _stored(at),
        "received_at": _stored(at),
        "payload": "{}",
        "state": "done",
    }


def _conversation(number: int, at: datetime, action: str, chance: random.Random, *, late: bool) -> Row:
    waits = action == "handoff" and late
    team = chance.choice(TEAMS)
    return {
        "id": f"co_{number}",
        "customer_id": "cu_1",
        "subject": "Something",
        "owner_kind": ("team" if number % 2 else "agent") if waits else "assistant",
        "owner_id": "5",
        "owner_name": team if number % 2 else "Jonas Weber",
        "owner_group": team,
        "owner_since": _stored(at),
        "ticket_id": str(number),
        "channel": "email",
        "open": late,
        "updated_at": _stored(at),
        "version": 1,
    }


def _message(number: int, at: datetime) -> Row:
    return {
        "id": f"me_{number}",
        "conversation_id": f"co_{number}",
        "channel": "email",
        "role": "customer",
        "author": "Somebody",
        "text": "Where is it?",
        "at": _stored(at),
        "vendor_ref": f"c{number}",
        "public": True,
    }


def _decision(number: int, at: datetime, action: str, chance: random.Random) -> Row:
    return {
        "id": f"de_{number}",
        "event_id": f"ev_{number}",
        "conversation_id": f"co_{number}",
        "message_id": f"me_{number}",
        "action": action,
        "rule": chance.choice(RULES) if action == "handoff" else "owner",
        "policy_version": "p-1",
        "at": _stored(at),
        "body": "x" * BODY,
    }


def _figures(row: Row, waited: int, action: str, chance: random.Random, drafted: bool) -> Row:
    asked = drafted and chance.random() < 0.6
    return {
        "decision_id": row["id"],
        "at": row["at"],
        "action": action,
        "rule": row["rule"],
        "intent": chance.choices(INTENTS, (30, 25, 15, 10, 8, 4, 8))[0],
        "team": chance.choice(TEAMS) if action == "handoff" else "",
        "abstained": "" if drafted else "No article answers this.",
        "waited": waited,
        "cost": chance.randint(400, 4_000) if asked else None,
        "currency": "USD" if asked else None,
    }


def _drafted(number: int, at: datetime, action: str, chance: random.Random, drafted: bool) -> Rows:
    if not drafted:
        return {"drafts": [], "feedback": []}
    state = "sent" if action == "auto_reply" else chance.choices(STATES, (38, 27, 15, 10, 10))[0]
    draft = {
        "id": f"dr_{number}",
        "decision_id": f"de_{number}",
        "conversation_id": f"co_{number}",
        "state": state,
        "language": "en",
        "confidence": 0.8,
        "composer": "extractive",
        "body": "x" * WRITTEN,
    }
    said = [_said(draft, kind, at, chance) for kind in (state,) if kind in STATES[:3]]
    rated = [_said(draft, f"thumb_{_thumb(chance)}", at, chance)] if chance.random() < 0.02 else []
    return {"drafts": [draft], "feedback": [*said, *rated]}


def _said(draft: Row, kind: str, at: datetime, chance: random.Random) -> Row:
    words = "x" * WRITTEN
    detail = {"distance": round(chance.lognormvariate(2, 0.8)), "draft": words, "sent": words}
    if kind.startswith("thumb"):
        detail = {"thumb": kind[6:], "reasons": [chance.choice(REASONS)] if kind.endswith("down") else [], "reason": ""}
    row = {"draft_id": draft["id"], "kind": kind, "agent_id": "5", "at": _stored(at)}
    return {**row, "detail": json.dumps(detail)}


def _thumb(chance: random.Random) -> str:
    return "up" if chance.random() < 0.7 else "down"


def _stored(at: datetime) -> str:
    """As SQLAlchemy writes a moment into SQLite."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(" ", timespec="microseconds")


def _insert(store: sqlite3.Connection, table: str, rows: list[Row]) -> None:
    if not rows:
        return
    columns, marks = ", ".join(f'"{name}"' for name in rows[0]), ", ".join("?" * len(rows[0]))
    store.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", [tuple(row.values()) for row in rows])  # noqa: S608 - our own names
