"""What the core asks of the world, in the core's own words.

Every method may raise the errors of `core.errors` and nothing else. Each port is implemented in `connectors/`.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from core.model.agent import Agent
from core.model.conversation import Attachment, Conversation, Earlier, Message
from core.model.correction import Correction
from core.model.customer import Consent, Customer, Identity
from core.model.decision import Decision
from core.model.draft import Draft, DraftState
from core.model.enacted import Enactment, PolicyText, SignOff
from core.model.event import Event
from core.model.gap import Gap
from core.model.helpdesk import Person, Receipt, Team, Ticket
from core.model.ids import (
    ApprovalId,
    ArticleId,
    ConversationId,
    CustomerId,
    DraftId,
    EffectId,
    EventId,
    MessageId,
    PassageId,
    TicketId,
)
from core.model.knowledge import EVERYWHERE, Article, Passage, Scope
from core.model.order import Order
from core.model.outbound import Effect, EffectKind, EffectState, OutboxRow
from core.model.outreach import Approval, Click, Proposal
from core.model.quiet import Quiet
from core.model.signals import Scored
from core.model.source import Changes

Vector = NDArray[np.float32]
Now = Callable[[], datetime]


# ---------------------------------------------------------------- webhooks


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedRequest:
    """A request as it arrived. `url` is the public address that the vendor signed, query included."""

    url: str
    headers: Mapping[str, str]
    body: bytes


class Signature(Protocol):
    def check(self, request: SignedRequest, now: datetime) -> None:
        """Raise RejectedError unless the vendor's own scheme says that the request is genuine and fresh."""


class Inbox(Protocol):
    def accept(self, event: Event) -> bool:
        """Store the event durably, then publish its id. False if this delivery was here before.

        A failing publish loses nothing: the sweeper publishes again what is still pending."""


class Publisher(Protocol):
    """Tells the workers that there is something to do. A hint only: the store is the truth."""

    def event(self, event_id: EventId) -> None: ...
    def effect(self, effect_id: EffectId, *, at: datetime | None = None) -> None: ...


# ---------------------------------------------------------------- store


class EventLog(Protocol):
    def add(self, event: Event) -> bool:
        """False if the delivery id is known."""

    def claim(self, event_id: EventId, now: datetime) -> Event | None:
        """Take a pending event, or one whose claim is older than the lease (its worker died). None: not ours to do."""

    def finish(self, event_id: EventId, now: datetime, result: str) -> None: ...
    def release(self, event_id: EventId, now: datetime, error: str, *, retry_at: datetime) -> None: ...
    def park(self, event_id: EventId, now: datetime, error: str) -> None: ...
    def due(self, now: datetime, limit: int) -> list[EventId]:
        """Pending or lapsed events whose time has come and that no recent publish can still be carrying."""

    def counts(self) -> Mapping[str, int]:
        """How many events are in each state."""


class CustomerTable(Protocol):
    def get(self, customer_id: CustomerId) -> Customer | None: ...
    def find(self, identity: Identity) -> Customer | None: ...
    def save(self, customer: Customer) -> None:
        """Insert or replace the profile; identities are added, never moved from another customer (RejectedError)."""

    def add_consent(self, customer_id: CustomerId, consent: Consent) -> None:
        """Idempotent: the same words twice are one row."""

    def where(self, attribute: str, value: str) -> list[Customer]: ...
    def many(self, ids: Sequence[CustomerId]) -> list[Customer]: ...


class ConversationTable(Protocol):
    def get(self, conversation_id: ConversationId) -> Conversation | None: ...
    def by_ticket(self, ticket_id: TicketId) -> Conversation | None: ...
    def recent(self, customer_id: CustomerId, since: datetime) -> list[Conversation]:
        """Newest first."""

    def add(self, conversation: Conversation) -> None: ...
    def save(self, conversation: Conversation) -> Conversation:
        """Write if the stored version is still `conversation.version`, and raise it by one; else ConflictError."""

    def quiet(self, wanted: Quiet, since: datetime, limit: int) -> list[ConversationId]:
        """Those in which nothing has happened after `since` (no word; where `asked`, no follow-up), oldest first. Those
        of the assistant only until it is TOO_LATE."""

    def add_message(self, message: Message) -> bool:
        """False if the vendor's id is known (echo, retry, reordering)."""

    def past(self, earlier: Sequence[Conversation]) -> list[Earlier]:
        """The same conversations with the first of the customer's words in each, and whether people had them."""

    def messages(self, conversation_id: ConversationId, limit: int = 200) -> list[Message]:
        """Oldest first; the newest `limit` of them."""

    def set_delivery(self, vendor_ref: str, delivery: str) -> None: ...


class DecisionTable(Protocol):
    def add(self, decision: Decision) -> bool:
        """Decision, draft and cited sources in one go. False if this message has a decision already."""

    def latest(self, conversation_id: ConversationId) -> Decision | None: ...
    def of_message(self, message_id: MessageId) -> Decision | None: ...
    def since(self, serial: int, limit: int = 100) -> list[tuple[int, Decision]]:
        """The decision log: (serial, decision) with serial > the given one, oldest first."""

    def of_conversation(self, conversation_id: ConversationId) -> list[Decision]:
        """Oldest first."""

    def last_decided(self, conversations: int) -> list[ConversationId]:
        """The conversations with the newest decisions, newest first."""

    def draft_state(self, draft_id: DraftId) -> DraftState | None: ...
    def set_draft_state(self, draft_id: DraftId, state: DraftState) -> None: ...
    def open_draft(self, conversation_id: ConversationId) -> tuple[Draft, DraftState] | None:
        """The newest draft that is still offered or inserted."""

    def add_feedback(
        self, draft_id: DraftId, kind: str, agent_id: str, at: datetime, detail: Mapping[str, Any]
    ) -> None: ...
    def feedback(self, draft_id: DraftId) -> list[tuple[str, Mapping[str, Any]]]:
        """(kind, detail) of everything that agents did with a draft, oldest first."""


class OutboxTable(Protocol):
    def add(self, effect: Effect) -> bool:
        """False if the key is known. An effect with `not_before` in the future starts as HELD."""

    def get(self, effect_id: EffectId) -> OutboxRow | None: ...
    def claim(self, effect_id: EffectId, now: datetime) -> OutboxRow | None:
        """PENDING (or HELD and due) → SENDING; the attempt is counted and written before anything leaves.

        A SENDING row whose lease has lapsed comes back as UNKNOWN: somebody may have sent it. None: not ours to do."""

    def mark(
        self,
        effect_id: EffectId,
        state: EffectState,
        now: datetime,
        *,
        vendor_ref: str | None = None,
        error: str | None = None,
        retry_at: datetime | None = None,
        facts: Mapping[str, Any] | None = None,
    ) -> None: ...
    def by_ref(self, vendor_ref: str) -> OutboxRow | None: ...
    def set_delivery(self, effect_id: EffectId, delivery: str, error: str | None) -> None: ...
    def due(self, now: datetime, limit: int) -> list[EffectId]: ...
    def of_conversation(self, conversation_id: ConversationId) -> list[OutboxRow]: ...
    def cancel(
        self,
        conversation_id: ConversationId,
        rule: str,
        reason: str,
        now: datetime,
        kinds: Collection[EffectKind] = frozenset(EffectKind),
    ) -> int:
        """Refuse what is still PENDING or HELD for a conversation under exactly this rule; the number refused."""

    def counts(self) -> Mapping[str, int]: ...


class ApprovalTable(Protocol):
    def add(self, proposal: Proposal) -> bool: ...
    def get(self, approval_id: ApprovalId) -> Approval | None: ...
    def settle(self, click: Click, now: datetime) -> Approval | None:
        """PENDING → the click's verdict, once. None when it was settled before, has expired, or the digest differs."""

    def posted(self, approval_id: ApprovalId, channel: str, ts: str) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelved:
    """Some stored passages as an index takes them in, side by side.

    `serials` number the rows; a number may be used again by a row that came in a later version. `changed` is the
    version that each row came with, `scopes` the number of what it is for, `expires` seconds since 1970, infinite for
    never."""

    ids: Sequence[PassageId]
    serials: NDArray[np.int64]
    changed: NDArray[np.int64]
    scopes: NDArray[np.int32]
    expires: NDArray[np.float64]
    vectors: Vector


class ArticleTable(Protocol):
    def save(self, article: Article, passages: Sequence[Passage], vectors: Vector, encoder: str) -> None:
        """Replace the article and its passages in one transaction."""

    def remove(self, article_ids: Iterable[str]) -> int: ...
    def fingerprints(self, origin: str) -> Mapping[str, str]:
        """Article id → hash of what was stored, to see what changed."""

    def get(self, article_id: str) -> Article | None: ...
    def passages(self, ids: Sequence[PassageId]) -> list[Passage]: ...
    def keyword(self, words: str, limit: int, scope: Scope = EVERYWHERE) -> list[PassageId]:
        """Best first by full text with stemming, title weighted; never raises for odd characters in `words`."""

    def names(self) -> frozenset[str]:
        """Everything that any passage is about."""

    def of_articles(self, article_ids: Sequence[str], most: int | None = None) -> list[PassageId]:
        """The passages of these articles, in reading order; the first `most` of each, or all."""

    def spoken(self, ids: Sequence[PassageId]) -> Mapping[ArticleId, frozenset[str]]:
        """What these passages speak of (`core.answer.synonyms.concepts`, headings too), together for each article."""

    def frequencies(self, concepts: Iterable[str]) -> Mapping[str, int]:
        """In how many passages each concept (`core.answer.synonyms.concepts`) occurs; those in none are left out."""

    def size(self) -> int:
        """The number of passages."""

    def every(self, origin: str | None = None) -> Iterator[Article]:
        """All articles, one after the other, by id."""

    def vectors(self, encoder: str) -> tuple[list[PassageId], Vector]: ...
    def version(self) -> int:
        """Rises with every change of the articles, so that an index in memory knows it is old."""

    def stamp(self, version: int) -> str | None:
        """What no other store's version of this number has; None where it is not known, or no longer."""

    def added(self, encoder: str, since: int) -> Iterator[Shelved]:
        """The passages that came with a version after `since` and are still there, in portions, by serial."""

    def gone(self, since: int) -> Sequence[tuple[int, int]]:
        """(serial, version) of the rows that went with a version after `since`; they had come with an earlier one."""

    def scopes(self, scope: Scope) -> Sequence[int]:
        """The numbers (see `Shelved`) of everything that lies within a scope, its time aside."""


class GapTable(Protocol):
    def add(self, gap: Gap) -> bool:
        """False if this message has one already."""

    def since(self, moment: datetime | None = None) -> list[Gap]:
        """Newest first; all of them without a moment."""


class PolicyTable(Protocol):
    """Every version of the policy, who signed for what, and which version is in force."""

    def keep(self, policy: PolicyText) -> None:
        """Idempotent: the first text of a version stays."""

    def text(self, version: str) -> PolicyText | None: ...
    def version(self) -> str | None:
        """The version in force; cheap, to be asked before every event."""

    def in_force(self) -> Enactment | None: ...
    def enact(self, enactment: Enactment) -> None:
        """Its version, which must be kept, is in force from now on. ConflictError when another than the one that it
        says to replace is in force by now."""

    def enactments(self) -> list[Enactment]:
        """Newest first."""

    def sign(self, signoff: SignOff) -> bool:
        """False if this person has signed for this change in this role before, and it is not spent."""

    def signoffs(self, section: str, before: str, after: str) -> list[SignOff]:
        """All for one change of a section, by the hashes of its content, but for those that are spent."""

    def spend(self, section: str, at: datetime) -> None:
        """The section has changed: what was signed for it counts no more."""


class CorrectionTable(Protocol):
    def add(self, correction: Correction) -> None: ...
    def newest(self) -> int:
        """The serial of the last one, 0 before the first."""

    def all(self) -> list[Correction]:
        """The last word on each message, oldest first."""


class Ledger(Protocol):
    def append(self, kind: str, facts: Mapping[str, Any], at: datetime) -> str:
        """Add one record to the hash chain; returns its hash."""

    def verify(self) -> int | None:
        """The serial of the first record that does not fit its chain, or None when all do."""


class SpendTable(Protocol):
    def take(self, name: str, micro: int, limit: int | None) -> bool:
        """Add millionths of the currency to what a budget has spent, less than nothing to give back. False, and nothing
        is added, where that goes past the limit."""

    def spent(self, name: str) -> int:
        """Millionths of the currency."""


class CursorTable(Protocol):
    def get(self, name: str) -> str | None: ...
    def set(self, name: str, value: str) -> None: ...


class Unit(Protocol):
    """One transaction over all tables."""

    @property
    def events(self) -> EventLog: ...
    @property
    def customers(self) -> CustomerTable: ...
    @property
    def conversations(self) -> ConversationTable: ...
    @property
    def decisions(self) -> DecisionTable: ...
    @property
    def outbox(self) -> OutboxTable: ...
    @property
    def approvals(self) -> ApprovalTable: ...
    @property
    def articles(self) -> ArticleTable: ...
    @property
    def gaps(self) -> GapTable: ...
    @property
    def policies(self) -> PolicyTable: ...
    @property
    def corrections(self) -> CorrectionTable: ...
    @property
    def ledger(self) -> Ledger: ...
    @property
    def spend(self) -> SpendTable: ...
    @property
    def cursors(self) -> CursorTable: ...


class Store(Protocol):
    def begin(self) -> AbstractContextManager[Unit]:
        """A transaction: committed when the block ends, rolled back when it raises."""

    def read(self) -> AbstractContextManager[Unit]:
        """A read-only view that takes no write lock."""


# ---------------------------------------------------------------- reading a message


class LanguageReader(Protocol):
    def language(self, text: str) -> Scored:
        """ISO 639-1 code, or `unknown` where the text is too short to tell."""


class IntentReader(Protocol):
    def intents(self, text: str) -> tuple[Scored, ...]:
        """Likeliest first; empty where nothing fits."""


class IntentCorrections(Protocol):
    """What agents said of messages whose intent was read wrongly."""

    def newest(self) -> int:
        """The serial of the last one, 0 before the first. Asked for with each message: quick."""

    def all(self) -> list[Correction]:
        """Oldest first."""


class SentimentReader(Protocol):
    def sentiment(self, text: str) -> tuple[Scored, float]:
        """The feeling and the mood from -1 to 1."""


class TriggerReader(Protocol):
    def triggers(self, text: str) -> tuple[Scored, ...]:
        """The triggers of docs/triggers.md that the words show, each at most once, surest first."""


class EmotionReader(Protocol):
    def emotions(self, text: str) -> tuple[Scored, ...]:
        """The present ones of frustration, anger, confusion, hesitation and urgency, strongest first."""


class OutcomeReader(Protocol):
    def outcomes(self, matter: str, told: str, reply: str) -> Mapping[str, float]:
        """How likely it is that what the customer was told `failed`, `helped`, is `untried`, or that the reply speaks
        of something `other`; the four add up to 1."""


class Likeness(Protocol):
    """Whether two things that a customer wrote are one, from 0 to 1; from 0.5 on they rather are."""

    @property
    def name(self) -> str:
        """Changes whenever the answers would."""

    def asked_again(self, now: str, before: str, answer: str) -> float:
        """`now` asks what `before` asked; `answer` is what was said upon `before`, empty where nothing was."""

    def same_matter(self, now: str, before: str) -> float:
        """`now` is about what an earlier conversation was about: `before` is its subject and first words."""


class FileReader(Protocol):
    def wants(self, attachment: Attachment) -> bool:
        """Whether fetching its content is of any use."""

    def read(self, attachment: Attachment, content: bytes) -> Attachment:
        """With its `text` where it has one. Never raises for a file, however broken or hostile it is; an error of
        `core.errors` says that it may be read another time."""


class ImageReader(Protocol):
    @property
    def name(self) -> str: ...
    def describe(self, content: bytes, media_type: str) -> str:
        """What a picture shows, in a few sentences. Untrusted, as a customer's own words are."""


class Encoder(Protocol):
    @property
    def name(self) -> str:
        """Changes whenever the vectors would."""

    def encode(self, texts: Sequence[str]) -> Vector:
        """Unit vectors, shape (len(texts), dimensions)."""


class VectorIndex(Protocol):
    def nearest(self, query: Vector, limit: int, scope: Scope = EVERYWHERE) -> list[tuple[PassageId, float]]:
        """(passage, cosine) of the nearest in the scope, best first. `query` has shape (dimensions,)."""


class LanguageModel(Protocol):
    @property
    def name(self) -> str: ...
    def complete(
        self, *, system: str, user: str, schema: Mapping[str, Any], max_tokens: int, within: timedelta | None = None
    ) -> str:
        """The model's JSON text for a schema. Untrusted: the caller checks every field.

        `within` is the time that the whole answer may take, where it is shorter than the model's own limit."""

    def stream(
        self, *, system: str, user: str, schema: Mapping[str, Any], max_tokens: int, within: timedelta | None = None
    ) -> Iterator[str]:
        """As `complete`, in pieces as they are written. The errors of `complete` may come at any piece: what came
        before is then not the whole answer. Closing the iterator ends the request."""

    def count_tokens(self, text: str) -> int: ...


# ---------------------------------------------------------------- vendors


class Helpdesk(Protocol):
    """`key` marks each write in the ticket's audit, so that an unknown outcome can be looked up."""

    def ticket(self, ticket_id: TicketId) -> Ticket:
        """The ticket with its comments, oldest first."""

    def person(self, person_id: str) -> Person: ...
    def teams(self) -> list[Team]: ...
    def reply(self, ticket_id: TicketId, text: str, *, public: bool, key: str, facts: Mapping[str, Any]) -> Receipt:
        """Add a comment. `facts` are kept with it (for example `ai_generated`)."""

    def update(
        self,
        ticket_id: TicketId,
        *,
        key: str,
        group_id: str | None = None,
        assignee_id: str | None = None,
        status: str | None = None,
        priority: str | None = None,
        add_tags: Sequence[str] = (),
        remove_tags: Sequence[str] = (),
        fields: Mapping[str, str] | None = None,
        note: str | None = None,
    ) -> Receipt: ...
    def open_ticket(
        self,
        *,
        subject: str,
        text: str,
        requester_id: str | None,
        name: str,
        phone: str | None,
        key: str,
        tags: Sequence[str] = (),
    ) -> Receipt:
        """Open a ticket for a customer who wrote on another channel. Receipt.ref is the ticket id."""

    def find_write(self, ticket_id: TicketId, key: str) -> Receipt | None:
        """Look in the ticket's audits for a write of ours."""

    def people(self, cursor: str | None) -> tuple[list[Person], str]:
        """Customers changed since the cursor, and the next one."""


class Agents(Protocol):
    """The people who answer, as the helpdesk reports them."""

    def agents(self) -> Sequence[Agent]:
        """Everybody who may be given a conversation, those who are away too. What it says may be half a minute old."""


class Source(Protocol):
    """Where articles come from: a help center, a folder, a web site."""

    @property
    def name(self) -> str:
        """What its cursor is kept under; also what people are told."""

    @property
    def origin(self) -> str:
        """The origin of its articles, and of no other source's."""

    @property
    def trusted(self) -> bool:
        """Whether its changes tell everything; otherwise it is read whole now and then."""

    def changes(self, cursor: str | None, known: Collection[str]) -> Iterator[Changes]:
        """What changed since the cursor, part by part; everything without one.

        `known` are the ids of its articles that are stored: those that are no longer there are told as gone. What goes
        wrong with one article is a problem in a part; what ends the reading is raised or told as `failed`."""


class Messenger(Protocol):
    """SMS and WhatsApp. A send that is made twice is two messages: there is no idempotency at the vendor."""

    def send(self, *, channel: str, to: str, body: str, effect_id: EffectId) -> Receipt: ...
    def find(self, *, channel: str, to: str, body: str, since: datetime) -> Receipt | None:
        """Look for a message that was sent with unknown outcome. The vendor's list lags: None proves nothing."""


class Desk(Protocol):
    """The supervisors' channel."""

    def post(self, *, channel: str, text: str, blocks: Sequence[Mapping[str, Any]], key: str) -> Receipt:
        """Receipt.ref is `channel:ts`."""

    def update(self, *, ref: str, text: str, blocks: Sequence[Mapping[str, Any]]) -> Receipt: ...
    def email(self, user_id: str) -> str | None:
        """The verified e-mail address of a member: who somebody is, is asked of Slack, not of the click."""

    def find(self, *, channel: str, key: str, since: datetime) -> Receipt | None: ...


class Orders(Protocol):
    """The company's order system."""

    def of_customer(self, customer: Customer) -> list[Order]:
        """Everything the customer bought, in any order; empty for one it does not know."""
