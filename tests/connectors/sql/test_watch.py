from datetime import timedelta
from typing import Any

from connectors.sql.store import SqlStore
from core.model.alert import Failing, Waiter
from core.model.conversation import ASSISTANT, Conversation, Message, Owner, OwnerKind, Role
from core.model.decision import Action
from core.model.ids import ApprovalId, ConversationId, DecisionId, EventId, MessageId
from core.model.outbound import Authority, EffectKind, EffectState
from tests.core import people, samples
from tests.core.people import MINUTE, NOW

CARE = Owner(kind=OwnerKind.TEAM, id="Customer care", name="Customer care")
STATES = (EffectState.SENT, EffectState.PARKED, EffectState.UNKNOWN, EffectState.REFUSED)
MARIA = Owner(kind=OwnerKind.AGENT, id="7", name="Maria Lopez")


def conversation(store: SqlStore, name: str, owner: Owner = CARE, **changes: Any) -> Conversation:
    fields = {"owner": owner, "owner_since": NOW - 30 * MINUTE, "owner_group": "Customer care"}
    made = samples.conversation(id=ConversationId(f"co_{name}"), **(fields | changes))
    with store.begin() as unit:
        unit.customers.save(people.customer())
        unit.conversations.add(made)
    return made


def says(store: SqlStore, name: str, minute: int, role: Role = Role.CUSTOMER, **changes: Any) -> Message:
    """So many minutes ago."""
    key = f"{name}:{minute}"
    made = samples.message(
        1,
        id=MessageId(f"ms_{key}"),
        vendor_ref=f"twilio:{key}",
        conversation_id=ConversationId(f"co_{name}"),
        role=role,
        at=NOW - minute * MINUTE,
        **changes,
    )
    with store.begin() as unit:
        unit.conversations.add_message(made)
    return made


def waits(store: SqlStore, limit: int = 50) -> list[Waiter]:
    with store.read() as unit:
        return unit.watch.waits(limit)


def test_who_was_handed_over_waits_from_then_on(store: SqlStore) -> None:
    conversation(store, "one", ticket_id="35")
    says(store, "one", 40)
    (waiter,) = waits(store)
    assert waiter == Waiter(
        conversation_id=ConversationId("co_one"),
        ticket="35",
        name="Emma Clarke",
        tier="standard",
        team="Customer care",
        agent="",
        since=NOW - 30 * MINUTE,
    )


def test_who_asks_after_an_answer_waits_from_the_first_question_after_it(store: SqlStore) -> None:
    conversation(store, "one", MARIA)
    for minute, role in ((25, Role.CUSTOMER), (20, Role.AGENT), (15, Role.CUSTOMER), (10, Role.CUSTOMER)):
        says(store, "one", minute, role)
    (waiter,) = waits(store)
    assert (waiter.agent, waiter.team, waiter.answered) == ("Maria Lopez", "Customer care", True)
    assert waiter.since == NOW - 15 * MINUTE


def test_nobody_waits_for_an_answer_that_was_given_nor_for_the_assistant(store: SqlStore) -> None:
    conversation(store, "answered", MARIA)
    says(store, "answered", 25)
    says(store, "answered", 20, Role.AGENT)
    conversation(store, "ours", ASSISTANT)
    says(store, "ours", 20)
    conversation(store, "closed", open=False)
    assert waits(store) == []


def test_an_internal_note_is_no_answer(store: SqlStore) -> None:
    conversation(store, "one")
    says(store, "one", 25)
    says(store, "one", 20, Role.AGENT, public=False)
    assert [each.answered for each in waits(store)] == [False]


def test_the_longest_wait_comes_first_and_the_matter_is_named(store: SqlStore) -> None:
    conversation(store, "late", owner_since=NOW - 5 * MINUTE)
    conversation(store, "early", owner_since=NOW - 50 * MINUTE)
    with store.begin() as unit:
        for number, intent in enumerate(("reset", "billing")):
            made = samples.decision(
                Action.SUGGEST,
                id=DecisionId(f"de_{number}"),
                event_id=EventId(f"ev_{number}"),
                message_id=MessageId(f"ms_{number}"),
                conversation_id=ConversationId("co_early"),
                signals=samples.signals(intents=(samples.scored(intent),)),
                draft=None,
            )
            unit.decisions.add(made)
    assert [(each.conversation_id, each.intent) for each in waits(store)] == [("co_early", "billing"), ("co_late", "")]
    assert len(waits(store, 1)) == 1


def test_hands_are_the_different_agents_who_answered_of_late(store: SqlStore) -> None:
    for name, author, minute in (("a", "Maria", 5), ("b", "Maria", 6), ("c", "Tom", 7), ("d", "Old", 90)):
        conversation(store, name, MARIA)
        says(store, name, minute, Role.AGENT, author=author)
    with store.read() as unit:
        assert unit.watch.hands(NOW - 45 * MINUTE) == {"Customer care": 2}


def test_intents_are_counted_by_window(store: SqlStore) -> None:
    with store.begin() as unit:
        unit.customers.save(people.customer())
        unit.conversations.add(samples.conversation())
        for number, minute in enumerate((5, 10, 70)):
            made = samples.decision(
                Action.SUGGEST,
                id=DecisionId(f"de_{number}"),
                event_id=EventId(f"ev_{number}"),
                message_id=MessageId(f"ms_{number}"),
                at=NOW - minute * MINUTE,
                draft=None,
            )
            unit.decisions.add(made)
    hour = timedelta(hours=1)
    with store.read() as unit:
        assert unit.watch.intents([(NOW - hour, NOW), (NOW - 2 * hour, NOW - hour)]) == [{"reset": 2}, {"reset": 1}]
        assert unit.watch.first_decided() == NOW - 70 * MINUTE


def test_a_store_in_which_nothing_happened_knows_nothing(store: SqlStore) -> None:
    with store.read() as unit:
        assert unit.watch.first_decided() is None
        assert unit.watch.intents([(NOW - MINUTE, NOW)]) == [{}]
        assert unit.watch.failing(NOW) == []


def test_what_failed_is_counted_by_kind_and_campaigns_are_left_out(store: SqlStore) -> None:
    of_campaign = Authority(rule="approved", policy_version="1", approval_id=ApprovalId("ap_1"))
    with store.begin() as unit:
        for number, state in enumerate(
            (EffectState.SENT, EffectState.PARKED, EffectState.UNKNOWN, EffectState.REFUSED)
        ):
            note = samples.effect(key=f"n{number}")
            campaign = samples.effect(EffectKind.MESSAGE, f"c{number}", authority=of_campaign)
            for effect in (note, campaign):
                unit.outbox.add(effect)
                unit.outbox.mark(
                    effect.id, state, NOW - 5 * MINUTE, error="x" if state is not EffectState.SENT else None
                )
        again = samples.effect(key="again")
        unit.outbox.add(again)
        unit.outbox.mark(again.id, EffectState.PENDING, NOW, error="HTTP 503", retry_at=NOW)
        waiting = samples.effect(key="waiting")
        unit.outbox.add(waiting)
        text = samples.effect(EffectKind.MESSAGE, "text")
        unit.outbox.add(text)
        unit.outbox.mark(text.id, EffectState.SENT, NOW)
        unit.outbox.set_delivery(text.id, "undelivered", "30007")
    with store.read() as unit:
        assert unit.watch.failing(NOW - 10 * MINUTE) == [
            Failing(kind="message", total=1, failed=1),
            Failing(kind="ticket_note", total=4, failed=3),
        ]
        assert [each.total for each in unit.watch.failing(NOW - MINUTE)] == [1, 1]
