"""What a vendor is told, by kind of effect.

The field names and what is left out are part of every digest that an approval or the ledger holds, see
`core.model.outbound`. So a field that is None by default may hold an empty value too, where a stored row may name it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from core.model.alert import Raised
from core.model.appointment import Do, Guest, Slot
from core.model.conversation import Control
from core.model.customer import Channel, Purpose
from core.model.ids import AlertId, ApprovalId, CustomerId, MessageId, VerificationId


class EffectKind(StrEnum):
    MESSAGE = "message"  # to a customer, on a channel where we speak ourselves
    OFFER = "offer"  # of help, on a page of the company's own
    TICKET_REPLY = "ticket_reply"  # public comment: reaches the customer by e-mail
    TICKET_NOTE = "ticket_note"  # internal note
    CONTROL = "control"  # of a messaging conversation, to agents or back
    TICKET_UPDATE = "ticket_update"  # tags, fields, group
    TICKET_CREATE = "ticket_create"
    SIDE_CONVERSATION = "side_conversation"  # with somebody else about a ticket, whom the customer does not see
    FILES = "files"  # that a customer sent: onto the ticket, then deleted at the provider
    SLACK_POST = "slack_post"
    SLACK_UPDATE = "slack_update"
    ACTION = "action"  # a change in one of the company's systems
    ARTICLE_DRAFT = "article_draft"  # in the help centre, for a person to publish
    APPOINTMENT = "appointment"  # a time in the company's calendar: booked, moved or given up


@dataclass(frozen=True, slots=True, kw_only=True)
class UnnamedNotice:
    """The handoff notice without the agent's name, and the key of the effect that names them."""

    instead_of: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketUpdatePayload:
    """Changes of a ticket, told by `Helpdesk.update`; also what a ticket gets once it is there.

    `group` is a team by its name, `assignee` an agent by the helpdesk's id, `fields` values by the ids of custom
    fields. `unnamed_notice` takes the place of the notice that has not left, where the helpdesk will not have the
    assignee."""

    group: str | None = None
    assignee: str | None = None
    status: str | None = None
    priority: str | None = None
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)
    note: str | None = None
    unnamed_notice: UnnamedNotice | None = None

    def __bool__(self) -> bool:
        """Whether anything changes."""
        return self != TicketUpdatePayload()


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagePayload:
    """Words to a customer on a channel of ours, told by its `Messenger`; without `language` they count as English.

    Every message may have `choices` to tap and `then`, what the ticket is told once it has left. Beyond that:

    - an agent's reply (`relayed`): `author` wrote it as `comment` (the vendor's name of that message); `rest` are the
      parts that follow this one, None where it came as one; `rest_left`: they have gone their own way;
    - a campaign's message: `purpose`, `digest` of its line in the manifest, `not_after`;
    - a rehearsal of a campaign: `test_of`;
    - a one-time code: `code_of` is the verification whose code fills the place for it, `proves` who the customer
      proves to be by it, `minutes` how long it counts; `own`: they asked for it from a place of their own;
    - what is said on a call: `on_call` is what the call does after it (None: not on a call), `links` the pages that
      can be texted to the caller;
    - a second attempt: `again_of` is the key of the effect that did not reach the customer, `templated`: in an
      approved form whatever the hour;
    - as it leaves: `free_until` is until when the channel takes free words, `valid_until` when it is too late to be
      delivered."""

    channel: Channel
    body: str
    language: str = ""
    ai_generated: bool = False
    choices: tuple[str, ...] = ()
    then: TicketUpdatePayload | None = None
    relayed: bool = False
    author: str | None = None
    comment: str | None = None
    rest: tuple[str, ...] | None = None
    rest_left: bool = False
    purpose: Purpose | None = None
    digest: str | None = None
    not_after: datetime | None = None
    test_of: ApprovalId | None = None
    code_of: VerificationId | None = None
    proves: CustomerId | None = None
    minutes: int | None = None
    own: bool = True
    on_call: str | None = None
    links: tuple[str, ...] = ()
    again_of: str | None = None
    templated: bool = False
    free_until: datetime | None = None
    valid_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferPayload:
    """An offer of help (its id) that `OfferBoard.place` puts on the visitor's page, and its words."""

    offer: str
    body: str
    ai_generated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketReplyPayload:
    """A public comment, told by `Helpdesk.reply`. `choices` are those that the words name: a mail has no buttons.
    `then`: what the ticket is told once it stands there. `author`, the helpdesk's id of an agent: these are their
    words, on our timeline already as `comment`."""

    body: str
    ai_generated: bool = False
    choices: tuple[str, ...] = ()
    then: TicketUpdatePayload | None = None
    author: str | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketNotePayload:
    """An internal note, told by `Helpdesk.reply`."""

    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlPayload:
    """Who is to have control of a messaging conversation, told by `ConversationControl.pass_to`.

    The rest is for the ticket that the helpdesk opens when agents get control of a conversation that has none:
    `subject`, `tags`, `first` (the vendor's id of the message that it begins with), and `then`, its changes once it is
    there."""

    to: Control
    subject: str | None = None
    tags: tuple[str, ...] = ()
    first: str | None = None
    then: TicketUpdatePayload | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketCreatePayload:
    """A ticket for a customer who wrote elsewhere, told by `Helpdesk.open_ticket`.

    `then` are its changes once it is there, `covers` the messages that its text tells: what was said after them is
    added then (None: nothing is)."""

    subject: str
    text: str
    requester_id: str | None
    name: str
    phone: str | None
    then: TicketUpdatePayload | None = None
    covers: tuple[MessageId, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SideConversationPayload:
    """Words to `to`, an e-mail address, told by `Helpdesk.open_side_conversation`."""

    to: str
    subject: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleDraftPayload:
    """An article for the help centre's editors, told by `Helpdesk.draft_article`; the effect's target is the article
    that it stands beside, empty where there is none."""

    title: str
    text: str
    locale: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedFile:
    """A file by its address at the provider."""

    name: str
    type: str
    ref: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesPayload:
    """Files that `FileCourier` puts onto a ticket under a note's words, and deletes at the provider; without a ticket
    only the latter."""

    files: tuple[CarriedFile, ...]
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackPayload:
    """A post or its change, told by `Desk.post` and `Desk.update`.

    `text` is what a notification says, `blocks` are the card renderer's own. `ephemeral_to` is the member who
    alone sees it, `thread` the ts of the post below which it stands. The card of an agent's request has
    `request_id`, an action's `run_id`; an alert's has `alert_id`, and before it is counted, when it has no card
    yet, the occurrence as `alert`. A campaign's has `campaign_id` with what it shows: the standing's
    `card_version`, and `card_shown_at` as `core.govern.campaign_cards.shown_mark` writes it."""

    text: str
    blocks: Sequence[Mapping[str, Any]]
    ephemeral_to: str | None = None
    thread: str = ""
    request_id: ApprovalId | None = None
    run_id: ApprovalId | None = None
    alert_id: AlertId | None = None
    alert: Raised | None = None
    campaign_id: ApprovalId | None = None
    card_version: int | None = None
    card_shown_at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a customer is told once the calendar has answered."""

    kind: EffectKind
    target: str
    payload: MessagePayload | TicketReplyPayload


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentPayload:
    """A time that is booked, moved or given up at the `Calendar`.

    `ref` is the booking that is moved or given up; `who`, `name`, `phone` and `email` are the guest's; `slot` to
    `zone` the time to book (none to give one up); `answers` what the customer told for it; `said` what they are told
    once it is true, `gone` the words in its place where somebody else had the time first."""

    do: Do
    ref: str
    who: str
    name: str
    phone: str | None
    email: str | None
    answers: Mapping[str, str]
    said: tuple[Said, ...]
    gone: str
    slot: str | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    place: str | None = None
    zone: str | None = None

    def __post_init__(self) -> None:
        if self.do is not Do.CANCEL and self.time is None:
            raise ValueError(f"there is no time to {self.do}")

    @property
    def guest(self) -> Guest:
        return Guest(who=self.who, name=self.name, phone=self.phone, email=self.email)

    @property
    def time(self) -> Slot | None:
        """The time to book."""
        if self.slot is None or self.starts_at is None or self.ends_at is None:
            return None
        return Slot(
            id=self.slot, starts_at=self.starts_at, ends_at=self.ends_at, place=self.place or "", zone=self.zone or ""
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionPayload:
    """A run of an action, by its id; `digest` is that of what was agreed to."""

    run: ApprovalId
    digest: str


# What a customer reads.
ToCustomer = MessagePayload | TicketReplyPayload | OfferPayload
EffectPayload = (
    MessagePayload
    | OfferPayload
    | TicketReplyPayload
    | TicketNotePayload
    | ControlPayload
    | TicketUpdatePayload
    | TicketCreatePayload
    | SideConversationPayload
    | ArticleDraftPayload
    | FilesPayload
    | SlackPayload
    | AppointmentPayload
    | ActionPayload
)

EFFECT_PAYLOADS: Mapping[EffectKind, type[EffectPayload]] = {
    EffectKind.MESSAGE: MessagePayload,
    EffectKind.OFFER: OfferPayload,
    EffectKind.TICKET_REPLY: TicketReplyPayload,
    EffectKind.TICKET_NOTE: TicketNotePayload,
    EffectKind.CONTROL: ControlPayload,
    EffectKind.TICKET_UPDATE: TicketUpdatePayload,
    EffectKind.TICKET_CREATE: TicketCreatePayload,
    EffectKind.SIDE_CONVERSATION: SideConversationPayload,
    EffectKind.ARTICLE_DRAFT: ArticleDraftPayload,
    EffectKind.FILES: FilesPayload,
    EffectKind.SLACK_POST: SlackPayload,
    EffectKind.SLACK_UPDATE: SlackPayload,
    EffectKind.APPOINTMENT: AppointmentPayload,
    EffectKind.ACTION: ActionPayload,
}
