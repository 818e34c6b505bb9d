"""How far people's votes move an article: never past the bound, fading, and no one person for all."""

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.knowledge.feedback import ONE_VOICE, PRIOR, Fading, lifts, worst
from core.model.ids import ArticleId, ConversationId
from core.model.learning import Reset, Vote
from tests.core.people import NOW

FADING = Fading(most=0.1, half_life=timedelta(days=60))
DAY = timedelta(days=1)


def vote(voter: str, worth: float = 1.0, at: datetime = NOW, article: str = "refunds", intent: str = "refund") -> Vote:
    return Vote(
        conversation_id=ConversationId(f"co_{voter}_{at:%m%d%H%M%S}"),
        intent=intent,
        article_id=ArticleId(article),
        voter=voter,
        day=f"{at:%Y-%m-%d}",
        worth=worth,
        at=at,
    )


def share(*votes: Vote, resets: tuple[Reset, ...] = (), at: datetime = NOW) -> float:
    return next((lift.share for lift in lifts(votes, resets, FADING, at)), 0.0)


def test_the_share_is_the_posterior_mean_within_the_bound() -> None:
    votes = [vote(f"agent {number}") for number in range(4)]
    assert share(*votes) == round(0.1 * 4 / (PRIOR + 4), 6)
    assert share(*(replace(each, worth=-1.0) for each in votes)) == -share(*votes)


def test_nobody_counts_twice_a_day_and_the_newest_word_holds() -> None:
    morning, evening = vote("priya", at=NOW - timedelta(hours=3)), vote("priya", -1.0)
    assert share(morning, evening) == share(evening) < 0


def test_one_voice_weighs_no_more_however_many_days_it_is_raised() -> None:
    daily = [vote("priya", at=NOW - number * DAY) for number in range(50)]
    assert share(*daily) <= round(0.1 * ONE_VOICE / (PRIOR + ONE_VOICE), 6)
    assert share(*daily) < share(vote("priya"), vote("tom"), vote("ana"))


def test_a_vote_fades_by_half_in_its_half_life_and_is_forgotten_at_last() -> None:
    old = vote("priya", at=NOW - FADING.half_life)
    (lift,) = lifts([old], (), FADING, NOW)
    assert lift.up == 0.5
    assert share(vote("priya", at=NOW - FADING.reach)) == 0.0


def test_what_was_said_later_changes_nothing_that_was_decided() -> None:
    assert share(vote("priya"), vote("tom", -1.0, at=NOW + DAY)) == share(vote("priya"))


def test_a_reset_takes_back_what_it_names_and_votes_after_it_count_again() -> None:
    mine = vote("priya", at=NOW - 2 * DAY)
    whole = Reset(at=NOW - DAY, by="sam")
    assert share(mine, resets=(whole,)) == 0.0
    assert share(mine, resets=(replace(whole, article_id="returns"),)) > 0
    assert share(mine, resets=(replace(whole, intent="refund", article_id="refunds"),)) == 0.0
    assert share(mine, vote("tom"), resets=(whole,)) == share(vote("tom"))
    assert share(mine, resets=(replace(whole, at=NOW + DAY),)) > 0, "what is decided again was decided before it"


WORTH = st.floats(-1, 1, allow_nan=False)


@given(st.lists(st.tuples(st.integers(0, 30), WORTH, st.integers(0, 400)), max_size=60))
def test_nothing_leaves_the_bound_whatever_is_voted(cast: list[tuple[int, float, int]]) -> None:
    votes = [vote(f"agent {who}", worth, NOW - age * DAY) for who, worth, age in cast]
    assert abs(share(*votes)) < FADING.most
    assert share(*votes) == share(*reversed(votes)), "the order of the rows says nothing"


@given(st.integers(0, 200), st.integers(0, 200), st.booleans(), st.integers(0, 120))
def test_malicious_thumbs_move_nothing_beyond_their_bound(ups: int, downs: int, for_it: bool, age: int) -> None:
    """One in twenty thumbs is malicious: each by somebody else, all the same way, the honest ones of any age."""
    honest = [vote(f"agent {n}", 1.0 if n < ups else -1.0, NOW - age * DAY) for n in range(ups + downs)]
    bad = [vote(f"bad {n}", 1.0 if for_it else -1.0) for n in range(len(honest) // 19)]
    weight = len(honest) * 0.5 ** (age * DAY / FADING.half_life)
    malicious = len(bad) / (len(bad) + weight) if bad else 0.0
    moved = abs(share(*honest, *bad) - share(*honest))
    assert moved <= worst(malicious, FADING.most) + 2e-6, "the share is rounded to six figures"
    if age == 0:
        assert moved <= 0.01 + 2e-6, "a tenth of the bound, where they are as fresh as the honest ones"
