"""The tables of customers, conversations, and what was decided, suggested and said about them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from core.model.agent import Asked
from core.model.call import Call, CallLine
from core.model.conversation import Conversation, Earlier, Join, Linked, MergeSuggestion, Message, Move, Quiet
from core.model.customer import Channel, Consent, Customer, Identity
from core.model.decision import Action, Answered, Decision
from core.model.draft import Draft, DraftState
from core.model.figures import Backlog, Decided, Edit, Kept, Queues, Rated, Spent, Waiting, Waits
from core.model.ids import ConversationId, CustomerId, DraftId, MessageId, TicketId
from core.model.insertion import Compared, Insertion
from core.model.matter import By, Listed, Matter, Seen, Span, Tally, Treated
from core.model.signals import Correction


class CustomerTable(Protocol):
    def get(self, customer_id: CustomerId) -> Customer | None: ...
    def find(self, identity: Identity) -> Customer | None: ...
    def having(self, identities: Sequence[Identity]) -> Mapping[Identity, Customer]:
        """What `find` tells of each, in a few statements for all of them; those that nobody has are left out."""

    def name_for(self, identity: Identity) -> CustomerId:
        """The id of somebody who is first met by this identity: the same for the same one, always, and nobody without
        the installation's keys can tell or guess of which."""

    def save(self, customer: Customer) -> None:
        """Insert or replace the profile; identities are added, never moved from another customer (RejectedError)."""

    def add_consent(self, customer_id: CustomerId, consent: Consent) -> None:
        """Idempotent: the same words twice are one row."""

    def where(self, attribute: str, value: str) -> list[Customer]: ...
    def find_by_name(self, text: str, limit: int) -> list[Customer]:
        """Whose name, or a word of it, begins with the text, whatever its case; by name."""

    def many(self, ids: Sequence[CustomerId]) -> list[Customer]: ...


class ConversationTable(Protocol):
    def get(self, conversation_id: ConversationId) -> Conversation | None: ...
    def by_ticket(self, ticket_id: TicketId) -> Conversation | None: ...
    def at_address(self, address: str) -> Conversation | None:
        """The one that holds the newest message from or to this address of a customer."""

    def addresses(
        self, channels: Collection[Channel], since: datetime, after: str, limit: int
    ) -> list[tuple[str, str]]:
        """Where was spoken on these channels since then: so many at most of those that stand after that place, each
        with its own. Empty where it can no longer be read."""

    def recent(self, customer_id: CustomerId, since: datetime) -> list[Conversation]:
        """Newest first."""

    def add(self, conversation: Conversation) -> None: ...
    def save(self, conversation: Conversation) -> Conversation:
        """Write if the stored version is still `conversation.version`, and raise it by one; else ConflictError."""

    def quiet(self, wanted: Quiet, since: datetime, limit: int) -> list[ConversationId]:
        """Those in which nothing has happened after `since` (no word; where `asked`, no follow-up), oldest first. Those
        of the assistant only until it is TOO_LATE."""

    def solved_between(self, since: datetime, until: datetime, limit: int) -> list[Conversation]:
        """Those that are closed and were so after `since`, up to and with `until`, in that order."""

    def add_message(self, message: Message) -> bool:
        """False if the vendor's id is known (echo, retry, reordering)."""

    def past(self, earlier: Sequence[Conversation]) -> list[Earlier]:
        """The same conversations with the first of the customer's words in each, and whether people had them."""

    def message(self, message_id: MessageId) -> Message | None: ...
    def stamp(self, ticket_id: TicketId) -> str | None:
        """Another text after every write to what is known of the ticket: its conversation, messages, decisions, drafts
        and their feedback, the customer. Cheap, to be asked every second. None for an unknown ticket."""

    def messages(self, conversation_id: ConversationId, limit: int = 200) -> list[Message]:
        """Oldest first; the newest `limit` of them."""

    def last_words(
        self, conversations: Sequence[ConversationId], limit: int
    ) -> Mapping[ConversationId, Sequence[Message]]:
        """The same of several conversations at once; of each its newest `limit`."""

    def set_delivery(self, vendor_ref: str, delivery: str) -> None: ...


class DecisionTable(Protocol):
    def add(self, decision: Decision) -> bool:
        """Decision, draft and cited sources in one go. False if this message has a decision already."""

    def trace(self, decision_id: str) -> str:
        """The W3C traceparent within which it was made; empty where nothing was traced."""

    def latest(self, conversation_id: ConversationId) -> Decision | None: ...
    def of_message(self, message_id: MessageId) -> Decision | None: ...
    def actions(self, message_ids: Sequence[MessageId]) -> Mapping[MessageId, Action]:
        """What was decided about each of them that has its decision."""

    def newest(self) -> int:
        """The serial of the last one, 0 before the first."""

    def since(self, serial: int, limit: int = 100) -> list[tuple[int, Decision]]:
        """The decision log: (serial, decision) with serial > the given one, oldest first."""

    def of_conversation(self, conversation_id: ConversationId) -> list[Decision]:
        """Oldest first."""

    def moods(self, conversation_id: ConversationId) -> Mapping[MessageId, float]:
        """What was read of each message that was decided about, from -1 to 1."""

    def last_decided(self, conversations: int) -> list[ConversationId]:
        """The conversations with the newest decisions, newest first."""

    def draft_state(self, draft_id: DraftId) -> DraftState | None: ...
    def set_draft_state(self, draft_id: DraftId, state: DraftState) -> None: ...
    def open_drafts(self, conversation_id: ConversationId) -> list[tuple[Draft, DraftState]]:
        """The drafts that are still offered or inserted, newest first."""

    def add_feedback(
        self, draft_id: DraftId, kind: str, agent_id: str, at: datetime, detail: Mapping[str, Any]
    ) -> None: ...
    def feedback(self, draft_id: DraftId) -> list[tuple[str, Mapping[str, Any]]]:
        """(kind, detail) of everything that agents did with a draft, oldest first."""


class AssignmentTable(Protocol):
    """Which conversation was given to which agent of late: the helpdesk shows it only a moment later."""

    def since(self, at: datetime) -> Mapping[ConversationId, tuple[str, datetime]]:
        """The agent's id and the moment. Nobody else assigns before this transaction ends, so that of two who look at
        the last free place one gets it."""

    def add(self, conversation_id: ConversationId, agent_id: str, at: datetime) -> None:
        """Instead of what was noted of this conversation before."""


class InsertionTable(Protocol):
    """What agents took into their replies, and what became of it."""

    def add(self, insertion: Insertion) -> None: ...
    def open(self, conversation_id: ConversationId) -> list[Insertion]:
        """Those that no sent comment has been compared with yet, oldest first."""

    def settle(self, fates: Sequence[Compared]) -> None:
        """Each was compared: it is open no more."""

    def list_compared(self, conversation_id: ConversationId) -> list[Compared]:
        """Oldest first."""


class CorrectionTable(Protocol):
    def add(self, correction: Correction) -> None: ...
    def newest(self) -> int:
        """The serial of the last one, 0 before the first."""

    def all(self) -> list[Correction]:
        """The last word on each message, oldest first."""


class FigureTable(Protocol):
    """Sums of everything from a moment on, for people who look after the whole; nobody decides by them."""

    def count_decided(self, since: datetime) -> list[Decided]:
        """By day."""

    def backlog(self) -> list[Backlog]:
        """Everything that waits; what is done is not looked at, so it takes no longer where much is stored."""

    def drafts(self, since: datetime) -> list[Kept]: ...
    def edits(self, since: datetime, limit: int) -> list[Edit]:
        """What agents changed in drafts, the newest `limit` of them."""

    def ratings(self, since: datetime) -> list[Rated]:
        """The most frequent first."""

    def waits(self, since: datetime) -> list[Waits]:
        """Of the whole period first, then by day; empty where nothing was decided."""

    def spent(self, since: datetime) -> list[Spent]: ...
    def waiting(self) -> list[Waiting]:
        """Open conversations of people in which the customer waits for a word, the oldest first."""

    def list_answered(self, team: str, since: datetime, limit: int) -> list[Answered]:
        """The newest `limit` conversations that were handed to a team, newest first."""

    def queues(self, now: datetime) -> Queues: ...
    def last_heard(self) -> Mapping[str, datetime]:
        """When an event of each source was received last."""


class MatterTable(Protocol):
    """What came of every matter, and the sums of that in cuts; nobody decides by them."""

    def stale(self, limit: int) -> Mapping[ConversationId, Sequence[int]]:
        """The oldest marks of what is to be counted again: their serials, by conversation."""

    def settle(self, conversation_id: ConversationId, serials: Sequence[int]) -> bool:
        """Take these marks away. False where one of them was gone already: it is marked anew then."""

    def get(self, conversation_id: ConversationId) -> Matter | None: ...
    def save(self, conversation_id: ConversationId, matter: Matter | None) -> None:
        """Insert or replace it, None: remove it; and find anew which matters of its customer came back."""

    def corrections(self, conversation_id: ConversationId) -> list[Correction]:
        """Oldest first, several of one message among them."""

    def calls(self, conversation_id: ConversationId) -> list[Call]:
        """Oldest first."""

    def first(self) -> datetime | None:
        """When the oldest matter began."""

    def tallies(self, span: Span, by: By, *, middles: bool = True) -> list[Tally]:
        """A tally for each group, by their keys; without `middles` no medians, which take as long as all the rest."""

    def counts(self, span: Span, by: By) -> Mapping[str, Mapping[str, int]]:
        """How many matters began, by group and day."""

    def listed(
        self,
        span: Span,
        measure: str,
        *,
        hit: bool | None,
        limit: int,
        group: tuple[By, str] | None = None,
        customers: Collection[CustomerId] | None = None,
    ) -> list[Listed]:
        """The cases of one measure: those that count towards it, those that do not, or (None) all; of these customers,
        where they are named."""

    def newest(self, span: Span, limit: int) -> list[Seen]:
        """Newest first, each with what it counted towards."""

    def treated(self, span: Span, limit: int) -> list[Treated]:
        """Newest first, each with how it was treated."""

    def waiting(self) -> int:
        """How many marks there are of what is to be counted again."""


class PulseTable(Protocol):
    """The weekly question to the agents, without a word about who they are."""

    def of(self, week: str, person: str) -> Asked | None: ...
    def save(self, asked: Asked) -> None:
        """Insert or replace what became of the question for this person in this week."""

    def since(self, week: str) -> list[Asked]:
        """Of this week and all later ones, by week."""


class SignInTable(Protocol):
    """Which signed URLs have opened a page: each may do so once."""

    def use(self, token: str, expires_at: datetime) -> bool:
        """False where it was used before, at whichever process. It is remembered until `expires_at` at least."""

    def forget(self, before: datetime) -> int:
        """Those that expired before; how many."""


# ------------------------------------------------------------------
# How messages and tickets hang together in conversations.


class ThreadTable(Protocol):
    def join(self, join: Join) -> None:
        """The newest word on a message counts."""

    def unjoin(self, names: Sequence[MessageId]) -> None:
        """Nothing is known of why these messages stand where they do."""

    def joins(self, conversation_id: ConversationId) -> list[Join]:
        """Of the messages that stand there now, oldest first."""

    def link(self, linked: Linked) -> None:
        """Insert or replace."""

    def unlink(self, ticket_id: TicketId) -> None: ...
    def links(self, conversation_id: ConversationId) -> list[Linked]:
        """In the order in which they were linked."""

    def of_ref(self, vendor_ref: str) -> ConversationId | None:
        """Where the message with this vendor's id stands."""

    def shift(self, names: Sequence[MessageId], to: ConversationId) -> None:
        """The messages, what was decided about them and what was drafted belong to this conversation from now on."""

    def note_move(self, move: Move) -> None:
        """Insert it, or note that it was undone."""

    def move(self, move_id: str) -> Move | None: ...
    def moves(self, conversation_id: ConversationId) -> list[Move]:
        """From there or to there, newest first."""

    def suggest(self, suggestion: MergeSuggestion) -> None:
        """Insert or replace: a conversation begins once."""

    def suggestion(self, begun: ConversationId) -> MergeSuggestion | None: ...
    def suggestions(self, conversation_id: ConversationId) -> list[MergeSuggestion]:
        """Those about it, on either side, that nobody has settled; newest first."""


# ------------------------------------------------------------------
# The table of telephone calls.


class CallTable(Protocol):
    def get(self, sid: str) -> Call | None: ...
    def save(self, call: Call) -> None:
        """Insert or replace."""

    def live(self, conversation_id: ConversationId) -> Call | None:
        """The newest call of a conversation, ended or not."""

    def latest(self, number: str, since: datetime) -> Call | None:
        """The newest call from a number."""

    def add_line(self, line: CallLine) -> bool:
        """False if the call has a line of this key."""

    def lines(self, sid: str) -> list[CallLine]:
        """In the order in which they were said."""
