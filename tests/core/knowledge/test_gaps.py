from dataclasses import replace
from datetime import timedelta

from core.knowledge.gaps import gap_of, group_gaps
from core.model.ids import ArticleId, ConversationId, MessageId, PassageId
from core.model.knowledge import Gap, Hit
from tests.core import people, samples
from tests.core.answer.shop import asks
from tests.core.encoder import WordEncoder


def hit(article: str, similarity: float) -> Hit:
    passage = samples.passage(id=PassageId(f"{article}-{similarity}"), article_id=ArticleId(article))
    return Hit(passage=passage, score=similarity, similarity=similarity)


def gap(number: int, question: str) -> Gap:
    return Gap(
        message_id=MessageId(f"m{number}"),
        conversation_id=ConversationId(f"c{number}"),
        question=question,
        language="en",
        intent="",
        at=people.NOW + timedelta(minutes=number),
    )


def test_a_gap_holds_the_question_and_what_came_near() -> None:
    case = asks("Do you ship to the moon?")
    hits = [hit("a", 0.6), hit("a", 0.5), hit("b", 0.4)]
    found = gap_of(case, samples.signals(), ["Do you ship to the moon?"], "en", hits)
    assert found is not None
    assert found.question == "Do you ship to the moon?"
    assert [(near.article_id, near.score) for near in found.nearest] == [("a", 0.6), ("b", 0.4)]


def test_personal_data_is_masked() -> None:
    case = asks("hello")
    found = gap_of(case, samples.signals(), ["My mail is jo.doe@mail.example, do you ship abroad?"], "en", [])
    assert found is not None
    assert "jo.doe" not in found.question


def test_without_an_open_question_there_is_no_gap() -> None:
    assert gap_of(asks("hello"), samples.signals(), [], "en", []) is None


def test_alike_questions_are_one_group_and_the_largest_comes_first() -> None:
    asked = [gap(1, "gift cards"), gap(2, "ship to the moon"), gap(3, "ship to the moon please")]
    groups = group_gaps(asked, WordEncoder())
    assert [len(group.gaps) for group in groups] == [2, 1]
    assert groups[0].question == "ship to the moon please"


def test_one_customer_who_asks_twice_is_one_conversation() -> None:
    twice = [gap(1, "gift cards"), replace(gap(2, "gift cards"), conversation_id=ConversationId("c1"))]
    (group,) = group_gaps(twice, WordEncoder())
    assert group.conversations == 1
