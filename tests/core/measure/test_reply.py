"""A person's reply by the score of whole conversations: what bears it out, what it leaves open, how it sounds."""

from dataclasses import replace
from datetime import timedelta

import pytest

from apps.style_file import read_style
from core.measure.reply import Asked, Matter, draft_of, score_reply
from core.model.conversation import Role
from core.model.decision import Action
from core.model.draft import SentenceKind
from core.model.ids import ArticleId, PassageId
from core.model.knowledge import Audience, Passage
from core.model.quality import Part, Score
from tests.core import samples

RESET = samples.passage()
BATTERY = "The battery lasts four years. It is a CR123A battery."
CELL = samples.passage(
    id=PassageId("pa_cell"), article_id=ArticleId("ar_cell"), title="Batteries", text=BATTERY, end=len(BATTERY)
)
ASKED = samples.message(1, text="How do I reset it, and which battery does it take?")
GOOD = "Hello Sam,\n\nHold the button for ten seconds. It is a CR123A battery.\n\nKind regards\nMaria"


def matter(*passages: Passage, **changes: object) -> Matter:
    made = Matter(
        case=samples.case(ASKED),
        decision=samples.decision(),
        card=read_style("", "Larkfield Home"),
        passages=passages or (RESET, CELL),
        asked=(
            Asked(words="How do I reset it?", passages=frozenset({RESET.id})),
            Asked(words="Which battery does it take?", passages=frozenset({CELL.id})),
        ),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def parts(text: str, held: Matter | None = None) -> dict[Part, Score]:
    return {each.part: each.score for each in score_reply(text, held or matter()).parts}


def test_what_the_articles_say_and_all_that_was_asked_is_good() -> None:
    assert parts(GOOD) == {
        Part.GROUNDED: Score.GOOD,
        Part.COMPLETE: Score.GOOD,
        Part.TONE: Score.GOOD,
        Part.POLICY: Score.GOOD,
        Part.HANDOFF: Score.UNKNOWN,
    }


def test_a_sentence_that_no_article_bears_out_is_told_with_its_words() -> None:
    found = score_reply(GOOD.replace("CR123A", "CR2032"), matter()).of(Part.GROUNDED)
    assert found.score is Score.FAULTY
    assert "“It is a CR2032 battery.” has no source" in found.grounds[0].what


def test_half_an_answer_names_the_question_that_is_open() -> None:
    found = score_reply("Hold the button for ten seconds.", matter()).of(Part.COMPLETE)
    assert found.score is Score.FAULTY
    assert [ground.what for ground in found.grounds] == ["“Which battery does it take?” was not answered."]


def test_words_that_the_card_forbids_are_a_fault_of_the_tone_alone() -> None:
    held = matter()
    held = replace(held, card=replace(held.card, restricted=("obviously",)))
    found = parts(GOOD.replace("It is", "Obviously it is"), held)
    assert (found[Part.TONE], found[Part.POLICY]) == (Score.FAULTY, Score.GOOD)


@pytest.mark.parametrize(
    ("passage", "why"),
    [
        (replace(RESET, audience=Audience.INTERNAL), "is not for customers"),
        (replace(RESET, updated_at=ASKED.at - timedelta(days=2000)), "was last changed on"),
    ],
)
def test_a_source_that_may_not_be_told_is_a_fault_of_the_policy(passage: Passage, why: str) -> None:
    found = score_reply("Hold the button for ten seconds.", matter(passage))
    assert found.of(Part.GROUNDED).score is Score.GOOD
    assert why in found.of(Part.POLICY).grounds[0].what


def test_an_article_that_was_found_by_hand_bears_a_sentence_out() -> None:
    asked: list[str] = []

    def find(words: str) -> list[Passage]:
        asked.append(words)
        return [CELL]

    assert parts(GOOD, matter(RESET, find=find))[Part.GROUNDED] is Score.GOOD
    assert asked == ["It is a CR123A battery."]


def test_a_line_of_the_companys_systems_bears_a_sentence_out() -> None:
    line = "Order HB-20417: sent on 2026-11-02"
    sentence = draft_of("Order HB-20417: sent on 2026-11-02.", matter(records=(line,))).sentences[0]
    assert (sentence.kind, sentence.record) == (SentenceKind.RECORD, line)


def test_what_somebody_does_is_theirs_to_say_but_no_figure_that_nobody_told() -> None:
    assert parts("I have passed this on to our engineers.")[Part.GROUNDED] is Score.UNKNOWN
    assert parts("I have refunded 49.90 EUR.")[Part.GROUNDED] is Score.FAULTY


def test_asking_again_for_what_was_told_is_a_fault_of_the_handoff() -> None:
    told = samples.message(1, text="It does not work. My order number is HB-20417.")
    held = matter(case=samples.case(told), decision=samples.decision(Action.HANDOFF))
    assert parts("What is your order number?", held)[Part.HANDOFF] is Score.FAULTY
    assert parts("Hold the button for ten seconds.", held)[Part.HANDOFF] is Score.GOOD


def test_without_a_reply_nothing_but_the_handoff_is_told() -> None:
    found = score_reply("", matter(decision=samples.decision(Action.HANDOFF)))
    assert [each.part for each in found.parts if each.score is not Score.UNKNOWN] == [Part.HANDOFF]
    assert found.of(Part.GROUNDED).grounds[0].what == "Nothing was written to the customer."


def test_what_is_masked_is_no_fault() -> None:
    said = samples.message(1, text="Call [phone].")
    held = matter(case=samples.case(said, replace(said, id=samples.message(2).id, role=Role.AGENT)), asked=())
    assert parts("Hello [name],\n\nHold the button for ten seconds.", held)[Part.POLICY] is Score.GOOD
