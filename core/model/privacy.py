"""A person as somebody whose data is exported or erased, and who looked at it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from core.model.customer import Identity
from core.model.ids import CustomerId


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Everything by which rows and vendors' records of one person are found.

    `customers` are their profiles, the one that holds first; `identities` all by which they are known; `chats`
    messaging conversations, by the vendor's id; `posts` what Slack shows of them, as `channel:ts`."""

    customers: tuple[CustomerId, ...]
    names: tuple[str, ...] = ()
    identities: tuple[Identity, ...] = ()
    conversations: tuple[str, ...] = ()
    tickets: tuple[str, ...] = ()
    joined: tuple[str, ...] = ()  # other people's tickets in which they spoke
    chats: tuple[str, ...] = ()
    calls: tuple[str, ...] = ()
    messages: tuple[str, ...] = ()
    refs: tuple[str, ...] = ()  # the vendors' ids of their messages
    decisions: tuple[str, ...] = ()
    drafts: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    effects: tuple[str, ...] = ()
    alerts: tuple[str, ...] = ()
    campaigns: tuple[str, ...] = ()  # that went to them alone
    posts: tuple[str, ...] = ()
    visitors: tuple[str, ...] = ()  # of the company's pages, as the beacon names them

    def values(self, *kinds: str) -> tuple[str, ...]:
        """Their addresses of these kinds."""
        return tuple(each.value for each in self.identities if each.kind in kinds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """One order to erase a person. `people` are their profiles while it is under way; `steps` what each step removed,
    by kind."""

    id: str
    people: tuple[CustomerId, ...]
    by: str
    at: datetime
    steps: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    finished_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Somebody looked at a customer's data. `way` is where (sidebar, command, receipt), `what` what was seen, `ref` the
    ticket or conversation where no customer is known."""

    at: datetime
    who: str
    way: str
    what: str
    customer_id: str = ""
    ref: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """Why a person is not erased yet. `final`: nobody may go past it."""

    text: str
    final: bool = False
