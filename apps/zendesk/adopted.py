"""What became of what we had for an agent's reply, as the sidebar shows it."""

from collections.abc import Mapping, Sequence
from typing import Any

from core.govern.draft_edits import ADOPTED_FROM
from core.model.decision import Decision
from core.model.draft import DraftState
from core.model.ids import ConversationId
from core.model.insertion import Compared, InsertedFrom
from core.ports import Unit

Json = dict[str, Any]


def adoption_view(unit: Unit, conversation_id: ConversationId, decision: Decision | None) -> Json | None:
    """Used, edited or ignored, and by how many words the reply differs from the draft, from what was inserted and from
    what was approved; None before there is a reply."""
    if decision is None:
        return None
    if decision.draft is None:
        compared = unit.insertions.compared(conversation_id)
        return _without_draft([each for each in compared if each.insertion.at >= decision.at])
    feedback = unit.decisions.feedback(decision.draft.id)
    measured = [(kind, detail) for kind, detail in feedback if "distance" in detail]
    if not measured:
        return None
    kind, detail = measured[-1]
    comment = detail.get("comment")
    mine = [each for each in unit.insertions.compared(conversation_id) if each.fate.comment == comment]
    return {"state": kind, **_measured(detail), **_taken(mine)}


def _measured(detail: Mapping[str, Any]) -> Json:
    return {
        "distance": detail["distance"],
        "similarity": detail["similarity"],
        "inserted": detail.get("to_inserted"),
    }


def _without_draft(taken: Sequence[Compared]) -> Json | None:
    """Nothing was drafted, but an article, a macro or another answer was taken."""
    if not taken:
        return None
    last = [each for each in taken if each.fate.comment == taken[-1].fate.comment]
    kept = max(each.fate.kept for each in last)
    nearest = min(each.fate.distance for each in last)
    state = DraftState.USED if nearest == 0 else _state(kept)
    return {"state": state, "distance": None, "similarity": kept, "inserted": nearest, **_taken(last)}


def _state(kept: float) -> DraftState:
    return DraftState.EDITED if kept >= ADOPTED_FROM[1][0] else DraftState.IGNORED


def _taken(compared: Sequence[Compared]) -> Json:
    approved = [each.fate.distance for each in compared if each.insertion.source is InsertedFrom.APPROVED]
    return {
        "sources": list(dict.fromkeys(each.insertion.source.value for each in compared)),
        "note": any(each.insertion.note for each in compared),
        "approved": min(approved, default=None),
    }
