"""What the core asks of the store about outreach: who is eligible, what was planned, how it stands."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from core.model.arm import Arm
from core.model.campaign import CampaignState, Recipient, Standing, Vote
from core.model.customer import Channel, Purpose, QuietTime
from core.model.helpdesk import Receipt
from core.model.ids import ApprovalId, CustomerId, EffectId
from core.model.journey import JourneyStep, Offer, OfferCount, OfferState
from core.model.seal import Seal


@dataclass(frozen=True, slots=True, kw_only=True)
class AudienceQuery:
    """Whom a signal is about, and the rules by which one of them may be written to.

    Of `attribute`/`value` (a field of the profile or an attribute of the customer), `names` (addresses, phone numbers,
    helpdesk ids) and `told` (everybody to whom a message of these campaigns left) exactly one is given.
    `caps` are (since, most): who got that many proactive messages of this purpose since then gets no more."""

    purpose: Purpose
    usual: Channel
    at: datetime
    attribute: str = ""
    value: str = ""
    names: tuple[str, ...] = ()
    told: tuple[ApprovalId, ...] = ()
    wishes: frozenset[Channel] = frozenset()  # channels that a customer's own wish may choose
    caps: tuple[tuple[datetime, int], ...] = ()
    vip_tiers: frozenset[str] = frozenset()  # who is left to their own manager
    open_tickets: bool = True  # False: who has an open conversation with a person is left out
    campaign_id: ApprovalId | None = None  # its own messages do not count for its caps


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One person whom a signal is about. `against` says why they are left out, in the words of
    `core.outreach.audience.rule`; empty where they are not. `wish` tells what became of a wish for a channel."""

    customer_id: CustomerId
    name: str
    tier: str
    language: str
    time_zone: str | None
    address: str
    channel: Channel
    against: str = ""
    wish: str = ""
    quiet: QuietTime | None = None
    cursor: str = ""  # where the next page goes on
    named: str = ""  # the name by which the signal named this person
    unproved: bool = False  # of the consent that counts nobody wrote down where it was given, or to which words


class AudienceTable(Protocol):
    def page(self, query: AudienceQuery, after: str, limit: int) -> list[Candidate]:
        """The next people whom the query is about, left out or not, in a stable order; empty at the end. `after` is
        the `cursor` of the last one seen, empty at the beginning."""

    def unknown(self, query: AudienceQuery) -> int:
        """How many of `names` belong to nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a campaign has got: how many recipients are `planned`, `stopped`, or in which state of the outbox, and of
    the sent ones how many in which state of delivery. `errors`: how many failed by which code of the vendor. `next_at`:
    the first moment at which one of those still to come may leave; None where none is to come."""

    recipients: Mapping[str, int] = field(default_factory=dict)
    deliveries: Mapping[str, int] = field(default_factory=dict)
    errors: Mapping[str, int] = field(default_factory=dict)
    next_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedMessage:
    """A campaign's message in the outbox whose turn it is. `address` is as on its line."""

    effect_id: EffectId
    campaign_id: ApprovalId
    channel: Channel
    address: str


class CampaignTable(Protocol):
    def add(self, standing: Standing) -> bool:
        """False if a campaign with this id is known."""

    def get(self, campaign_id: ApprovalId) -> Standing | None: ...
    def save(self, standing: Standing) -> Standing | None:
        """Store it as `version` + 1; None, and nothing is changed, where somebody else has since `version`."""

    def claim(self, campaign_id: ApprovalId, now: datetime, lease: timedelta) -> bool:
        """Whether the caller may work on its freezing until `now` + `lease`; one at a time."""

    def release(self, campaign_id: ApprovalId) -> None: ...
    def note_post(self, campaign_id: ApprovalId, channel: str, ts: str) -> None: ...
    def note_shown(self, campaign_id: ApprovalId, now: datetime) -> None: ...
    def in_state(self, *states: CampaignState) -> list[Standing]:
        """Oldest first."""

    def recent(self, limit: int, matter: str = "", play: str = "") -> list[Standing]:
        """Newest first, of one matter or play where one is given."""

    def put(self, recipients: Sequence[Recipient]) -> None:
        """More lines of a manifest. An address or a person that is in it already is a ValueError."""

    def addresses(self, campaign_id: ApprovalId, among: Sequence[str]) -> frozenset[str]:
        """Which of these addresses are in the manifest already."""

    def people(self, campaign_id: ApprovalId, among: Sequence[CustomerId]) -> frozenset[CustomerId]:
        """Which of these people are in the manifest already, by their own profile or by one that went into it."""

    def clear(self, campaign_id: ApprovalId, limit: int) -> int:
        """Take that many lines of a manifest away, for it is made again; how many."""

    def lines(self, campaign_id: ApprovalId, after: int, limit: int) -> list[Recipient]:
        """In their order, after that ordinal."""

    def line(self, campaign_id: ApprovalId, address: str) -> Recipient | None: ...
    def lines_to(self, campaign_id: ApprovalId, addresses: Sequence[str]) -> list[Recipient]:
        """The lines with one of these addresses."""

    def due(self, campaign_id: ApprovalId, now: datetime, limit: int) -> list[Recipient]:
        """PLANNED lines of the treated whose hour has come, in the order of their hours."""

    def mark_queued(self, campaign_id: ApprovalId, effects: Mapping[int, EffectId]) -> None:
        """PLANNED → QUEUED, by ordinal."""

    def put_off(self, campaign_id: ApprovalId, until: Mapping[int, datetime]) -> None:
        """Another hour for lines that are PLANNED, by ordinal."""

    def stop(self, campaign_id: ApprovalId, reason: str, now: datetime) -> int:
        """Of a campaign that is over, refuse what waits in the outbox for this reason; how many. Its PLANNED lines
        stay as they are, for they may be a million: only a RUNNING campaign is asked for what is due, and `progress`
        counts them as stopped."""

    def join_lines(self, customer_id: CustomerId, reason: str, now: datetime) -> int:
        """Of several lines that have become one person's, in a campaign that is not over, all but one end as STOPPED,
        and where they wait in the outbox they are refused for this reason; how many. The one is what has left, else
        what was planned first."""

    def progress(self, campaign_id: ApprovalId) -> Progress: ...
    def opted_out(self, campaign_id: ApprovalId) -> int:
        """How many of those to whom a message of it left have taken a consent back since."""

    def waiting(self, now: datetime, limit: int) -> list[QueuedMessage]:
        """Messages of the outbox under RUNNING campaigns that may be tried or asked about now, the oldest first. The
        sweep does not publish these."""

    def sent_to(self, customer_id: CustomerId, limit: int, since: datetime) -> list[Recipient]:
        """Lines of the treated that are QUEUED for this person, newest first."""

    def written_to(self, channel: Channel, since: datetime) -> int:
        """How many different people campaigns have written to by a channel since then, or are about to."""

    def vote(self, vote: Vote) -> bool:
        """False where this person has voted on this digest before."""

    def votes(self, campaign_id: ApprovalId) -> list[Vote]: ...


# ------------------------------------------------------------------
# What the core asks of the store about what came of a campaign.


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A recipient who wrote or called: `about_at` the first time about the campaign's matter once `opens_at` had come,
    `replied_at` the first time on the message's own channel after it had left; each None where they did not.
    `delivered`: their message arrived."""

    arm: Arm
    opens_at: datetime
    about_at: datetime | None
    replied_at: datetime | None
    delivered: bool


class OutcomeTable(Protocol):
    def list_heard(self, campaign_id: ApprovalId, since: datetime, intents: frozenset[str]) -> Iterator[Heard]:
        """Everybody of its manifest who was heard since then; `about_at` is about one of the intents, where none are
        given about anything. STOP, machines' replies and the like are about nothing."""

    def contacts(self, campaign_id: ApprovalId, since: datetime, intents: frozenset[str]) -> Iterator[Heard]:
        """Those of `heard` who have `about_at`, the earliest first. To be asked often: what was not about it is not
        looked at, so `replied_at` says less than there is."""

    def parts(self, campaign_id: ApprovalId) -> Mapping[str, int]:
        """By variant, how many parts of messages were handed to the vendor, a second try of one counted again."""

    def last_opening(self, campaign_id: ApprovalId) -> datetime | None:
        """The latest `opens_at` of its manifest."""

    def untold(self, since: datetime) -> list[ApprovalId]:
        """Campaigns that were created since then, have ended after they had begun, and whose final result was not
        kept yet; the oldest first."""


# ------------------------------------------------------------------
# What the core asks of the store about the seals that messages leave under.


class SealTable(Protocol):
    def add(self, seal: Seal) -> bool:
        """False, and nothing is changed, where the campaign is sealed already."""

    def get(self, campaign_id: ApprovalId) -> Seal | None: ...


# ------------------------------------------------------------------
# The table of visitors' steps and of the offers made to them, and the page that shows one.


class JourneyTable(Protocol):
    def add_step(self, step: JourneyStep) -> None: ...
    def steps(self, visitor: str, since: datetime) -> Sequence[JourneyStep]:
        """Newest last, at most the newest hundred."""

    def add_offer(self, offer: Offer) -> None:
        """Idempotent."""

    def offers(self, visitor: str, since: datetime) -> Sequence[Offer]:
        """Newest first."""

    def offered_since(self, since: datetime) -> int:
        """How many offers were made to all visitors; those held out are none."""

    def place(self, offer_id: str) -> None:
        """PLANNED → PLACED."""

    def show(self, visitor: str, now: datetime) -> Offer | None:
        """The visitor's offer that may be seen now, which counts as shown from the first time."""

    def waiting(self, visitor: str, now: datetime) -> bool:
        """Whether there is an offer that `show` would give; for reading alone."""

    def answer(self, offer_id: str, visitor: str, state: OfferState, now: datetime) -> bool:
        """SHOWN → `state`, once; False where there is no such offer for this visitor, or it was answered."""

    def wrote(self, visitor: str, now: datetime) -> None:
        """The visitor has begun a conversation: noted on their offers of the last day."""

    def counts(self, since: datetime) -> Sequence[OfferCount]: ...
    def forget(self, before: datetime) -> None:
        """Steps, and the visitors' names on offers; what the offers came to is kept."""


class OfferBoard(Protocol):
    """Where the company's pages look for an offer."""

    def place(self, offer_id: str) -> Receipt:
        """Idempotent."""


# ------------------------------------------------------------------
# How many messages a sender may still let go now.


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """`granted` messages may leave now; where that is fewer than were wanted, `wait` says when to ask again."""

    granted: int
    wait: timedelta = timedelta(0)


class Throttle(Protocol):
    def take(self, name: str, rate: float, burst: int, wanted: int) -> Grant:
        """As many of the `wanted` messages as the sender `name` may let go now, counted over all workers: `rate` a
        second, and at most `burst` at once after a pause. Where nobody can count, nothing is granted."""
