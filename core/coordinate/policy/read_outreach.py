"""The section `outreach`: when and how something is said before anybody asks, who approves it, what the law of each
channel needs to know. Its plays are read in `read_plays`."""

from datetime import time, timedelta
from typing import Any

import phonenumbers

from core.coordinate.keys import Keys, Kind
from core.coordinate.kinds import (
    ADDRESS,
    AMOUNT,
    AT_LEAST_ONE,
    CLOCK,
    COUNT,
    DAYS,
    LANGUAGE,
    LANGUAGES,
    MINUTES,
    NAME,
    NAME_SET,
    SHARE,
    between,
    member,
    one_of,
    word,
    words,
)
from core.coordinate.policy.read_hours import HOLIDAYS, ZONE, days
from core.coordinate.policy.read_plays import plays
from core.coordinate.policy.read_voice import NUMBER
from core.coordinate.policy.values_outreach import (
    Approver,
    Breaker,
    Cap,
    CountryHours,
    FormCategory,
    Law,
    Outreach,
)
from core.model.customer import TEXTED, Channel, Purpose

MILLIONTHS = 1_000_000
MOST_A_SECOND = 1000
COUNTRIES = frozenset(phonenumbers.SUPPORTED_REGIONS)


def _country(value: Any) -> str:
    """YAML takes an unquoted NO, which is Norway, for a no."""
    if value is False:
        return "NO"
    if word(value) not in COUNTRIES:
        raise ValueError
    return word(value)


def _currency(value: Any) -> str:
    if len(word(value)) != 3 or not word(value).isascii() or not word(value).isupper():
        raise ValueError
    return word(value)


def _rate(value: Any) -> float:
    if not between(0, MOST_A_SECOND)(value):
        raise ValueError
    return float(value)


def _rows(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError
    return value


def _some(value: Any) -> tuple[str, ...]:
    if not words(value):
        raise ValueError
    return words(value)


COUNTRY = Kind(
    expected="a country in two capital letters, such as GB or US", read=_country, names=tuple(sorted(COUNTRIES))
)
COUNTRY_SET = Kind(
    expected="a list of countries in two capital letters, such as [GB, US]",
    read=lambda value: frozenset(map(_country, value if isinstance(value, list) else [None])),
    names=tuple(sorted(COUNTRIES)),
)
CURRENCY = Kind(expected="a currency in three capital letters, such as EUR", read=_currency)
SENT_BY = one_of(TEXTED)
RATE = Kind(expected=f"messages a second, a number over 0 and at most {MOST_A_SECOND}", read=_rate)
WORDS = Kind(expected="a list of words of which one has to be there, such as [STOP]", read=_some)
APPROVERS: Kind[list[Any]] = Kind(expected="a list of e-mail addresses, or of {email, role, phone}", read=_rows)


def outreach(keys: Keys, alert_channel: str, vip_tiers: frozenset[str], language: str) -> Outreach:
    """Of what is left out, the alerts' channel and the VIP tiers are those of the rest of the policy."""
    hours, approval, second = keys.within("hours"), keys.within("approval"), keys.within("second_person")
    opens, closes = hours.at("opens", CLOCK, time(8)), hours.at("closes", CLOCK, time(20))
    if opens is not None and closes is not None and closes <= opens:
        hours.problem(("closes",), f"found {closes:%H:%M}, expected a time after {opens:%H:%M}")
    approvers = _approvers(approval)
    return Outreach(
        opens=opens,
        closes=closes,
        hours_in={country: _hours_in(row) for country, row in keys.rows("hours_in", COUNTRY).items()},
        zone=keys.at("zone", ZONE, "UTC"),
        expires_after=approval.at("expires_minutes", MINUTES, timedelta(hours=2)),
        approvers=tuple(approver.email for approver in approvers),
        roles={approver.email.lower(): approver for approver in approvers},
        channel=approval.at("channel", NAME, alert_channel),
        plays=plays(keys, language),
        second_above=second.perhaps("above_recipients", COUNT),
        second_above_cost=_millionths(second.perhaps("above_cost", AMOUNT)),
        rates={Channel(name): rate for name, rate in keys.table("rates", SENT_BY, RATE).items() if name in TEXTED},
        caps=tuple(_cap(row) for row in keys.listed("caps")),
        vip_tiers=keys.at("vip_tiers", NAME_SET, vip_tiers),
        costs={
            Channel(name): _millionths(cost) or 0
            for name, cost in keys.table("costs", SENT_BY, AMOUNT).items()
            if name in TEXTED
        },
        contact_cost=_millionths(keys.at("contact_cost", AMOUNT, 0.0)) or 0,
        currency=keys.at("currency", CURRENCY, "EUR"),
        breaker=_breaker(keys.within("breaker")),
        law=_law(keys.within("law"), keys.at("sender", NAME, "")),
    )


def _millionths(amount: float | None) -> int | None:
    return None if amount is None else round(amount * MILLIONTHS)


def _approvers(keys: Keys) -> list[Approver]:
    """Addresses alone, or with a role and a phone; nobody twice."""
    found: list[Approver] = []
    rows: list[Any] = keys.at("approvers", APPROVERS, [])
    for number, row in enumerate(rows or []):
        each = Keys(row if isinstance(row, dict) else {"email": row}, (*keys.place, "approvers", number), keys.problems)
        approver = Approver(
            email=each.at("email", ADDRESS),
            role=each.at("role", NAME, "supervisor"),
            phone=each.at("phone", NUMBER, ""),
        )
        keys.problems.extend(each.strangers())
        if not approver.email:
            continue
        if approver.email.lower() in {known.email.lower() for known in found}:
            each.problem(("email",), f"{approver.email} is named twice")
        found.append(approver)
    return found


def _hours_in(keys: Keys) -> CountryHours:
    week = days(keys)
    if not any(week) and not keys.problems:
        keys.problem((), "found no hours, expected weekdays or a day such as monday")
    return CountryHours(days=week, holidays=keys.at("holidays", HOLIDAYS, frozenset()))


def _cap(keys: Keys) -> Cap:
    return Cap(
        purpose=keys.at("purpose", member(Purpose)),
        messages=keys.at("messages", AT_LEAST_ONE),
        within=keys.at("within_days", DAYS),
    )


def _breaker(keys: Keys) -> Breaker:
    usual = Breaker()
    return Breaker(
        after=keys.at("after", AT_LEAST_ONE, usual.after),
        filtered=keys.at("filtered", SHARE, usual.filtered),
        opted_out=keys.at("opted_out", SHARE, usual.opted_out),
        errors=keys.at("errors", SHARE, usual.errors),
    )


def _law(keys: Keys, sender: str) -> Law:
    usual, formed = Law(), keys.perhaps("whatsapp_languages", LANGUAGES)
    return Law(
        sender=sender,
        opt_out=keys.table("opt_out", LANGUAGE, WORDS),
        registered=keys.at("registered", COUNTRY_SET, usual.registered),
        registration_needed=keys.at("registration_needed", COUNTRY_SET, usual.registration_needed),
        whatsapp_tier=keys.at("whatsapp_tier", AT_LEAST_ONE, usual.whatsapp_tier),
        whatsapp_category=keys.at("whatsapp_category", member(FormCategory), usual.whatsapp_category),
        whatsapp_languages=None if formed is None else frozenset(formed),
    )
