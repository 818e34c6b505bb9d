"""A supervisor's click: settled once, by somebody who may, for exactly the bytes that were shown."""

from dataclasses import dataclass, replace
from datetime import datetime

from core.coordinate.policy import Policy
from core.govern.hours import next_allowed
from core.model.outbound import Authority, Effect, EffectKind
from core.model.outreach import Approval, ApprovalState, Click, Proposal
from core.outreach.card import outcome_card, section
from core.ports import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What a click came to, and the effects that follow from it. `result` goes to the event's record."""

    result: str
    effects: tuple[Effect, ...] = ()


def settle_click(unit: Unit, click: Click, email: str | None, policy: Policy, now: datetime) -> Settled:
    """Approve or reject. A second click, an expired card or an edited one changes nothing."""
    if not may_approve(email, policy):
        return denied(unit, click, policy, now)
    before = unit.approvals.get(click.approval_id)
    approval = unit.approvals.settle(click, now)
    if approval is None:
        return _unsettled(before, click, policy, now)
    facts = {"approval": click.approval_id, "verdict": click.verdict, "by": email, "digest": click.digest}
    unit.ledger.append("approval", facts, now)
    messages = _messages(approval.proposal, policy, now) if approval.state is ApprovalState.APPROVED else []
    held = sum(m.not_before is not None and m.not_before > now for m in messages)
    note = _note(len(messages) - held, held) if messages else ""
    return Settled(result=approval.state, effects=(*messages, _card(approval, click, policy, now, note)))


def may_approve(email: str | None, policy: Policy) -> bool:
    return email is not None and email.lower() in {a.lower() for a in policy.outreach.approvers}


def denied(unit: Unit, click: Click, policy: Policy, now: datetime) -> Settled:
    """Whoever may not approve changes nothing, and everybody in the channel sees it."""
    unit.ledger.append("approval_denied", {"approval": click.approval_id, "user": click.user_id}, now)
    return Settled(result="not_allowed", effects=(_not_allowed(click, policy, now),))


def _note(now: int, held: int) -> str:
    later = f" {held} {'waits' if held == 1 else 'wait'} until the recipients' allowed hours." if held else ""
    return f"{now} {'is' if now == 1 else 'are'} being sent now.{later}"


def _unsettled(before: Approval | None, click: Click, policy: Policy, now: datetime) -> Settled:
    if before is None:
        return Settled(result="unknown_approval")
    if before.state is not ApprovalState.PENDING:
        return Settled(result="settled_before")
    if before.proposal.expires_at <= now:
        expired = Approval(proposal=before.proposal, state=ApprovalState.EXPIRED)
        return Settled(result="expired", effects=(_card(expired, click, policy, now, ""),))
    return Settled(result="digest_differs")


def _messages(proposal: Proposal, policy: Policy, now: datetime) -> list[Effect]:
    return [
        replace(
            proposal.message_to(recipient, now),
            not_before=next_allowed(now, policy.outreach, recipient.time_zone, recipient.address),
        )
        for recipient in proposal.recipients
    ]


def _card(approval: Approval, click: Click, policy: Policy, now: datetime, note: str) -> Effect:
    blocks = outcome_card(approval, note)
    return Effect(
        kind=EffectKind.SLACK_UPDATE,
        key=f"{approval.proposal.id}:outcome:{approval.state}",
        target=f"{click.channel}:{click.ts}",
        payload={"text": f"Outreach {approval.state}", "blocks": blocks},
        authority=Authority(rule="approval_card", policy_version=policy.version),
        created_at=now,
    )


def _not_allowed(click: Click, policy: Policy, now: datetime) -> Effect:
    said = "may not approve messages to customers; nothing was sent."
    return Effect(
        kind=EffectKind.SLACK_POST,
        key=f"{click.approval_id}:denied:{click.user_id}",
        target=click.channel,
        payload={"text": f"{click.user_name} {said}", "blocks": [section(f":warning: <@{click.user_id}> {said}")]},
        authority=Authority(rule="approval_card", policy_version=policy.version),
        created_at=now,
    )
