"""Who says yes to an action: a supervisor, or two, by the buttons of its card, to exactly what the card shows."""

from dataclasses import replace
from datetime import datetime

from core.govern.approvers import Settled, deny, may_approve, reply_to_clicker
from core.model.action import ActionRun, RunState, Yes
from core.model.effect_payloads import ActionPayload
from core.model.outbound import Authority, Effect, EffectKind
from core.model.outreach import Click, Verdict
from core.policy import Policy
from core.ports import Unit
from core.ports.cards import Sign

OWN = "You asked for this yourself: somebody else has to say yes."
CARD = "action_card"
BY_CUSTOMER, BY_AGENT = "action", "agent_action"


def effect_of(run: ActionRun) -> Effect:
    """The run on its way to the system, under the word of whoever asked for it."""
    return Effect(
        kind=EffectKind.ACTION,
        key=f"{run.id}:do",
        target=run.call.action,
        payload=ActionPayload(run=run.id, digest=run.call.digest),
        authority=Authority(rule=BY_AGENT if run.asked_by else BY_CUSTOMER, policy_version=run.policy_version),
        created_at=run.created_at,
        conversation_id=run.conversation_id,
    )


def card_of(unit: Unit, run: ActionRun, policy: Policy, now: datetime) -> Effect:
    """The question to the supervisors."""
    return Effect(
        kind=EffectKind.SLACK_POST,
        key=f"{run.id}:card",
        target=policy.outreach.channel,
        payload=replace(unit.cards.action(run, now).payload, run_id=run.id),
        authority=Authority(rule=CARD, policy_version=policy.version),
        created_at=now,
        conversation_id=run.conversation_id,
    )


def redrawn(unit: Unit, run: ActionRun, now: datetime) -> list[Effect]:
    """The card as the run stands; none where it was not posted yet."""
    if not run.slack_ts:
        return []
    return [
        Effect(
            kind=EffectKind.SLACK_UPDATE,
            key=f"{run.id}:card:{run.state}:{len(run.yes)}",
            target=f"{run.slack_channel}:{run.slack_ts}",
            payload=unit.cards.action(run, now).payload,
            authority=Authority(rule=CARD, policy_version=run.policy_version),
            created_at=now,
            conversation_id=run.conversation_id,
        )
    ]


def settle_action(
    unit: Unit, click: Click, email: str | None, policy: Policy, now: datetime
) -> tuple[Settled, ActionRun]:
    """A yes or a no of somebody who may say it. Whoever asked for it says no yes to it; the second yes of the same
    person counts once; what was decided, has lapsed or shows something else changes nothing. The run is as it
    stands then.

    Raises KeyError where there is no such run."""
    run = unit.actions.take(click.approval_id)
    if run is None:
        raise KeyError(click.approval_id)
    if not may_approve(email, policy):
        return deny(unit, click, policy, now), run
    if click.verdict is Verdict.APPROVE and run.asked_by and run.asked_by.casefold() == (email or "").casefold():
        words = unit.cards.notice(OWN, Sign.FORBIDDEN)
        return Settled(result="own_request", effects=(reply_to_clicker(click, words, policy, now),)), run
    run = replace(run, slack_channel=click.channel, slack_ts=click.ts)
    if click.verdict not in (Verdict.APPROVE, Verdict.REJECT):
        return Settled(result="no_such_button"), run
    if run.state is not RunState.AWAITING or click.digest != run.call.digest:
        result = "settled_before" if run.state is not RunState.AWAITING else "digest_differs"
        return Settled(result=result, effects=tuple(redrawn(unit, run, now))), run
    if run.expires_at <= now:
        return Settled(result="expired"), run
    facts = {"action": run.id, "verdict": click.verdict, "by": email, "digest": click.digest}
    unit.ledger.append("approval", facts, now)
    if click.verdict is Verdict.REJECT:
        rejected = replace(run, state=RunState.REJECTED, settled_at=now, error=click.reason)
        unit.actions.save(rejected)
        return Settled(result="rejected", effects=tuple(redrawn(unit, rejected, now))), rejected
    said = [each for each in run.yes if each.email.casefold() != (email or "").casefold()]
    yes = Yes(email=email or "", name=click.user_name, at=now)
    agreed = replace(run, yes=(*said, yes))
    agreed = replace(agreed, state=RunState.READY if agreed.approved else RunState.AWAITING)
    unit.actions.save(agreed)
    leaves = [effect_of(agreed)] if agreed.approved else []
    word = "approved" if agreed.approved else "one_of_two"
    return Settled(result=word, effects=(*leaves, *redrawn(unit, agreed, now))), agreed
