"""Which clause of the source a clause of the text is about."""

from collections.abc import Sequence

from core.answer.contract.fact import Fault, FaultKind
from core.answer.contract.wording import MEASURES, Clause
from core.knowledge.synonyms import concepts

NEAR = 0.5  # share of a clause's words that another must have to be about the same
ALIKE = 0.7  # … to say the same

# Words of content to the stemmer alone.
_HOLLOW = frozenset({"ihr", "ihnen", "their", "su", "vous", "votre", "nous"}) | frozenset(
    concept
    for word in ["you'd", "you'll", "you're", "you've", "we'd", "we'll", "we're", "we've", "it's", "they're", "that's"]
    for spelt in (word, word.replace("'", "’"))
    for concept in concepts(spelt)
)

Pairs = Sequence[tuple[Clause, list[Clause]]]


def counterparts(clause: Clause, theirs: Sequence[Clause]) -> list[Clause]:
    """The source's clauses that share the most words with this one; several when it is a tie, none when few."""
    words = telling(clause)
    if not words:
        return [other for other in theirs if clause.words and other.words == clause.words]
    shared = [len(words & other.words) for other in theirs]
    most = max(shared, default=0)
    if not words or most / len(words) < NEAR:
        return []
    return [other for other, count in zip(theirs, shared, strict=True) if count == most]


def telling(clause: Clause) -> frozenset[str]:
    """Its words without numbers and units, whose values are compared elsewhere."""
    return frozenset(word for word in clause.words if not word[0].isdigit() and word not in MEASURES | _HOLLOW)


def fault(kind: FaultKind, start: int, end: int, text: str) -> Fault:
    """A fault of the characters from start to end."""
    return Fault(kind=kind, span=(start, end), text=text)
