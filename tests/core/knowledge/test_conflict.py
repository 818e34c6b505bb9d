from datetime import timedelta

import pytest

from core.knowledge.match import Match, conflicts, disagree, measures
from core.knowledge.stale import STALE_AFTER
from core.model.draft import Sentence, SentenceKind
from core.model.ids import ArticleId, PassageId
from core.model.knowledge import Citation, Hit, Passage
from tests.core import people, samples

MINE = "You can return any item within 30 days of delivery."


def passage(key: str, text: str, age: int = 10) -> Passage:
    return samples.passage(
        id=PassageId(key),
        article_id=ArticleId(key),
        text=text,
        end=len(text),
        updated_at=people.NOW - timedelta(days=age),
    )


def disagreements(theirs: str, *, key: str = "other", score: float = 1.0, age: int = 10) -> list[str]:
    source, other = passage("mine", MINE), passage(key, theirs, age)
    cited = Sentence(text=MINE, kind=SentenceKind.CITED, citation=Citation(passage=source, start=0, end=len(MINE)))
    matches = [
        Match(hit=Hit(passage=p, score=1, similarity=1), score=s, heard=({},), told=())
        for p, s in ((source, 2.0), (other, score + 1))
    ]
    return [finding.text for finding in conflicts((cited,), matches, people.NOW - STALE_AFTER)]


def test_another_number_for_the_same_thing_is_a_conflict() -> None:
    [text] = disagreements("Items can be returned within 28 days of the delivery date.")
    assert "28 days" in text


@pytest.mark.parametrize(
    "theirs",
    [
        "Items can be returned within 30 days of delivery.",
        "Refunds are paid within 5 days.",
        "Items can be returned within 2 hours of delivery by courier.",
        "Items can be returned after delivery.",
    ],
)
def test_the_same_number_another_unit_or_another_matter_is_none(theirs: str) -> None:
    assert disagreements(theirs) == []


def test_the_same_article_does_not_contradict_itself() -> None:
    assert disagreements("Items can be returned within 28 days of delivery.", key="mine") == []


def test_an_old_article_is_not_held_against_a_new_one() -> None:
    assert disagreements("Items can be returned within 28 days of delivery.", age=3000) == []


def test_what_was_hardly_found_does_not_count() -> None:
    assert disagreements("Items can be returned within 28 days of delivery.", score=-0.5) == []


def test_measures_are_read_with_their_units() -> None:
    assert measures("£3.95, 2 to 4 working days, 12% or 24 Stunden") == {
        ("money", "3.95"),
        ("working day", "2"),
        ("%", "12"),
        ("stund", "24"),
    }


def test_two_lines_disagree_whichever_comes_first() -> None:
    theirs = "Items can be returned within 28 days of the delivery date."
    assert disagree(MINE, theirs)
    assert disagree(theirs, MINE)
    assert not disagree(MINE, MINE)
