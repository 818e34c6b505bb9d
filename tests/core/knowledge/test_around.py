import pytest

from core.knowledge.around import AROUND, around
from core.model.knowledge import Citation
from tests.core.samples import TEXT, passage

QUOTE = Citation(passage=passage(), start=0, end=32)
INTRO = "Before you start, keep the device plugged in. "


def test_a_quote_is_shown_with_what_the_article_says_around_it() -> None:
    placed = around(QUOTE, TEXT)
    assert (placed.before, placed.quote, placed.after) == ("", TEXT[:32], TEXT[32:])
    assert not placed.changed


def test_a_passage_that_moved_is_found_at_its_new_place() -> None:
    placed = around(QUOTE, INTRO + TEXT)
    assert (placed.before, placed.quote, placed.changed) == (INTRO, TEXT[:32], False)


@pytest.mark.parametrize("now", ["", "The button is gone in this model."])
def test_an_article_that_no_longer_says_it_shows_what_the_draft_was_written_from(now: str) -> None:
    placed = around(QUOTE, now)
    assert (placed.quote, placed.after, placed.changed) == (TEXT[:32], TEXT[32:], True)


def test_a_long_article_is_cut_between_words_on_both_sides() -> None:
    long = "many words " * 500
    placed = around(QUOTE, long + TEXT + " " + long)
    assert placed.before.startswith("… ")
    assert placed.after.endswith("words …") or placed.after.endswith("many …")
    assert len(placed.before) <= AROUND + 2
    assert placed.quote == TEXT[:32]
