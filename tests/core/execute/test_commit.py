from dataclasses import replace
from typing import Any

import pytest

from connectors.sql.store import SqlStore
from core.errors import ConflictError
from core.execute.commit import commit
from core.model.conversation import ASSISTANT, CaseContext, Conversation, Role
from core.model.customer import Channel, Purpose
from core.model.decision import Action, Decision
from core.model.draft import DraftState
from core.model.ids import DecisionId, DraftId, MessageId
from core.model.knowledge import Gap
from core.model.outbound import Effect, EffectKind, EffectState
from tests.core import people, samples
from tests.core.people import MINUTE, NOW
from tests.core.samples import MARIA, TEAM

EFFECTS = [samples.effect(EffectKind.MESSAGE, conversation_id=samples.conversation().id)]


@pytest.fixture
def case(store: SqlStore) -> CaseContext:
    """A stored conversation with one message."""
    case = samples.case()
    with store.begin() as unit:
        unit.customers.save(case.customer)
        unit.conversations.add(case.conversation)
        unit.conversations.add_message(samples.message())
    return case


def committed(
    store: SqlStore, case: CaseContext, decision: Decision, effects: list[Effect] | None = None
) -> list[Effect]:
    with store.begin() as unit:
        return commit(unit, case, decision, EFFECTS if effects is None else effects, NOW + 5 * MINUTE)


def stored(store: SqlStore) -> Conversation:
    with store.read() as unit:
        conversation = unit.conversations.get(samples.conversation().id)
    assert conversation is not None
    return conversation


def write(store: SqlStore, **changes: Any) -> None:
    with store.begin() as unit:
        unit.conversations.add_message(samples.message(2, **changes))


def take(store: SqlStore, **changes: Any) -> None:
    with store.begin() as unit:
        unit.conversations.save(replace(stored_in(unit), **changes))


def stored_in(unit: Any) -> Conversation:
    conversation: Conversation = unit.conversations.get(samples.conversation().id)
    return conversation


def test_decision_owner_and_effects_come_together(store: SqlStore, case: CaseContext) -> None:
    decision = samples.decision(Action.AUTO_REPLY)
    assert committed(store, case, decision) == EFFECTS
    with store.read() as unit:
        assert unit.decisions.of_message(MessageId("ms_1")) == decision
        assert unit.outbox.get(EFFECTS[0].id) is not None
        assert unit.decisions.draft_state(DraftId("dr_one")) is DraftState.SENT
        assert unit.ledger.verify() is None
    assert stored(store).owner == ASSISTANT


def test_a_suggested_draft_is_only_offered(store: SqlStore, case: CaseContext) -> None:
    committed(store, case, samples.decision())
    with store.read() as unit:
        assert unit.decisions.draft_state(DraftId("dr_one")) is DraftState.OFFERED
    assert stored(store).version == case.conversation.version


def test_what_no_article_answers_is_recorded_once_with_the_decision(store: SqlStore, case: CaseContext) -> None:
    gap = Gap(
        message_id=MessageId("ms_1"),
        conversation_id=case.conversation.id,
        question="Do you ship to the moon?",
        language="en",
        intent="",
        at=NOW,
    )
    committed(store, case, samples.decision(draft=None, gap=gap))
    committed(store, case, samples.decision(id=DecisionId("de_two"), draft=None, gap=gap))
    with store.read() as unit:
        assert unit.gaps.since() == [gap]


def test_a_message_is_decided_once(store: SqlStore, case: CaseContext) -> None:
    committed(store, case, samples.decision())
    second = samples.decision(Action.AUTO_REPLY, id=DecisionId("de_two"), draft=samples.draft("two"))
    assert committed(store, case, second, [replace(EFFECTS[0], key="k-2")]) == []
    with store.read() as unit:
        assert unit.outbox.get(replace(EFFECTS[0], key="k-2").id) is None
    assert stored(store).owner == case.conversation.owner


@pytest.mark.parametrize("role", [Role.CUSTOMER, Role.AGENT])
def test_who_wrote_meanwhile_makes_it_a_conflict_and_nothing_is_stored(
    store: SqlStore, case: CaseContext, role: Role
) -> None:
    write(store, role=role)
    with pytest.raises(ConflictError):
        committed(store, case, samples.decision(Action.AUTO_REPLY))
    with store.read() as unit:
        assert unit.decisions.of_message(MessageId("ms_1")) is None
        assert unit.outbox.get(EFFECTS[0].id) is None


@pytest.mark.parametrize(
    "later", [{"role": Role.ASSISTANT}, {"role": Role.SYSTEM}, {"role": Role.AGENT, "public": False}]
)
def test_a_note_or_our_own_words_are_no_conflict(store: SqlStore, case: CaseContext, later: dict[str, Any]) -> None:
    write(store, **later)
    assert committed(store, case, samples.decision(Action.AUTO_REPLY)) == EFFECTS


def test_who_wrote_in_the_same_second_is_not_overlooked(store: SqlStore, case: CaseContext) -> None:
    write(store, at=samples.message().at)
    with pytest.raises(ConflictError):
        committed(store, case, samples.decision(Action.AUTO_REPLY))


def test_a_private_note_does_not_hide_a_message_that_came_before_it(store: SqlStore, case: CaseContext) -> None:
    write(store)
    with store.begin() as unit:
        unit.conversations.add_message(samples.message(3, role=Role.AGENT, public=False))
    with pytest.raises(ConflictError):
        committed(store, case, samples.decision(Action.AUTO_REPLY))


@pytest.mark.parametrize("action", [Action.AUTO_REPLY, Action.HANDOFF])
def test_whoever_took_the_conversation_meanwhile_is_not_talked_over(
    store: SqlStore, case: CaseContext, action: Action
) -> None:
    take(store, owner=MARIA)
    with pytest.raises(ConflictError):
        committed(store, case, samples.decision(action))
    assert stored(store).owner == MARIA


def test_even_the_assistants_own_conversation_may_have_been_taken(store: SqlStore, case: CaseContext) -> None:
    take(store, owner=ASSISTANT)
    read = replace(case, conversation=stored(store))
    take(store, owner=TEAM)
    with pytest.raises(ConflictError):
        committed(store, read, samples.decision(Action.AUTO_REPLY))
    assert stored(store).owner == TEAM


def test_a_handoff_stops_automatic_replies_that_have_not_left(store: SqlStore, case: CaseContext) -> None:
    waiting = EFFECTS[0]
    notice = samples.effect(EffectKind.TICKET_NOTE, key="k-9", conversation_id=case.conversation.id)
    with store.begin() as unit:
        unit.outbox.add(waiting)
    committed(store, case, samples.decision(Action.HANDOFF), [notice])
    with store.read() as unit:
        states = {row.effect.key: row.state for row in unit.outbox.of_conversation(case.conversation.id)}
    assert states == {"k-1": EffectState.REFUSED, "k-9": EffectState.PENDING}
    assert stored(store).owner == TEAM


def test_a_no_is_recorded_for_every_channel_and_purpose_with_the_customers_words(
    store: SqlStore, case: CaseContext
) -> None:
    with store.begin() as unit:
        for channel in Channel:
            unit.customers.add_consent(case.customer.id, people.consent(channel=channel))
    out = samples.disposition(Action.SILENT, rule="opted_out")
    committed(store, case, samples.decision(Action.SILENT, disposition=out), [])
    with store.read() as unit:
        emma = unit.customers.get(case.customer.id)
    assert emma is not None
    assert not any(emma.has_consented(channel, purpose) for channel in Channel for purpose in Purpose)
    assert {c.wording for c in emma.consents if not c.granted} == {"Message 1"}


def test_silence_for_another_reason_withdraws_nothing(store: SqlStore, case: CaseContext) -> None:
    with store.begin() as unit:
        unit.customers.add_consent(case.customer.id, people.consent())
    committed(store, case, samples.decision(Action.SILENT), [])
    with store.read() as unit:
        emma = unit.customers.get(case.customer.id)
    assert emma is not None
    assert emma.has_consented(Channel.SMS, Purpose.SERVICE)


@pytest.mark.parametrize("action", [Action.SUGGEST, Action.SILENT, Action.AUTO_REPLY])
def test_a_word_of_the_customer_makes_question_and_closing_pointless(
    store: SqlStore, case: CaseContext, action: Action
) -> None:
    waiting = [
        replace(
            samples.effect(kind, key=rule, conversation_id=case.conversation.id),
            authority=replace(EFFECTS[0].authority, rule=rule),
        )
        for kind, rule in ((EffectKind.MESSAGE, "follow_up"), (EffectKind.TICKET_UPDATE, "auto_close"))
    ]
    with store.begin() as unit:
        assert all(unit.outbox.add(one) for one in waiting)
    committed(store, case, samples.decision(action), [])
    with store.read() as unit:
        states = {row.state for row in unit.outbox.of_conversation(case.conversation.id)}
    assert states == {EffectState.REFUSED}


@pytest.mark.parametrize(
    ("rule", "state"),
    [("bounce_loop", EffectState.REFUSED), ("spam", EffectState.REFUSED), ("nothing_asked", EffectState.PENDING)],
)
def test_where_two_machines_talk_not_even_what_waits_is_sent(
    store: SqlStore, case: CaseContext, rule: str, state: EffectState
) -> None:
    with store.begin() as unit:
        unit.outbox.add(EFFECTS[0])
    stop = samples.disposition(Action.SILENT, rule=rule)
    committed(store, case, samples.decision(Action.SILENT, disposition=stop), [])
    with store.read() as unit:
        row = unit.outbox.get(EFFECTS[0].id)
    assert row is not None
    assert row.state is state
