"""What an agent's public comment teaches, and what follows from it."""

from datetime import datetime

from core.coordinate.lease import withdraw
from core.coordinate.policy import Policy
from core.measure.edits import adoption
from core.model.conversation import CaseContext, Message, Role
from core.model.customer import Channel
from core.model.outbound import Authority, Effect, EffectKind
from core.ports import Unit

MESSAGING = frozenset({Channel.SMS, Channel.WHATSAPP})


def learn(unit: Unit, case: CaseContext, comment: Message, policy: Policy, now: datetime) -> list[Effect]:
    """Compare the comment with the open draft, stop what the assistant still had to say, carry the comment to the
    phone when that is where the customer is; the effects that are new."""
    found = unit.decisions.open_draft(case.conversation.id)
    if found is not None:
        draft, state = found
        result = adoption(draft.body, comment.text)
        unit.decisions.set_draft_state(draft.id, result.state)
        detail = {
            "similarity": result.similarity,
            "distance": result.distance,
            "inserted": state == "inserted",
            "draft": draft.body,
            "sent": comment.text,
            "comment": comment.vendor_ref,
        }
        unit.decisions.add_feedback(draft.id, result.state, comment.author, comment.at, detail)
        unit.ledger.append("adoption", {"draft": draft.id, "state": result.state, "by": comment.author}, now)
    # Drafts of earlier turns are overtaken too: the next comment must not be measured against them.
    withdraw(unit, case.conversation, f"{comment.author} has answered", now)
    relay = _relay(case, comment, policy, now)
    return [relay] if relay is not None and unit.outbox.add(relay) else []


def _relay(case: CaseContext, comment: Message, policy: Policy, now: datetime) -> Effect | None:
    """The agent's own words to the channel that the customer last wrote on, when that is not the ticket's own."""
    last = next((m for m in reversed(case.timeline) if m.role is Role.CUSTOMER and m.at < comment.at), None)
    if last is None or last.channel not in MESSAGING or case.customer.phone is None:
        return None
    return Effect(
        kind=EffectKind.MESSAGE,
        key=f"{comment.id}:relay",
        target=case.customer.phone,
        payload={"channel": last.channel, "body": comment.text, "relayed": True},
        authority=Authority(rule="agent_reply", policy_version=policy.version),
        created_at=now,
        conversation_id=case.conversation.id,
    )
