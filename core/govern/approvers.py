"""Who may decide about what customers are told, what a click came to, and how whoever clicked is told."""

from dataclasses import dataclass, replace
from datetime import datetime

from core.model.campaign import Campaign
from core.model.ids import EffectId, derive_id
from core.model.outbound import Authority, Effect, EffectKind
from core.model.outreach import Click
from core.policy import Outreach, Policy
from core.policy.outreach import Approver
from core.ports import Unit
from core.ports.cards import Rendered, Sign

TOLD = "approval_told"  # the rule under which somebody is told what their click came to


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What a click came to, and the effects that follow from it. `result` goes to the event's record."""

    result: str
    effects: tuple[Effect, ...] = ()


def approver_of(email: str | None, policy: Policy) -> Approver | None:
    """Whom the policy in force knows under this address as somebody who may decide; None for anybody else."""
    address = (email or "").strip().lower()
    if not address:
        return None
    named = policy.outreach.roles.get(address)
    if named is not None:
        return named
    return Approver(email=address) if address in {each.lower() for each in policy.outreach.approvers} else None


def may_approve(email: str | None, policy: Policy) -> bool:
    return approver_of(email, policy) is not None


def people_needed(campaign: Campaign, outreach: Outreach) -> int:
    """How many different persons have to say yes. None: it leaves under a standing rule of the policy."""
    if campaign.people == 0:
        return 0
    large = outreach.second_above is not None and campaign.treated > outreach.second_above
    dear = outreach.second_above_cost is not None and campaign.cost > outreach.second_above_cost
    return max(campaign.people, 2 if large or dear else 1)


def reply_key(click: Click) -> str:
    return f"{click.approval_id}:told:{click.event_id or f'{click.verdict}:{click.user_id}:{click.ts}'}"


def reply_to_clicker(click: Click, words: Rendered, policy: Policy, now: datetime) -> Effect:
    """A word that only whoever clicked can see, once for each click."""
    return Effect(
        kind=EffectKind.SLACK_POST,
        key=reply_key(click),
        target=click.channel or policy.outreach.channel,
        payload=replace(words.payload, ephemeral_to=click.user_id),
        authority=Authority(rule=TOLD, policy_version=policy.version),
        created_at=now,
    )


def told_before(unit: Unit, click: Click) -> bool:
    return unit.outbox.get(EffectId(derive_id("fx", reply_key(click)))) is not None


def deny(unit: Unit, click: Click, policy: Policy, now: datetime) -> Settled:
    """Whoever may not decide changes nothing, and is told so."""
    facts = {"approval": click.approval_id, "verdict": click.verdict, "user": click.user_id}
    unit.ledger.append("approval_denied", facts, now)
    text = "Only the people whom the policy names may decide this; nothing was changed and nothing was sent."
    return Settled(
        result="not_allowed", effects=(reply_to_clicker(click, unit.cards.notice(text, Sign.FORBIDDEN), policy, now),)
    )
