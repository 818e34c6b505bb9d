"""What a customer said yes to in the calendar: arranged first, and told once it is true."""

from collections.abc import Mapping, Sequence
from typing import Any

from core.calendar.appointment_words import lines_of
from core.execute.planning import Planning
from core.model.appointment import Arrangement
from core.model.outbound import Effect, EffectKind

RULE = "appointment"


def arranged(plan: Planning, said: Sequence[Effect]) -> list[Effect]:
    """The words wait for the calendar: they leave once it has the time, or others in their place where somebody else
    had it first. As they are, where nothing is arranged with this turn."""
    progress = plan.decision.procedure
    booking = progress.booking if progress else None
    if booking is None or plan.decision.disposition.rule != RULE or progress is None:
        return list(said)
    ending = plan.style.of(plan.case.brand).ending(progress.language, compact=True, disclosed=False)
    payload = {
        **_told(booking, plan),
        "answers": {name: value for name, value in progress.known.items() if "." not in name},
        "said": [{"kind": each.kind, "target": each.target, "payload": dict(each.payload)} for each in said],
        "gone": f"{lines_of(progress.language).gone}\n\n{ending}",
    }
    return [plan.effect(EffectKind.APPOINTMENT, RULE, booking.visit, payload, RULE)]


def _told(booking: Arrangement, plan: Planning) -> Mapping[str, Any]:
    slot, customer = booking.slot, plan.case.customer
    times = (
        {}
        if slot is None
        else {
            "slot": slot.id,
            "starts_at": slot.starts_at.isoformat(),
            "ends_at": slot.ends_at.isoformat(),
            "place": slot.place,
            "zone": slot.zone,
        }
    )
    return {
        "do": booking.do,
        "ref": booking.ref,
        "who": customer.id,
        "name": customer.name,
        "phone": customer.phone,
        "email": customer.email,
        **times,
    }
