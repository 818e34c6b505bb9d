"""What did not reach a customer, as people are shown it to decide about it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.model.customer import Channel
from core.model.ids import EffectId


class ParkedWish(StrEnum):
    """What a person may want of it."""

    SEND = "send"
    DISMISS = "dismiss"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parked:
    """`who` is the customer's name, empty where nobody knows; `to` their address on the channel, or the ticket's
    number. `unclear`: the vendor may have it all the same, for there was no answer. `rule` is what it was to leave
    under, `tries` how often that was tried."""

    id: EffectId
    who: str
    channel: Channel
    to: str
    text: str
    why: str
    since: datetime
    ticket: str = ""
    unclear: bool = False
    rule: str = ""
    tries: int = 0
