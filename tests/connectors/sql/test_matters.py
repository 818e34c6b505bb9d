"""The roll-up of outcomes: kept as things happen, it is what counting everything anew gives."""

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, text

from connectors.sql.store import SqlStore
from connectors.sql.tables import matters, stale_matters
from core.measure.outcomes.rollup import Rollup, matter_of
from core.model.conversation import Role
from core.model.decision import Action, Circumstances
from core.model.draft import DraftState
from core.model.ids import ConversationId, CustomerId, DecisionId, DraftId, MessageId, TicketId
from core.model.matter import By, Matter, Span
from core.model.outbound import EffectState
from core.model.signals import Correction, Scored
from core.ports import Unit
from tests.core import samples
from tests.core.people import MINUTE, NOW, customer

DAY = timedelta(days=1)
SURE = 0.35
NAMES = tuple(ConversationId(f"co_{n}") for n in range(6))
INTENTS = ("reset", "refund")
SPAN = Span(since=NOW - 400 * DAY, until=NOW + 400 * DAY, now=NOW + 400 * DAY)


class Happenings:
    """Things that happen to a few conversations, in any order and at any time of their lives."""

    def __init__(self, store: SqlStore, seed: int) -> None:
        self.store, self.chance, self.number = store, random.Random(seed), 0
        with store.begin() as unit:
            for name in ("emma", "anna"):
                unit.customers.save(customer(name, identities=()))
            for n, name in enumerate(NAMES):
                unit.conversations.add(
                    samples.conversation(
                        id=name, ticket_id=TicketId(f"{n}"), customer_id=CustomerId(("cu_emma", "cu_anna")[n % 2])
                    )
                )

    def something(self) -> None:
        done: Sequence[Callable[[Unit, ConversationId], None]] = (
            self.says,
            self.says,
            self.decides,
            self.decides,
            self.closes,
            self.closes,
            self.opens,
            self.rates,
            self.corrects,
            self.takes,
            self.shifts,
            self.is_merged,
            self.sends,
        )
        with self.store.begin() as unit:
            self.chance.choice(done)(unit, self.chance.choice(NAMES))

    def at(self, name: ConversationId) -> timedelta:
        """Each conversation has its own days, so that one begins after another was closed."""
        return 4 * NAMES.index(name) * DAY + self.chance.randint(0, 6 * 24 * 60) * MINUTE

    def says(self, unit: Unit, name: ConversationId, role: Role | None = None) -> None:
        self.number += 1
        unit.conversations.add_message(
            samples.message(
                self.number,
                conversation_id=name,
                role=role or self.chance.choice((Role.CUSTOMER, Role.CUSTOMER, Role.AGENT, Role.ASSISTANT)),
                author=self.chance.choice(("Maria Lopez", "Tom Reed")),
                public=self.chance.random() < 0.9,
                text=self.chance.choice(("My order LK-4711 is late.", "Which order number is it?", "Thanks.")),
                at=NOW + self.at(name),  # late ones among them
            )
        )

    def decides(self, unit: Unit, name: ConversationId) -> None:
        self.number += 1
        draft = samples.draft(id=DraftId(f"dr_{self.number}"))
        action = self.chance.choice(tuple(Action))
        closed = self.chance.choice((None, NOW + DAY, NOW + 2 * DAY))
        made = samples.decision(action)
        made = replace(
            made,
            id=DecisionId(f"de_{self.number}"),
            conversation_id=name,
            message_id=MessageId(f"ms_{self.number - 1}"),
            draft=draft,
            at=NOW + self.at(name),
            signals=samples.signals(
                intents=(Scored(value=self.chance.choice(INTENTS), confidence=self.chance.random()),),
                mood=self.chance.uniform(-1, 1),
                risks=(samples.risk("human_request"),) if self.chance.random() < 0.2 else (),
            ),
            circumstances=Circumstances(owner=made.disposition.owner, tier="plus", solved_at=closed),
        )
        unit.decisions.add(made)

    def closes(self, unit: Unit, name: ConversationId) -> None:
        kept = unit.conversations.get(name)
        assert kept is not None
        unit.conversations.save(replace(kept, open=False, solved_at=NOW + self.at(name)))

    def opens(self, unit: Unit, name: ConversationId) -> None:
        kept = unit.conversations.get(name)
        assert kept is not None
        unit.conversations.save(replace(kept, open=True))

    def rates(self, unit: Unit, name: ConversationId) -> None:
        kept = unit.conversations.get(name)
        assert kept is not None
        unit.conversations.save(replace(kept, rating=self.chance.randint(1, 5)))

    def corrects(self, unit: Unit, name: ConversationId) -> None:
        unit.corrections.add(
            Correction(
                message_id=MessageId(f"ms_{self.chance.randint(0, self.number + 1)}"),
                conversation_id=name,
                text="words",
                intent=self.chance.choice(INTENTS),
                by="Maria Lopez",
                at=NOW,
            )
        )

    def takes(self, unit: Unit, name: ConversationId) -> None:
        state = self.chance.choice((DraftState.USED, DraftState.EDITED, DraftState.IGNORED, DraftState.SENT))
        unit.decisions.set_draft_state(DraftId(f"dr_{self.chance.randint(0, self.number + 1)}"), state)

    def shifts(self, unit: Unit, name: ConversationId) -> None:
        there = unit.conversations.messages(self.chance.choice(NAMES))
        unit.threads.shift([m.id for m in there[:2]], name)

    def is_merged(self, unit: Unit, name: ConversationId) -> None:
        kept = unit.conversations.get(name)
        assert kept is not None
        other = CustomerId("cu_emma" if kept.customer_id == "cu_anna" else "cu_anna")
        unit.connection.execute(  # type: ignore[attr-defined]
            text("UPDATE conversations SET customer_id = :other WHERE id = :name"), {"other": other, "name": name}
        )

    def sends(self, unit: Unit, name: ConversationId) -> None:
        self.number += 1
        effect = samples.effect(key=f"e{self.number}", conversation_id=name)
        unit.outbox.add(effect)
        unit.outbox.claim(effect.id, NOW)
        unit.outbox.mark(effect.id, EffectState.SENT, NOW)


def kept(store: SqlStore) -> dict[ConversationId, Matter]:
    with store.read() as unit:
        return {name: found for name in NAMES if (found := unit.matters.get(name)) is not None}


def counted_anew(store: SqlStore) -> dict[ConversationId, Matter]:
    """Without the roll-up; that a matter came back is looked for here by hand."""
    with store.read() as unit:
        found = [each for name in NAMES if (each := matter_of(unit, name, SURE)) is not None]
    return {each.conversation_id: replace(each, recontacted_at=_back(each, found)) for each in found}


def _back(one: Matter, others: Sequence[Matter]) -> datetime | None:
    again = [
        other.began_at
        for other in others
        if other is not one
        and other.customer_id == one.customer_id
        and other.intent == one.intent != ""
        and one.closed_at is not None
        and one.closed_at < other.began_at <= one.closed_at + 7 * DAY
    ]
    return min(again, default=None)


@pytest.mark.parametrize("seed", range(8))
def test_whatever_happens_the_roll_up_is_what_counting_anew_gives(store: SqlStore, seed: int) -> None:
    happenings, rollup = Happenings(store, seed), Rollup(store=store, sure_from=SURE)
    for _ in range(120):
        happenings.something()
        if happenings.chance.random() < 0.2:
            rollup.run(most=3)
    rollup.catch_up()
    assert kept(store) == counted_anew(store)
    assert len(kept(store)) >= 3, "the seed made nothing to count"


def test_some_seed_brings_a_matter_back(store: SqlStore) -> None:
    """Else the test above would prove nothing of it."""
    happenings = Happenings(store, 3)
    for _ in range(200):
        happenings.something()
    Rollup(store=store, sure_from=SURE).catch_up()
    assert any(each.recontacted_at for each in kept(store).values())


def test_who_reads_while_another_counts_the_same_matter_leaves_it_to_the_next_run(store: SqlStore) -> None:
    happenings = Happenings(store, 1)
    with store.begin() as unit:
        happenings.says(unit, NAMES[0], Role.CUSTOMER)
    with store.read() as unit:
        mine = unit.matters.stale(100)[NAMES[0]]
    Rollup(store=store, sure_from=SURE).catch_up()
    with store.begin() as unit:
        assert not unit.matters.settle(NAMES[0], mine)
        assert unit.matters.stale(100).keys() == {NAMES[0]}


def test_the_roll_up_goes_with_its_conversation_and_a_mark_of_one_that_is_gone_is_taken_away(store: SqlStore) -> None:
    happenings, rollup = Happenings(store, 1), Rollup(store=store, sure_from=SURE)
    with store.begin() as unit:
        happenings.says(unit, NAMES[0], Role.CUSTOMER)
    rollup.catch_up()
    with store.begin() as unit:
        happenings.says(unit, NAMES[0], Role.CUSTOMER)
        unit.connection.execute(text("DELETE FROM conversations"))
    rollup.catch_up()
    with store.read() as unit:
        left = [unit.connection.execute(select(func.count()).select_from(t)).scalar() for t in (matters, stale_matters)]
        assert left == [0, 0]


def test_every_table_that_a_matter_is_made_of_marks_it(store: SqlStore) -> None:
    """A later migration that rebuilds one of these tables on SQLite loses its triggers."""
    of = {
        "sqlite": "SELECT DISTINCT tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'stale_%'",
        "postgresql": "SELECT DISTINCT event_object_table FROM information_schema.triggers "
        "WHERE trigger_name LIKE 'stale_%'",
    }
    with store.read() as unit:
        found = set(unit.connection.execute(text(of[unit.connection.dialect.name])).scalars())
    of_replies = {"messages", "decisions", "drafts", "feedback", "intent_corrections", "outbox", "calls"}
    assert found == {*of_replies, "conversations"}


def test_every_cut_adds_up_to_the_whole(store: SqlStore) -> None:
    happenings = Happenings(store, 5)
    for _ in range(150):
        happenings.something()
    Rollup(store=store, sure_from=SURE).catch_up()
    with store.read() as unit:
        (whole,) = unit.matters.tallies(SPAN, By.ALL)
        for by in By:
            parts = unit.matters.tallies(SPAN, by)
            assert sum(part.matters for part in parts) == whole.matters
            for name, (hits, cases) in whole.shares.items():
                assert sum(part.shares[name][0] for part in parts) == hits
                assert sum(part.shares[name][1] for part in parts) == cases


def test_what_a_cell_lists_is_what_it_counts(store: SqlStore) -> None:
    happenings = Happenings(store, 6)
    for _ in range(150):
        happenings.something()
    Rollup(store=store, sure_from=SURE).catch_up()
    several = {"drafts_taken", "drafts_unchanged", "facts_used"}
    with store.read() as unit:
        for tally in unit.matters.tallies(SPAN, By.INTENT):
            for name, (hits, cases) in tally.shares.items():
                listed = unit.matters.listed(SPAN, name, hit=None, limit=100, group=(By.INTENT, tally.key))
                missed = unit.matters.listed(SPAN, name, hit=False, limit=100, group=(By.INTENT, tally.key))
                if name not in several:
                    assert len(listed) == cases
                    assert sum(each.hit for each in listed) == hits
                assert {each.conversation_id for each in missed} == {e.conversation_id for e in listed if not e.hit}
