"""The loop's step for what a browser tells."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from core.execute.step import StepContext
from core.model.effect_payloads import OfferPayload
from core.model.event import Event
from core.model.event_payloads import OfferAnswered, PageStep
from core.model.journey import JourneyStep, JourneyStepKind, Offer, OfferState
from core.model.outbound import Authority, Effect, EffectKind
from core.policy import Policy
from core.policy.journey import JourneyRule
from core.ports import Unit


def journey_step(loop: StepContext, event: Event) -> str:
    """A step of a visitor, or their answer to an offer."""
    told = event.payload
    if isinstance(told, OfferAnswered):
        with loop.store.begin() as unit:
            settled = unit.journey.answer(told.offer, event.subject, told.answer, loop.now())
        return f"offer_{told.answer}" if settled else "no_such_offer"
    found = event.payload_as(PageStep)
    step = JourneyStep(
        visitor=event.subject,
        kind=found.kind,
        page=found.page,
        at=event.occurred_at,
        name=found.name,
        seconds=found.seconds,
        language=found.language,
    )
    with loop.store.begin() as unit:
        word, planned = keep_step(unit, step, loop.policy, loop.now())
        fresh = [effect for effect in planned if unit.outbox.add(effect)]
    loop.publish(fresh)
    return word


# ------------------------------------------------------------------
# One step of a visitor: kept, and answered with an offer where the policy's rules, caps and chance have one.


RULE = "journey_offer"  # the standing approval that offers leave under
LOOKED_BACK = timedelta(hours=24)
SHOWN_WITHIN = timedelta(minutes=5)  # later, the moment has passed
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def keep_step(unit: Unit, step: JourneyStep, policy: Policy, now: datetime) -> tuple[str, list[Effect]]:
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
        payload=OfferPayload(offer=offer.id, body=offer.text, ai_generated=False),
        authority=Authority(rule=RULE, policy_version=policy.version),
        created_at=now,
    )


# ------------------------------------------------------------------
# Whether what a visitor went through is a moment to offer help.


def moment(steps: Sequence[JourneyStep], rules: Mapping[str, JourneyRule], now: datetime) -> tuple[str, str] | None:
    """The first rule that fits, and why in plain words; None where none does. `steps` are one visitor's, newest last:
    a moment is there only while its last step is the newest of all."""
    if not steps:
        return None
    found = ((name, _evidence(steps, rule, now)) for name, rule in rules.items())
    return next(((name, why) for name, why in found if why), None)


def _evidence(steps: Sequence[JourneyStep], rule: JourneyRule, now: datetime) -> str:
    newest = steps[-1]
    if not _counts(newest, rule):
        return ""
    # Three different steps that failed once each are no step that fails again and again.
    same = [s for s in steps if _counts(s, rule) and s.name == newest.name and now - s.at <= rule.within]
    if len(same) < rule.times:
        return ""
    return _told(newest, len(same))


def _counts(step: JourneyStep, rule: JourneyRule) -> bool:
    here = not rule.pages or any(_under(step.page, page) for page in rule.pages)
    return step.kind is rule.step and here and step.seconds >= rule.seconds


def _under(page: str, place: str) -> bool:
    """`/checkout` is the place of `/checkout` and `/checkout/payment`, not of `/checkout-help`."""
    return page == place or page.startswith(f"{place.rstrip('/')}/")


def _told(step: JourneyStep, times: int) -> str:
    often = "once" if times == 1 else f"{times} times"
    if step.kind is JourneyStepKind.HESITATED:
        return f"nothing was done on {step.page} for {step.seconds:.0f} s"
    what = {JourneyStepKind.FAILED: step.name or "a step", JourneyStepKind.ERROR: step.name or "an error"}.get(
        step.kind, "the page"
    )
    verb = {JourneyStepKind.FAILED: "failed", JourneyStepKind.ERROR: "came up"}.get(step.kind, "was opened")
    return f"{what} {verb} {often} on {step.page}"
