"""What hangs on messages goes where they go; what an agent moved is read back as it was."""

from dataclasses import replace

import pytest

from connectors.sql.store import SqlStore, SqlUnit
from core.model.conversation import Ground, Join, MergeSuggestion, Move
from core.model.ids import ConversationId, MessageId, TicketId
from core.model.knowledge import Gap
from tests.connectors.sql import samples
from tests.connectors.sql.samples import NOW, SECOND

ONE, OTHER, TEXT = ConversationId("co_one"), ConversationId("co_other"), MessageId("me_1")


@pytest.fixture(autouse=True)
def _stored(store: SqlStore) -> None:
    gap = Gap(message_id=TEXT, conversation_id=ONE, question="?", language="en", intent="", at=NOW)
    with store.begin() as unit:
        unit.customers.save(samples.customer())
        for name in ("one", "other"):
            unit.conversations.add(samples.conversation(name))
        for number in (1, 2):
            unit.conversations.add_message(samples.message(number))
            unit.decisions.add(samples.decision(number))
        unit.gaps.add(gap)


def offered(unit: SqlUnit, name: ConversationId) -> str | None:
    found = next(iter(unit.decisions.open_drafts(name)), None)
    return found[0].id if found else None


def test_a_message_goes_with_its_decision_its_draft_and_its_gap(store: SqlStore) -> None:
    with store.begin() as unit:
        unit.threads.shift([TEXT], OTHER)
    with store.read() as unit:
        assert [m.id for m in unit.conversations.messages(OTHER)] == [TEXT]
        assert [d.id for d in unit.decisions.of_conversation(OTHER)] == ["de_1"]
        assert (offered(unit, ONE), offered(unit, OTHER)) == ("dr_2", "dr_1")
        assert [m.id for m in unit.conversations.messages(ONE)] == ["me_2"]


def test_a_move_remembers_the_grounds_that_its_messages_stood_on(store: SqlStore) -> None:
    before = Join(message_id=TEXT, conversation_id=ONE, ground=Ground.ALIKE, words="é\ud83d", score=0.71, at=NOW)
    move = Move(
        id="mv_1",
        origin=ONE,
        to=OTHER,
        messages=(TEXT,),
        by="Maria Lopez",
        at=NOW,
        before=(before,),
        tickets=(TicketId("42"),),
    )
    move = replace(move, tickets=(TicketId("42"),))
    undone = replace(move, undone_at=NOW + SECOND)
    with store.begin() as unit:
        unit.threads.note_move(move)
        assert unit.threads.move("mv_1") == move
        unit.threads.note_move(undone)
    with store.read() as unit:
        assert unit.threads.moves(ONE) == unit.threads.moves(OTHER) == [undone]


def test_a_ground_can_be_taken_away(store: SqlStore) -> None:
    with store.begin() as unit:
        unit.threads.join(Join(message_id=TEXT, conversation_id=ONE, ground=Ground.AGENT, at=NOW))
        unit.threads.unjoin([TEXT])
        assert unit.threads.joins(ONE) == []


def test_what_may_be_one_matter_is_told_on_either_side_until_somebody_settles_it(store: SqlStore) -> None:
    asked = MergeSuggestion(conversation_id=OTHER, other_id=ONE, score=0.6, at=NOW)
    settled = replace(asked, settled_at=NOW + SECOND, merged=True, by="Maria Lopez")
    with store.begin() as unit:
        unit.threads.suggest(asked)
        assert unit.threads.suggestions(ONE) == unit.threads.suggestions(OTHER) == [asked]
        assert unit.threads.suggestion(ONE) is None
        unit.threads.suggest(settled)
    with store.read() as unit:
        assert unit.threads.suggestions(ONE) == unit.threads.suggestions(OTHER) == []
        assert unit.threads.suggestion(OTHER) == settled
