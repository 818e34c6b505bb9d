"""The policy's values for what is said before anybody asks: the plays, and when they may go out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from enum import StrEnum

from core.coordinate.policy.values_hours import Week
from core.model.campaign import PLACE
from core.model.customer import Channel, Purpose
from core.text.given import RATED, UNLESS

TOLD = "told"
NAMING = ("customers", "people")  # facts of a signal that name whom it is about, and are said to nobody
ANSWER, ADDRESS = "answer", "article_url"
FROM_ARTICLES = frozenset({ANSWER, ADDRESS})


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
    days: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """The play that comes `after` a campaign's last message, to those who got one."""

    play: str
    after: timedelta


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
    then: words, a day (`today`, `today+14`), or for `people` where they come from (`core.text.given`)."""

    match: str
    purpose: Purpose
    channel: Channel
    texts: Mapping[str, str]
    texts_in: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    signal: str = ""
    facts: frozenset[str] = frozenset()
    after: str = ""
    article: str = ""
    approval: Consenting = Consenting.PERSON
    matter: Matter = Matter()
    holdout: float = 0.0
    open_tickets: OpenTickets = OpenTickets.INCLUDE
    vip: bool = True  # False: who is of a VIP tier is left to their own manager
    follow_up: FollowUp | None = None
    valid_for: timedelta = timedelta(hours=24)
    every: str = ""
    given: Mapping[str, str] = field(default_factory=dict)
    ends: bool = False
    why: str = ""  # shown on its card: why this is worth a message

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
    def places(self) -> frozenset[str]:
        """The facts that some text of it states."""
        worded = [*self.texts.values(), *(text for texts in self.texts_in.values() for text in texts.values())]
        return frozenset(place for text in worded for place in PLACE.findall(text))


@dataclass(frozen=True, slots=True, kw_only=True)
class Cap:
    """At most `messages` proactive ones of a purpose in any `within`, over all plays."""

    purpose: Purpose
    messages: int
    within: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Approver:
    """Who may approve; `role` as the ledger keeps it, `phone` is where a test message goes."""

    email: str
    role: str = "supervisor"
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Breaker:
    """Sending stops when of the last `after` or more messages the share that networks took for spam, or of opt-outs,
    passes its limit; errors of any kind likewise."""

    after: int = 50
    filtered: float = 0.02
    opted_out: float = 0.03
    errors: float = 0.2


class FormCategory(StrEnum):
    """As what WhatsApp approved our templates: a utility form takes nothing that advertises."""

    UTILITY = "utility"
    MARKETING = "marketing"
    AUTHENTICATION = "authentication"


@dataclass(frozen=True, slots=True, kw_only=True)
class CountryHours(Week):
    """What one country allows inside the usual hours, on the recipient's own clock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """What the channel law's checks have to know: docs/outreach.md names each rule.

    `registered` names the countries (ISO 3166, upper case) where our sender is registered as that country asks, US for
    10DLC. `whatsapp_tier`: how many different people one may write to first in a day."""

    sender: str = ""  # the name that a text has to state; empty: the company's
    opt_out: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # by language, the words of which one is there
    registered: frozenset[str] = frozenset()
    registration_needed: frozenset[str] = frozenset({"US"})
    whatsapp_tier: int = 1000
    whatsapp_category: FormCategory = FormCategory.UTILITY  # of the forms that are there for a notice
    whatsapp_languages: frozenset[str] | None = None  # in which there are such forms; None: nobody says


@dataclass(frozen=True, slots=True, kw_only=True)
class Outreach:
    opens: time
    closes: time
    expires_after: timedelta
    approvers: tuple[str, ...]
    channel: str
    plays: Mapping[str, Play]
    roles: Mapping[str, Approver] = field(default_factory=dict)  # by lower-case e-mail address
    second_above: int | None = None  # recipients above which two different people have to approve
    second_above_cost: int | None = None  # the same in millionths of the currency
    rates: Mapping[Channel, float] = field(default_factory=dict)  # messages a second for each sender
    caps: tuple[Cap, ...] = ()
    vip_tiers: frozenset[str] = frozenset()
    costs: Mapping[Channel, int] = field(default_factory=dict)  # millionths of the currency for each part of a message
    contact_cost: int = 0  # what one contact with a person costs, in the same
    currency: str = "EUR"
    zone: str = "UTC"  # on whose clock `every` of a play is read
    breaker: Breaker = Breaker()
    law: Law = Law()
    hours_in: Mapping[str, CountryHours] = field(default_factory=dict)  # by country (ISO 3166): narrower ones

    def rate(self, channel: Channel) -> float:
        """Messages a second: one where the policy names none, which is what the slowest of senders may."""
        return self.rates.get(channel, 1.0)
