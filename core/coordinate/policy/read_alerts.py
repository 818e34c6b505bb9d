"""The section `alerts` of a policy file, but for its channel."""

from datetime import timedelta
from typing import Any

from core.coordinate.keys import Keys, Kind
from core.coordinate.kinds import (
    ADDRESSES,
    AT_LEAST_ONE,
    HOURS,
    MINUTES,
    MOOD,
    NAME,
    SHARE,
    between,
    some_of,
    word,
)
from core.coordinate.policy.values_alerts import Alerts, ErrorRate, Sla, Spike
from core.model.alert import AlertKind

SECONDS_MOST = 600
# What went wrong in this house itself is always told.
ALWAYS = frozenset({AlertKind.DELIVERY, AlertKind.EVENT, AlertKind.POLICY, AlertKind.TIMERS, AlertKind.OUTREACH})
OFF = some_of(sorted(set(AlertKind) - ALWAYS))


def _chance(value: Any) -> float:
    if not between(0, 0.5)(value) > 0:
        raise ValueError
    return float(value)


def _tickets(value: Any) -> str:
    address = word(value)
    if not address.startswith(("https://", "http://")) or "{ticket}" not in address or set("<>| ") & set(address):
        raise ValueError
    return address


CHANCE = Kind(expected="a number over 0 and at most 0.5", read=_chance)
SECONDS = Kind(
    expected=f"seconds from 1 to {SECONDS_MOST}",
    read=lambda value: timedelta(seconds=between(1, SECONDS_MOST)(value)),
)
TICKETS = Kind(expected="an address in quotes with {ticket} in it", read=_tickets)


def alerts(keys: Keys) -> Alerts:
    usual = Alerts()
    return Alerts(
        roles=keys.table("roles", NAME, ADDRESSES),
        off=frozenset(AlertKind(name) for name in keys.at("off", OFF, frozenset()) or ()),
        sla=_sla(keys.within("sla")),
        distress=keys.perhaps("distress", MOOD),
        spike=_spike(keys.within("spike")),
        errors=_errors(keys.within("errors")),
        budget=keys.at("budget", SHARE, usual.budget),
        every=keys.at("every_seconds", SECONDS, usual.every),
        closes_after=keys.at("closes_hours", HOURS, usual.closes_after),
        tickets_at=keys.at("tickets_at", TICKETS, ""),
    )


def _sla(keys: Keys) -> Sla:
    return Sla(
        usual=keys.perhaps("minutes", MINUTES),
        tiers=keys.table("tiers", NAME, MINUTES),
        urgent=keys.perhaps("urgent_minutes", MINUTES),
        share=keys.at("share", SHARE, Sla().share),
    )


def _spike(keys: Keys) -> Spike:
    usual = Spike()
    return Spike(
        least=keys.at("least", AT_LEAST_ONE, usual.least),
        chance=keys.at("chance", CHANCE, usual.chance),
    )


def _errors(keys: Keys) -> ErrorRate:
    usual = ErrorRate()
    return ErrorRate(
        share=keys.at("share", SHARE, usual.share),
        least=keys.at("least", AT_LEAST_ONE, usual.least),
        within=keys.at("minutes", MINUTES, usual.within),
    )
