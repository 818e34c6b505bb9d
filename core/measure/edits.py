"""What an agent did with a draft, read off the comment that was sent."""

from dataclasses import dataclass
from difflib import SequenceMatcher

from core.model.draft import DraftState

# A word or two changed in a reply of usual length keeps 0.99 of its words; two unrelated replies share less than 0.35.
ADOPTED_FROM = ((0.99, DraftState.USED), (0.35, DraftState.EDITED), (0.0, DraftState.IGNORED))


@dataclass(frozen=True, slots=True, kw_only=True)
class Adoption:
    """`similarity` is difflib's ratio over words, 0 to 1; `distance` the words inserted, deleted or replaced."""

    state: DraftState
    similarity: float
    distance: int


def adoption(draft: str, sent: str) -> Adoption:
    """Used, edited or ignored: a draft that was inserted and then rewritten shares few words with what was sent."""
    before, after = draft.split(), sent.split()
    matcher = SequenceMatcher(a=before, b=after, autojunk=False)
    distance = sum(max(i2 - i1, j2 - j1) for tag, i1, i2, j1, j2 in matcher.get_opcodes() if tag != "equal")
    ratio = matcher.ratio()
    state = next(state for floor, state in ADOPTED_FROM if ratio >= floor)
    return Adoption(state=state, similarity=round(ratio, 4), distance=distance)
