from dataclasses import replace

from connectors.sql.store import SqlStore
from core.model.quality import Part, Review, Score
from tests.connectors.sql.samples import NOW, SECOND, conversation, customer


def test_a_reviewers_newest_word_on_a_part_holds(store: SqlStore) -> None:
    first = Review(
        conversation_id=conversation().id,
        part=Part.TONE,
        reviewer="priya@larkfield.example",
        score=Score.GOOD,
        said=Score.GOOD,
        at=NOW,
        note="fine",
    )
    second = replace(first, said=Score.FAULTY, at=NOW + SECOND, note="curt")
    other = replace(first, reviewer="tom@larkfield.example")
    with store.begin() as unit:
        unit.customers.save(customer())
        unit.conversations.add(conversation())
        for each in (first, second, other):
            unit.reviews.add(each)
    with store.read() as unit:
        assert unit.reviews.of_conversation(first.conversation_id) == [other, second]
        assert unit.reviews.since(NOW + SECOND) == [second]
