"""Messages that want the same, put together by their vectors, each group with the words that set it apart. Pure."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from core.ports import Vector
from core.text.stems import STOP, stem

ALIKE = 0.6  # cosine to a group's middle from which a ticket belongs to it
FEWEST = 5
ROUNDS = 12
SEARCHED = 20_000  # tickets among which groups are sought: comparing each with each costs their square
AT_ONCE = 512  # tickets that are compared in one step: what bounds the memory
MERGED = 0.85  # cosine of two groups' middles from which they are one
_WORD = re.compile(r"[^\W\d_]{3,}")
_PLACEHOLDER = re.compile(r"\[[a-z_ ]+\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Tickets that want the same, those nearest to the middle first."""

    name: str
    texts: tuple[str, ...]


def group_texts(texts: Sequence[str], vectors: Vector, alike: float = ALIKE) -> tuple[list[Group], list[str]]:
    """(groups of five tickets or more, the largest first; the tickets left over). Of more than SEARCHED tickets the
    groups are sought in so many of them, evenly through the file; the others join the group that they are near to."""
    some = np.linspace(0, len(texts) - 1, SEARCHED).astype(int) if len(texts) > SEARCHED else slice(None)
    middles = _middles(vectors[some], alike) if texts else []
    if not len(middles):
        return [], list(texts)
    nearest, fits = _assign(vectors, np.stack(middles), alike)
    members = [np.flatnonzero(fits & (nearest == place)) for place in range(len(middles))]
    members = sorted((m for m in members if len(m) >= FEWEST), key=lambda m: (-len(m), int(m[0])))
    ordered = [m[np.argsort(-(vectors[m] @ _unit(vectors[m].mean(axis=0))), kind="stable")] for m in members]
    names = _names([[texts[place] for place in places] for places in ordered])
    inside = {int(place) for places in ordered for place in places}
    groups = [Group(name=n, texts=tuple(texts[p] for p in places)) for n, places in zip(names, ordered, strict=True)]
    return groups, [text for place, text in enumerate(texts) if place not in inside]


def _middles(vectors: Vector, alike: float) -> Sequence[Vector]:
    """Of each group; none where nothing is alike."""
    middles = _seeds(vectors, alike)
    for _ in range(ROUNDS):
        if not len(middles):
            return []
        nearest, fits = _assign(vectors, np.stack(middles), alike)
        kept = [place for place in range(len(middles)) if (fits & (nearest == place)).sum() >= FEWEST]
        middles = _merge([_unit(vectors[fits & (nearest == place)].mean(axis=0)) for place in kept])
    return middles


def _seeds(vectors: Vector, alike: float) -> Sequence[Vector]:
    """One ticket after another either is near a seed or becomes one, those with the most neighbours first; whoever has
    too few of them for a group becomes none."""
    crowd = np.concatenate([(some @ vectors.T >= alike).sum(axis=1) for some in _chunks(vectors)])
    left = crowd >= FEWEST
    seeds = []
    for place in np.argsort(-crowd, kind="stable"):
        if left[place]:
            seeds.append(vectors[place])
            left &= vectors @ vectors[place] < alike
    return seeds


def _assign(vectors: Vector, middles: Vector, alike: float) -> tuple[np.ndarray, np.ndarray]:
    cosines = (some @ middles.T for some in _chunks(vectors))
    nearest, best = zip(*((each.argmax(axis=1), each.max(axis=1)) for each in cosines), strict=True)
    return np.concatenate(nearest), np.concatenate(best) >= alike


def _chunks(vectors: Vector) -> Iterator[Vector]:
    return (vectors[start : start + AT_ONCE] for start in range(0, len(vectors), AT_ONCE))


def _merge(middles: Sequence[Vector]) -> Sequence[Vector]:
    kept: list[Vector] = []
    for middle in middles:
        if all(float(middle @ other) < MERGED for other in kept):
            kept.append(middle)
    return kept


def _names(groups: Sequence[Sequence[str]]) -> list[str]:
    """The words that set each group apart from the others; a number makes two alike names differ."""
    counts = [Counter(stem_ for text in group for stem_ in set(_stems(text))) for group in groups]
    total: Counter[str] = Counter()
    for count in counts:
        total.update(count)
    spelt = Counter((stem(word), word) for group in groups for text in group for word in _words(text))
    names: list[str] = []
    for group, count in zip(groups, counts, strict=True):
        ranked = sorted(count, key=lambda s: (-(count[s] / len(group)) * (count[s] / total[s]) ** 0.5, s))
        best = [
            max((w for (s, w) in spelt if s == chosen), key=lambda w: (spelt[chosen, w], w)) for chosen in ranked[:3]
        ]
        name = "_".join(best) or "group"
        names.append(name if name not in names else f"{name}_{len(names) + 1}")
    return names


def _stems(text: str) -> list[str]:
    return [stem(word) for word in _words(text)]


def _words(text: str) -> list[str]:
    return [word for word in _WORD.findall(_PLACEHOLDER.sub(" ", text.lower())) if word not in STOP]


def _unit(vector: Vector) -> Vector:
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-9), dtype=np.float32)
