from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.local.files import articles_from
from core.knowledge.link import Fragment, _page, address_at, fragment, link_to_quote
from core.knowledge.passages import lines, passages_of
from core.model.knowledge import Citation
from tests.core.answer import shop

ARTICLES = Path(__file__).parents[3] / "apps/sandbox/company/articles"
URL = "https://help.example/articles/1"
TEXT = """\
## Return it

1. Open the app, then the order.
2. Choose "Return" – it's free & quick.

- In the EU: 14 days.
- In the UK: 14 days.

Plan | Price
Plus | 5 a month
Business | 15 a month"""


def led_to(text: str, quote: str, nth: int = 0) -> str:
    start = -1
    for _ in range(nth + 1):
        start = text.index(quote, start + 1)
    found = fragment(text, start, start + len(quote))
    assert found is not None
    assert _page(text).found(found) is not None
    return str(found)


@pytest.mark.parametrize(
    ("quote", "nth", "expected"),
    [
        ("1. Open the app, then the order.", 0, "Open%20the%20app%2C%20then%20the%20order."),
        ("- In the EU: 14 days.", 0, "In%20the%20EU%3A%2014%20days."),
        ("14 days", 1, "In%20the%20UK%3A-,14%20days"),
        ("Plus | 5 a month", 0, "Plus,5%20a%20month"),
        ("## Return it", 0, "Return%20it"),
        ("month", 1, "15%20a-,month"),
    ],
)
def test_a_fragment_holds_the_words_of_the_page_and_as_much_around_them_as_is_needed(
    quote: str, nth: int, expected: str
) -> None:
    assert led_to(TEXT, quote, nth) == f":~:text={expected}"


def test_hyphens_commas_and_ampersands_are_escaped() -> None:
    assert str(Fragment(start="a-b, c & d", prefix="x-y", suffix="z")) == ":~:text=x%2Dy-,a%2Db%2C%20c%20%26%20d,-z"


def test_a_word_within_another_is_not_taken_for_it() -> None:
    text = "Reorder now. Order later."
    assert _page(text).found(Fragment(start="order")) == (13, 18)


def test_long_quotes_are_named_by_their_first_and_last_words() -> None:
    text = "Before. " + "word " * 50 + "and the very last words of it are these. After."
    found = fragment(text, 8, text.index(" After."))
    assert found is not None
    assert found.end
    assert _page(text).found(found) == (8, text.index(" After."))


def test_an_address_keeps_its_own_fragment_and_one_that_is_none_stays_as_it_is() -> None:
    assert address_at(f"{URL}#top", "Words.", 0, 6) == f"{URL}#top:~:text=Words."
    assert address_at("", "Words.", 0, 6) == ""
    assert address_at(URL, "Words.\n\n- ", 6, 8) == URL


def test_every_line_of_every_article_is_led_to() -> None:
    missed = []
    for article in articles_from(ARTICLES).articles:
        for line in lines(article.text):
            found = fragment(article.text, line.start, line.end)
            assert found is not None, line
            place = _page(article.text).found(found)
            if place is None or words(article.text[slice(*place)]) != words(line.text) or place[0] < line.start:
                missed.append((article.id, line.text, str(found)))
    assert not missed


def words(text: str) -> str:
    return text.lstrip("#-0123456789. ")


def test_a_citation_opens_its_article_at_its_words() -> None:
    article = shop.article("a", "T", TEXT)
    passage = passages_of(article)[0]
    start = article.text.index("Choose")
    citation = Citation(passage=passage, start=start, end=start + 6)
    expected = f"{passage.url}#:~:text=Choose" if passage.url else ""
    assert link_to_quote(citation, article.text) == link_to_quote(citation) == expected


@given(
    st.lists(
        st.sampled_from(["alpha", "beta", "Gamma.", "1.", "- ", "\n", "\n\n", " | ", "-", "漢字", "## "]), max_size=40
    )
)
def test_what_is_found_is_never_before_nor_other_than_the_words(pieces: list[str]) -> None:
    text = " ".join(pieces)
    for line in lines(text):
        found = fragment(text, line.start, line.end)
        if found is not None:
            place = _page(text).found(found)
            assert place is not None
            assert place[0] <= line.end
