"""A person across channels: identities, profile, consent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum

from core.model.ids import CustomerId


class Channel(StrEnum):
    """How a customer reaches us. WEB is a form or the help center and becomes a ticket; CHAT is web messaging."""

    EMAIL = "email"
    SMS = "sms"
    WHATSAPP = "whatsapp"
    WEB = "web"
    CHAT = "chat"
    MESSENGER = "messenger"
    INSTAGRAM = "instagram"
    VOICE = "voice"


TEXTED = frozenset({Channel.SMS, Channel.WHATSAPP})  # to a phone number
CHATTED = frozenset({Channel.CHAT, Channel.MESSENGER, Channel.INSTAGRAM})  # to a messaging conversation
WHATSAPP_WINDOW = timedelta(hours=24)  # free words are taken only so long after the customer's own
WRITTEN = TEXTED | CHATTED  # we write there ourselves, and the customer reads it when they like
# Where we speak to the customer ourselves; everywhere else the helpdesk carries what is said on the ticket.
DIRECT = WRITTEN | {Channel.VOICE}


class IdentityKind(StrEnum):
    EMAIL = "email"
    PHONE = "phone"
    HELPDESK = "helpdesk"
    EXTERNAL = "external"


class Purpose(StrEnum):
    """What a message is for, as consent law tells them apart."""

    SERVICE = "service"
    MARKETING = "marketing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """One way of recognising a customer. `value` is normalised: lower-case e-mail, E.164 phone."""

    kind: IdentityKind
    value: str
    verified: bool = False

    def __post_init__(self) -> None:
        if not self.value:
            raise ValueError("an identity needs a value")


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """Permission (or its withdrawal) for one channel and purpose, with its proof."""

    channel: Channel
    purpose: Purpose
    granted: bool
    at: datetime
    source: str
    wording: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietTime:
    """No messages from `starts` to `ends` on the customer's own clock; it may span midnight."""

    starts: time
    ends: time

    def covers(self, clock: time) -> bool:
        if self.starts <= self.ends:
            return self.starts <= clock < self.ends
        return clock >= self.starts or clock < self.ends


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """How the customer wants to be reached, in their own words or an agent's; None where nobody said."""

    channel: Channel | None = None
    language: str | None = None
    quiet: QuietTime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """The profile. `identities` are in the order in which they became known, those that came with a merge first;
    `attributes` holds facts of the helpdesk's own fields, such as region or devices."""

    id: CustomerId
    name: str
    tier: str = "standard"
    locale: str = "en"
    time_zone: str | None = None
    organization: str | None = None
    identities: tuple[Identity, ...] = ()
    consents: tuple[Consent, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    preferences: Preferences = Preferences()

    @property
    def language(self) -> str:
        """The one that they asked for, else that of their locale."""
        return self.preferences.language or self.locale.split("-")[0].split("_")[0].lower()

    def is_known_as(self, kind: IdentityKind, value: str) -> bool:
        return any(i.kind is kind and i.value == value for i in self.identities)

    def current(self, kind: IdentityKind) -> str | None:
        """The newest identity of a kind, a verified one if there is any: an old number may be somebody else's now."""
        matching = [i for i in self.identities if i.kind is kind]
        verified = [i for i in matching if i.verified]
        return (verified or matching)[-1].value if matching else None

    @property
    def email(self) -> str | None:
        return self.current(IdentityKind.EMAIL)

    @property
    def phone(self) -> str | None:
        return self.current(IdentityKind.PHONE)

    def has_consented(self, channel: Channel, purpose: Purpose) -> bool:
        """Whether the latest word on this channel and purpose is a yes. Silence is a no."""
        word = self.word(channel, purpose)
        return word is not None and word.granted

    def word(self, channel: Channel, purpose: Purpose) -> Consent | None:
        """The latest on this channel and purpose; of a yes and a no at the same moment the no."""
        words = [c for c in self.consents if c.channel is channel and c.purpose is purpose]
        return max(words, key=lambda c: (c.at, not c.granted), default=None)
