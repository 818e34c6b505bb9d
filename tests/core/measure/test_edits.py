import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.measure.edits import ADOPTED_FROM, adoption
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


def test_two_empty_texts_are_the_same() -> None:
    assert adoption("", "").state is DraftState.USED


WORDS = st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=12).map(" ".join)


@settings(max_examples=100, deadline=None)
@given(WORDS, WORDS)
def test_every_pair_of_texts_has_one_state_that_fits_its_similarity(draft: str, sent: str) -> None:
    found = adoption(draft, sent)
    assert 0 <= found.similarity <= 1
    assert found.distance >= 0
    assert (found.distance == 0) == (draft.split() == sent.split())
    assert found.state is next(state for floor, state in ADOPTED_FROM if found.similarity >= floor - 0.0001)
