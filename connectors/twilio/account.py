"""Which Twilio account, and from which senders."""

from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlencode, urlsplit, urlunsplit

from connectors.twilio.forms import Form
from core.errors import ConfigurationError
from core.model.customer import Channel
from core.model.ids import EffectId

LONGEST_VALIDITY = timedelta(hours=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class TwilioAccount:
    """Credentials, senders and where delivery reports go.

    `status_url` is the public address of our status webhook. `validity` is how long a text may wait in Twilio's
    queue, so that none leaves hours later. `forms` are the approved templates that are used where WhatsApp allows
    nothing else. `base_url` sends every request elsewhere (the sandbox).
    """

    sid: str
    auth_token: str = field(repr=False)
    sms_sender: str
    whatsapp_sender: str = ""
    status_url: str
    validity: timedelta = timedelta(hours=1)
    forms: tuple[Form, ...] = ()
    base_url: str | None = None
    connect_timeout: timedelta = timedelta(seconds=3)
    read_timeout: timedelta = timedelta(seconds=10)

    def __post_init__(self) -> None:
        for name in ("sid", "auth_token", "sms_sender", "status_url"):
            if not getattr(self, name):
                raise ValueError(f"a Twilio account needs its {name}")
        if not timedelta(seconds=1) <= self.validity <= LONGEST_VALIDITY:
            raise ValueError("validity must lie between 1 s and 10 h")

    def sender(self, channel: str) -> str:
        """The address messages of this channel come from."""
        senders = {Channel.SMS.value: self.sms_sender, Channel.WHATSAPP.value: address(channel, self.whatsapp_sender)}
        if not senders.get(channel):
            raise ConfigurationError(f"there is no Twilio sender for {channel}")
        return senders[channel]

    def status_callback(self, effect_id: EffectId) -> str:
        """The status webhook's address, with the effect that it will be about."""
        parts = urlsplit(self.status_url)
        query = "&".join(filter(None, (parts.query, urlencode({"effect": effect_id}))))
        return urlunsplit(parts._replace(query=query))


def address(channel: str, number: str) -> str:
    """A phone number as this channel writes it; empty stays empty."""
    if channel != Channel.WHATSAPP or not number or number.startswith("whatsapp:"):
        return number
    return f"whatsapp:{number}"
