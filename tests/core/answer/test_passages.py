import itertools

from hypothesis import given
from hypothesis import strategies as st

from core.answer.passages import LONGEST, passages_of, searchable
from tests.core.answer import shop

BLOCKS = st.sampled_from(
    [
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
    assert all(len(p.text) <= max(LONGEST, 1250) for p in found)
    words = sum(len(p.text.split()) for p in found)
    assert words == sum(len(line.split()) for line in article.text.splitlines() if not line.startswith("#"))
