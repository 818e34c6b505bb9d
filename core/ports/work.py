"""The tables of what is to be done, what was done, and what it cost."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from core.model.alert import Alert, AlertKind, AlertState, Contact, Failing, Hit, Raised, Waiter
from core.model.enacted import Enactment, PolicyText, SignOff
from core.model.event import Event, EventKind
from core.model.event_payloads import EventPayload
from core.model.ids import AlertId, ApprovalId, ConversationId, EffectId, EventId
from core.model.outbound import Effect, EffectKind, EffectState, OutboxRow
from core.model.outreach import Click
from core.model.request import Request, Ruling
from core.model.seal import Record
from core.model.workspace import Workspace


class EventLog(Protocol):
    def add(self, event: Event) -> bool:
        """False if the delivery id is known."""

    def get(self, event_id: EventId) -> Event | None:
        """As it came, or as it was redacted."""

    def claim(self, event_id: EventId, now: datetime) -> Event | None:
        """Take a pending event, or one whose claim is older than the lease (its worker died). None: not ours to do.

        Here as everywhere, what is stored and cannot be read comes as an event with an `Unreadable` payload."""

    def trace(self, event_id: EventId) -> str:
        """The W3C traceparent of what brought it; empty where nothing was traced."""

    def finish(self, event_id: EventId, now: datetime, result: str) -> None: ...
    def pending(self, kind: EventKind, now: datetime, limit: int) -> list[Event]:
        """The oldest events of this kind that nobody has claimed and whose time has come. They are this transaction's
        alone; nothing is noted of it, so that what is not finished in it stays as it was."""

    def finish_all(self, results: Mapping[EventId, str], now: datetime) -> None:
        """As `finish` for each."""

    def release(self, event_id: EventId, now: datetime, error: str, *, retry_at: datetime) -> None: ...
    def wait(self, event_id: EventId, now: datetime, until: datetime) -> None:
        """Put back for a while though nothing went wrong. Whoever calls publishes it for then."""

    def park(self, event_id: EventId, now: datetime, error: str) -> None: ...
    def redact(self, event_id: EventId, payload: EventPayload) -> None:
        """Keep this in place of what came: something in it is not to be kept."""

    def unheard(self, event: Event, within: timedelta, since: datetime) -> list[Event]:
        """What the same `MessageReceived.sender` sent after it, within that time, and nobody has handled yet, or
        somebody has begun to `since` then. Of two events one at most comes after the other."""

    def heard(self, source: str, kind: EventKind, subjects: Collection[str], since: datetime) -> Mapping[str, datetime]:
        """When the newest event of this kind about each of these subjects came in, of those that came `since` then."""

    def due(self, now: datetime, limit: int) -> list[EventId]:
        """Pending or lapsed events whose time has come and that no recent publish can still be carrying."""

    def counts(self) -> Mapping[str, int]:
        """How many events are in each state."""


class OutboxTable(Protocol):
    def take_turn(self) -> None:
        """Wait until nobody else changes what is here, until this transaction ends: what is read from then on still
        holds when something is written because of it. Whatever changes a row takes it by itself."""

    def add(self, effect: Effect) -> bool:
        """False if the key is known. An effect with `not_before` in the future starts as HELD."""

    def add_all(self, effects: Sequence[Effect]) -> None:
        """As `add`, in one go."""

    def trace(self, effect_id: EffectId) -> str:
        """As that of an event, of what made it."""

    def get(self, effect_id: EffectId) -> OutboxRow | None: ...
    def claim(self, effect_id: EffectId, now: datetime) -> OutboxRow | None:
        """PENDING (or HELD and due) → SENDING; the attempt is counted and written before anything leaves.

        A SENDING row whose lease has lapsed comes back as UNKNOWN: somebody may have sent it. None: not ours to do.

        Raises:
            ValueError: the row, ours now, cannot be read: it is damaged, or a newer version wrote it.
        """

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
    ) -> bool:
        """False, and nothing is changed, where it is SENT: that is final, and a worker that lost its lease cannot take
        it back."""

    def by_ref(self, vendor_ref: str) -> OutboxRow | None: ...
    def by_refs(self, vendor_refs: Sequence[str]) -> list[OutboxRow]:
        """Of each the newest; those that nobody knows are left out."""

    def many(self, effect_ids: Sequence[EffectId]) -> list[OutboxRow]:
        """Those that are known."""

    def set_delivery(self, effect_id: EffectId, delivery: str, error: str | None) -> None: ...
    def due(self, now: datetime, limit: int) -> list[EffectId]: ...
    def of_conversation(self, conversation_id: ConversationId) -> list[OutboxRow]: ...
    def listed(self, kind: EffectKind, state: EffectState, since: datetime, limit: int) -> list[OutboxRow]:
        """Those of a kind in a state that were made `since` then, the newest first."""

    def parked(self, kinds: Collection[EffectKind], limit: int) -> list[OutboxRow]:
        """Those of these kinds that are PARKED and can be read, newest first."""

    def cancel(
        self,
        conversation_id: ConversationId,
        rule: str,
        reason: str,
        now: datetime,
        kinds: Collection[EffectKind] = frozenset(EffectKind),
    ) -> int:
        """Refuse what is still PENDING or HELD for a conversation under exactly this rule; the number refused."""

    def hurry(self, reason: str, now: datetime) -> int:
        """What is HELD for this reason, the `error` that it was marked with, is due at once; how many."""

    def doubt(
        self, kinds: Collection[EffectKind], facts: Mapping[str, str], retry_at: datetime, error: str, now: datetime
    ) -> int:
        """What is PENDING, HELD, SENDING or UNKNOWN of these kinds becomes UNKNOWN, with these facts, and is asked for
        from `retry_at` on; how many."""

    def counts(self) -> Mapping[str, int]: ...


class RequestTable(Protocol):
    """What agents asked supervisors about their replies. What has expired changes no more."""

    def add(self, request: Request) -> bool:
        """False if a request with this id is known."""

    def get(self, request_id: ApprovalId) -> Ruling | None: ...
    def latest(self, conversation_id: ConversationId) -> Ruling | None: ...
    def settle(self, click: Click, now: datetime) -> Ruling | None:
        """PENDING → the click's verdict, once. None when it was settled before, has expired, or the digest differs."""

    def use(self, request_id: ApprovalId, now: datetime) -> Ruling | None:
        """APPROVED → USED, once. None when it is anything else."""

    def withdraw(self, request_id: ApprovalId, now: datetime) -> Ruling | None:
        """PENDING or APPROVED → WITHDRAWN. None when it is anything else."""

    def note_post(self, request_id: ApprovalId, channel: str, ts: str) -> None: ...


class Ledger(Protocol):
    def append(self, kind: str, facts: Mapping[str, Any], at: datetime) -> None:
        """Add one record to the hash chain: numbers and e-mail addresses of customers become keyed hashes."""

    def as_written(self, kind: str, facts: Mapping[str, Any]) -> Mapping[str, Any]:
        """The facts as a record of this kind has them: equal ones have equal hashes."""

    def verify(self) -> int | None:
        """The serial of the first record that does not fit its chain, or None when all do."""

    def records(self, after: int, limit: int) -> list[Record]:
        """In their order, after that serial, each exactly as it is stored."""

    def of_kinds(self, kinds: Collection[str], since: datetime) -> list[Record]:
        """Those of these kinds that were made from then on, in their order."""

    def last(self) -> Record | None: ...
    def find(self, hash: str) -> Record | None:
        """The record with this hash, which may be cut short to its beginning where that is one record's alone."""

    def not_once(self) -> Iterator[tuple[EffectId, int]]:
        """Each effect that is SENT without a record of that, or has more than one, with how many it has; one at a
        time."""


class SpendTable(Protocol):
    def take(self, name: str, micro: int, limit: int | None) -> bool:
        """Add millionths of the currency to what a budget has spent, less than nothing to give back. False, and nothing
        is added, where that goes past the limit."""

    def spent(self, name: str) -> int:
        """Millionths of the currency."""


class CursorTable(Protocol):
    def get(self, name: str) -> str | None: ...
    def many(self, names: Sequence[str]) -> Mapping[str, str]:
        """Those that are set, by name."""

    def set(self, name: str, value: str) -> None: ...


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

    def list_sign_offs(self, limit: int) -> list[SignOff]:
        """Every sign-off there was, spent ones too, newest first."""


# ------------------------------------------------------------------
# What the core asks of the store about alerts: the alerts themselves, and the figures that are watched for them.


class AlertTable(Protocol):
    def count(self, raised: Raised, at: datetime) -> Alert | None:
        """Count an occurrence: a new alert, or the open one with its key as it is now. None where the occurrence is
        known already."""

    def get(self, alert_id: AlertId) -> Alert | None: ...
    def known_sources(self, sources: Sequence[str]) -> frozenset[str]:
        """Which of these occurrences are counted already."""

    def hits(self, alert_id: AlertId, limit: int) -> list[Hit]:
        """The newest occurrences, newest first."""

    def settle(
        self, alert_id: AlertId, state: AlertState | None, note: str, now: datetime, until: datetime | None = None
    ) -> Alert | None:
        """Into another state, with a note where it is not empty; without a state it stays in its own. None, and nothing
        is changed, where it is resolved."""

    def lead(self, alert_id: AlertId, said: Raised) -> bool:
        """Its newest occurrence, its conversation and its key are these from now on. False, and nothing is changed,
        where it is resolved, or another with this key is open."""

    def list_snoozed(self) -> list[Alert]: ...
    def woken(self, now: datetime) -> list[Alert]:
        """Those whose snoozing is over, which are open again from here on."""

    def note_post(self, alert_id: AlertId, channel: str, ts: str) -> None:
        """Where its card stands; both empty: nowhere yet."""

    def list_unposted(self, before: datetime, limit: int) -> list[Alert]:
        """Open ones whose card stands nowhere, though it was to be posted `before` then."""

    def note_shown(self, alert_id: AlertId, revision: int, now: datetime) -> None: ...
    def to_show(self, before: datetime, limit: int) -> list[Alert]:
        """Those with a card that tells less than is known, and was written last `before` then."""

    def open(self, kind: AlertKind | None = None, limit: int = 200) -> list[Alert]:
        """Open and snoozed ones, the newest first."""

    def of_conversation(self, conversation_id: ConversationId) -> list[Alert]:
        """Open and snoozed ones."""

    def quiet(self, since: datetime, limit: int) -> list[Alert]:
        """Open ones of which nothing new came `since` then; but for waits, which end when they end."""

    def forget(self, before: datetime) -> int:
        """Resolved ones, and what they counted; how many."""


class WatchTable(Protocol):
    """Figures of this moment, cheap enough to be asked every half minute."""

    def waits(self, limit: int) -> list[Waiter]:
        """Customers in open conversations of people who wait for a word, the oldest wait first."""

    def hands(self, since: datetime) -> Mapping[str, int]:
        """By team, how many different agents have answered customers since then."""

    def intents(self, windows: Sequence[tuple[datetime, datetime]]) -> list[Mapping[str, int]]:
        """For each window (from, and up to before), how many messages were decided about each intent."""

    def contacts(self, intent: str, since: datetime, until: datetime) -> list[Contact]:
        """The messages about an intent that were decided from then on and before `until`, oldest first, without their
        text."""

    def unrecognised(self, windows: Sequence[tuple[datetime, datetime]]) -> list[Sequence[Contact]]:
        """For each window (from, and up to before), the messages whose intent nobody could tell, with their text,
        oldest first; of very many the newest."""

    def first_decided(self) -> datetime | None: ...
    def failing(self, since: datetime) -> list[Failing]:
        """Of what was tried since then, but for campaigns, by kind of effect."""


# ------------------------------------------------------------------
# Where supervisors work: the workspaces that have installed the Slack app.


class WorkspaceTable(Protocol):
    def get(self, workspace_id: str) -> Workspace | None: ...
    def all(self) -> list[Workspace]:
        """In the order in which they were first installed."""

    def save(self, workspace: Workspace) -> None:
        """Installed again it keeps its place."""

    def remove(self, workspace_id: str) -> bool: ...
