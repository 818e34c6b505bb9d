"""Whom a signal is about, and who of them may be written to, and where.

`judged` is the rule; the store selects millions by it without reading whole profiles, and a test holds the two
together."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.consent.preferred_channel import NAMES
from core.model.customer import TEXTED, Channel, Customer, Identity, IdentityKind, QuietTime
from core.model.ids import CustomerId
from core.ports import AudienceQuery, Candidate

NO_NUMBER = "no phone number"
STOPPED = "asked for no more messages"
NO_CONSENT = "no consent"
BAD_NUMBER = "number cannot be texted"
ENOUGH = "has had enough messages"
VIP = "VIP, left to their manager"
WITH_A_PERSON = "a person has their matter in hand"
# Found out while the audience is frozen.
SAME_NUMBER = "same number"
SAME_PERSON = "same person"
NO_HOUR = "no allowed hour"
NO_WORDS = "no text for them"
NO_FACT = "a fact of theirs is missing"
UNKNOWN = "unknown customer"
ERASED = "was erased at their own wish"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What of somebody's profile and past decides whether they are written to. `words` is the latest one on each
    channel for the query's purpose, True for a yes; `unproved` where nobody noted how or to what they said it; `recent`
    are the times of the messages that they got."""

    id: CustomerId
    name: str
    tier: str
    language: str
    time_zone: str | None = None
    phone: str | None = None
    words: Mapping[Channel, bool]
    unproved: frozenset[Channel] = frozenset()
    wish: Channel | None = None
    quiet: QuietTime | None = None
    recent: Sequence[datetime] = ()
    open_with_person: bool = False
    bad_number: bool = False


def judge(
    customer: Customer,
    query: AudienceQuery,
    *,
    recent: Sequence[datetime],
    open_with_person: bool,
    bad_number: bool,
) -> Candidate:
    """`recent`: when proactive messages of the query's purpose went to them; `bad_number`: their number is known not to
    take texts."""
    said = {channel: customer.word(channel, query.purpose) for channel in TEXTED | {query.usual}}
    person = Person(
        id=customer.id,
        name=customer.name,
        tier=customer.tier,
        language=customer.language,
        time_zone=customer.time_zone,
        phone=customer.current(IdentityKind.PHONE),
        words={channel: word.granted for channel, word in said.items() if word is not None},
        unproved=frozenset(c for c, word in said.items() if word and not (word.source and word.wording)),
        wish=customer.preferences.channel,
        quiet=customer.preferences.quiet,
        recent=recent,
        open_with_person=open_with_person,
        bad_number=bad_number,
    )
    return candidate(person, query)


def candidate(person: Person, query: AudienceQuery, *, cursor: str = "", named: str = "") -> Candidate:
    """By the channel of their wish where they may be written to there, else by the usual one."""
    channel, wish = _way(person, query)
    against = _against(person, channel, query)
    return Candidate(
        customer_id=person.id,
        name=person.name,
        tier=person.tier,
        language=person.language,
        time_zone=person.time_zone,
        address=person.phone or "",
        channel=channel,
        against=against,
        wish=wish,
        quiet=person.quiet,
        cursor=cursor,
        named=named,
        unproved=not against and channel in person.unproved,
    )


def _way(person: Person, query: AudienceQuery) -> tuple[Channel, str]:
    """As `core.consent.preferred_channel.way_to`."""
    wish = person.wish
    if wish is None or wish is query.usual:
        return query.usual, ""
    asked = f"asked for {NAMES.get(wish, wish.capitalize())}"
    if wish not in TEXTED:
        return query.usual, f"{asked}: nothing of this kind is sent there"
    if person.phone is None:
        return query.usual, f"{asked}: no phone number"
    if not person.words.get(wish):
        return query.usual, f"{asked}: no consent"
    if wish not in query.wishes:
        return query.usual, f"{asked}: no approved template"
    return wish, asked


def _against(person: Person, channel: Channel, query: AudienceQuery) -> str:
    """The first of the reasons in their order."""
    if person.phone is None:
        return NO_NUMBER
    word = person.words.get(channel)
    if not word:
        return NO_CONSENT if word is None else STOPPED
    if person.bad_number:
        return BAD_NUMBER
    if any(sum(at >= since for at in person.recent) >= most for since, most in query.caps):
        return ENOUGH
    if person.tier in query.vip_tiers:
        return VIP
    return WITH_A_PERSON if person.open_with_person and not query.open_tickets else ""


def people(facts: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """What the signal says of each person whom it names among `people`, by that name."""
    rows = facts.get("people")
    told_of = [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list | tuple) else []
    return {str(row["customer"]).strip(): row for row in told_of if row.get("customer")}


def named_customers(facts: Mapping[str, Any]) -> tuple[str, ...]:
    """Everybody whom a signal names, each once."""
    customers = facts.get("customers") or ()
    if not isinstance(customers, list | tuple):
        customers = str(customers)  # one helpdesk id may come as a number
        # A number may be written with spaces in it, so only where there is no comma do spaces part names.
        customers = re.split(r"[,;\n]+" if re.search(r"[,;\n]", customers) else r"\s+", customers)
    found = (*people(facts), *(str(name).strip() for name in customers))
    return tuple(dict.fromkeys(name for name in found if name))


def identity_of(name: str) -> Identity:
    """A name is an e-mail address, a phone number with its country code, or the helpdesk's id."""
    if "@" in name:
        return Identity(kind=IdentityKind.EMAIL, value=name.lower())
    if name.startswith("+"):
        return Identity(kind=IdentityKind.PHONE, value="+" + re.sub(r"\D", "", name))
    return Identity(kind=IdentityKind.HELPDESK, value=name)


def name_of(customer: Customer) -> str:
    """How a signal of our own names them: by the helpdesk's id, else a number or an address."""
    return customer.current(IdentityKind.HELPDESK) or customer.phone or customer.email or customer.id
