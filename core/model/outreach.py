"""Proactive messages: what happened, who is affected, what a supervisor is asked to approve."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from core.model.ids import ApprovalId, EventId


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessSignal:
    """An event of the company's own systems. `facts` are the only things a proactive message may state."""

    event_id: EventId
    kind: str
    facts: Mapping[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody in the supervisors' channel, as the channel's own directory knows them; `name` as colleagues say it."""

    email: str
    name: str


class Verdict(StrEnum):
    """What somebody wants of a card. EDIT comes with the words that they wrote instead."""

    APPROVE = "approve"
    REJECT = "reject"
    HOLD = "hold"
    TEST = "test"
    EDIT = "edit"
    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"


@dataclass(frozen=True, slots=True, kw_only=True)
class Click:
    """A supervisor's press of a button on a card, as Slack reported it.

    `digest` and `revision` are those of what the card showed. `ts` is the card's own, empty where the button stood
    elsewhere (the app's home). `reason` is what they wrote on it, `texts` the words of an edit by the name of the
    variant, `event_id` the click's own, put in when it is handled: the same click that comes again is the same."""

    approval_id: ApprovalId
    verdict: Verdict
    digest: str
    user_id: str
    user_name: str
    channel: str
    ts: str
    revision: int = 0
    reason: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)
    event_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """Nothing that no person wrote leaves. `by` is an e-mail address or a name, `why` their words."""

    by: str
    why: str
    at: datetime


# ------------------------------------------------------------------
# What the company's status page tells the world.


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """One entry under an incident. `id` is the page's own, or made of what it says where the page gives none."""

    id: str
    state: str  # investigating, identified, monitoring, resolved … as the page says
    text: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """`updates` are newest first, and one at least; `components` as the page names them, empty where it names none."""

    id: str
    title: str
    updates: tuple[Update, ...]
    started_at: datetime
    components: tuple[str, ...] = ()
    impact: str = ""
    url: str = ""

    def __post_init__(self) -> None:
        if not (self.id and self.updates):
            raise ValueError("an incident needs an id and an update")

    @property
    def newest(self) -> Update:
        return self.updates[0]

    @property
    def over(self) -> bool:
        return self.newest.state in ("resolved", "postmortem", "completed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What a component of the page is in the words of the policy: the service that texts name, and the region whose
    customers it concerns."""

    component: str  # its name; with a * at its end: every name that begins so
    service: str = ""
    region: str = ""

    def covers(self, name: str) -> bool:
        if self.component.endswith("*"):
            return name.casefold().startswith(self.component[:-1].casefold())
        return name.casefold() == self.component.casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class PageReading:
    """What a page said. `mark` is to be given with the next question; `unchanged`: nothing new since the last one."""

    incidents: tuple[Incident, ...] = ()
    mark: str = ""
    unchanged: bool = False
