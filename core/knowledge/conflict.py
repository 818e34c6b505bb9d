"""Two articles that say different things about the same matter: nobody can tell from them which one is right.

`disagree(a, b) -> bool` compares two sentences or rows, in either order, and needs nothing else.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache

from core.knowledge.match import Match, quotable
from core.knowledge.numerals import numbers
from core.knowledge.sentences import Shape, shape_of
from core.knowledge.synonyms import concepts
from core.model.draft import Finding, Sentence, Severity
from core.model.knowledge import Passage

_ALIKE = 0.7  # share of the shorter line's content words that the other line has too
_FEWEST = 3
_NEAR = 0.8  # how far below the best passage another one may score and still be about the question
_MEASURED = re.compile(
    r"(\d+(?:[.,]\d+)?)(?:\s*(?:to|–|-|bis|a|à)\s*\d+(?:[.,]\d+)?)?\s*(working days?|business days?|days?"
    r"|weeks?|months?|years?|hours?"
    r"|minutes?|werktage?n?|tage?n?|wochen?|monate?n?|jahre?n?|stunden?|%)|[£€$]\s?(\d+(?:[.,]\d+)?)",
    re.IGNORECASE,
)


def conflicts(sentences: Sequence[Sentence], matches: Sequence[Match], fresh_since: datetime) -> Iterable[Finding]:
    """Cited sentences whose number another retrieved article gives otherwise; each pair of articles once.

    An old article is not held against a newer one: it has a finding of its own where it is cited."""
    best = max((match.score for match in matches), default=0.0)
    others = [m.passage for m in matches if m.score >= best - _NEAR and not _old(m.passage, fresh_since)]
    seen: set[tuple[str, str]] = set()
    for place, sentence in enumerate(sentences):
        if sentence.citation is None:
            continue
        source = sentence.citation.passage
        for other in others:
            pair = (source.article_id, other.article_id)
            if pair in seen or not _comparable(source, other):
                continue
            said = next((line.text for line in quotable(other.text) if disagree(sentence.text, line.text)), None)
            if said is not None:
                seen.add(pair)
                text = f"“{other.title}” says otherwise: {said}"
                yield Finding(rule="conflicting_sources", severity=Severity.BLOCK, text=text, sentence=place)


def _old(passage: Passage, fresh_since: datetime) -> bool:
    return passage.updated_at is not None and passage.updated_at < fresh_since


def _comparable(source: Passage, other: Passage) -> bool:
    return other.article_id != source.article_id and other.locale[:2] == source.locale[:2]


def disagree(mine: str, theirs: str) -> bool:
    """About the same thing, with measures of the same unit but no number in common."""
    same_units = {unit for unit, _ in measures(mine)} & {unit for unit, _ in measures(theirs)}
    if not same_units or numbers(mine) & numbers(theirs):
        return False
    if (shape_of(mine) is Shape.ROW) != (shape_of(theirs) is Shape.ROW):
        return False  # a row names a thing, a sentence says what becomes of it
    a, b = (concepts(_MEASURED.sub(" ", text)) for text in (mine, theirs))
    shorter = min(len(a), len(b))
    return shorter >= _FEWEST and len(a & b) / shorter >= _ALIKE


@lru_cache(maxsize=8192)
def measures(text: str) -> frozenset[tuple[str, str]]:
    """(unit, number) of every duration, share and amount."""
    found = set()
    for match in _MEASURED.finditer(text):
        unit = "money" if match[3] else match[2].casefold().rstrip("ns").removesuffix("e")
        found.add((unit, (match[3] or match[1]).replace(",", ".")))
    return frozenset(found)
