import pytest

from core.measure.statistics import Share


def test_the_interval_is_wilsons() -> None:
    # Newcombe 1998, table I: 81 of 263, Wilson's score interval.
    share = Share(hits=81, cases=263)
    assert share.value == pytest.approx(0.3080, abs=1e-4)
    assert [share.low, share.high] == pytest.approx([0.2553, 0.3662], abs=1e-4)


def test_of_no_cases_anything_may_be_true() -> None:
    nothing = Share(hits=0, cases=0)
    assert (nothing.value, nothing.low, nothing.high, str(nothing)) == (None, 0.0, 1.0, "no case yet")


def test_the_interval_has_a_width_where_nothing_was_found() -> None:
    assert 0.01 < Share(hits=0, cases=300).high < 0.02
    half = Share(hits=50, cases=100)
    assert (round(half.low, 3), round(half.high, 3)) == (0.404, 0.596)


@pytest.mark.parametrize(("hits", "cases"), [(0, 10), (10, 10)])
def test_the_interval_stays_between_nothing_and_everything(hits: int, cases: int) -> None:
    share = Share(hits=hits, cases=cases)
    assert 0 <= share.low <= hits / cases <= share.high <= 1


def test_more_than_all_is_refused() -> None:
    with pytest.raises(ValueError, match="no share"):
        Share(hits=3, cases=2)
