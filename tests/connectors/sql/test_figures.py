from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select

from connectors.sql.columns import clean
from connectors.sql.figures import LATE
from connectors.sql.store import SqlStore
from connectors.sql.tables import decision_figures
from core.model.conversation import Owner, OwnerKind, Role
from core.model.cost import Cost
from core.model.decision import Action, Handoff
from core.model.draft import DraftState
from core.model.event import Event
from core.model.figures import Decided, Edit, Kept, Rated, Spent, Waits
from core.model.outbound import EffectState
from core.model.signals import Scored
from tests.connectors.sql.samples import (
    MINUTE,
    NOW,
    SECOND,
    conversation,
    customer,
    decision,
    draft,
    effect,
    event,
    message,
)

DAY = timedelta(days=1)
EARLIER = NOW - 40 * DAY
TODAY, YESTERDAY = NOW.date(), (NOW - DAY).date()


def decide(store: SqlStore, number: int, **changes: object) -> None:
    action = changes.pop("action", Action.SUGGEST)
    rule = changes.pop("rule", "default")
    intent = changes.pop("intent", "refund")
    made = decision(number, **changes)
    signals = replace(made.signals, intents=(Scored(value=str(intent), confidence=0.9),) if intent else ())
    disposition = replace(made.disposition, action=Action(str(action)), rule=str(rule))
    with store.begin() as unit:
        if unit.conversations.get(made.conversation_id) is None:
            unit.customers.save(customer())
            unit.conversations.add(conversation())
        assert unit.decisions.add(replace(made, signals=signals, disposition=disposition))


def handoff(group: str) -> Handoff:
    return Handoff(
        group=group,
        agent=None,
        reason="They asked",
        wants="a person",
        tried=(),
        open=(),
        summary="",
        sentiment_trend=(),
        identity="known",
    )


def test_decisions_are_counted_by_day_and_by_what_came_out(store: SqlStore) -> None:
    decide(store, 1)
    decide(store, 2)
    decide(store, 3, at=NOW - DAY, action="handoff", rule="human_request", handoff=handoff("Billing"), draft=None)
    decide(store, 4, draft=None, abstained="No article answers this.")
    decide(store, 5, at=EARLIER)
    with store.read() as unit:
        found = unit.figures.count_decided(NOW - 30 * DAY)
    drafted = Decided(day=TODAY, action=Action.SUGGEST, rule="default", team="", abstained="", count=2)
    assert found == [
        Decided(day=YESTERDAY, action=Action.HANDOFF, rule="human_request", team="Billing", abstained="", count=1),
        drafted,
        replace(drafted, abstained="No article answers this.", count=1),
    ]


def test_a_day_is_one_of_utc(store: SqlStore) -> None:
    decide(store, 1, at=datetime(2026, 11, 20, 23, 59, 59, tzinfo=UTC))
    decide(store, 2, at=datetime(2026, 11, 21, 1, 0, tzinfo=UTC).astimezone())
    with store.read() as unit:
        days = [one.day for one in unit.figures.count_decided(EARLIER)]
    assert days == [date(2026, 11, 20), date(2026, 11, 21)]


def test_a_decision_that_was_there_before_is_counted_once(store: SqlStore) -> None:
    decide(store, 1)
    with store.begin() as unit:
        assert not unit.decisions.add(decision(1))
    with store.read() as unit:
        assert sum(one.count for one in unit.figures.count_decided(EARLIER)) == 1


def test_drafts_are_counted_by_intent_and_by_what_became_of_them(store: SqlStore) -> None:
    decide(store, 1)
    decide(store, 2)
    decide(store, 3, intent="", draft=None)
    with store.begin() as unit:
        unit.decisions.set_draft_state(draft("1").id, DraftState.USED)
    with store.read() as unit:
        found = unit.figures.drafts(EARLIER)
    assert sorted(found, key=lambda one: one.state) == [
        Kept(intent="refund", state=DraftState.OFFERED, count=1),
        Kept(intent="refund", state=DraftState.USED, count=1),
    ]


def test_the_newest_edits_tell_how_many_words_were_changed(store: SqlStore) -> None:
    for number, words in ((1, 3), (2, 12), (3, 5)):
        decide(store, number)
        with store.begin() as unit:
            unit.decisions.add_feedback(
                draft(str(number)).id, "edited", "501", NOW + number * SECOND, {"distance": words, "sent": "é\x00"}
            )
    with store.begin() as unit:
        unit.decisions.add_feedback(draft("1").id, "used", "501", NOW, {"distance": 0})
    with store.read() as unit:
        assert unit.figures.edits(EARLIER, 2) == [Edit(intent="refund", words=5), Edit(intent="refund", words=12)]


def test_ratings_are_counted_with_their_reasons(store: SqlStore) -> None:
    decide(store, 1)
    with store.begin() as unit:
        for thumb, more in (
            ("down", {"reasons": ["wrong", "tone"], "reason": "é\x00"}),
            ("down", {"reasons": ["wrong", "tone"], "reason": "Too long"}),
            ("up", {"reasons": [], "reason": ""}),
            ("up", {}),
        ):
            detail: dict[str, object] = {"thumb": thumb, **more}
            unit.decisions.add_feedback(draft("1").id, f"thumb_{thumb}", "501", NOW, detail)
        unit.decisions.add_feedback(draft("1").id, "inserted", "501", NOW, {})
    with store.read() as unit:
        assert unit.figures.ratings(EARLIER) == [
            Rated(thumb="down", reasons=("wrong", "tone"), said=True, count=2),
            Rated(thumb="up", reasons=(), said=False, count=2),
        ]


def received(store: SqlStore, waits: Sequence[int], at: datetime = NOW) -> None:
    """Decisions that came so many milliseconds after their events."""
    for number, milliseconds in enumerate(waits, len(counted(store)) + 1):
        came: Event = event(f"d-{number}-{at:%d}", received_at=at - timedelta(milliseconds=milliseconds))
        with store.begin() as unit:
            unit.events.add(came)
        decide(store, number, event_id=came.id, at=at)


def counted(store: SqlStore) -> list[int]:
    with store.read() as unit:
        return list(range(sum(one.count for one in unit.figures.count_decided(EARLIER))))


def test_how_long_customers_waited_is_told_for_the_period_and_by_day(store: SqlStore) -> None:
    received(store, [100 * n for n in range(1, 21)])
    received(store, [7_000], at=NOW - DAY)
    with store.read() as unit:
        assert unit.figures.waits(EARLIER) == [
            Waits(day=None, count=21, p50=1_100, p95=2_000),
            Waits(day=YESTERDAY, count=1, p50=7_000, p95=7_000),
            Waits(day=TODAY, count=20, p50=1_000, p95=1_900),
        ]


def test_a_decision_whose_event_is_not_known_has_no_wait(store: SqlStore) -> None:
    decide(store, 1)
    with store.read() as unit:
        assert unit.figures.waits(EARLIER) == []


def test_an_intent_that_no_database_holds_stops_nobody(store: SqlStore) -> None:
    odd = "half\ud83d and \x00"
    decide(store, 1, intent=odd, abstained=odd)
    with store.read() as unit:
        row = unit.connection.execute(select(decision_figures)).one()
    assert (row.intent, row.abstained) == (clean(odd), clean(odd))


def test_who_waited_for_weeks_has_waited_for_24_days(store: SqlStore) -> None:
    with store.begin() as unit:
        unit.events.add(event(received_at=NOW))
    decide(store, 1, event_id=event().id, at=NOW + 40 * DAY)
    with store.read() as unit:
        assert {one.p95 for one in unit.figures.waits(EARLIER)} == {24 * 86_400_000}


def test_what_models_cost_is_summed_exactly_by_day_and_currency(store: SqlStore) -> None:
    cost = Cost(model="m", tier="light", read=10, written=5, amount=0.1, currency="USD")
    for number in range(1, 4):
        decide(store, number, costs=(cost, cost))
    decide(store, 4)
    with store.read() as unit:
        assert unit.figures.spent(EARLIER) == [Spent(day=TODAY, currency="USD", micro=600_000, count=3)]


def held(store: SqlStore, name: str, owner: Owner, group: str = "", **changes: object) -> None:
    with store.begin() as unit:
        unit.customers.save(customer())
        unit.conversations.add(
            conversation(name, owner=owner, owner_group=group, owner_since=NOW - 30 * MINUTE, **changes)
        )


def say(store: SqlStore, number: int, name: str, role: Role, at: datetime, **changes: object) -> None:
    with store.begin() as unit:
        words = message(number, conversation_id=conversation(name).id, role=role, at=at, **changes)
        assert unit.conversations.add_message(words)


def waiting(store: SqlStore) -> list[tuple[str, str, int, datetime]]:
    with store.read() as unit:
        return [(one.team, one.agent, one.count, one.since) for one in unit.figures.waiting()]


BILLING = Owner(kind=OwnerKind.TEAM, name="Billing")
JONAS = Owner(kind=OwnerKind.AGENT, id="502", name="Jonas Weber")


def test_who_was_handed_over_waits_from_then_on(store: SqlStore) -> None:
    held(store, "one", BILLING)
    held(store, "two", BILLING)
    say(store, 1, "one", Role.CUSTOMER, NOW - 40 * MINUTE)
    say(store, 2, "one", Role.ASSISTANT, NOW - 29 * MINUTE)
    assert waiting(store) == [("Billing", "", 2, NOW - 30 * MINUTE)]


def test_a_persons_word_ends_the_wait_and_the_customers_next_one_begins_another(store: SqlStore) -> None:
    held(store, "one", JONAS, "Billing")
    say(store, 1, "one", Role.AGENT, NOW - 20 * MINUTE)
    assert waiting(store) == []
    say(store, 2, "one", Role.CUSTOMER, NOW - 10 * MINUTE)
    say(store, 3, "one", Role.CUSTOMER, NOW - 5 * MINUTE)
    say(store, 4, "one", Role.AGENT, NOW - MINUTE, public=False)
    assert waiting(store) == [("Billing", "Jonas Weber", 1, NOW - 10 * MINUTE)]


def test_nobody_waits_for_a_person_where_the_assistant_has_it_or_it_is_solved(store: SqlStore) -> None:
    held(store, "one", Owner(kind=OwnerKind.ASSISTANT, name="Virtual assistant"))
    held(store, "two", BILLING, open=False)
    assert waiting(store) == []


def test_the_queues_tell_what_is_late_and_since_when(store: SqlStore) -> None:
    old, fresh = event("old", received_at=NOW - LATE - SECOND), event("fresh", received_at=NOW)
    parked = event("parked", received_at=NOW - DAY)
    with store.begin() as unit:
        for one in (old, fresh, parked):
            unit.events.add(one)
        unit.events.park(parked.id, NOW, "broken")
    with store.read() as unit:
        found = unit.figures.queues(NOW)
    assert found.events == {"pending": 2, "claimed": 0, "parked": 1}
    assert (found.events_late, found.events_since) == (1, old.received_at)


def test_an_effect_that_waits_for_the_morning_is_not_late(store: SqlStore) -> None:
    night = effect("night", created_at=NOW - DAY, not_before=NOW + MINUTE)
    stuck = effect("stuck", created_at=NOW - DAY)
    lost = effect("lost", created_at=NOW)
    with store.begin() as unit:
        for one in (night, stuck, lost):
            unit.outbox.add(one)
        unit.outbox.mark(lost.id, EffectState.SENT, NOW, vendor_ref="SM1")
        unit.outbox.set_delivery(lost.id, "undelivered", "30003")
    with store.read() as unit:
        found = unit.figures.queues(NOW)
    assert found.effects == {"pending": 1, "held": 1, "sending": 0, "unknown": 0, "parked": 0}
    assert (found.effects_late, found.effects_since, found.undelivered) == (1, stuck.created_at, 1)


def test_empty_queues_have_no_oldest(store: SqlStore) -> None:
    with store.read() as unit:
        found = unit.figures.queues(NOW)
    assert (found.events_since, found.effects_since, found.events_late, found.undelivered) == (None, None, 0, 0)


def test_each_source_is_heard_last_when_its_newest_event_came(store: SqlStore) -> None:
    with store.begin() as unit:
        unit.events.add(event("a", received_at=NOW - MINUTE))
        unit.events.add(event("b", received_at=NOW))
        unit.events.add(event("c", source="twilio", received_at=NOW - DAY))
    with store.read() as unit:
        assert unit.figures.last_heard() == {"zendesk": NOW, "twilio": NOW - DAY}


def test_what_is_erased_is_counted_no_more(store: SqlStore) -> None:
    decide(store, 1)
    with store.begin() as unit:
        unit.connection.exec_driver_sql("DELETE FROM conversations WHERE id = 'co_one'")
    with store.read() as unit:
        assert unit.figures.count_decided(EARLIER) == []
