"""The course of a conversation: attempts that did not help, wishes that were not understood, a mood that falls."""

from collections.abc import Iterable, Sequence

from core.model.signals import Feeling, Scored
from core.read.attempt_words import stated_outcome
from core.read.attempts import failed_cycles
from core.read.turn_input import Heard
from core.read.understanding import unrecognised_turns, wants_something

MADE_BY = "rule:course-2"
_UPSET = -0.5  # above this nobody is plainly upset
_NEUTRAL = -0.2  # at or above this nobody is unhappy
_BACK = 5  # turns that a fall is measured over
_STEP = 0.1  # less is no change
_LITTLE = 0.02  # moods near their floor get worse by little
_STEADY = 0.6  # what "negative and worse twice in a row" counts as at least
_OF_MOOD, _OF_FEELING, _OF_ANGER = 0.4, 0.6, 0.4
_CALM_REPORT = 0.5  # of a few words that only say that something did not work
_FEW_WORDS = 8
_STRONG = -0.6  # a mood below this is no calm report
_SIGN = {Feeling.NEGATIVE: -1.0, Feeling.POSITIVE: 1.0}


def level(words: str, feeling: Scored, mood: float, emotions: Sequence[Scored]) -> float:
    """How a turn stands on the scale that a fall is measured on, from -1.4 to 1: the mood hangs on the strength of
    single words, so the reading of the whole and anger are mixed in."""
    sign = next((sign for name, sign in _SIGN.items() if feeling.value == name), 0.0)
    anger = max((emotion.confidence for emotion in emotions if emotion.value == "anger"), default=0.0)
    found = _OF_MOOD * mood + _OF_FEELING * sign * feeling.confidence
    calm = not anger and mood > _STRONG and len(words.split()) <= _FEW_WORDS
    if found < 0 and calm and stated_outcome(words) is False:
        found *= _CALM_REPORT
    return max(-1.4, min(1.0, found - _OF_ANGER * anger * (found < 0)))


def mood_drop(levels: Sequence[float]) -> Scored | None:
    """How far the mood fell from the best of the last turns; at least 0.6 where it was negative and got worse twice."""
    if len(levels) < 2 or levels[-1] > _UPSET:
        return None
    fall = max(levels[-_BACK - 1 : -1]) - levels[-1]
    if _worse_twice(levels[-3:]):
        fall = max(fall, _STEADY)
    if fall < _STEP:
        return None
    records = tuple(f"mood:{mood:+.2f}" for mood in levels[-_BACK - 1 :])
    return Scored(value="mood_drop", confidence=0.8, amount=round(fall, 3), records=records, made_by=MADE_BY)


def _worse_twice(levels: Sequence[float]) -> bool:
    if len(levels) < 3:
        return False
    first, second, third = levels
    return first < _NEUTRAL and first - second >= _LITTLE and second - third >= _LITTLE and first - third >= _STEP


def course(heard: Heard) -> Iterable[Scored]:
    # A bare "no" answers a question of ours and shows no mood.
    levels = heard.levels if wants_something(heard.text) else ()
    found = (failed_cycles(heard), unrecognised_turns(heard), mood_drop(levels))
    return (fact for fact in found if fact is not None)
