"""What an agent's public comment teaches, and what follows from it."""

from datetime import datetime

from core.context.addressed import address_of
from core.coordinate.lease import withdraw
from core.coordinate.policy import Policy
from core.govern.requests import overtaken
from core.measure.replies import adopted, reply
from core.model.conversation import CaseContext, Message, Role
from core.model.customer import WRITTEN
from core.model.outbound import Authority, Effect, EffectKind
from core.ports import Unit


def learn(unit: Unit, case: CaseContext, comment: Message, policy: Policy, now: datetime) -> list[Effect]:
    """Compare the comment with what was offered, inserted and approved, stop what the assistant still had to say, carry
    the comment to the phone when that is where the customer is; the effects that are new."""
    conversation = case.conversation
    sent = reply(unit, conversation.id, comment, now)
    found = unit.decisions.open_draft(conversation.id)
    if found is not None:
        adopted(unit, *found, sent, now)
    # Drafts of earlier turns are overtaken too: the next comment must not be measured against them.
    withdraw(unit, conversation, f"{comment.author} has answered", now)
    relay = _relay(case, comment, policy, now)
    effects = [*overtaken(unit, conversation.id, comment, policy, now), *([relay] if relay is not None else [])]
    return [effect for effect in effects if unit.outbox.add(effect)]


def _relay(case: CaseContext, comment: Message, policy: Policy, now: datetime) -> Effect | None:
    """The agent's own words to the channel that the customer last wrote on, when that is not the ticket's own."""
    last = next((m for m in reversed(case.timeline) if m.role is Role.CUSTOMER and m.at < comment.at), None)
    address = address_of(last, case.customer) if last is not None and last.channel in WRITTEN else None
    if last is None or address is None:
        return None
    return Effect(
        kind=EffectKind.MESSAGE,
        key=f"{comment.id}:relay",
        target=address,
        payload={"channel": last.channel, "body": comment.text, "relayed": True},
        authority=Authority(rule="agent_reply", policy_version=policy.version),
        created_at=now,
        conversation_id=case.conversation.id,
    )
