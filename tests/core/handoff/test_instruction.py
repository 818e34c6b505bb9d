"""What an agent tells the assistant to say: their own words, and nothing made of them."""

from datetime import timedelta

import pytest

from core.handoff.instruction import (
    HOLDS,
    Fault,
    Instruction,
    by_instruction,
    fault_of,
    instruction_of,
    on_timeline,
    to_you,
)
from core.model.conversation import ASSISTANT, CaseContext, Message, Owner, OwnerKind, Role
from core.model.draft import SentenceKind
from core.model.ids import ArticleId
from tests.core import samples
from tests.core.people import MINUTE, NOW
from tests.core.samples import message

OURS = samples.conversation(owner=ASSISTANT, owner_since=NOW)
GIVEN = Instruction(text='Say "It is free."', by="Maria Lopez", at=NOW)


def given(text: str) -> Instruction:
    return Instruction(text=text, by="Maria Lopez", at=NOW)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ('Say "It is free." and "It comes tomorrow."', ("It is free.", "It comes tomorrow.")),
        ("Sagen Sie „Das Etikett ist kostenlos.“", ("Das Etikett ist kostenlos.",)),
        ("Send her https://larkfield.example/label, please.", ("https://larkfield.example/label",)),
        ('Say "See https://larkfield.example/label."', ("See https://larkfield.example/label.",)),
        ("ask if she has got it", ("Please tell me whether you have got it.",)),
        ("Then ask whether the parcel has arrived.", ("Please tell me whether the parcel has arrived.",)),
        ("Be gentle, she is upset", ()),
        ("", ()),
        ("http://plain.example is not a link that we send", ()),
    ],
)
def test_only_what_is_quoted_linked_or_asked_is_said(text: str, lines: tuple[str, ...]) -> None:
    assert given(text).lines("en") == lines


@pytest.mark.parametrize("pair", ['""', "“”", "„“", "„”", "«»", "»«", "「」", "『』"])
def test_between_two_quotations_of_any_kind_nothing_is_said(pair: str) -> None:
    opens, closes = tuple(pair)
    told = f"Sag ihr {opens}Alles gut.{closes} aber erwähne den Betrugsverdacht nicht {opens}Bis morgen.{closes} Danke"
    assert given(told).lines("de") == ("Alles gut.", "Bis morgen.")
    assert given(told.replace("Alles gut.", "Lang. " * 90)).lines("de") == ("Lang. " * 89 + "Lang.", "Bis morgen.")


@pytest.mark.parametrize(
    "text",
    [
        'Say "It is free." and "It comes',
        'Say "Use the 5" pipe." not the other',
        "Sag „Alles gut.“ aber nicht „mehr",
        '„Alles gut" intern „Betrug“',
        "“He said “no” again.”",
        "Say «Hello”",
        "「全部",
    ],
)
def test_where_a_quotation_has_no_sure_end_nothing_is_said(text: str) -> None:
    assert fault_of(text) is Fault.UNPAIRED
    assert given(text).lines("en") == ()


def test_a_quotation_may_stand_in_the_brackets_of_another() -> None:
    assert given("「画面の『設定』を開く」と伝えて").lines("ja") == ("画面の『設定』を開く",)


@pytest.mark.parametrize("text", ['"{}"', "https://larkfield.example/{}", "ask if {}"])
def test_a_line_that_is_too_long_is_not_cut_but_refused(text: str) -> None:
    assert fault_of(text.format("x" * 500)) is None
    assert fault_of(text.format("x" * 601)) is Fault.TOO_LONG
    assert given(text.format("x" * 601)).lines("en") == ()


def test_what_stands_right_behind_a_link_is_not_of_it() -> None:
    assert given("https://larkfield.example/labelを案内して").lines("ja") == ("https://larkfield.example/label",)


@pytest.mark.parametrize("language", ["de", "es", "fr", "pt", "ja"])
def test_only_in_english_a_question_is_made(language: str) -> None:
    assert given("ask if sie das Etikett hat").lines(language) == ()
    assert not given("ask if sie das Etikett hat").says_something(language)


def test_of_a_question_around_a_quotation_none_is_made() -> None:
    assert given('ask if "the label" works').lines("en") == ("the label",)


@pytest.mark.parametrize(
    ("clause", "question"),
    [
        ("he needs his invoice", "you need your invoice"),
        ("the customer is at home", "you are at home"),
        ("they have their box", "you have your box"),
        ("it works for her", "it works for you"),
        ("her hub is green", "your hub is green"),
    ],
)
def test_what_is_said_of_somebody_is_said_to_them(clause: str, question: str) -> None:
    assert to_you(clause) == f"Please tell me whether {question}."


def case(*after: Message, owner: Owner = ASSISTANT, minutes: int = 1) -> CaseContext:
    conversation = samples.conversation(owner=owner, owner_since=NOW)
    return samples.case(
        message(1), on_timeline(OURS, GIVEN), *after, conversation=conversation, now=NOW + minutes * MINUTE
    )


def test_it_is_found_again_on_the_timeline_with_its_article() -> None:
    kept = Instruction(text="Use this", by="Maria Lopez", at=NOW, article=ArticleId("zendesk:article:7:en-us"))
    found = instruction_of(samples.case(message(1), on_timeline(OURS, kept), conversation=OURS, now=NOW + MINUTE))
    assert found == kept


def test_it_holds_until_somebody_has_spoken_or_a_day_has_gone() -> None:
    spoken = message(9, role=Role.ASSISTANT, at=NOW + MINUTE)
    wrote = message(9, at=NOW + MINUTE)
    person = Owner(kind=OwnerKind.AGENT, id="Maria", name="Maria")
    assert instruction_of(case()) == GIVEN
    assert instruction_of(case(wrote)) == GIVEN
    assert instruction_of(case(spoken)) is None
    assert instruction_of(case(owner=person)) is None
    assert instruction_of(case(minutes=int(HOLDS / MINUTE) + 1)) is None


def test_an_older_one_is_not_taken_up_again_when_the_conversation_comes_back() -> None:
    back = samples.conversation(owner=ASSISTANT, owner_since=NOW + timedelta(hours=1))
    known = samples.case(message(1), on_timeline(OURS, GIVEN), conversation=back, now=NOW + timedelta(hours=2))
    assert instruction_of(known) is None


def test_every_line_rests_on_the_instruction_and_the_article_keeps_its_sources() -> None:
    answered = samples.draft()
    draft = by_instruction(GIVEN, samples.case(message(1)), "de", answered)
    assert draft is not None
    first, said, *rest = draft.sentences
    assert first.text == "Maria Lopez hat mich gebeten, hier weiterzumachen."
    assert (said.text, said.kind) == ("It is free.", SentenceKind.RECORD)
    assert said.record == f"instruction of Maria Lopez, {NOW:%Y-%m-%d %H:%M} UTC"
    assert [s.citation for s in rest] == [s.citation for s in answered.sentences]


def test_of_an_instruction_without_words_nothing_is_made() -> None:
    assert by_instruction(given("Be gentle"), samples.case(message(1)), "en", None) is None
