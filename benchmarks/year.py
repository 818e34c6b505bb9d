"""A simulated year of matters with truths planted in it: an intent that goes worse than the others, a wave, a better
month, and where asked for a group that waits. Nothing else differs but by chance."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice

from sqlalchemy import insert

from connectors.sql.conversations import conversation_row
from connectors.sql.matters import row_of
from connectors.sql.statements import copy_rows
from connectors.sql.store import SqlStore
from connectors.sql.tables import conversations, customers, matters
from core.model.conversation import Conversation
from core.model.customer import Channel
from core.model.ids import ConversationId, CustomerId, TicketId
from core.model.matter import Automation, Matter

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
TOGETHER = 5_000
INTENTS = {
    "order_status": 0.19,
    "refund_status": 0.14,
    "delivery_delay": 0.13,
    "password_reset": 0.12,
    "device_offline": 0.11,
    "billing_question": 0.10,
    "cancel_plan": 0.08,
    "warranty_claim": 0.07,
    "": 0.06,
}
CHANNELS = {"email": 0.42, "chat": 0.22, "sms": 0.14, "whatsapp": 0.12, "voice": 0.10}
TIERS = {"standard": 0.7, "plus": 0.22, "business": 0.08}
LANGUAGES = {"en": 0.6, "de": 0.2, "es": 0.12, "fr": 0.08}
TEAMS = ("Customer care", "Billing", "Technical support", "Specialists")
AGENTS = ("Maria Lopez", "Tom Reed", "Priya Shah", "Jonas Weber", "Ana Costa", "Luc Morel")
# What is planted.
WORSE, WORSE_BACK = "refund_status", 0.14  # comes back so much more often
WAVE, WAVE_FROM, WAVE_DAYS, WAVE_TIMES = "device_offline", date(2026, 3, 9), 9, 5.0
BETTER_MONTH, BETTER_SATISFIED = "2026-09", 0.11
SLOW, SLOW_TIMES = "es", 6  # who writes in this language waits so many times as long, where the year says so
WEEKDAYS = (1.25, 1.15, 1.05, 1.0, 0.95, 0.55, 0.45)


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """So many matters of so many `people` within `days` before `now`; the same for the same seed. `planted`: with the
    truths in it; `slow`: with a language whose customers wait longer, too."""

    matters: int = 100_000
    now: datetime = NOW
    days: int = 365
    seed: int = 11
    planted: bool = True
    slow: bool = False
    people: int = 4_000

    def __iter__(self) -> Iterator[Matter]:
        for matter in self._alike():
            waited = matter.answered_after
            if self.slow and matter.language == SLOW and waited is not None:
                waited *= SLOW_TIMES
            number = int(matter.conversation_id.removeprefix("co_"))
            yield replace(matter, answered_after=waited, customer_id=CustomerId(f"cu_{number % self.people}"))

    def _alike(self) -> Iterator[Matter]:
        """With no group that waits, and of nobody in particular yet."""
        chance = random.Random(self.seed)
        days = [self.now.date() - timedelta(days=back) for back in range(self.days, 0, -1)]
        weights = [WEEKDAYS[day.weekday()] for day in days]
        for number, day in enumerate(chance.choices(days, weights, k=self.matters)):
            yield _matter(number, day, chance, planted=self.planted)
            # The wave comes on top, as a wave does.
            if self.planted and _in_wave(day) and chance.random() < INTENTS[WAVE] * (WAVE_TIMES - 1):
                yield _matter(self.matters + number, day, chance, intent=WAVE)


def _in_wave(day: date) -> bool:
    return timedelta() <= day - WAVE_FROM < WAVE_DAYS * DAY


def _pick(chance: random.Random, shares: dict[str, float]) -> str:
    return chance.choices(tuple(shares), tuple(shares.values()))[0]


def _matter(
    number: int, day: date, chance: random.Random, intent: str | None = None, *, planted: bool = True
) -> Matter:
    began = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(
        seconds=chance.gauss(13.5, 3.2) * 3600 % 86400
    )
    intent = _pick(chance, INTENTS) if intent is None else intent
    handed = chance.random() < 0.46
    silent = chance.random() < 0.015
    blended = handed and chance.random() < 0.4
    closed = None if silent or chance.random() < 0.04 else began + timedelta(hours=chance.expovariate(1 / 20))
    if closed is not None and closed > NOW:
        closed = None
    contained = None if closed is None else not handed
    back = chance.random() < 0.08 + (WORSE_BACK if planted and intent == WORSE else 0.0)
    rated = closed is not None and chance.random() < 0.24
    good = 0.78 + (BETTER_SATISFIED if planted and f"{day:%Y-%m}" == BETTER_MONTH else 0.0)
    rating = chance.choice((4, 5, 5)) if chance.random() < good else chance.choice((1, 2, 3))
    waited = chance.lognormvariate(7.6, 1.1) if handed else chance.lognormvariate(2.3, 0.6)
    fell = chance.random() < 0.2
    lowest = chance.uniform(-0.9, -0.26) if fell else chance.uniform(-0.2, 0.3)
    drafted = handed and chance.random() < 0.7
    fate = chance.choices(("used", "edited", "ignored"), (0.46, 0.34, 0.2))[0] if drafted else ""
    agent = chance.choice(AGENTS) if handed and not silent else ""
    automation = Automation.NOBODY if silent else Automation.ASSISTANT
    if handed and not silent:
        automation = Automation.BOTH if blended else Automation.AGENT
    return Matter(
        conversation_id=ConversationId(f"co_{number:07}"),
        customer_id=CustomerId(""),
        began_at=began,
        tier=_pick(chance, TIERS),
        channel=_pick(chance, CHANNELS),
        intent=intent,
        automation=automation,
        language=_pick(chance, LANGUAGES),
        group=chance.choice(TEAMS) if handed else "",
        brand="Larkfield",
        agent=agent,
        rule="human_request" if handed else "automatic_reply",
        answered_after=None if silent else round(waited),
        answered_by="" if silent else ("agent" if automation is Automation.AGENT else "assistant"),
        handled=round(min(5400, chance.lognormvariate(5.9, 0.6))) if agent else None,
        drafting=round(chance.uniform(80, 700)),
        closed_at=closed,
        contained=contained and not silent,
        verified=(True if chance.random() < 0.55 else None) if contained else None,
        reopened=int(closed is not None and chance.random() < 0.05),
        recontacted_at=closed + 3 * DAY if closed is not None and intent and back else None,
        handovers=int(handed),
        handover_rule="human_request" if handed else "",
        transfers=int(handed and chance.random() < 0.12),
        bypassed=chance.random() < 0.09,
        customer_messages=1 + int(chance.expovariate(0.9)),
        assistant_messages=int(not handed) + int(blended),
        agent_messages=int(handed and not silent) * (1 + int(chance.expovariate(1.1))),
        reasked=int(chance.random() < 0.03),
        repeated=int(chance.random() < 0.05),
        drafts_used=int(fate == "used"),
        drafts_edited=int(fate == "edited"),
        drafts_ignored=int(fate == "ignored"),
        drafts_sent=int(not handed),
        facts_known=(known := chance.randint(0, 4)),
        facts_used=sum(chance.random() < 0.6 for _ in range(known)),
        corrected=chance.random() < 0.04 and bool(intent),
        mood_start=lowest + chance.uniform(0, 0.3),
        mood_lowest=lowest,
        mood_end=lowest + chance.uniform(0, 0.7),
        recovered=chance.random() < 0.62 if fell else None,
        satisfied=rating >= 4 if rated else None,
        rating=rating if rated else None,
        likely_dissatisfied=min(1.0, chance.expovariate(6)),
        cost=round(chance.expovariate(1 / 2600)),
        currency="EUR",
        texts=int(chance.random() < 0.3),
    )


def fill(store: SqlStore, year: Year) -> int:
    """A migrated store with the year in it, written past the ports; how many matters there are."""
    count, made = 0, iter(year)
    with store.begin() as unit:
        people = [{"id": f"cu_{n}", "name": "Somebody", "tier": "plus", "locale": "en-GB"} for n in range(year.people)]
        unit.connection.execute(insert(customers), people)
    while some := list(islice(made, TOGETHER)):
        count += len(some)
        talks = [conversation_row(_conversation(each)) for each in some]
        rows = [{**row_of(each), "recontacted_at": each.recontacted_at} for each in some]
        with store.begin_lightly() as unit:
            for table, portion in ((conversations, talks), (matters, rows)):
                if unit.connection.dialect.name == "postgresql":
                    copy_rows(unit.connection, table, portion)
                else:
                    unit.connection.execute(insert(table), portion)
    return count


def _conversation(matter: Matter) -> Conversation:
    return Conversation(
        id=matter.conversation_id,
        customer_id=matter.customer_id,
        subject="",
        ticket_id=TicketId(matter.conversation_id.removeprefix("co_").lstrip("0") or "0"),
        channel=Channel(matter.channel),
        open=matter.closed_at is None,
        solved_at=matter.closed_at,
        updated_at=matter.closed_at or matter.began_at,
        rating=matter.rating,
    )
