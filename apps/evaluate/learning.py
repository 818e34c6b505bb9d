"""What `handrail eval answers` learns from labelled questions, and how surely it would judge those it has not seen."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from apps.bootstrap.offline import fit
from apps.evaluate.judge import Seen
from core.answer.head import AnswerHead, Labelled

ENOUGH = 100  # labelled questions with an answer: from fewer nothing is learned
FOLDS = 5
_GROUPS = 2**16


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """The reader, fitted to all questions; `unseen` is each question as judged by one that did not see it."""

    reader: AnswerHead
    unseen: tuple[Seen, ...]


def learned(questions: Sequence[str], seen: Sequence[Seen], answerable: Sequence[bool]) -> Learned | None:
    """None where there are fewer than ENOUGH questions with an answer. A question asked twice is one and the same."""
    if sum(answerable) < ENOUGH:
        return None
    groups = [zlib.crc32(" ".join(asked.casefold().split()).encode()) % _GROUPS for asked in questions]
    rows = [_labelled(*row) for row in zip(seen, answerable, groups, strict=True)]
    unseen = list(seen)
    for fold in range(FOLDS):
        reader = fit([one for row, group in zip(rows, groups, strict=True) if group % FOLDS != fold for one in row])
        for place, (one, group) in enumerate(zip(seen, groups, strict=True)):
            if group % FOLDS == fold:
                unseen[place] = replace(one, sure=reader.sure(one.evidence) if one.evidence else 0.0)
    return Learned(reader=fit([one for row in rows for one in row]), unseen=tuple(unseen))


def _labelled(seen: Seen, answered: bool, group: int) -> list[Labelled]:
    """As it is, and as it would be without its articles: every label tells both."""
    found = [(seen.evidence, answered), (seen.without, False)]
    # Folds go by the rest of division by five here, by three there: so that they do not coincide.
    return [Labelled(evidence=e, answered=a, group=group // FOLDS) for e, a in found if e is not None]
