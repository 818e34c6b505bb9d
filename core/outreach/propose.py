"""From a business signal to approval cards in Slack, stored before they are shown."""

from datetime import datetime

from core.coordinate.policy import Policy
from core.model.event import Event
from core.model.outbound import Authority, Effect, EffectKind
from core.model.outreach import BusinessSignal, Proposal
from core.outreach.card import approval_card
from core.outreach.plan import proposals
from core.ports import Unit


def propose(unit: Unit, event: Event, policy: Policy, now: datetime) -> list[Effect]:
    """One stored proposal and one card per segment and channel; the cards that are new.

    Raises:
        RejectedError: the policy has no play for the signal, or the signal lacks a fact.
    """
    facts = {name: value for name, value in event.payload.items() if name != "kind"}
    signal = BusinessSignal(event_id=event.id, kind=str(event.payload["kind"]), facts=facts, at=event.occurred_at)
    fresh = [proposal for proposal in proposals(unit, signal, policy, now) if unit.approvals.add(proposal)]
    cards = [_card(proposal, policy, now) for proposal in fresh]
    unit.ledger.append("proposals", {"signal": event.id, "proposals": [p.id for p in fresh]}, now)
    return [card for card in cards if unit.outbox.add(card)]


def _card(proposal: Proposal, policy: Policy, now: datetime) -> Effect:
    text = f"Approve a message to {len(proposal.recipients)} {proposal.segment} customers?"
    return Effect(
        kind=EffectKind.SLACK_POST,
        key=f"{proposal.id}:card",
        target=policy.outreach.channel,
        payload={"text": text, "blocks": approval_card(proposal), "approval_id": proposal.id},
        authority=Authority(rule="approval_card", policy_version=policy.version),
        created_at=now,
    )
