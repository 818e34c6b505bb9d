"""One step of a visitor: kept, and answered with an offer where the policy's rules, caps and chance have one."""

from datetime import datetime, timedelta
from hashlib import sha256

from core.journey.rules import moment
from core.model.journey import JourneyStep, Offer, OfferState
from core.model.outbound import Authority, Effect, EffectKind
from core.policy import Policy
from core.ports import Unit

RULE = "journey_offer"  # the standing approval that offers leave under
LOOKED_BACK = timedelta(hours=24)
SHOWN_WITHIN = timedelta(minutes=5)  # later, the moment has passed
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def stepped(unit: Unit, step: JourneyStep, policy: Policy, now: datetime) -> tuple[str, list[Effect]]:
    """Keep the step. What came of it in one word for the log, and the offer to place."""
    unit.journey.add_step(step)
    journey = policy.journey
    if not journey.rules or now - step.at > SHOWN_WITHIN:
        return "kept", []
    found = moment(unit.journey.steps(step.visitor, now - LOOKED_BACK), journey.rules, now)
    if found is None:
        return "kept", []
    rule, why = found
    if (against := _against(unit, step.visitor, policy, now)) is not None:
        return against, []
    text = _text(policy, rule, step.language)
    offer = Offer(
        visitor=step.visitor,
        rule=rule,
        text=text,
        evidence=why,
        page=step.page,
        at=now,
        expires_at=now + SHOWN_WITHIN,
        language=step.language,
        state=OfferState.HELD_OUT if held_out(step.visitor, journey.holdout) else OfferState.PLANNED,
    )
    unit.journey.add_offer(offer)
    if offer.state is OfferState.HELD_OUT:
        return "held_out", []
    return f"offer_{rule}", [_effect(offer, policy, now)]


def held_out(visitor: str, share: float) -> bool:
    """The same for a visitor at every moment: who is held out is offered nothing at all."""
    drawn = int.from_bytes(sha256(f"journey:{visitor}".encode()).digest()[:8])
    return drawn / 2**64 < share


def _against(unit: Unit, visitor: str, policy: Policy, now: datetime) -> str | None:
    """Which cap keeps an offer from being made; None where none does."""
    journey = policy.journey
    theirs = unit.journey.offers(visitor, now - max(journey.after_no, DAY))
    if any(o.state is OfferState.DECLINED and now - (o.answered_at or o.at) < journey.after_no for o in theirs):
        return "declined_before"
    if sum(now - offer.at < DAY for offer in theirs) >= journey.per_day:
        return "had_one_today"
    return "enough_this_hour" if unit.journey.offered_since(now - HOUR) >= journey.per_hour else None


def _text(policy: Policy, rule: str, language: str) -> str:
    texts = policy.journey.rules[rule].texts
    return texts.get(language) or texts.get("en") or next(iter(texts.values()))


def _effect(offer: Offer, policy: Policy, now: datetime) -> Effect:
    return Effect(
        kind=EffectKind.OFFER,
        key=f"{offer.id}:offer",
        target=offer.visitor,
        payload={"offer": offer.id, "body": offer.text, "ai_generated": False},
        authority=Authority(rule=RULE, policy_version=policy.version),
        created_at=now,
    )
