"""How likely it is that what was found answers the question."""

import math
from collections.abc import Sequence

from core.answer.lexicon import Lexicon
from core.answer.match import Match
from core.answer.synonyms import concepts

# Fitted on 132 public multi-turn questions (MTRAG-UN) and on 800 questions to a help centre, a quarter of which no
# article answers; none of the questions that are reported on.
THRESHOLD = 0.45
_INTERCEPT = -4.95
_WEIGHTS = {"similarity": 3.3, "nearest": 2.9, "headed": 3.8, "coverage": 2.2, "unheard": -2.7}


def features(asked: str, matches: Sequence[Match], lexicon: Lexicon) -> dict[str, float]:
    """What the estimate looks at, each about 0 to 1."""
    best = matches[0]
    return {
        "similarity": max(m.traits["similarity"] for m in matches),
        "nearest": max(m.traits["nearest"] for m in matches[:3]),
        "headed": max(m.traits["headed"] for m in matches[:3]),
        "coverage": best.traits["coverage"],
        "unheard": lexicon.unheard(concepts(asked)),
    }


def confidence(asked: str, matches: Sequence[Match], lexicon: Lexicon) -> float:
    """0 to 1; 0 when nothing was found."""
    if not matches:
        return 0.0
    found = features(asked, matches, lexicon)
    return 1 / (1 + math.exp(-_INTERCEPT - sum(weight * found[name] for name, weight in _WEIGHTS.items())))
