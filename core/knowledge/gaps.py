"""Questions that no article answers, kept for whoever writes the articles."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.model.conversation import CaseContext
from core.model.knowledge import Gap, Hit, Near
from core.model.signals import Signals
from core.ports import Encoder
from core.privacy.find import of_customer
from core.privacy.mask import redact

NEAREST = 3
LONGEST = 600  # characters of a question that are kept
ALIKE = 0.7  # cosine from which two questions are one


def gap_of(
    case: CaseContext, signals: Signals, unanswered: Sequence[str], language: str, hits: Sequence[Hit]
) -> Gap | None:
    """What to record of a turn whose questions found no answer; None when there are none, or no message."""
    asked = "\n".join(unanswered).strip()
    if not asked or case.latest is None:
        return None
    return Gap(
        message_id=case.latest.id,
        conversation_id=case.conversation.id,
        question=redact(asked, known=of_customer(case.customer))[:LONGEST],
        language=language,
        intent=signals.intent.value if signals.intents else "",
        at=case.now,
        nearest=tuple(_near(hit) for hit in _one_of_each_article(hits)[:NEAREST]),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Questions that ask for the same: the newest one speaks for all of them."""

    gaps: tuple[Gap, ...]

    @property
    def question(self) -> str:
        return self.gaps[0].question

    @property
    def conversations(self) -> int:
        return len({gap.conversation_id for gap in self.gaps})


def group_gaps(gaps: Sequence[Gap], encoder: Encoder, alike: float = ALIKE) -> list[Group]:
    """Alike questions together, the largest group first. A question joins the group whose first one it is nearest to,
    so that a chain of small differences does not make one group of everything."""
    if not gaps:
        return []
    newest = sorted(gaps, key=lambda gap: gap.at, reverse=True)
    # One at a time: a cache keeps on disk what it encodes together, and these are customers' words.
    vectors = np.concatenate([encoder.encode([gap.question]) for gap in newest])
    heads: list[int] = []
    members: dict[int, list[Gap]] = {}
    for place, gap in enumerate(newest):
        nearest = max(heads, key=lambda head: float(vectors[head] @ vectors[place]), default=None)
        if nearest is None or float(vectors[nearest] @ vectors[place]) < alike:
            heads.append(place)
            nearest = place
        members.setdefault(nearest, []).append(gap)
    groups = [Group(gaps=tuple(found)) for found in members.values()]
    return sorted(groups, key=lambda group: -len(group.gaps))


def _near(hit: Hit) -> Near:
    passage = hit.passage
    return Near(
        passage_id=passage.id, article_id=passage.article_id, title=passage.title, score=round(hit.similarity, 4)
    )


def _one_of_each_article(hits: Sequence[Hit]) -> list[Hit]:
    return list({hit.passage.article_id: hit for hit in reversed(hits)}.values())[::-1]
