"""The company's status page as signals: an incident began, changed, is over; each said once, whatever is read again.

One incident in two regions is two matters, for its customers are two audiences. Run by the worker's watch.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from core.alerts.raising import add_or_count
from core.errors import HandrailError
from core.model.event import Event, EventKind
from core.model.event_payloads import SignalStated
from core.model.ids import EventId
from core.model.outbound import Effect
from core.model.outreach import Incident, PageReading, Place
from core.outreach.signals.needs import plays_of, unmet
from core.outreach.signals.warning import warning
from core.policy import Policy
from core.ports import Publisher, StatusPage, Store, Unit

BEGAN, CHANGED, OVER = "outage", "outage_update", "outage_over"
NO_HARM = frozenset({"none", "maintenance"})  # impacts that nobody is written to about
OLD = timedelta(hours=24)  # an incident that we first hear of so late is no news
PATIENCE = timedelta(minutes=10)  # that a page may be away before somebody is told
LONGEST = 300  # characters of an update that a text may quote
KEPT = 200  # incidents that are remembered
_FIX = re.compile(
    r"(?:expected?|estimated?|planned|eta|due)\b[^.\n]{0,60}?(\d{1,2}[:.]\d{2}) ?(?:h|hrs)? ?(UTC|GMT|Z)(?!\w)", re.I
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One thing that an incident says about one region."""

    key: str  # the matter: the incident, and the region where one is known
    update: str
    kind: str
    facts: Mapping[str, str]


@dataclass(slots=True, kw_only=True)
class Memory:
    """What was read of a page so far; `seen` maps a matter to its newest update, with a ! before it once over."""

    mark: str = ""
    failing_since: str = ""
    seen: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, text: str | None) -> "Memory":
        return cls(**json.loads(text)) if text else cls()

    @property
    def text(self) -> str:
        kept = dict(list(self.seen.items())[-KEPT:])
        return json.dumps({"mark": self.mark, "failing_since": self.failing_since, "seen": kept})

    def note(self, key: str, update: str) -> None:
        """As the newest, so that it is forgotten last."""
        self.seen.pop(key, None)
        self.seen[key] = update


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusWatch:
    store: Store
    publisher: Publisher
    policy: Policy
    page: StatusPage
    places: tuple[Place, ...] = ()

    def look(self, now: datetime) -> list[EventId]:
        """Read the page and keep what is new; the new signals. The page is asked outside of every transaction."""
        with self.store.read() as unit:
            before = unit.cursors.get(self._cursor)
        memory = Memory.of(before)
        try:
            reading = self.page.read(memory.mark)
        except HandrailError as error:
            self._failed(memory, error, now)
            return []
        return self._kept(reading, before, now)

    def _kept(self, reading: PageReading, before: str | None, now: datetime) -> list[EventId]:
        """Nothing where another worker read the page meanwhile: this reading may be the older one."""
        with self.store.begin() as unit:
            if unit.cursors.get(self._cursor) != before:
                return []
            memory = Memory.of(before)
            memory.failing_since = ""
            made: list[Event] = []
            if not reading.unchanged:
                memory.mark = reading.mark
                for said in self._news(reading, memory, now):
                    made += self._event(unit, said, memory, now)
            if memory.text != before:
                unit.cursors.set(self._cursor, memory.text)
            fresh = [event.id for event in made if unit.events.add(event)]
        for event_id in fresh:
            self.publisher.event(event_id)
        return fresh

    def _news(self, reading: PageReading, memory: Memory, now: datetime) -> Iterator[Said]:
        for incident in sorted(reading.incidents, key=lambda each: each.started_at):
            yield from news_of(incident, self.places, memory, now)

    def _event(self, unit: Unit, said: Said, memory: Memory, now: datetime) -> Iterator[Event]:
        """None where no play is for it; where one is but cannot speak, a person is told what it lacks, and the incident
        begins with the update that states it."""
        if not plays_of(self.policy, said.kind):
            return
        lacked = unmet(self.policy, said.kind, said.facts)
        if lacked:
            needs = "; ".join(f"play {name!r} needs {', '.join(missing)}" for name, missing in lacked.items())
            text = f"The status page says {said.facts['title']!r}, and no message could be drafted: {needs}"
            told = warning(f"{self._cursor}:{said.key}:{said.kind}", text, {"incident": said.key}, self.policy, now)
            self._tell(unit, told)
            if said.kind == BEGAN:
                memory.seen.pop(said.key, None)
            return
        yield Event(
            source="status_page",
            delivery_id=f"{self.page.name}:{said.key}:{said.update}",
            kind=EventKind.STATUS_PAGE,
            subject=said.kind,
            occurred_at=now,
            received_at=now,
            payload=SignalStated(kind=said.kind, facts=said.facts),
        )

    def _failed(self, memory: Memory, error: HandrailError, now: datetime) -> None:
        since = datetime.fromisoformat(memory.failing_since) if memory.failing_since else now
        with self.store.begin() as unit:
            if not memory.failing_since:
                memory.failing_since = now.isoformat()
                unit.cursors.set(self._cursor, memory.text)
            if now - since < PATIENCE:
                return
            text = f"The status page {self.page.name} has not been readable since {since.astimezone(UTC):%H:%M} UTC"
            key = f"{self._cursor}:away:{since.isoformat()}"
            told = warning(key, f"{text}: {error}", {"page": self.page.name}, self.policy, now)
            self._tell(unit, told)

    def _tell(self, unit: Unit, told: Effect) -> None:
        for each in add_or_count(unit, told):
            self.publisher.effect(each.id)

    @property
    def _cursor(self) -> str:
        return f"status_page:{self.page.name}"


def news_of(incident: Incident, places: Sequence[Place], memory: Memory, now: datetime) -> Iterator[Said]:
    """What the incident says that `memory` does not have yet; it has it from then on."""
    if incident.impact in NO_HARM:
        return
    for region, services in spots(incident, places).items():
        key = f"{incident.id}/{region}" if region else incident.id
        before, newest = memory.seen.get(key), incident.newest
        if before is None:
            late = incident.over or now - incident.started_at > OLD
            kind = "" if late else BEGAN
        else:
            told = before.lstrip("!") == newest.id or (incident.over and before.startswith("!"))
            kind = "" if told else OVER if incident.over else CHANGED
        memory.note(key, f"!{newest.id}" if incident.over else newest.id)
        if kind:
            yield Said(key=key, update=newest.id, kind=kind, facts=_facts(incident, key, region, services))


def spots(incident: Incident, places: Sequence[Place]) -> dict[str, list[str]]:
    """The services that it concerns, by region; an empty region where nobody said which. A page that names no
    components names them in its headlines, perhaps."""
    named = incident.components or tuple(
        place.component.rstrip("*") for place in places if place.component.rstrip("*").casefold() in _words(incident)
    )
    found: dict[str, list[str]] = {}
    for name in named or ("",):
        covering = [place for place in places if place.covers(name)] or [Place(component=name)]
        for place in covering:
            services = found.setdefault(place.region, [])
            service = place.service or name
            services += [service] if service and service not in services else []
    return found


def _words(incident: Incident) -> str:
    return f"{incident.title} {incident.newest.text}".casefold()


def _facts(incident: Incident, key: str, region: str, services: Sequence[str]) -> dict[str, str]:
    """What is not known is not there."""
    newest = incident.newest
    facts: dict[str, Any] = {
        "incident": key,
        "title": incident.title,
        "service": " and ".join(services),
        "region": region,
        "status": newest.state,
        "update": " ".join(newest.text.split())[:LONGEST],
        "started": _clock(incident.started_at, newest.at),
        "expected_fix": expected_fix(incident),
        "status_page": incident.url,
    }
    return {name: value for name, value in facts.items() if value}


def expected_fix(incident: Incident) -> str:
    """The newest hour that an update names as such, with its zone; empty where none does."""
    for update in incident.updates:
        hours = _FIX.findall(update.text)
        if hours:
            hour, zone = hours[-1]
            return f"{hour.replace('.', ':')} {'UTC' if zone.upper() == 'Z' else zone.upper()}"
    return ""


def _clock(at: datetime, now: datetime) -> str:
    """A time of day that is true in every country; with the date where it was not today."""
    moment, today = at.astimezone(UTC), now.astimezone(UTC).date()
    return f"{moment:%H:%M} UTC" if moment.date() == today else f"{moment.day} {moment:%B, %H:%M} UTC"
