from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from connectors.sql.store import SqlStore, SqlUnit
from connectors.sql.tables import draft_sources, feedback
from core.model.decision import Handoff
from core.model.draft import DraftState, Sentence, SentenceKind, Struck
from core.model.ids import ConversationId, DraftId, MessageId
from tests.connectors.sql.samples import NOW, conversation, customer, decision, draft

CASE = ConversationId("co_one")


@pytest.fixture
def unit(store: SqlStore) -> Iterator[SqlUnit]:
    with store.begin() as unit:
        unit.customers.save(customer())
        unit.conversations.add(conversation())
        unit.conversations.add(conversation("two"))
        yield unit


def test_a_decision_comes_back_with_its_draft_and_sources(unit: SqlUnit) -> None:
    assert unit.decisions.add(decision())
    assert unit.decisions.of_message(MessageId("me_1")) == decision()
    assert unit.decisions.latest(CASE) == decision()


def test_the_record_behind_a_sentence_and_what_was_struck_come_back(unit: SqlUnit) -> None:
    paid = Sentence(text="You paid 89.00 EUR.", kind=SentenceKind.RECORD, record="Order 1042: paid 89.00 EUR")
    struck = (Struck(text="It takes two days.", reason="The source does not say it."),)
    told = decision(draft=replace(draft(), sentences=(paid,), struck=struck))
    unit.decisions.add(told)
    assert unit.decisions.latest(CASE) == told


def test_a_decision_without_draft_keeps_its_card(unit: SqlUnit) -> None:
    card = Handoff(
        group="Specialists",
        agent=None,
        reason="asked for a person",
        wants="a refund",
        tried=("reset",),
        open=(),
        summary="The thermostat is offline.",
        sentiment_trend=(0.1, -0.8),
        identity="verified",
    )
    handed_over = decision(draft=None, handoff=card, abstained="no source")
    unit.decisions.add(handed_over)
    assert unit.decisions.latest(CASE) == handed_over


def test_a_message_is_decided_once(unit: SqlUnit) -> None:
    assert unit.decisions.add(decision())
    assert not unit.decisions.add(decision(2, message_id=MessageId("me_1")))
    assert unit.decisions.latest(CASE) == decision()
    assert unit.decisions.draft_state(DraftId("dr_2")) is None


def test_a_passage_cited_twice_is_kept_once(unit: SqlUnit) -> None:
    unit.decisions.add(decision())
    assert unit.connection.execute(select(func.count()).select_from(draft_sources)).scalar_one() == 1


def test_the_log_is_read_in_pages_from_a_serial_on(unit: SqlUnit) -> None:
    for number in range(1, 6):
        unit.decisions.add(decision(number, draft=None if number == 2 else draft(str(number))))
    first = unit.decisions.since(0, limit=3)
    rest = unit.decisions.since(first[-1][0])
    assert [one for _, one in first + rest] == [
        decision(1),
        decision(2, draft=None),
        decision(3),
        decision(4),
        decision(5),
    ]
    assert unit.decisions.since(rest[-1][0]) == []


def test_the_newest_serial_is_the_end_of_the_log(unit: SqlUnit) -> None:
    assert unit.decisions.newest() == 0
    for number in (1, 2):
        unit.decisions.add(decision(number, draft=None))
    assert unit.decisions.newest() == unit.decisions.since(0)[-1][0]


def test_a_draft_starts_as_offered_and_is_open_until_used(unit: SqlUnit) -> None:
    unit.decisions.add(decision())
    assert unit.decisions.open_drafts(CASE)[0] == (draft("1"), DraftState.OFFERED)
    unit.decisions.set_draft_state(DraftId("dr_1"), DraftState.INSERTED)
    assert unit.decisions.open_drafts(CASE)[0] == (draft("1"), DraftState.INSERTED)
    unit.decisions.set_draft_state(DraftId("dr_1"), DraftState.EDITED)
    assert unit.decisions.draft_state(DraftId("dr_1")) is DraftState.EDITED
    assert unit.decisions.open_drafts(CASE) == []


def test_the_open_draft_is_the_newest_of_its_conversation(unit: SqlUnit) -> None:
    unit.decisions.add(decision(1))
    unit.decisions.add(decision(2))
    unit.decisions.add(decision(3, conversation_id=ConversationId("co_two")))
    assert unit.decisions.open_drafts(CASE)[0] == (draft("2"), DraftState.OFFERED)


def test_feedback_is_kept_with_its_draft(unit: SqlUnit) -> None:
    unit.decisions.add(decision())
    unit.decisions.add_feedback(DraftId("dr_1"), "edited", "901", NOW, {"ratio": 0.8, "diff": ["-a", "+b"]})
    (row,) = unit.connection.execute(select(feedback)).all()
    assert (row.kind, row.agent_id, row.at, row.detail) == (
        "edited",
        "901",
        NOW,
        {"ratio": 0.8, "diff": ["-a", "+b"]},
    )


def test_a_conversation_without_decisions_has_none(unit: SqlUnit) -> None:
    assert unit.decisions.latest(CASE) is None
    assert unit.decisions.of_message(MessageId("me_1")) is None
    assert unit.decisions.since(0) == []


def test_what_was_decided_about_several_messages_is_read_at_once(unit: SqlUnit) -> None:
    unit.decisions.add(decision())
    made = decision().disposition.action
    assert unit.decisions.actions([MessageId("me_1"), MessageId("me_unknown")]) == {MessageId("me_1"): made}
    assert unit.decisions.actions([]) == {}
