import itertools
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.knowledge.passages import LONGEST, Shape, lines, passages_of, searchable
from tests.core.answer import shop

BLOCKS = st.sampled_from(
    [
        "这是一个很长的句子。" * 60,
        "漢" * 1500,
        "ก็" * 900,
        "👩‍👩‍👧" * 300,
        "x" * 5000,
        "1. " + "A step of many words. " * 80,
        "## A heading",
        "### Deeper",
        "One sentence. Another one!",
        "1. Step\n2. Step",
        "- a\n- b",
        "A | B\nc | d",
        "x" * 400,
        "Intro:",
        "word " * 250,
        "Ümläut 3. Mai.",
    ]
)


def test_each_section_is_a_passage_under_its_heading() -> None:
    found = passages_of(shop.article("a", "Refunds", shop.REFUNDS))
    assert [p.path for p in found] == [(), ("Time after we start the refund",), ("Follow your refund",)]


def test_deeper_headings_stand_under_their_parents() -> None:
    found = passages_of(shop.article("a", "T", "## One\n\n### Two\n\nText.\n\n## Three\n\nMore."))
    assert [p.path for p in found] == [("One", "Two"), ("Three",)]


def test_a_list_stays_with_the_sentence_that_introduces_it() -> None:
    text = "x" * 890 + ".\n\nDo this:\n\n1. One\n2. Two"
    found = passages_of(shop.article("a", "T", text))
    assert found[-1].text == "Do this:\n\n1. One\n2. Two"


def test_what_is_searched_for_includes_title_and_headings() -> None:
    found = passages_of(shop.article("a", "Refunds", shop.REFUNDS))
    assert searchable(found[2]).startswith("Refunds – Follow your refund\n")


def test_ids_are_stable_and_follow_the_text() -> None:
    first, again = (passages_of(shop.article("a", "T", "Some text.")) for _ in range(2))
    changed = passages_of(shop.article("a", "T", "Other text."))
    assert first[0].id == again[0].id != changed[0].id


@given(st.lists(BLOCKS, max_size=12))
def test_passages_are_spans_that_lose_no_sentence(blocks: list[str]) -> None:
    article = shop.article("a", "T", "\n\n".join(blocks) or "-")
    found = passages_of(article)
    assert all(article.text[p.start : p.end] == p.text for p in found)
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))
    assert all(len(p.text) <= 2 * LONGEST for p in found)
    left = list(article.text)
    for p in found:
        left[p.start : p.end] = [" "] * len(p.text)
    assert not [line for line in "".join(left).splitlines() if line.strip() and not line.startswith("#")]


ANY = st.text(
    alphabet=st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("a。.!?\n\n#-|1 ,")), max_size=400
)


@settings(deadline=None)
@given(st.lists(st.one_of(ANY, ANY.map(lambda text: text * 20)), max_size=4).map("\n".join))
def test_every_visible_character_of_any_text_is_in_exactly_one_passage_or_heading(text: str) -> None:
    article = shop.article("a", "T", text or "-")
    found = passages_of(article)
    assert all(article.text[p.start : p.end] == p.text == p.text.strip() != "" for p in found)
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))
    headings = [(line.start, line.end) for line in lines(article.text) if line.shape is Shape.HEADING]
    covered = {place for start, end in [*headings, *((p.start, p.end) for p in found)] for place in range(start, end)}
    assert all(place in covered or character.isspace() for place, character in enumerate(article.text))


@pytest.mark.parametrize(
    "paragraph",
    [
        "One sentence of it. " * 25,
        "x" * 500,
        "这是一个很长的句子" * 55,
        "- item\n" * 70,
        "a | b\n" * 80,
        "am 3. Mai " * 50,
        "J. " * 160,
        "👩‍👩‍👧" * 100,
        "## Heading\n\nText.\n\n" * 25,
        "." * 500,
    ],
)
@pytest.mark.parametrize("length", [200_000, pytest.param(1_000_000, marks=pytest.mark.exhaustive)])
def test_a_long_text_is_cut_in_seconds_whatever_it_is(paragraph: str, length: int) -> None:
    article = shop.article("a", "T", (paragraph * (length // len(paragraph))).strip())
    began = time.process_time()
    found = passages_of(article)
    assert time.process_time() - began < 20 * length / 1_000_000
    assert found[-1].end == len(article.text)


def test_a_sentence_is_not_torn_unless_it_is_very_long() -> None:
    sentence = "word, " * 200 + "end."
    (found,) = passages_of(shop.article("a", "T", sentence))
    assert found.text == sentence


@pytest.mark.parametrize("text", ["漢字" * 1000, "ภาษาไทย" * 400, "👩‍👩‍👧" * 300])  # fmt: skip
def test_a_script_without_spaces_is_cut_into_pieces_the_encoder_reads_whole(text: str) -> None:
    found = passages_of(shop.article("a", "T", text))
    assert "".join(p.text for p in found) == text
    assert all(len(p.text) <= LONGEST // 2 for p in found)
    assert not any(p.text.startswith(("\u200d", "\u0e31")) for p in found)


@pytest.mark.parametrize("megabytes", [1, pytest.param(5, marks=pytest.mark.exhaustive)])
def test_megabytes_are_cut_in_seconds(megabytes: int) -> None:
    lines = "One sentence of it. Another, a little longer than that!\n\n- item\n\n" * 15_600
    article = shop.article("a", "T", lines * megabytes)
    began = time.process_time()
    assert len(article.text) > 1_000_000 * megabytes
    assert passages_of(article)
    assert time.process_time() - began < 6 * megabytes
