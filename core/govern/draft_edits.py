"""What an agent did with a draft, read off the comment that was sent."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from core.model.draft import DraftState

# A word or two changed in a reply of usual length keeps 0.99 of its words; two unrelated replies share less than 0.35.
ADOPTED_FROM = ((0.99, DraftState.USED), (0.35, DraftState.EDITED), (0.0, DraftState.IGNORED))
# Two people who answer the same question write alike, greeting and all. What nobody inserted counts as the draft's only
# where so much is the same, word for word, that it was copied.
COPIED_FROM = ((0.99, DraftState.USED), (0.8, DraftState.EDITED), (0.0, DraftState.IGNORED))

# Pairs of equal words, beyond which difflib may take minutes: a table of zeros, a line of dashes. Then the longest
# common subsequence counts, which is found at once and is a little kinder.
MOST_PAIRS = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Adoption:
    """`similarity` is difflib's ratio over words, 0 to 1; `distance` the fewest words to put in, take out or
    replace."""

    state: DraftState
    similarity: float
    distance: int


def adoption(draft: str, sent: str, *, note: str = "", inserted: bool = True) -> Adoption:
    """Used, edited or ignored: a draft that was inserted and then rewritten shares few words with what was sent. The
    agent's own `note` that went in with the draft is no change of it."""
    before, after = draft.split(), _without(sent.split(), note.split())
    ratio = 2 * _same(before, after) / (len(before) + len(after)) if before or after else 1.0
    steps = ADOPTED_FROM if inserted else COPIED_FROM
    state = next(state for floor, state in steps if ratio >= floor)
    return Adoption(state=state, similarity=round(ratio, 4), distance=_distance(before, after))


def distance(before: str, after: str) -> int:
    """The fewest words to put in, take out or replace."""
    return _distance(before.split(), after.split())


def share_kept(inserted: str, sent: str) -> float:
    """The share of the inserted words that are still there, in their order; 0 to 1."""
    words = inserted.split()
    return round(_same(words, sent.split()) / len(words), 4) if words else 0.0


def _same(before: Sequence[str], after: Sequence[str]) -> int:
    """How many words stand in both, in the same order."""
    often = Counter(after)
    if sum(often[word] for word in before) > MOST_PAIRS:
        return _in_order(before, after)
    blocks = SequenceMatcher(a=before, b=after, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks)


def _in_order(before: Sequence[str], after: Sequence[str]) -> int:
    """The longest common subsequence, in the bits of one number as below (Crochemore and others 2001)."""
    everywhere = (1 << len(before)) - 1
    places = _places(before)
    open_ = everywhere
    for word in after:
        hit = open_ & places.get(word, 0)
        open_ = ((open_ + hit) | (open_ - hit)) & everywhere
    return len(before) - open_.bit_count()


def _places(words: Sequence[str]) -> dict[str, int]:
    """Where each word stands, as bits."""
    places: dict[str, int] = {}
    for at, word in enumerate(words):
        places[word] = places.get(word, 0) | 1 << at
    return places


def _without(words: Sequence[str], note: Sequence[str]) -> Sequence[str]:
    """The words without the first place where the note stands unchanged."""
    size = len(note)
    places = range(len(words) - size + 1) if size else ()
    found = next((at for at in places if words[at : at + size] == note), None)
    return words if found is None else [*words[:found], *words[found + size :]]


def _distance(before: Sequence[str], after: Sequence[str]) -> int:
    """Levenshtein's, over words, a whole column at a time in the bits of one number (Myers 1999, Hyyrö 2003): a long
    reply is compared in a few milliseconds."""
    if not before:
        return len(after)
    everywhere = (1 << len(before)) - 1
    last = 1 << (len(before) - 1)
    places = _places(before)
    rises, falls, far = everywhere, 0, len(before)
    for word in after:
        same = places.get(word, 0)
        level = same | falls
        steps = (((same & rises) + rises) ^ rises) | same
        more, less = falls | (everywhere & ~(steps | rises)), rises & steps
        far += bool(more & last) - bool(less & last)
        more, less = (more << 1 | 1) & everywhere, (less << 1) & everywhere
        rises, falls = less | (everywhere & ~(level | more)), more & level
    return far
