"""What is looked at once a minute: one thing that fails keeps nothing from the others."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from apps.bootstrap.outreach import find_signals
from connectors.sql.store import SqlStore
from core.errors import ConfigurationError
from core.model.outreach import Incident, PageReading, Place, Update
from core.policy import Policy
from tests.core.outreach.watching import Told, payloads
from tests.core.people import NOW
from tests.core.rules import policy

OUTAGE: dict[str, Any] = {
    "match": "region",
    "purpose": "service",
    "channel": "sms",
    "texts": {"default": "{service} is down."},
}
RENEWAL = {
    **OUTAGE,
    "match": "renews_on",
    "texts": {"default": "It renews."},
    "every": "* * * * *",
    "given": {"renews_on": "today"},
}


@dataclass
class Page:
    name: str = "status.example.com"

    def read(self, mark: str) -> PageReading:
        began = Update(id="u1", state="investigating", text="", at=NOW)
        incident = Incident(id="i1", title="Down", updates=(began,), started_at=NOW, components=("Cloud",))
        return PageReading(incidents=(incident,))


class Broken:
    name = "status.example.com"

    def read(self, mark: str) -> PageReading:
        raise AssertionError("not asked")


@dataclass
class Container:
    store: SqlStore
    publisher: Told
    policy: Policy
    places: Any
    status_page: Any = None
    calendar: Any = None

    @property
    def status_places(self) -> Any:
        if isinstance(self.places, Exception):
            raise self.places
        return self.places


def test_a_file_of_places_that_is_none_keeps_nothing_from_the_timetable(store: SqlStore) -> None:
    told = Told()
    container = Container(
        store, told, policy(outreach__plays={"renewal": RENEWAL}), ConfigurationError("no file"), Broken()
    )
    find_signals(container, NOW)  # type: ignore[arg-type]
    assert len(find_signals(container, NOW + timedelta(minutes=2))) == 1  # type: ignore[arg-type]


def test_the_page_is_read_and_the_timetable_kept_in_one_look(store: SqlStore) -> None:
    told, places = Told(), (Place(component="Cloud", service="the cloud", region="north"),)
    container = Container(store, told, policy(outreach__plays={"renewal": RENEWAL, "outage": OUTAGE}), places, Page())
    find_signals(container, NOW)  # type: ignore[arg-type]
    find_signals(container, NOW + timedelta(minutes=2))  # type: ignore[arg-type]
    assert [payload["kind"] for payload in payloads(store, told)] == ["outage", "renewal"]
