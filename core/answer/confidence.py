"""How likely it is that what was found answers the question."""

import math
from collections.abc import Sequence

from core.answer.match import Match, weighed
from core.answer.retrieve import Voice
from core.sense.stems import content

# Fitted by logistic regression to whether the best passage is of an article that answers, over the tuning questions of
# `benchmarks/tuning` and the sandbox's past tickets; none of the questions that are reported on.
THRESHOLD = 0.37
_INTERCEPT = -7.13
_WEIGHTS = {"similarity": 4.28, "nearest": 6.03, "headed": 1.76, "coverage": 1.94, "length": 0.22, "gap": 3.55}
_USUAL_LENGTH = 6  # content words of a question by text message


def confidence(voices: Sequence[Voice], matches: Sequence[Match], known: float | None = None) -> float:
    """0 to 1; 0 when nothing was found. `known` is how sure the intent is, None where intents cannot be told.

    Of a story the whole counts half, and the sentence that finds most the other half: much in a long mail has nothing
    to do with what it asks."""
    if not matches:
        return 0.0
    whole, *sentences = [_logistic(features(place, voice, matches)) for place, voice in enumerate(voices)]
    return (whole + max(sentences)) / 2 if sentences else whole


def _logistic(found: dict[str, float]) -> float:
    return 1 / (1 + math.exp(-_INTERCEPT - sum(weight * found[name] for name, weight in _WEIGHTS.items())))


def features(place: int, voice: Voice, matches: Sequence[Match]) -> dict[str, float]:
    """What the estimate looks at for one voice, each about 0 to 1."""
    ranked = sorted(matches, key=lambda match: -weighed(match.heard[place]))
    heard = [match.heard[place] for match in ranked]
    best, others = ranked[0], [m for m in ranked if m.passage.article_id != ranked[0].passage.article_id]
    behind = weighed(others[0].heard[place]) if others else weighed(best.heard[place]) - 1
    return {
        "similarity": max(traits["similarity"] for traits in heard),
        "nearest": max(traits["nearest"] for traits in heard[:3]),
        "headed": max(traits["headed"] for traits in heard[:3]),
        "coverage": heard[0]["coverage"],
        "length": math.log2(max(1, len(content(voice.text))) / _USUAL_LENGTH),
        "gap": min(1.0, max(0.0, weighed(heard[0]) - behind)),
    }
