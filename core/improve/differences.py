"""A draft and what was sent instead, sentence by sentence: which were changed, added, or taken out. Pure.

The two are aligned in their order (Needleman and Wunsch 1970), a pair counting as far as it is alike: by its words, or
by its meaning where the words are others."""

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import groupby

import numpy as np

from core.knowledge.passages import lines
from core.ports import Encoder, Vector

PAIRED = 0.5  # likeness below which a sentence was not changed but taken out, and another added
_GAP = PAIRED / 2
_SPACE = re.compile(r"\s+")
_BESIDE = re.compile(r"[\s.,;:“”\"'’()–—-]+")
_LONGEST = 60  # sentences of a reply that are compared


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One sentence before and after; empty where there was none. `place` is where it stands, 0 to 1."""

    before: str
    after: str
    place: float = 0.0


def sentences(text: str) -> list[str]:
    """In their order, each in one line."""
    return [found for line in lines(text) if (found := _SPACE.sub(" ", line.text).strip())][:_LONGEST]


def plain(sentence: str) -> str:
    """What is the same but for capitals, spaces and small signs is the same."""
    return _BESIDE.sub(" ", sentence.casefold()).strip()


def differences(draft: str, sent: str, encoder: Encoder, ours: Set[str] = frozenset()) -> list[Difference]:
    """What differs by more than small signs. What only moved to another place does not. `ours` are the plain sentences
    of the draft that no article says, courtesies and the like: what stands in the place of one replaces it, in
    whatever words."""
    before, after = sentences(draft), sentences(sent)
    left, right = [plain(each) for each in before], [plain(each) for each in after]
    alike = _likeness(before, after, left, right, encoder)
    pairs = list(_in_place(align(before, after, alike), {i for i, each in enumerate(left) if each in ours}, alike))
    found = [(before[i] if i is not None else "", after[j] if j is not None else "", i, j) for i, j in pairs]
    gone = [plain(b) for b, a, _, _ in found if b and not a]
    come = [plain(a) for b, a, _, _ in found if a and not b]
    return [
        Difference(before=b, after=a, place=_place(i, j, len(before), len(after)))
        for b, a, i, j in found
        if plain(b) != plain(a) and not (not b and plain(a) in gone) and not (not a and plain(b) in come)
    ]


def align(before: Sequence[str], after: Sequence[str], alike: Vector) -> list[tuple[int | None, int | None]]:
    """The pairs of places that together are the most alike, in the order of both; None: has no partner."""
    rows, columns = len(before), len(after)
    best = np.zeros((rows + 1, columns + 1))
    for i in range(rows - 1, -1, -1):
        for j in range(columns - 1, -1, -1):
            pair = best[i + 1, j + 1] + (float(alike[i, j]) - _GAP if alike[i, j] >= PAIRED else -1.0)
            best[i, j] = max(pair, best[i + 1, j], best[i, j + 1])
    return list(_walk(best, alike))


def _walk(
    best: "np.ndarray[tuple[int, int], np.dtype[np.float64]]", alike: Vector
) -> Iterator[tuple[int | None, int | None]]:
    rows, columns = best.shape[0] - 1, best.shape[1] - 1
    i = j = 0
    while i < rows and j < columns:
        if alike[i, j] >= PAIRED and np.isclose(best[i, j], best[i + 1, j + 1] + float(alike[i, j]) - _GAP):
            yield i, j
            i, j = i + 1, j + 1
        elif np.isclose(best[i, j], best[i + 1, j]):
            yield i, None
            i += 1
        else:
            yield None, j
            j += 1
    yield from ((place, None) for place in range(i, rows))
    yield from ((None, place) for place in range(j, columns))


def _in_place(
    pairs: Sequence[tuple[int | None, int | None]], ours: Set[int], alike: Vector
) -> Iterator[tuple[int | None, int | None]]:
    """Of what was taken out and added between two sentences that stayed: each of `ours` with what is most like it."""
    for stays, run in groupby(pairs, key=lambda pair: None not in pair):
        if stays:
            yield from run
            continue
        gap = list(run)
        gone, come = [i for i, _ in gap if i is not None], [j for _, j in gap if j is not None]
        taken = dict[int, int]()
        for i in gone:
            if i in ours and len(taken) < len(come):
                taken[i] = max((j for j in come if j not in taken.values()), key=lambda j: float(alike[i, j]))
        yield from ((i, taken.get(i)) for i in gone)
        yield from ((None, j) for j in come if j not in taken.values())


def _likeness(
    before: Sequence[str], after: Sequence[str], left: Sequence[str], right: Sequence[str], encoder: Encoder
) -> Vector:
    """By words for all; by meaning only for those that have no double on the other side."""
    alike = np.zeros((len(before), len(after)), dtype=np.float32)
    if not before or not after:
        return alike
    same = set(left) & set(right)
    mine = [i for i, text in enumerate(left) if text not in same]
    theirs = [j for j, text in enumerate(right) if text not in same]
    for i, a in enumerate(left):
        for j, b in enumerate(right):
            alike[i, j] = 1.0 if a == b else SequenceMatcher(a=a.split(), b=b.split(), autojunk=False).ratio()
    if mine and theirs:
        meant = encoder.encode([before[i] for i in mine]) @ encoder.encode([after[j] for j in theirs]).T
        for row, i in enumerate(mine):
            for column, j in enumerate(theirs):
                alike[i, j] = max(alike[i, j], float(meant[row, column]))
    return alike


def _place(i: int | None, j: int | None, rows: int, columns: int) -> float:
    if j is not None:
        return j / max(columns - 1, 1)
    return (i or 0) / max(rows - 1, 1)


# ------------------------------------------------------------------
# The words within a changed sentence.

_WORD = re.compile(r"\w+(?:['’]\w+)*|[!?…]+|[\U0001f300-\U0001faff☀-➿]")


@dataclass(frozen=True, slots=True, order=True)
class Swap:
    """A few words in place of others, in lower case; one of both may be empty. `says` are the new ones as they were
    written, with their capitals and signs."""

    before: str
    after: str
    says: str = field(default="", compare=False)


def swaps(before: str, after: str, most: int = 5) -> list[Swap]:
    """Where so few words gave way to so few; none where the sentence was rewritten."""
    spans = [word.span() for word in _WORD.finditer(after)]
    small = tuple([word.casefold() for word in _WORD.findall(text)] for text in (before, after))
    match = SequenceMatcher(a=small[0], b=small[1], autojunk=False)
    found = [
        Swap(
            " ".join(small[0][i1:i2]),
            " ".join(small[1][j1:j2]),
            says=after[spans[j1][0] : spans[j2 - 1][1]] if j2 > j1 else "",
        )
        for tag, i1, i2, j1, j2 in match.get_opcodes()
        if tag != "equal"
    ]
    few = all(len(each.before.split()) <= most and len(each.after.split()) <= most for each in found)
    return found if few and match.ratio() >= 0.5 else []
