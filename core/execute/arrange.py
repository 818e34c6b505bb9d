"""An appointment at the calendar, and what follows: the customer is told what is true there now."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from core.errors import ConfigurationError, RejectedError
from core.model.appointment import Do, Guest, Slot
from core.model.helpdesk import Receipt
from core.model.outbound import Effect, EffectKind
from core.ports import Calendar
from core.ports.appointments import GONE

LOST = "gone"  # the fact of a receipt: somebody else had the time first


def arrange(calendar: Calendar | None, effect: Effect) -> Receipt:
    """Book, move or give up. A move books the new time before the old one is given up: nobody ends with none."""
    if calendar is None:
        raise ConfigurationError("no calendar is set up: set HANDRAIL_CALENDAR_URL")
    payload, do = effect.payload, Do(effect.payload["do"])
    ref = str(payload.get("ref") or "")
    if do is not Do.CANCEL:
        try:
            made = calendar.book(
                effect.target, _slot(payload), _guest(payload), payload.get("answers", {}), key=effect.key
            )
        except RejectedError as error:
            if error.code != GONE:
                raise
            return Receipt(ref=ref or effect.key, facts={LOST: "yes"})
    if do is not Do.BOOK:
        calendar.cancel(ref, key=f"{effect.key}:old")
    return Receipt(ref=ref if do is Do.CANCEL else made.ref)


def told(effect: Effect, receipt: Receipt, now: datetime) -> list[Effect]:
    """What the customer is told now: what was promised for this, or that the time was gone."""
    lost = LOST in receipt.facts
    return [_said(effect, place, row, lost, now) for place, row in enumerate(effect.payload["said"])]


def _said(effect: Effect, place: int, row: Mapping[str, Any], lost: bool, now: datetime) -> Effect:
    payload = dict(row["payload"])
    if lost:
        payload["body"] = effect.payload["gone"]
        payload.pop("then", None)
        payload.pop("choices", None)
    return replace(
        effect,
        kind=EffectKind(row["kind"]),
        key=f"{effect.key}:said{place or ''}",
        target=row["target"],
        payload=payload,
        created_at=max(effect.created_at, now) if lost else effect.created_at,
    )


def _slot(payload: Mapping[str, Any]) -> Slot:
    return Slot(
        id=payload["slot"],
        starts_at=datetime.fromisoformat(payload["starts_at"]),
        ends_at=datetime.fromisoformat(payload["ends_at"]),
        place=payload["place"],
        zone=payload["zone"],
    )


def _guest(payload: Mapping[str, Any]) -> Guest:
    return Guest(who=payload["who"], name=payload["name"], phone=payload["phone"], email=payload["email"])
