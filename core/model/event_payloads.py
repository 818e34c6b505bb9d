"""What each kind of event carries, as values. `core.model.event.PAYLOADS` says which class belongs to which kind.

A click of a supervisor carries a value of its own subject: `core.model.outreach.Click`, `core.model.alert.AlertClick`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from core.model.alert import AlertClick
from core.model.conversation import Attachment, Control, MessageKind, Role
from core.model.customer import Channel, Identity
from core.model.ids import ConversationId, EffectId
from core.model.journey import JourneyStepKind, OfferState
from core.model.outreach import Click


@dataclass(frozen=True, slots=True, kw_only=True)
class NoPayload:
    """The kind and the subject say it all: what changed is read again from its owner."""


NOTHING = NoPayload()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """What the store puts in the place of a payload that it cannot read: a newer Handrail wrote it, or it is damaged.
    `why` says it in words; what is stored stays as it is. Of every kind, and never written."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideAgain:
    """From `core.context.second_turn`: words that stand on a timeline already are decided afresh. `why` names what
    asked for it; `intent` and its `label` are what an agent said that they are about, empty where nobody did."""

    why: str
    intent: str = ""
    label: str = ""


# ------------------------------------------------------------------
# What customers and agents say.


class Insistence(StrEnum):
    """Why a caller gets a person, whatever is read in their words."""

    PRESSED_0 = "pressed_0"
    SILENCE = "silence"
    TOO_SLOW = "too_slow"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageReceived:
    """From the webhooks of the messengers and, of a call, from `core.voice.arrival`: what a customer wrote or said.

    `sender` is where it came from: an E.164 number, or the id of the messaging conversation or of the call. `person` is
    the vendor's id of whoever wrote on messaging, `phone` a caller's number (empty: withheld), `proved` what the vendor
    itself knows of them. `control` says who had control of a messaging conversation by then. `quotes` is the message
    replied to, as the timeline names it; `visitor` the name that our script on the company's pages gave them.
    `opt_out` is the keyword that the vendor has answered itself. After one with `at_once` nothing more is waited for.
    `confidence` (0 to 1) is the speech recogniser's. `media` counts the files as the vendor does, `choice` is the
    vendor's name of a pressed button."""

    channel: Channel
    sender: str
    text: str
    name: str = ""
    person: str = ""
    phone: str = ""
    proved: tuple[Identity, ...] = ()
    control: Control | None = None
    kind: MessageKind = MessageKind.WORDS
    attachments: tuple[Attachment, ...] = ()
    media: int = 0
    quotes: str = ""
    visitor: str = ""
    opt_out: str = ""
    choice: str = ""
    forwarded: bool = False
    at_once: bool = False
    confidence: float = 1.0
    insists: Insistence | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageStatus:
    """From the messengers' callbacks: how far a message of ours got. `status` and `error` are the vendor's words; the
    callback's address names the `effect`, where it does."""

    status: str
    error: str = ""
    effect: EffectId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentSaid:
    """From messaging's webhook: an agent wrote in their workspace. `address` is the messaging conversation."""

    address: str
    text: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlChanged:
    """From messaging's webhook: `control` is who has the conversation now, by the vendor's word at that moment."""

    control: Control


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleMerged:
    """From messaging's webhook: two of the vendor's users are one. Both are the vendor's ids."""

    surviving: str
    discarded: str


# ------------------------------------------------------------------
# Calls. All but the lines from `core.voice.reception`; their end from Twilio's status callback.


@dataclass(frozen=True, slots=True, kw_only=True)
class CallStarted:
    """`number` is E.164, empty where it is withheld; `conversation` one that a person has with the caller already."""

    number: str
    language: str
    conversation: ConversationId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallLanguage:
    """The caller asked for another `language`."""

    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallLink:
    """The caller pressed the key for a text message with the links of this `answer`."""

    answer: EffectId


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRinging:
    """The telephone of a team rings."""

    group: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallAccepted:
    """A person took the call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallUnanswered:
    """Nobody of the team took it. `within` is when the caller was promised a call back, in words; `promised` is False
    where they heard nothing but the ringing."""

    group: str
    within: str = ""
    promised: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEnded:
    """Somebody hung up. `status` is Twilio's word for how it ended, `number` as in `CallStarted`."""

    status: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallMissed:
    """From Twilio's list of calls: it was over before we had heard of it, so the caller heard that an error had
    occurred. `number` as in `CallStarted`."""

    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LineSpoken:
    """From Twilio's transcription: one finished utterance, while a person speaks with the caller. `role` is CUSTOMER or
    AGENT, `key` Twilio's name of the utterance."""

    role: Role
    text: str
    key: str


# ------------------------------------------------------------------
# The company's own systems and pages.


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalStated:
    """From `/signals`, the status page, timetables, spikes and the end of a campaign: something happened. `facts` are
    the sender's own, of any names, in JSON's types: all that a proactive message may state."""

    kind: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageStep:
    """From the beacon: a step of the visitor whom the event is about. The fields are those of `JourneyStep`."""

    kind: JourneyStepKind
    page: str
    name: str = ""
    seconds: float = 0.0
    language: str = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferAnswered:
    """From the beacon: the visitor's answer to an offer, ACCEPTED or DECLINED."""

    offer: str
    answer: OfferState


# ------------------------------------------------------------------
# Supervisors in Slack.


class Wanted(StrEnum):
    HOME = "home"
    SEARCH = "search"
    COMMAND = "command"


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisorAsked:
    """From Slack's listeners. `text` is what was sought or what stood after the command; `address` is where a command
    is answered."""

    wanted: Wanted
    user_id: str
    user_name: str = ""
    text: str = ""
    address: str = ""

    @property
    def command(self) -> str:
        return self.text.partition(" ")[0].lower() or "status"

    @property
    def rest(self) -> str:
        return self.text.partition(" ")[2].strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineeringClick:
    """A button below a brief in engineering's channel; `channel` and `ts` are where the brief stands."""

    status: str
    user_id: str
    user_name: str
    channel: str
    ts: str


CallChange = (
    CallStarted | CallLanguage | CallLink | CallRinging | CallAccepted | CallUnanswered | CallMissed | CallEnded
)
EventPayload = (
    NoPayload
    | Unreadable
    | DecideAgain
    | MessageReceived
    | MessageStatus
    | AgentSaid
    | ControlChanged
    | PeopleMerged
    | CallChange
    | LineSpoken
    | SignalStated
    | PageStep
    | OfferAnswered
    | Click
    | AlertClick
    | SupervisorAsked
    | EngineeringClick
)
