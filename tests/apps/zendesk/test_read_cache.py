from datetime import timedelta

import pytest

from apps.zendesk.read_cache import ReadCache
from core.errors import TransientError
from tests.clock import Clock


@pytest.fixture
def cache() -> ReadCache[str, int]:
    return ReadCache(keep=timedelta(seconds=10))


def test_an_answer_is_made_once_while_it_is_fresh_and_anew_after_that(cache: ReadCache[str, int], clock: Clock) -> None:
    assert cache("a", clock(), lambda: 1) == 1
    clock.forward(timedelta(seconds=9))
    assert cache("a", clock(), lambda: 2) == 1
    clock.forward(timedelta(seconds=1))
    assert cache("a", clock(), lambda: 3) == 3


def test_each_question_has_an_answer_of_its_own(cache: ReadCache[str, int], clock: Clock) -> None:
    assert (cache("a", clock(), lambda: 1), cache("b", clock(), lambda: 2)) == (1, 2)


def test_an_error_is_not_kept(cache: ReadCache[str, int], clock: Clock) -> None:
    def broken() -> int:
        raise TransientError("the store is away")

    with pytest.raises(TransientError):
        cache("a", clock(), broken)
    assert cache("a", clock(), lambda: 4) == 4


def test_a_clock_that_was_set_back_keeps_no_answer_for_ever(cache: ReadCache[str, int], clock: Clock) -> None:
    assert cache("a", clock(), lambda: 1) == 1
    clock.forward(timedelta(hours=-2))
    assert cache("a", clock(), lambda: 2) == 2


def test_who_asked_a_moment_before_the_other_shares_the_answer(cache: ReadCache[str, int], clock: Clock) -> None:
    before = clock()
    clock.forward(timedelta(milliseconds=3))
    assert cache("a", clock(), lambda: 1) == 1
    assert cache("a", before, lambda: 2) == 1
