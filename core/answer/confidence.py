"""How likely it is that what was found answers the question."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from core.knowledge.article_index import Lexicon
from core.knowledge.match import Match, Voice
from core.knowledge.retrieve import Found
from core.knowledge.synonyms import concepts
from core.model.ids import ArticleId, PassageId
from core.model.learning import Curve
from core.text.stems import content

# Fitted by logistic regression to whether the draft says everything that was asked for: 244 questions of real customers
# to two companies, the weights of one tried on the other (area under the curve .77, in other languages .83). A fifth is
# what was fitted before to questions without an answer (`benchmarks/tuning`), of which those customers ask too few.
THRESHOLD = 0.55
_ALIGNED = {
    "worth": 6.6, "worth_lead": 0.7, "ahead": 2.4,
    "similarity": 0.16, "nearest": 0.92, "coverage": 0.26, "unheard": -0.22, "length": 0.11, "gap": 0.6, "known": 0.44,
    "aligned": 0.86, "always": -3.17,
}  # fmt: skip
_NOT_ALIGNED = {
    "worth": 6.6, "worth_lead": 0.7, "ahead": 2.4,
    "similarity": 0.42, "nearest": 1.04, "coverage": 0.44, "unheard": -0.28, "length": 0.1, "gap": 0.64, "known": 0.46,
    "always": -2.97,
}  # fmt: skip
_FOREIGN = {"known": 4.0, "ahead": 7.1, "worth_lead": 1.9, "always": -1.32}
_USUAL_LENGTH = 6  # content words of a question by text message
_UNTOLD = 0.6  # how sure an intent is on average, where intents cannot be told
_FIRST = 4
_CROWD = 30  # passages around the best that it must stand out from
_USUAL_SCORE = 4  # of a passage that answers
_OF_THE_BEST = ("said", "fitting", "headed", "named")
_OF_ANY = ("nearest", "coverage", "said", "fitting", "headed", "named")


@dataclass(frozen=True, slots=True, kw_only=True)
class Confidence:
    """Weights over `traits`, fitted to labelled questions; without any, those that Handrail comes with."""

    weights: Mapping[str, float] | None = None

    def of(self, seen: Mapping[str, float]) -> float:
        """0 to 1; 0 for a question without traits, for which nothing was found."""
        if not seen:
            return 0.0
        weights = self.weights or _shipped(seen)
        score = sum(weight * seen.get(name, 0.0) for name, weight in weights.items())
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, score))))


def _shipped(seen: Mapping[str, float]) -> Mapping[str, float]:
    if seen.get("foreign"):
        return _FOREIGN
    return _ALIGNED if "aligned" in seen else _NOT_ALIGNED


def traits(
    found: Found, matches: Sequence[Match], lexicon: Lexicon, known: float | None, *, scoped: bool = False
) -> Mapping[str, float]:
    """What the estimate looks at, each about 0 to 1; nothing when nothing was found. Where the search was `scoped` to
    what the conversation names, everything near is alike: fitted weights may then be others."""
    if not matches:
        return {}
    voices, best = found.voices, matches[0]
    rivals = [match.score for match in matches if match.passage.article_id != best.passage.article_id]
    aligned = [match.aligned for match in matches[:_FIRST] if match.aligned is not None]
    seen = {
        "always": 1.0,
        "similarity": _heard(voices, lambda place: max(match.heard[place]["similarity"] for match in matches)),
        "nearest": _heard(voices, lambda place: best.heard[place]["nearest"]),
        "coverage": _heard(voices, lambda place: best.heard[place]["coverage"]),
        "unheard": _heard(voices, lambda place: lexicon.unheard(concepts(voices[place].text)), best=min),
        "length": math.log2(max(1, len(content(voices[0].text))) / _USUAL_LENGTH),
        "gap": min(1.0, max(0.0, best.score - max(rivals))) if rivals else 1.0,
        "known": _UNTOLD if known is None else known,
        **({"aligned": max(aligned)} if aligned else {}),
        **_more(voices, matches),
        "ahead": _ahead(voices[0].cosines, matches),
        "foreign": float(found.foreign),
    }
    return {**seen, **{f"scoped_{name}": value if scoped else 0.0 for name, value in seen.items()}}


def _more(voices: Sequence[Voice], matches: Sequence[Match]) -> Mapping[str, float]:
    """What only fitted weights look at: how the best stands out from the crowd, and what the next few offer."""
    best, first = matches[0], matches[:_FIRST]
    near = sorted(voices[0].cosines.values(), reverse=True)
    others = matches[1 : 2 * _FIRST + 1]
    aligned = [match.aligned for match in matches if match.aligned is not None]
    return {
        "top": _best(near[:1]),
        "stands_out": _best(near[:1]) - _mean(near[1:_CROWD]),
        "lead": _best(near[:1]) - _best(near[1:2]),
        "worth": best.score / _USUAL_SCORE,
        "worth_lead": best.score - _mean([match.score for match in others]),
        "aligned_best": best.aligned or 0.0,
        "aligned_lead": _best(aligned) - _mean(aligned),
        **{name: best.heard[0].get(name, 0.0) for name in _OF_THE_BEST},
        **{f"any_{name}": _of_any(voices, first, name) for name in _OF_ANY},
    }


def _ahead(cosines: Mapping[PassageId, float], matches: Sequence[Match]) -> float:
    """How far the best article is ahead of the next one, by the nearest of their passages that were weighed."""
    nearest: dict[ArticleId, float] = {}
    for match in matches:
        article, cosine = match.passage.article_id, cosines.get(match.passage.id, 0.0)
        nearest[article] = max(nearest.get(article, 0.0), cosine)
    own = nearest.pop(matches[0].passage.article_id)
    return own - max(nearest.values(), default=0.0)


def _of_any(voices: Sequence[Voice], matches: Sequence[Match], name: str) -> float:
    return _heard(voices, lambda place: max(match.heard[place].get(name, 0.0) for match in matches))


def _best(values: Sequence[float]) -> float:
    return max(values, default=0.0)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _heard(
    voices: Sequence[Voice], value: Callable[[int], float], best: Callable[[Sequence[float]], float] = max
) -> float:
    """Of a story the whole counts half, and the sentence that finds most the other half: much in a long mail has
    nothing to do with what it asks."""
    whole, *sentences = [value(place) for place in range(len(voices))]
    return (whole + best(sentences)) / 2 if sentences else whole


# ------------------------------------------------------------------
# What came of such answers, laid over the estimate.


def calibrated(estimate: float, curve: Curve | None) -> float:
    """The estimate along the curve, 0 to 1. Certainly nothing stays so: there is nothing found that could be right."""
    if curve is None or estimate <= 0.0:
        return estimate
    odds = curve.slope * logit(estimate) + curve.offset
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, odds))))


def logit(share: float) -> float:
    inside = min(1 - 1e-6, max(1e-6, share))
    return math.log(inside / (1 - inside))


# ------------------------------------------------------------------
# How sure an answer must be, for each intent: what a mistake costs differs, and so does how hard the questions are.


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """`of` the intents that have their own; `otherwise` for all others and for questions without intent."""

    otherwise: float = THRESHOLD
    of: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for intent, value in (("otherwise", self.otherwise), *self.of.items()):
            if not 0 <= value <= 1:
                raise ValueError(f"the threshold of {intent} is {value}, not between 0 and 1")

    def for_intent(self, intent: str) -> float:
        return self.of.get(intent, self.otherwise)
