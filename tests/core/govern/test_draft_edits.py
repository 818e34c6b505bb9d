from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.govern.draft_edits import ADOPTED_FROM, adoption, distance, share_kept
from core.model.draft import DraftState

DRAFT = (
    "Hello Emma, thank you for your message. Hold the button on the back for ten seconds until the light turns blue. "
    "Then open the app and choose add a device. If anything is still open, just reply to this message."
)


@pytest.mark.parametrize(
    ("sent", "state"),
    [
        (DRAFT, DraftState.USED),
        (DRAFT.replace(" ", "\n"), DraftState.USED),
        (DRAFT.replace("ten seconds", "a quarter of a minute"), DraftState.EDITED),
        (DRAFT[: len(DRAFT) // 2], DraftState.EDITED),
        ("I have just refunded the order, it takes three days to arrive.", DraftState.IGNORED),
        ("", DraftState.IGNORED),
    ],
)
def test_what_an_agent_sent_tells_what_became_of_the_draft(sent: str, state: DraftState) -> None:
    assert adoption(DRAFT, sent).state is state


def test_the_distance_counts_words_put_in_taken_out_or_replaced() -> None:
    assert adoption("a b c d", "a b c d").distance == 0
    assert adoption("a b c d", "a x c d").distance == 1
    assert adoption("a b c d", "a c d e f").distance == 3


def test_a_moved_word_costs_two_and_nothing_more() -> None:
    assert distance("a b c d e f", "b c d e f a") == 2
    assert distance("", "a b") == distance("a b", "") == 2


def test_what_is_kept_is_the_share_of_the_inserted_words_in_their_order() -> None:
    assert share_kept("a b c d", "x a b y d") == 0.75
    assert (share_kept("a b", "c d"), share_kept("", "a")) == (0.0, 0.0)


def test_a_note_counts_only_where_it_stands_unchanged() -> None:
    assert adoption("Hi. Wait.", "Hi. So sorry. Wait.", note="So sorry.").distance == 0
    assert adoption("Hi. Wait.", "Hi. Sorry. Wait.", note="So sorry.").distance == 1


@pytest.mark.parametrize(("more", "state"), [(1, DraftState.EDITED), (20, DraftState.IGNORED)])
def test_what_nobody_inserted_is_the_drafts_only_where_nearly_all_is_the_same(more: int, state: DraftState) -> None:
    sent = DRAFT + " More words." * more
    assert adoption(DRAFT, sent, inserted=False).state is state
    assert adoption(DRAFT, sent).state is DraftState.EDITED


def test_two_empty_texts_are_the_same() -> None:
    assert adoption("", "").state is DraftState.USED


def test_a_table_of_zeros_is_compared_at_once() -> None:
    began = process_time()
    assert share_kept("0 " * 1000, "0 1 " * 1000) == 1.0
    assert adoption("0 " * 1000, "0 1 " * 1000).similarity == round(2 * 1000 / 3000, 4)
    assert share_kept("0 1 " * 300, "1 0 " * 300) == round(599 / 600, 4)
    assert process_time() - began < 5


def levenshtein(before: list[str], after: list[str]) -> int:
    """The textbook's way, a row at a time."""
    row = list(range(len(after) + 1))
    for number, word in enumerate(before, 1):
        fresh = [number]
        for at, other in enumerate(after):
            fresh.append(min(fresh[at] + 1, row[at + 1] + 1, row[at] + (word != other)))
        row = fresh
    return row[-1]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from("abcd"), max_size=70), st.lists(st.sampled_from("abcd"), max_size=70))
def test_the_distance_is_the_textbooks(before: list[str], after: list[str]) -> None:
    assert distance(" ".join(before), " ".join(after)) == levenshtein(before, after)


WORDS = st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=12).map(" ".join)


@settings(max_examples=100, deadline=None)
@given(WORDS, WORDS)
def test_every_pair_of_texts_has_one_state_that_fits_its_similarity(draft: str, sent: str) -> None:
    found = adoption(draft, sent)
    assert 0 <= found.similarity <= 1
    assert found.distance >= 0
    assert (found.distance == 0) == (draft.split() == sent.split())
    assert found.state is next(state for floor, state in ADOPTED_FROM if found.similarity >= floor - 0.0001)
