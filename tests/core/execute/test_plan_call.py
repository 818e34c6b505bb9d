"""What a caller hears of a plan, and what they do not."""

from dataclasses import replace
from typing import Any

from core.answer.style import StyleCard
from core.execute.plan import plan_call
from core.execute.planning import DeliverySettings, Planning
from core.model.customer import Channel
from core.model.decision import Action
from core.model.effect_payloads import Said, TicketUpdatePayload
from core.model.outbound import Effect, EffectKind
from tests.core import samples
from tests.core.rules import policy
from tests.core.samples import payload_of

SID = "CA" + "1a" * 16
BOOKED = "Booked: Wednesday 11 March, 13:00. Order 104599 is noted.\n\nPress zero for a person."
THEN = TicketUpdatePayload(note=f"Told:\n{BOOKED}")
TOLD = samples.text(channel=Channel.VOICE, body=BOOKED, choices=("Yes",), then=THEN)
TEXTED = samples.text(body=BOOKED)


def plan(action: Action = Action.AUTO_REPLY, **changes: Any) -> Planning:
    said = samples.message(1, channel=Channel.VOICE, address=SID, text="Yes.")
    decision = samples.decision(action, **{"draft": None, **changes})
    return Planning(
        policy=policy(), settings=DeliverySettings(), style=StyleCard(), case=samples.case(said), decision=decision
    )


def booking() -> Effect:
    said = (
        Said(kind=EffectKind.MESSAGE, target=SID, payload=TOLD),
        Said(kind=EffectKind.MESSAGE, target="+447700900123", payload=TEXTED),
    )
    made = payload_of(samples.effect(EffectKind.APPOINTMENT))
    gone = "That time was taken. Shall I look for another?\n\nWrite AGENT for a person."
    return samples.effect(EffectKind.APPOINTMENT, payload=replace(made, said=said, gone=gone))


def test_nothing_is_asked_while_the_calendar_is_asked() -> None:
    assert [effect.kind for effect in plan_call(plan(), [booking()])] == [EffectKind.APPOINTMENT]


def test_what_was_booked_is_said_as_it_can_be_listened_to() -> None:
    (effect,) = plan_call(plan(), [booking()])
    spoken, texted = (each.payload for each in payload_of(effect).said)
    assert "Order 1 0 4 5 9 9 is noted." in spoken.body
    assert spoken.then.note == f"Told:\n{spoken.body}"
    assert spoken.on_call == ""
    assert spoken.choices == ()
    assert texted == TEXTED


def test_a_time_that_was_taken_is_told_without_what_to_write() -> None:
    (effect,) = plan_call(plan(), [booking()])
    assert payload_of(effect).gone == "That time was taken. Shall I look for another?"


def test_a_caller_hears_something_after_a_turn_in_which_nothing_is_said() -> None:
    (said,) = plan_call(plan(Action.SUGGEST), [])
    assert payload_of(said).body == "What would you like to know?"


def test_who_is_handed_over_without_a_notice_is_not_asked_anything_more() -> None:
    assert plan_call(plan(Action.HANDOFF), []) == []
