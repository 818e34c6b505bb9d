"""The one transaction in which a turn becomes true: decision, owner and effects, or none of them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from core.errors import ConflictError
from core.govern.consent import withdraw
from core.model.conversation import CaseContext, Message, Role
from core.model.decision import Action, Decision
from core.model.draft import DraftState
from core.model.outbound import Effect
from core.ports import Unit

SPEAKING = frozenset({Action.AUTO_REPLY, Action.HANDOFF})


def commit(unit: Unit, case: CaseContext, decision: Decision, effects: Sequence[Effect], now: datetime) -> list[Effect]:
    """Store the turn; the effects that are new.

    Raises:
        ConflictError: a newer message or another owner came in between. The event is read again and decided anew.
    """
    seen = {message.id for message in case.timeline}
    if any(_turn(m) and m.id not in seen for m in unit.conversations.messages(case.conversation.id)):
        raise ConflictError("somebody wrote while this turn was being decided")
    if not unit.decisions.add(decision):
        return []
    if decision.gap is not None:
        unit.gaps.add(decision.gap)
    disposition = decision.disposition
    if disposition.owner != case.conversation.owner or disposition.action in SPEAKING:
        # Saved even where the owner stays: whoever took the conversation meanwhile is not talked over.
        unit.conversations.save(replace(case.conversation, owner=disposition.owner, updated_at=now))
    if disposition.rule == "opted_out":
        withdraw(unit, case, now)
    if disposition.action is Action.AUTO_REPLY and decision.draft is not None:
        unit.decisions.set_draft_state(decision.draft.id, DraftState.SENT)
    if disposition.action is Action.HANDOFF:
        unit.outbox.cancel(case.conversation.id, "automatic_reply", "a person takes over", now)
    unit.ledger.append("decision", _facts(decision), now)
    return [effect for effect in effects if unit.outbox.add(effect)]


def _turn(message: Message) -> bool:
    return message.public and message.role in (Role.CUSTOMER, Role.AGENT)


def _facts(decision: Decision) -> dict[str, object]:
    return {
        "decision": decision.id,
        "message": decision.message_id,
        "action": decision.disposition.action,
        "rule": decision.disposition.rule,
        "policy": decision.policy_version,
        "draft": decision.draft.id if decision.draft else None,
        "sources": list(dict.fromkeys(c.passage.id for c in decision.draft.cited)) if decision.draft else [],
    }
