"""Replies to the company's own matters by the quality score, and how the page tells it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from apps.train.exercises import Promoted
from core.answer.answer import Answer, Ready
from core.answer.style import StyleCard
from core.measure.reply import Asked, Matter, score_reply
from core.model.decision import Decision
from core.model.ids import PassageId, TicketId
from core.model.knowledge import Passage
from core.model.quality import Part, Quality, Score
from core.ports import Now, Store, Unit

NEAR = 3  # passages found for a question, any of which answers it
SEARCHED = 8  # passages that a sentence is looked for in
SAYS = {
    Part.GROUNDED: "Grounded: what is stated has its source",
    Part.COMPLETE: "Complete: every question is answered",
    Part.TONE: "Tone: the style card is kept",
    Part.POLICY: "Policy: no rule is broken",
    Part.HANDOFF: "Handoff: nothing is asked again",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyScorer:
    """By the practice place's own articles, style card and decision about the matter."""

    store: Store
    answer: Callable[[], Answer]
    style: Callable[[], StyleCard]
    now: Now

    def score(self, promoted: Promoted, ticket_id: str, text: str) -> Quality:
        with self.store.read() as unit:
            conversation = unit.conversations.by_ticket(TicketId(ticket_id))
            decision = unit.decisions.latest(conversation.id) if conversation else None
            if decision is None:
                raise LookupError(f"nothing is decided about ticket {ticket_id}")
            passages = _passages(unit, promoted, decision)
        case = replace(promoted.case, now=self.now())
        answer = self.answer()
        ready = answer.prepare(case, decision.signals)
        matter = Matter(
            case=case,
            decision=decision,
            card=self.style().of(case.brand),
            records=promoted.record,
            asked=_asked(ready) if isinstance(ready, Ready) else (),
            passages=passages,
            find=lambda words: [hit.passage for hit in answer.search(words, SEARCHED, case.brand)],
        )
        return score_reply(text, matter)


def _passages(unit: Unit, promoted: Promoted, decision: Decision) -> list[Passage]:
    """What was found for the matter, and the articles that were cited then."""
    found = [PassageId(each) for each in decision.retrieved]
    then = unit.articles.of_articles(list(promoted.cites)) if promoted.cites else []
    return unit.articles.passages(list(dict.fromkeys([*found, *then])))


def _asked(ready: Ready) -> tuple[Asked, ...]:
    return tuple(
        Asked(words=part.asked, passages=frozenset(match.passage.id for match in part.matches[:NEAR]))
        for part in ready.answered
    )


def as_words(quality: Quality) -> list[dict[str, Any]]:
    """Each part with its causes; `passed` is None where nobody can tell."""
    return [
        {
            "says": SAYS[each.part],
            "passed": None if each.score is Score.UNKNOWN else each.score is Score.GOOD,
            "because": " ".join(ground.what for ground in each.grounds) if each.score is not Score.GOOD else "",
        }
        for each in quality.parts
    ]


def fate_of(promoted: Promoted) -> str:
    """Who was to have it then, and from which articles."""
    cited: Sequence[str] = list(promoted.cites.values())
    return f"Then it went to {promoted.owner}." + (f" Cited then: {'; '.join(cited)}." if cited else "")
