"""`handrail journey` compares only what can be compared."""

from apps.journey.results import _as_text, _row
from core.journey.measure import results
from core.model.journey import OfferCount, OfferState

(RESULT,) = results([OfferCount(rule="payment", state=OfferState.ACCEPTED, offers=5, wrote=4)])


def test_without_names_on_the_messages_nothing_is_said_of_who_wrote() -> None:
    assert "wrote" not in _as_text(RESULT, compared=False)
    assert "held out   " not in _as_text(RESULT, compared=False)
    assert _row(RESULT, compared=False)["wrote"] is None
    assert _row(RESULT, compared=False)["wrote_held_out"] is None


def test_with_them_both_shares_stand_there() -> None:
    assert "wrote to us       80% (4 of 5" in _as_text(RESULT, compared=True)
    assert _row(RESULT, compared=True)["wrote"]["hits"] == 4
