"""The test for harm may be looked at after every contact, and seldom cries wolf."""

import random
from collections.abc import Iterator

import pytest

from core.measure.statistics import ALPHA, evidence


def contacts(seed: int, treated: int, held_out: int, times: float, most: int) -> Iterator[bool]:
    """First contacts in their order; each of the treated is that many times as likely to be the next."""
    chance = random.Random(seed)
    left = {True: treated, False: held_out}
    for _ in range(most):
        theirs = times * left[True]
        from_treated = chance.random() < theirs / (theirs + left[False])
        left[from_treated] -= 1
        yield from_treated


def stopped(times: float, runs: int, treated: int = 900, held_out: int = 100, most: int = 150) -> float:
    found = (evidence(treated, held_out, contacts(seed, treated, held_out, times, most)) for seed in range(runs))
    return sum(each.harmful for each in found) / runs


def test_a_message_that_changes_nothing_is_seldom_stopped_though_looked_at_after_every_contact() -> None:
    assert stopped(1.0, 800) <= ALPHA


def test_a_message_that_helps_is_hardly_ever_stopped() -> None:
    assert stopped(0.5, 200) <= 0.01


def test_a_message_that_makes_people_call_is_stopped() -> None:
    assert stopped(5.0, 100, treated=500, held_out=500, most=60) > 0.99
    assert stopped(2.0, 100, treated=500, held_out=500, most=200) > 0.95


def test_it_says_after_which_contact_it_was_clear() -> None:
    found = evidence(100, 100, [True] * 12)
    assert found.after is not None
    assert found.after < 12
    assert found.against > 1 / ALPHA
    assert not evidence(100, 100, [True] * (found.after - 1)).harmful


def test_once_clear_it_stays_so() -> None:
    assert evidence(100, 100, [*[True] * 12, *[False] * 40]).harmful


def test_without_a_contact_there_is_no_evidence() -> None:
    assert (evidence(10, 10, []).against, evidence(10, 10, []).harmful) == (1.0, False)


@pytest.mark.parametrize(("treated", "held_out"), [(0, 5), (5, 0)])
def test_one_arm_alone_tells_nothing(treated: int, held_out: int) -> None:
    with pytest.raises(ValueError, match="both arms"):
        evidence(treated, held_out, [])


def test_more_contacts_than_people_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="more contacts than people"):
        evidence(1, 5, [True, True])
