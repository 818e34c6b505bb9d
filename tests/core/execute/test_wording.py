from dataclasses import replace

import pytest

from core.answer.style import StyleCard
from core.execute.plan_words import FOLLOW_UP, LONGEST_TEXT, Frame, automatic_text, follow_up_text
from core.model.draft import Draft, Sentence, SentenceKind
from core.model.ids import ArticleId, PassageId
from core.model.knowledge import Citation
from core.text.courtesies import BUILT_IN
from tests.core.samples import draft, passage

STYLE = StyleCard(company="Larkfield")


def cited(*passages: tuple[str, str]) -> Draft:
    """A draft with one sentence of each (passage, address)."""
    sources = [
        passage(id=PassageId(name), article_id=ArticleId(f"ar_{url or name}"), title=f"Title {name}", url=url)
        for name, url in passages
    ]
    sentences = tuple(
        Sentence(
            text=f"Sentence {number}.",
            kind=SentenceKind.CITED,
            paragraph=number,
            citation=Citation(passage=source, start=0, end=10),
        )
        for number, source in enumerate(sources)
    )
    return draft(sentences=sentences)


def test_each_source_is_named_once() -> None:
    text = automatic_text(cited(("a", "https://x.example/1"), ("b", "https://x.example/1"), ("c", "")), "en", STYLE)
    assert text.count("https://x.example/1") == 1
    assert "Title c" in text


def test_the_answer_comes_first_then_its_sources_then_who_wrote_it() -> None:
    text = automatic_text(cited(("a", "https://x.example/1")), "en", STYLE)
    places = [text.index(words) for words in ("Sentence 0.", "https://x.example/1", "Larkfield's virtual assistant")]
    assert places == sorted(places)


def test_an_answer_without_any_link_still_tells_who_wrote_it() -> None:
    assert "virtual assistant" in automatic_text(cited(("a", "")), "en", STYLE)


def test_on_a_phone_there_are_no_empty_lines_within_the_answer() -> None:
    text = automatic_text(
        cited(("a", "https://x.example/1"), ("b", "https://x.example/2")), "en", STYLE, Frame(compact=True)
    )
    assert "Sentence 0.\nSentence 1." in text


def test_a_language_that_the_company_does_not_write_gets_english() -> None:
    one = cited(("a", "https://x.example/1"))
    assert automatic_text(one, "pl", STYLE) == automatic_text(one, "en", STYLE)


def test_on_a_phone_a_long_answer_is_cut_at_a_sentence_before_twilio_would_refuse_it() -> None:
    long = cited(*((f"p{number}", "https://x.example/1") for number in range(200)))
    text = automatic_text(long, "en", STYLE, Frame(compact=True))
    assert "Sentence 0." in text
    assert "Sentence 199." not in text
    assert "virtual assistant" in text
    assert len(text) <= LONGEST_TEXT


@pytest.mark.parametrize("compact", [True, False])
@pytest.mark.parametrize("language", sorted(BUILT_IN))
def test_every_automatic_reply_and_question_carries_the_way_to_a_person_in_its_language(
    language: str, compact: bool
) -> None:
    lines = BUILT_IN[language]
    way = lines.exit if compact else lines.way_to_a_person
    assert lines.agent.casefold() in way.casefold()
    short, long = cited(("a", "")), cited(*((f"p{number}", "https://x.example/1") for number in range(200)))
    for one in (short, long):
        for disclosed in (True, False):
            frame = Frame(compact=compact, disclosed=disclosed)
            assert automatic_text(one, language, STYLE, frame).endswith(way)
    assert follow_up_text(language, STYLE, compact=compact).endswith(way)


@pytest.mark.parametrize("language", sorted(FOLLOW_UP))
def test_a_follow_up_asks_nothing_so_that_thanks_end_it(language: str) -> None:
    assert "?" not in follow_up_text(language, STYLE)
    assert set(FOLLOW_UP) == set(BUILT_IN)


@pytest.mark.parametrize("language", sorted(BUILT_IN))
def test_who_writes_is_told_where_it_is_to_be_disclosed_and_not_each_time(language: str) -> None:
    one = cited(("a", ""))
    for compact in (True, False):
        first = automatic_text(one, language, STYLE, Frame(compact=compact))
        again = automatic_text(one, language, STYLE, Frame(compact=compact, disclosed=False))
        assert any(line in first for line in STYLE.disclosures)
        assert not any(line in again for line in STYLE.disclosures)
        assert len(again) < len(first)


def test_on_a_call_the_way_to_a_person_is_said_as_one_does_there() -> None:
    assert automatic_text(cited(("a", "")), "en", STYLE, Frame(spoken=True)).endswith("press 0 for a person.")


def test_what_was_understood_stands_on_top() -> None:
    frame = Frame(understood="I understand this is about a late parcel.")
    assert automatic_text(cited(("a", "")), "en", STYLE, frame).startswith(frame.understood)


def test_a_card_without_short_lines_says_the_long_ones() -> None:
    bare = replace(BUILT_IN["en"], signature="", exit="")
    style = StyleCard(company="Larkfield", languages={"en": bare})
    assert style.ending("en", compact=True) == style.ending("en")
