"""What the offers did, and when nothing can be said of it."""

from core.journey.measure import is_comparable, results
from core.model.journey import OfferCount, OfferState


def count(state: OfferState, offers: int, wrote: int) -> OfferCount:
    return OfferCount(rule="payment", state=state, offers=offers, wrote=wrote)


def test_offers_are_compared_with_the_held_out() -> None:
    counts = [count(OfferState.DECLINED, 10, 2), count(OfferState.ACCEPTED, 5, 4), count(OfferState.HELD_OUT, 4, 1)]
    (result,) = results(counts)
    assert (result.wrote.hits, result.wrote.cases) == (6, 15)
    assert (result.wrote_held_out.hits, result.wrote_held_out.cases) == (1, 4)
    assert is_comparable(counts)


def test_a_name_that_comes_only_with_a_yes_compares_nothing() -> None:
    counts = [count(OfferState.DECLINED, 10, 0), count(OfferState.ACCEPTED, 5, 4), count(OfferState.HELD_OUT, 4, 0)]
    assert not is_comparable(counts)
    assert not is_comparable([])
