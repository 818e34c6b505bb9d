import pytest

from core.answer.citations import ASTRAY, MOST, WHOLE, choose_citations
from core.answer.safety_lines import is_safety_line
from core.knowledge.match import Match, Told, quotable
from core.knowledge.passages import passages_of
from core.model.knowledge import Hit, Passage
from tests.core.answer import shop

RETURNS = passages_of(shop.article("returns", "How to return an item", shop.RETURNS))
REFUNDS = passages_of(shop.article("refunds", "How long does a refund take?", shop.REFUNDS))


def match(passage: Passage, score: float, best: int = 0) -> Match:
    told = tuple(
        Told(line=line, score=1.0 if place == best else 0.1) for place, line in enumerate(quotable(passage.text))
    )
    return Match(hit=Hit(passage=passage, score=1, similarity=0.5), score=score, heard=({},), told=told)


def texts(*matches: Match) -> list[str]:
    return [citation.quote for citation in choose_citations(matches)]


def test_a_short_passage_is_quoted_as_it_stands() -> None:
    assert texts(match(RETURNS[1], 2.0, best=1)) == RETURNS[1].text.split("\n")


def test_a_neighbour_that_comes_near_is_added_in_the_articles_order() -> None:
    found = texts(match(RETURNS[1], 2.0), match(RETURNS[0], 1.8))
    assert found[0] == RETURNS[0].text


def test_what_is_far_below_the_best_is_left_out() -> None:
    assert texts(match(RETURNS[0], 2.0), match(REFUNDS[0], 1.0)) == [RETURNS[0].text]


def test_a_close_rival_from_another_article_comes_after() -> None:
    assert texts(match(RETURNS[0], 2.0), match(REFUNDS[0], 1.9)) == [RETURNS[0].text, REFUNDS[0].text]


def test_of_a_long_passage_the_lines_around_the_answer_are_quoted() -> None:
    long = " ".join(f"Sentence number {n} says this and that about hubs." for n in range(20))[: WHOLE + 200] + "."
    passage = passages_of(shop.article("a", "T", long))[0]
    found = texts(match(passage, 2.0, best=5))
    assert [text.split()[2] for text in found] == ["4", "5", "6", "7"]


def test_numbered_steps_are_never_torn_apart() -> None:
    steps = "\n".join(
        f"{n}. Do the thing with the number {n} and then wait for the light to turn." for n in range(1, 11)
    )
    passage = passages_of(shop.article("a", "T", steps))[0]
    assert len(passage.text) > WHOLE
    assert len(texts(match(passage, 2.0, best=4))) == 10


def test_a_text_message_gets_less() -> None:
    brief = choose_citations([match(p, 2.0) for p in (*RETURNS, *REFUNDS)], 150)
    assert sum(citation.end - citation.start for citation in brief) <= 150


def test_the_best_is_quoted_even_where_it_is_too_long() -> None:
    assert [c.quote[:2] for c in choose_citations([match(RETURNS[1], 2.0), match(REFUNDS[0], 2.0)], 20)] == [
        "1.",
        "2.",
        "3.",
    ]


def test_a_reply_stays_readable() -> None:
    many = [match(p, 2.0) for p in (*RETURNS, *REFUNDS)]
    assert sum(len(text) for text in texts(*many)) <= MOST


def test_nothing_found_is_nothing_chosen() -> None:
    assert choose_citations([]) == []


def test_a_paragraph_that_has_nothing_to_do_with_the_question_is_left_out_of_a_short_passage() -> None:
    passage = passages_of(shop.article("a", "T", "Send it back within 30 days.\n\nSent with care from our team."))[0]
    found = match(passage, 2.0)
    astray = Match(
        hit=found.hit,
        score=2.0,
        heard=({},),
        told=(found.told[0], Told(line=found.told[1].line, score=ASTRAY / 2)),
    )
    assert texts(astray) == ["Send it back within 30 days."]
    near = Match(
        hit=found.hit, score=2.0, heard=({},), told=(found.told[0], Told(line=found.told[1].line, score=ASTRAY * 2))
    )
    assert len(texts(near)) == 2


WIRING = """\
The receiver is wired to the boiler.

## Before you begin

- Have a screwdriver at hand.
- Switch the boiler off at the fuse box.

## Wire it

1. Connect live to L.
2. Close the cover.

## Care

Never use water: danger of electric shock.
"""


def test_a_warning_comes_with_the_steps_that_it_stands_before() -> None:
    about, before, steps, care = passages_of(shop.article("wiring", "Wire the receiver", WIRING))
    found = texts(match(steps, 2.0), match(before, 0.1), match(about, 0.1), match(care, 0.1))
    assert found == ["- Switch the boiler off at the fuse box.", "1. Connect live to L.", "2. Close the cover."]
    assert texts(match(about, 2.0), match(before, 0.1)) == ["The receiver is wired to the boiler."]


def test_a_warning_is_not_left_out_for_want_of_room() -> None:
    _, before, steps, _ = passages_of(shop.article("wiring", "Wire the receiver", WIRING))
    brief = choose_citations([match(steps, 2.0), match(before, 0.1)], 40)
    assert brief[0].quote == "- Switch the boiler off at the fuse box."


@pytest.mark.parametrize(
    "line",
    [
        "Wiring work on 230 V must be done by a qualified person.",
        "Vorsicht: Vor dem Öffnen den Netzstecker ziehen.",
        "Peligro de descarga eléctrica.",
        "Coupez le courant au tableau électrique.",
        "Bij gaslucht: ramen open en naar buiten.",
        "感電の恐れがあります。",
    ],
)
def test_lines_that_keep_from_harm_are_known(line: str) -> None:
    assert is_safety_line(line)


@pytest.mark.parametrize(
    "line", ["Choose Devices > Add.", "You can return it within 30 days.", "Der Preis beträgt 5 €."]
)
def test_ordinary_lines_are_no_warnings(line: str) -> None:
    assert not is_safety_line(line)
