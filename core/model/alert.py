"""What supervisors are told of at once, and what they do about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from core.model.ids import AlertId, ConversationId, MessageId


class AlertKind(StrEnum):
    """What an alert is about; docs/alerts.md says of each when it is raised."""

    SLA = "sla"
    DISTRESS = "distress"
    VULNERABLE = "vulnerable_customer"
    LEGAL = "legal"
    HANDOFF = "handoff"
    INTENT_SPIKE = "intent_spike"
    ERRORS = "errors"
    BUDGET = "budget"
    OUTREACH = "outreach"
    DELIVERY = "delivery"  # an effect that came to an end that somebody must look at
    EVENT = "event"  # one that will not be tried again
    POLICY = "policy"  # one in force that cannot be read
    TIMERS = "timers"
    MISSED = "missed"  # deliveries that a vendor accepted and that never came, or nobody can say whether there are any
    APPEAL = "appeal"
    EXPERIMENT = "experiment"  # one that did harm and was stopped


class AlertState(StrEnum):
    """SNOOZED: counted on, and silent until its time. RESOLVED: by somebody, or because what it was about is over; the
    next occurrence is a new alert."""

    OPEN = "open"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """One occurrence. `key` names what it is grouped by: while an alert with this key is open, this counts there.
    `source` names the occurrence itself: told twice it counts once. `text` says what happened and `why` what shows it,
    both as strangers may have worded them. `reasons` are the rules that one message of a customer set off, all of them
    on one card; empty for whatever is no customer's message. `tickets_at` is the address at which the helpdesk shows a
    ticket, with {ticket} in its place, as `core.alerts.raising.alert_effect` has it from the policy; empty: nobody
    knows."""

    kind: AlertKind
    key: str
    source: str
    text: str
    why: str = ""
    who: str = ""
    tier: str = ""
    conversation_id: ConversationId | None = None
    ticket: str = ""
    tickets_at: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not (self.key and self.source):
            raise ValueError("an alert needs a key and a source")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One occurrence as the card lists it."""

    at: datetime
    text: str
    ticket: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """`said` is its newest occurrence. `revision` rises with what its card has to tell, `shown` is the one that the
    card tells. `notes` are what people and the course of things made of it, oldest first."""

    id: AlertId
    said: Raised
    count: int
    first_at: datetime
    last_at: datetime
    state: AlertState = AlertState.OPEN
    until: datetime | None = None
    notes: tuple[str, ...] = ()
    slack_channel: str = ""
    slack_ts: str = ""
    revision: int = 1
    shown: int = 1
    shown_at: datetime | None = None

    @property
    def kind(self) -> AlertKind:
        return self.said.kind

    @property
    def conversation_id(self) -> ConversationId | None:
        """The one conversation that it is about; None where there is none, or several are grouped."""
        ours = self.said.conversation_id
        return ours if ours and (self.count == 1 or self.said.key.endswith(ours)) else None

    @property
    def resolved(self) -> bool:
        return self.state is AlertState.RESOLVED

    @property
    def note(self) -> str:
        """The last word on it."""
        return self.notes[-1] if self.notes else ""


SNOOZES = {"snooze": timedelta(hours=1), "snooze_long": timedelta(hours=8)}


class Wish(StrEnum):
    """What a supervisor asks for with a button of an alert; WHISPER comes with the words of its modal. FALSE_ALARM:
    what the customer wrote is none of what it was taken for."""

    TAKE_OVER = "take_over"
    WHISPER = "whisper"
    SNOOZE = "snooze"
    SNOOZE_LONG = "snooze_long"
    DONE = "done"
    FALSE_ALARM = "false_alarm"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertClick:
    """A press of a button of an alert, as Slack's listeners and modals tell it. `text` is what was written with it;
    `event_id`, put in when it is handled, names what follows from it, so that it follows once."""

    alert_id: AlertId
    wish: Wish
    user_id: str
    user_name: str
    channel: str = ""
    text: str = ""
    event_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiter:
    """A customer who waits for a word of a person. `answered`: a person has said something to them before."""

    conversation_id: ConversationId
    ticket: str
    name: str
    tier: str
    team: str
    agent: str
    since: datetime
    intent: str = ""
    answered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A message that was decided about then. `text` is empty where only its time was asked for."""

    conversation_id: ConversationId
    message_id: MessageId
    at: datetime
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failing:
    """Of the effects of one kind that came to an end lately, or were tried in vain, how many failed."""

    kind: str
    total: int
    failed: int
