"""What the company's status page tells the world."""

from dataclasses import dataclass
from datetime import datetime


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
