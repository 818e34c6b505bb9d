from collections.abc import Iterator
from dataclasses import replace

import pytest

from connectors.sql.store import SqlCorrections, SqlStore, SqlUnit
from core.model.ids import ConversationId, MessageId
from core.model.signals import Correction
from tests.connectors.sql.samples import NOW, conversation, customer

WORD = Correction(
    message_id=MessageId("me_1"),
    conversation_id=ConversationId("co_one"),
    text="it is still not here",
    intent="delivery",
    by="Maria Lopez",
    at=NOW,
)


@pytest.fixture
def unit(store: SqlStore) -> Iterator[SqlUnit]:
    with store.begin() as unit:
        unit.customers.save(customer())
        unit.conversations.add(conversation())
        yield unit


def test_a_correction_comes_back_with_its_number(unit: SqlUnit) -> None:
    assert unit.corrections.newest() == 0
    unit.corrections.add(WORD)
    (found,) = unit.corrections.all()
    assert replace(found, serial=0) == WORD
    assert unit.corrections.newest() == found.serial > 0


def test_the_last_word_on_a_message_holds(unit: SqlUnit) -> None:
    unit.corrections.add(WORD)
    unit.corrections.add(replace(WORD, message_id=MessageId("me_2"), intent="refund"))
    unit.corrections.add(replace(WORD, intent="returns"))
    assert [each.intent for each in unit.corrections.all()] == ["refund", "returns"]


def test_the_model_sees_what_another_process_wrote(store: SqlStore) -> None:
    seen = SqlCorrections(store)
    before = seen.newest()
    with store.begin() as unit:
        unit.customers.save(customer())
        unit.conversations.add(conversation())
        unit.corrections.add(WORD)
    assert seen.newest() > before
    assert [each.text for each in seen.all()] == [WORD.text]
