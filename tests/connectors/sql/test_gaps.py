from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.sql.store import SqlStore, SqlUnit
from core.model.ids import ArticleId, ConversationId, MessageId, PassageId
from core.model.knowledge import Gap, Near
from tests.connectors.sql.samples import NOW, conversation, customer

GAP = Gap(
    message_id=MessageId("me_1"),
    conversation_id=ConversationId("co_one"),
    question="Do you ship to the moon?",
    language="en",
    intent="shipping",
    at=NOW,
    nearest=(Near(passage_id=PassageId("p1"), article_id=ArticleId("a1"), title="Shipping", score=0.41),),
)


@pytest.fixture
def unit(store: SqlStore) -> Iterator[SqlUnit]:
    with store.begin() as unit:
        unit.customers.save(customer())
        unit.conversations.add(conversation())
        yield unit


def test_a_gap_comes_back_as_it_was(unit: SqlUnit) -> None:
    assert unit.gaps.add(GAP)
    assert unit.gaps.since() == [GAP]


def test_a_message_has_one_gap(unit: SqlUnit) -> None:
    assert unit.gaps.add(GAP)
    assert not unit.gaps.add(replace(GAP, question="something else"))
    assert unit.gaps.since() == [GAP]


def test_gaps_are_listed_newest_first_from_a_moment_on(unit: SqlUnit) -> None:
    later = replace(GAP, message_id=MessageId("me_2"), at=NOW + timedelta(hours=1))
    unit.gaps.add(GAP)
    unit.gaps.add(later)
    assert unit.gaps.since() == [later, GAP]
    assert unit.gaps.since(NOW + timedelta(minutes=1)) == [later]
