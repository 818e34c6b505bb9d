"""What follows when a message did not reach the customer: once more, another way, or a person who knows what to do."""

from dataclasses import replace
from datetime import datetime, timedelta

from core.alerts.raising import add_or_count
from core.consent.reachable import customer_of, mark_bad, suppress
from core.execute.alert import failure_alert, is_waited_for
from core.execute.failures import ALERTED, UNKNOWN, Failure, Remedy, failure_of
from core.execute.undelivered import has_left, note_undelivered
from core.govern.gate import FOLLOW_UP
from core.govern.pause import CODE as PAUSED
from core.model.campaign import MOST_TOLD, SENDING, Campaign, CampaignState
from core.model.conversation import Conversation
from core.model.customer import TEXTED
from core.model.effect_payloads import MessagePayload
from core.model.ids import ApprovalId
from core.model.outbound import Effect
from core.policy import Policy
from core.ports import Unit

ONCE_MORE = frozenset({Remedy.RETRY, Remedy.TEMPLATE})
REOPENED = "a message that failed is tried once more"
ATTEMPTS = 3  # at a campaign that others change at the same moment


def remedy_failure(
    unit: Unit, effect: Effect, code: str, policy: Policy, now: datetime, *, alerted: bool = False
) -> list[Effect]:
    """The effects that are new. `code` is the provider's; `alerted`: supervisors are told of this already.

    Told again of the same failure, nothing happens twice."""
    said = effect.message
    if said is None:
        return []
    if said.channel not in TEXTED:  # the codes are those of texts: elsewhere a person is told, no more
        failure = failure_of(code) if code == PAUSED else UNKNOWN
        return _told(unit, effect, code, failure, policy, now, alerted=alerted)
    failure = failure_of(code)
    unit.ledger.append("undelivered", {"effect": effect.id, "code": code, "remedy": failure.remedy}, now)
    if _may_go_again(said, failure) and _goes_on(unit, effect, failure, policy, now):
        return _added(unit, [once_more(effect, said, failure, now, left=has_left(unit, effect))])
    _recorded(unit, effect, code, failure, now)
    return _told(unit, effect, code, failure, policy, now, alerted=alerted)


def _may_go_again(said: MessagePayload, failure: Failure) -> bool:
    """Once, and no one-time code later: by then it is worth nothing."""
    expires = failure.remedy is Remedy.RETRY and said.code_of is not None
    return failure.remedy in ONCE_MORE and said.again_of is None and not expires


def _goes_on(unit: Unit, effect: Effect, failure: Failure, policy: Policy, now: datetime) -> bool:
    """Whether more may leave under what it left under: a campaign may be over by now."""
    approval_id = effect.authority.approval_id
    return approval_id is None or campaign_goes_on(unit, approval_id, now + _wait(failure), policy, now)


def campaign_goes_on(unit: Unit, campaign_id: ApprovalId, at: datetime, policy: Policy, now: datetime) -> bool:
    """Whether one more message of a campaign may leave at `at`. One that was done is under way again for it, so that
    whatever stops a campaign stops this one, too; but not where its time has passed by then, or news has come since."""
    for _ in range(ATTEMPTS):
        standing = unit.campaigns.get(campaign_id)
        if standing is None or standing.state is not CampaignState.DONE:
            return standing is None or standing.state in SENDING  # none: another kind of approval
        if at >= standing.campaign.not_after or _is_over(unit, standing.campaign, policy):
            return False
        running = replace(standing, state=CampaignState.RUNNING, reason="", changed_at=now, ended_at=None)
        if unit.campaigns.save(running) is not None:
            unit.ledger.append("campaign_reopened", {"campaign": campaign_id, "why": REOPENED}, now)
            return True
    return False


def _is_over(unit: Unit, campaign: Campaign, policy: Policy) -> bool:
    """Whether it has been said since that the matter is over."""
    plays = policy.outreach.plays
    later = (each.campaign for each in unit.campaigns.recent(MOST_TOLD, matter=campaign.matter))
    return any(each.created_at > campaign.created_at and each.play in plays and plays[each.play].ends for each in later)


def _wait(failure: Failure) -> timedelta:
    return failure.wait if failure.remedy is Remedy.RETRY else timedelta(0)


def once_more(effect: Effect, said: MessagePayload, failure: Failure, now: datetime, *, left: bool) -> Effect:
    """The same words to the same address under the same authority. `left`: the provider took the first, so that what
    follows from it has followed; else it follows from this one."""
    wait = _wait(failure)
    again = replace(
        said,
        again_of=effect.key,
        templated=said.templated or failure.remedy is Remedy.TEMPLATE,
        then=None if left else said.then,
        rest_left=said.rest_left or (left and said.rest is not None),
    )
    return replace(
        effect,
        key=f"{effect.key}:again",
        payload=again,
        created_at=now,
        not_before=now + wait if wait else None,
    )


def _recorded(unit: Unit, effect: Effect, code: str, failure: Failure, now: datetime) -> None:
    """What is remembered of the customer or their number."""
    customer = customer_of(unit, effect)
    # Whose number it is nobody knows any more: then the number itself is remembered, for whoever has it next.
    nobodys = failure.remedy is Remedy.SUPPRESS and customer is None
    if failure.remedy is Remedy.BAD_NUMBER or nobodys:
        mark_bad(unit, effect.target, code, now)
    if failure.remedy is Remedy.SUPPRESS and customer is not None:
        suppress(unit, customer, f"Twilio refused a text: the number has opted out (error {code})", now)


def _conversation(unit: Unit, effect: Effect) -> Conversation | None:
    return unit.conversations.get(effect.conversation_id) if effect.conversation_id else None


def _told(
    unit: Unit, effect: Effect, code: str, failure: Failure, policy: Policy, now: datetime, *, alerted: bool
) -> list[Effect]:
    """Whoever has the ticket, supervisors where there is none and somebody waits for it, or by the failure's nature."""
    noted = _noted(unit, effect, code, failure, now)
    unheard = not noted and is_waited_for(effect, code)
    if alerted or not (unheard or failure.remedy in ALERTED):
        return _added(unit, noted)
    return _added(unit, [_alert(effect, code, failure, policy, now), *noted])


def _noted(unit: Unit, effect: Effect, code: str, failure: Failure, now: datetime) -> list[Effect]:
    conversation = _conversation(unit, effect)
    # A question whether all is well was asked by nobody: that it did not arrive needs nobody either.
    if conversation is None or effect.authority.rule == FOLLOW_UP:
        return []
    return note_undelivered(unit, effect, code, failure, now)


def _alert(effect: Effect, code: str, failure: Failure, policy: Policy, now: datetime) -> Effect:
    """All texts that failed by the same code are one alert."""
    error = f" (error {code})" if code else ""
    one = f"A message to {effect.target} did not arrive and needs a person"
    text = f"{'Messages do not get through' if failure.remedy in ALERTED else one}{error}: {failure.meaning}"
    return failure_alert(effect, code, text, policy, now)


def _added(unit: Unit, effects: list[Effect]) -> list[Effect]:
    return [each for effect in effects for each in add_or_count(unit, effect)]
