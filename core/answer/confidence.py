"""How likely it is that what was found answers the question."""

import math
from collections.abc import Callable, Mapping, Sequence

from core.answer.lexicon import Lexicon
from core.answer.match import Match
from core.answer.retrieve import Voice
from core.answer.synonyms import concepts
from core.sense.stems import content

# Fitted by logistic regression to whether the best passage is of an article that answers, over the tuning questions of
# `benchmarks/tuning`, some hundred questions more and the sandbox's past tickets; none of those that are reported on.
THRESHOLD = 0.35
_ALIGNED = {
    "similarity": 0.8, "nearest": 4.6, "coverage": 1.3, "unheard": -1.1, "length": 0.55, "gap": 3.0, "known": 2.2,
    "aligned": 4.3, "always": -7.3,
}  # fmt: skip
_NOT_ALIGNED = {
    "similarity": 2.1, "nearest": 5.2, "coverage": 2.2, "unheard": -1.4, "length": 0.5, "gap": 3.2, "known": 2.3,
    "always": -6.3,
}  # fmt: skip
_USUAL_LENGTH = 6  # content words of a question by text message
_UNTOLD = 0.6  # how sure an intent is on average, where intents cannot be told
_FIRST = 4


def confidence(
    voices: Sequence[Voice], matches: Sequence[Match], lexicon: Lexicon, known: float | None = None
) -> float:
    """0 to 1; 0 when nothing was found. `known` is how sure the intent is, None where intents cannot be told."""
    if not matches:
        return 0.0
    found = features(voices, matches, lexicon, known)
    weights = _ALIGNED if "aligned" in found else _NOT_ALIGNED
    return 1 / (1 + math.exp(-sum(weight * found[name] for name, weight in weights.items())))


def features(
    voices: Sequence[Voice], matches: Sequence[Match], lexicon: Lexicon, known: float | None
) -> Mapping[str, float]:
    """What the estimate looks at, each about 0 to 1."""
    best = matches[0]
    rivals = [match.score for match in matches if match.passage.article_id != best.passage.article_id]
    aligned = [match.aligned for match in matches[:_FIRST] if match.aligned is not None]
    return {
        "always": 1.0,
        "similarity": _heard(voices, lambda place: max(match.heard[place]["similarity"] for match in matches)),
        "nearest": _heard(voices, lambda place: best.heard[place]["nearest"]),
        "coverage": _heard(voices, lambda place: best.heard[place]["coverage"]),
        "unheard": _heard(voices, lambda place: lexicon.unheard(concepts(voices[place].text)), best=min),
        "length": math.log2(max(1, len(content(voices[0].text))) / _USUAL_LENGTH),
        "gap": min(1.0, max(0.0, best.score - max(rivals))) if rivals else 1.0,
        "known": _UNTOLD if known is None else known,
        **({"aligned": max(aligned)} if aligned else {}),
    }


def _heard(
    voices: Sequence[Voice], value: Callable[[int], float], best: Callable[[Sequence[float]], float] = max
) -> float:
    """Of a story the whole counts half, and the sentence that finds most the other half: much in a long mail has
    nothing to do with what it asks."""
    whole, *sentences = [value(place) for place in range(len(voices))]
    return (whole + best(sentences)) / 2 if sentences else whole
