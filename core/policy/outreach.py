"""The section `outreach`: when and how something is said before anybody asks, who approves it, what the law of each
channel needs to know."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from enum import StrEnum
from typing import Annotated, Any, Self

import phonenumbers

from core.model.campaign import PLACE
from core.model.customer import TEXTED, Channel, Purpose
from core.policy.channels import NUMBER
from core.policy.cron import cron
from core.policy.given import RATED, RECOMMENDED, UNLESS
from core.policy.hours import ZONE, Week
from core.policy.kinds import (
    AMOUNT,
    AT_LEAST_ONE,
    CLOCK,
    CURRENCY,
    DAYS,
    EMAIL,
    HOURS,
    LANGUAGE,
    LANGUAGES,
    MINUTES,
    SHARE,
    TEMPLATE,
    TEXT,
    Kind,
    between,
    one_of,
    word,
    words,
)
from core.policy.problem import suggest
from core.policy.reader import At, Custom, Filled, Table, read_table

TOLD = "told"
NAMING = ("customers", "people")  # facts of a signal that name whom it is about, and are said to nobody
ANSWER, ADDRESS = "answer", "article_url"
FROM_ARTICLES = frozenset({ANSWER, ADDRESS})
DEFAULT = "default"  # the segment of whoever is of no other
RULE = "play:"  # with the play's name: the standing rule under which it leaves

MOST_HELD_OUT = 0.5
MOST_A_SECOND = 1000
COUNTRIES = frozenset(phonenumbers.SUPPORTED_REGIONS)
_PLACE = re.compile(r"\{(?!\d)\w+\}")


def _message(value: Any) -> str:
    """Every brace of it belongs to a place with a name."""
    if re.search(r"[{}]", _PLACE.sub("", word(value))):
        raise ValueError
    return word(value)


def _cron(value: Any) -> str:
    cron(word(value))
    return word(value)


def _country(value: Any) -> str:
    """YAML takes an unquoted NO, which is Norway, for a no."""
    if value is False:
        return "NO"
    if word(value) not in COUNTRIES:
        raise ValueError
    return word(value)


def _rate(value: Any) -> float:
    if not between(0, MOST_A_SECOND)(value):
        raise ValueError
    return float(value)


def _rows(value: Any) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise TypeError
    return tuple(value)


def _some(value: Any) -> tuple[str, ...]:
    if not words(value):
        raise ValueError
    return words(value)


MESSAGE = Kind(expected=TEMPLATE.expected, read=_message)
CRON = Kind(
    expected='a schedule in quotes such as "0 9 * * 1-5": minute, hour, day, month, day of the week', read=_cron
)
HELD_OUT = Kind(expected=f"a share from 0 to {MOST_HELD_OUT}", read=between(0, MOST_HELD_OUT))
COUNTRY = Kind(
    expected="a country in two capital letters, such as GB or US", read=_country, names=tuple(sorted(COUNTRIES))
)
COUNTRY_SET = Kind(
    expected="a list of countries in two capital letters, such as [GB, US]",
    read=lambda value: frozenset(map(_country, value if isinstance(value, list) else [None])),
    names=COUNTRY.names,
)
MILLIONTHS = AMOUNT.into(lambda amount: round(amount * 1_000_000))
SENT_BY = one_of(TEXTED).into(Channel)
RATE = Kind(expected=f"messages a second, a number over 0 and at most {MOST_A_SECOND}", read=_rate)
WORDS = Kind(expected="a list of words of which one has to be there, such as [STOP]", read=_some)
APPROVERS = Kind(expected="a list of e-mail addresses, or of {email, role, phone}", read=_rows)


class OpenTickets(StrEnum):
    """What a play does about somebody whose matter a person has in hand just now."""

    INCLUDE = "include"
    LEAVE_OUT = "leave_out"


class Consenting(StrEnum):
    """Under whose authority a play's messages leave: a person's approval of each campaign, or the policy version
    itself, whose standing rule `play:NAME` then is in force."""

    PERSON = "person"
    STANDING = "standing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What a play's message is about, as its success is measured: a contact about one of the `intents` within `days`
    counts as one that the message did not spare. Empty intents: any contact."""

    fact: str = ""  # the signal's fact that names the matter (an incident's id); empty: every signal is its own
    intents: frozenset[str] = frozenset()
    days: Annotated[int, AT_LEAST_ONE] = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """The play that comes `after` a campaign's last message, to those who got one."""

    play: str
    after: Annotated[timedelta, HOURS, At("after_hours")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Play:
    """What may be said proactively about one kind of business signal.

    `match` is the customers' attribute whose value the signal states (`region`), `customers` or `people`: then the
    signal itself names them; or `told`: those who got the message of play `after` about the same matter. `texts` maps a
    segment (a tier, or `default`) to a template over the signal's facts; `texts_in` the same by language. `signal` is
    the kind that starts it. `facts` have to be there. `article` is a question for which the company's articles fill
    {answer} and {article_url}. `expires_after`: how long a card waits; `valid_for`: how long after the approval a
    message may still leave. With `ends` the matter is over: what has not left of its earlier messages never does.
    `every`: the schedule that starts it, a cron line in the company's own zone; `given` are the facts that it states
    then: words, a day (`today`, `today+14`), or for `people` where they come from (`core.policy.given`)."""

    match: str
    purpose: Purpose
    channel: Channel
    texts: Mapping[str, Annotated[str, MESSAGE]]
    texts_in: Annotated[
        Mapping[Annotated[str, LANGUAGE], Mapping[str, Annotated[str, MESSAGE]]],
        Filled('the texts in that language, such as {default: "Hallo {name}"}'),
    ] = field(default_factory=dict)
    signal: str = ""
    facts: frozenset[str] = frozenset()
    after: str = ""
    article: Annotated[str, TEXT] = ""
    approval: Consenting = Consenting.PERSON
    matter: Matter = Matter()
    holdout: Annotated[float, HELD_OUT] = 0.0
    open_tickets: OpenTickets = OpenTickets.INCLUDE
    vip: bool = True  # False: who is of a VIP tier is left to their own manager
    follow_up: FollowUp | None = None
    valid_for: Annotated[timedelta, HOURS, At("valid_hours")] = timedelta(hours=24)
    every: Annotated[str, CRON] = ""
    given: Mapping[str, Annotated[str, TEXT]] = field(default_factory=dict)
    ends: bool = False
    why: Annotated[str, TEXT] = ""  # shown on its card: why this is worth a message

    @property
    def follows(self) -> bool:
        """Whether it goes to those who got another's message."""
        return self.match == TOLD

    @property
    def by_name(self) -> bool:
        """Whether the signal names its people."""
        return self.match in NAMING

    @property
    def attribute(self) -> str:
        """The customers' attribute that finds its people; empty where they are found otherwise."""
        return "" if self.follows or self.by_name else self.match

    @property
    def asks_rating(self) -> bool:
        """Whether it asks how it was: what is said to it with a number is kept."""
        return self.given.get(UNLESS) == RATED

    @property
    def asks_recommendation(self) -> bool:
        """The same of whether they would recommend the company, from 0 to 10."""
        return self.given.get(UNLESS) == RECOMMENDED

    @property
    def places(self) -> frozenset[str]:
        """The facts that some text of it states."""
        worded = [*self.texts.values(), *(text for texts in self.texts_in.values() for text in texts.values())]
        return frozenset(place for text in worded for place in PLACE.findall(text))

    def complete(self, table: Table) -> Self:
        """Everybody gets some text of it, and the plays that it names are there."""
        for place, texts in (
            (("texts",), self.texts),
            *((("texts_in", each), own) for each, own in self.texts_in.items()),
        ):
            if DEFAULT not in texts:
                table.problem((*place, DEFAULT), f"found nothing, expected {MESSAGE.expected}")
        written = table.root.fields.get("language")
        language = "en" if written is None else str(written).strip()
        if language in self.texts_in:
            text = f"{language} is the language of this policy: `texts` has its words"
            table.problem(("texts_in", language), text)
        if self.follows and not self.after:
            text = "found nothing, expected the play whose message those people got (match: told)"
            table.problem(("after",), text)
        if self.given and not self.every:
            table.problem(("given",), "goes with `every`: what a signal states is its sender's own")
        if self.after and not self.follows:
            table.problem(("after",), f"goes with `match: told`: who got the message of {self.after}")
        plays = [str(name) for name in table.above.fields] if table.above else []
        for key, name in ((("after",), self.after), (("follow_up", "play"), self.follow_up and self.follow_up.play)):
            if name and name not in plays:
                table.problem(key, f"found {name}, expected one of the plays{suggest(name, plays)}")
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class Cap:
    """At most `messages` proactive ones of a purpose in any `within`, over all plays."""

    purpose: Purpose
    messages: Annotated[int, AT_LEAST_ONE]
    within: Annotated[timedelta, DAYS, At("within_days")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Approver:
    """Who may approve; `role` as the ledger keeps it, `phone` is where a test message goes."""

    email: Annotated[str, EMAIL]
    role: str = "supervisor"
    phone: Annotated[str, NUMBER] = ""


def _approvers(table: Table, key: str) -> dict[str, Approver]:
    """Addresses alone, or with a role and a phone; nobody twice."""
    found: dict[str, Approver] = {}
    rows: tuple[Any, ...] | None = table.at(key, APPROVERS, ())
    for number, row in enumerate(rows or ()):
        each = table.item(key, number, row if isinstance(row, dict) else {"email": row})
        approver = read_table(Approver, each)
        if not approver.email:
            continue
        if approver.email.lower() in found:
            each.problem(("email",), f"{approver.email} is named twice")
        found[approver.email.lower()] = approver
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Breaker:
    """Sending stops when of the last `after` or more messages the share that networks took for spam, or of opt-outs,
    passes its limit; errors of any kind likewise."""

    after: Annotated[int, AT_LEAST_ONE] = 50
    filtered: Annotated[float, SHARE] = 0.02
    opted_out: Annotated[float, SHARE] = 0.03
    errors: Annotated[float, SHARE] = 0.2


class FormCategory(StrEnum):
    """As what WhatsApp approved our templates: a utility form takes nothing that advertises."""

    UTILITY = "utility"
    MARKETING = "marketing"
    AUTHENTICATION = "authentication"


@dataclass(frozen=True, slots=True, kw_only=True)
class CountryHours(Week):
    """What one country allows inside the usual hours, on the recipient's own clock."""

    def complete(self, table: Table) -> Self:
        if table.sound and not any(self.days):
            table.problem((), "found no hours, expected weekdays or a day such as monday")
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """What the channel law's checks have to know: docs/outreach.md names each rule.

    `registered` names the countries (ISO 3166, upper case) where our sender is registered as that country asks, US for
    10DLC. `whatsapp_tier`: how many different people one may write to first in a day."""

    # The name that a text has to state; empty: the company's.
    sender: Annotated[str, At("/outreach.sender")] = ""
    # By language, the words of which one is there.
    opt_out: Mapping[Annotated[str, LANGUAGE], Annotated[tuple[str, ...], WORDS]] = field(default_factory=dict)
    registered: Annotated[frozenset[str], COUNTRY_SET] = frozenset()
    registration_needed: Annotated[frozenset[str], COUNTRY_SET] = frozenset({"US"})
    whatsapp_tier: Annotated[int, AT_LEAST_ONE] = 1000
    whatsapp_category: FormCategory = FormCategory.UTILITY  # of the forms that are there for a notice
    # In which there are such forms; None: nobody says.
    whatsapp_languages: Annotated[frozenset[str] | None, LANGUAGES.into(frozenset)] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outreach:
    """Of what is left out, the card's channel is that of the alerts, and the VIP tiers are those of the section `vip`.
    Money is in millionths of the currency."""

    opens: Annotated[time, CLOCK, At("hours.opens")] = time(8)
    closes: Annotated[time, CLOCK, At("hours.closes")] = time(20)
    hours_in: Mapping[Annotated[str, COUNTRY], CountryHours] = field(default_factory=dict)  # narrower ones, by country
    zone: Annotated[str, ZONE] = "UTC"  # on whose clock `every` of a play is read
    expires_after: Annotated[timedelta, MINUTES, At("approval.expires_minutes")] = timedelta(hours=2)
    channel: Annotated[str, At("approval.channel", otherwise="alerts.channel")] = ""
    # By lower-case e-mail address.
    roles: Annotated[Mapping[str, Approver], Custom(_approvers), At("approval.approvers")] = field(default_factory=dict)
    plays: Mapping[str, Play] = field(default_factory=dict)
    # Recipients above which two different people have to approve, and the same of what it costs.
    second_above: Annotated[int | None, At("second_person.above_recipients")] = None
    second_above_cost: Annotated[int | None, MILLIONTHS, At("second_person.above_cost")] = None
    # Messages a second for each sender.
    rates: Mapping[Annotated[Channel, SENT_BY], Annotated[float, RATE]] = field(default_factory=dict)
    caps: tuple[Cap, ...] = ()
    vip_tiers: Annotated[frozenset[str], At("vip_tiers", otherwise="vip.tiers")] = frozenset()
    # For each part of a message.
    costs: Mapping[Annotated[Channel, SENT_BY], Annotated[int, MILLIONTHS]] = field(default_factory=dict)
    contact_cost: Annotated[int, MILLIONTHS] = 0  # what one contact with a person costs
    currency: Annotated[str, CURRENCY] = "EUR"
    breaker: Breaker = Breaker()
    law: Law = Law()

    @property
    def approvers(self) -> tuple[str, ...]:
        """The addresses of those who may approve, as they are written."""
        return tuple(approver.email for approver in self.roles.values())

    def complete(self, table: Table) -> Self:
        if self.opens is not None and self.closes is not None and self.closes <= self.opens:
            found = f"found {self.closes:%H:%M}, expected a time after {self.opens:%H:%M}"
            table.problem(("hours", "closes"), found)
        return self

    def rate(self, channel: Channel) -> float:
        """Messages a second: one where the policy names none, which is what the slowest of senders may."""
        return self.rates.get(channel, 1.0)
