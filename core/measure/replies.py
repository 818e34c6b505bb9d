"""A reply that was sent, held against what the agent was offered, what they inserted and what was approved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.govern.draft_edits import ADOPTED_FROM, adoption, distance, kept
from core.model.conversation import Message
from core.model.draft import Draft, DraftState
from core.model.ids import ConversationId
from core.model.insertion import OF_DRAFT, Compared, Fate, InsertedFrom, Insertion
from core.ports import Unit

# An insertion that another agent's comment shares less with is not in it: its author may still be writing.
THEIRS_FROM = ADOPTED_FROM[1][0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A public comment of an agent with what went into it, oldest first."""

    comment: Message
    inserted: Sequence[Compared] = ()

    @property
    def to_inserted(self) -> int | None:
        """Words by which it differs from everything inserted, one after the other; None where nothing was. What was
        inserted twice, or taken out again for something else, counts by its best fit: the nearest of the whole and
        its parts."""
        texts = [each.insertion.text for each in self.inserted]
        whole = ["\n\n".join(texts)] if texts else []
        return min((distance(text, self.comment.text) for text in (*whole, *texts)), default=None)


def reply(unit: Unit, conversation_id: ConversationId, comment: Message, now: datetime) -> Reply:
    """Compare what is open with the comment, and write down what became of it."""
    fates = [_fate(each, comment) for each in unit.insertions.open(conversation_id)]
    theirs = [each for each in fates if each.insertion.agent == comment.author or each.fate.kept >= THEIRS_FROM]
    unit.insertions.settle(theirs)
    for each in theirs:
        if each.insertion.source is InsertedFrom.APPROVED:
            facts = {"request": each.insertion.ref, "distance": each.fate.distance, "by": comment.author}
            unit.ledger.append("approved_reply", facts, now)
    return Reply(comment=comment, inserted=theirs)


def _fate(insertion: Insertion, comment: Message) -> Compared:
    words = distance(insertion.text, comment.text)
    fate = Fate(comment=comment.vendor_ref, kept=kept(insertion.text, comment.text), distance=words)
    return Compared(insertion=insertion, fate=fate)


def adopted(unit: Unit, draft: Draft, before: DraftState, sent: Reply, now: datetime) -> None:
    """Write down what became of a draft that was offered when the comment was sent."""
    comment = sent.comment
    took = [each.insertion for each in sent.inserted if _of(each.insertion, draft)]
    note = next((each.note for each in reversed(took) if each.note), "")
    inserted = bool(took) or before is DraftState.INSERTED
    result = adoption(draft.body, comment.text, note=note, inserted=inserted)
    unit.decisions.set_draft_state(draft.id, result.state)
    detail = {
        "similarity": result.similarity,
        "distance": result.distance,
        "inserted": inserted,
        "draft": draft.body,
        "sent": comment.text,
        "comment": comment.vendor_ref,
        **_taken(sent),
    }
    unit.decisions.add_feedback(draft.id, result.state, comment.author, comment.at, detail)
    unit.ledger.append("adoption", {"draft": draft.id, "state": result.state, "by": comment.author}, now)


def _of(insertion: Insertion, draft: Draft) -> bool:
    return insertion.draft_id == draft.id and insertion.source in OF_DRAFT


def _taken(sent: Reply) -> Mapping[str, Any]:
    taken = [each.insertion for each in sent.inserted]
    return {
        "to_inserted": sent.to_inserted,
        "insertions": [
            {"source": each.insertion.source, "kept": each.fate.kept, "distance": each.fate.distance}
            for each in sent.inserted
        ],
        "note": any(each.note for each in taken),
        "left_out": sorted({number for each in taken for number in each.left_out}),
    }
