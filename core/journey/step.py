"""The loop's step for what a browser tells."""

from typing import TYPE_CHECKING

from core.journey.offer import stepped
from core.model.event import Event
from core.model.journey import JourneyStep, JourneyStepKind, OfferState

if TYPE_CHECKING:
    from core.loop import Loop

ANSWERS = {"accepted": OfferState.ACCEPTED, "declined": OfferState.DECLINED}


def journey_step(loop: "Loop", event: Event) -> str:
    """A step of a visitor, or their answer to an offer."""
    payload = event.payload
    if payload.get("answer") in ANSWERS:
        with loop.store.begin() as unit:
            settled = unit.journey.answer(str(payload["offer"]), event.subject, ANSWERS[payload["answer"]], loop.now())
        return f"offer_{payload['answer']}" if settled else "no_such_offer"
    step = JourneyStep(
        visitor=event.subject,
        kind=JourneyStepKind(payload["kind"]),
        page=str(payload["page"]),
        at=event.occurred_at,
        name=str(payload.get("name", "")),
        seconds=float(payload.get("seconds", 0.0)),
        language=str(payload.get("language", "en")),
    )
    with loop.store.begin() as unit:
        word, planned = stepped(unit, step, loop.policy, loop.now())
        fresh = [effect for effect in planned if unit.outbox.add(effect)]
    loop.publish(fresh)
    return word
