"""The policy's values for what is said before anybody asks: the plays, and when they may go out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time, timedelta

from core.model.customer import Channel, Purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class Play:
    """What may be said proactively about one kind of business signal.

    `match` is the customers' attribute whose value the signal states (`region`), or `customers`: then the signal
    itself names the people, by e-mail address or helpdesk id. `texts` maps a segment (a tier, or `default`) to a
    template over the signal's facts."""

    match: str
    purpose: Purpose
    channel: Channel
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outreach:
    opens: time
    closes: time
    expires_after: timedelta
    approvers: tuple[str, ...]
    channel: str
    plays: Mapping[str, Play]
