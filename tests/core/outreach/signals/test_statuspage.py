"""What the status page says becomes a signal once: begun, changed, over."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.sql.store import SqlStore
from core.errors import TransientError
from core.model.event_payloads import SignalStated
from core.model.outreach import Incident, PageReading, Place, Update
from core.outreach.signals.statuspage import PATIENCE, Memory, StatusWatch, expected_fix, news_of
from tests.core.outreach.watching import Told, kept, payloads, warnings
from tests.core.people import MINUTE, NOW
from tests.core.rules import policy

PLACES = (
    Place(component="Cloud North", service="the cloud", region="north"),
    Place(component="Cloud South", service="the cloud", region="south"),
    Place(component="Video North", service="video", region="north"),
)
TOLD_TO = {"match": "told", "after": "outage", "purpose": "service", "channel": "sms"}
PLAYS: dict[str, Any] = {
    "outage": {
        "match": "region",
        "purpose": "service",
        "channel": "sms",
        "matter": {"fact": "incident"},
        "texts": {"default": "{service} is down in {region} until {expected_fix}."},
    },
    "outage_update": {**TOLD_TO, "texts": {"default": "{update}"}},
    "outage_over": {**TOLD_TO, "texts": {"default": "{service} works again."}},
}


def update(number: int, state: str = "investigating", text: str = "", at: datetime = NOW) -> Update:
    return Update(id=f"u{number}", state=state, text=text or "Expected fix: 15:30 UTC", at=at)


def incident(*updates: Update, **changes: Any) -> Incident:
    return Incident(
        **{
            "id": "inc1",
            "title": "Cloud down",
            "updates": updates or (update(1),),
            "started_at": NOW,
            "components": ("Cloud North",),
            "impact": "major",
            "url": "https://status.example.com/1",
            **changes,
        }
    )


@dataclass
class Page:
    incidents: list[Incident] = field(default_factory=list)
    away: bool = False
    marks: list[str] = field(default_factory=list)
    name: str = "status.example.com"

    def read(self, mark: str) -> PageReading:
        self.marks.append(mark)
        if self.away:
            raise TransientError("it does not answer")
        return PageReading(incidents=tuple(self.incidents), mark=f"m{len(self.marks)}")


def watch(store: SqlStore, page: Page, told: Told, **plays: Any) -> StatusWatch:
    rules = policy(outreach__plays=plays or PLAYS)
    return StatusWatch(store=store, publisher=told, policy=rules, page=page, places=PLACES)


def test_an_incident_begins_changes_and_is_over_each_said_once(store: SqlStore) -> None:
    page, told = Page([incident()]), Told()
    watched = watch(store, page, told)
    for step in ((), (update(2, "identified", "A digger."),), (update(3, "resolved", "All well."),), ()):
        page.incidents = [replace(page.incidents[0], updates=(*step, *page.incidents[0].updates))]
        watched.look(NOW)
        watched.look(NOW + MINUTE)
    events = kept(store, told)
    assert [event.subject for event in events] == ["outage", "outage_update", "outage_over"]
    stated = [event.payload_as(SignalStated) for event in events]
    assert {each.facts["incident"] for each in stated} == {"inc1/north"}
    assert stated[0].kind == "outage"
    assert stated[0].facts == {
        "incident": "inc1/north",
        "title": "Cloud down",
        "service": "the cloud",
        "region": "north",
        "status": "investigating",
        "update": "Expected fix: 15:30 UTC",
        "started": "12:00 UTC",
        "expected_fix": "15:30 UTC",
        "status_page": "https://status.example.com/1",
    }
    assert stated[1].facts["update"] == "A digger."


def test_the_page_is_asked_with_what_it_said_last(store: SqlStore) -> None:
    page = Page([incident()])
    watched = watch(store, page, Told())
    watched.look(NOW)
    watched.look(NOW)
    assert page.marks == ["", "m1"]


def test_one_incident_in_two_regions_is_two_matters_and_two_services_are_named_together(store: SqlStore) -> None:
    page, told = Page([incident(components=("Cloud South", "Cloud North", "Video North"))]), Told()
    watch(store, page, told).look(NOW)
    assert [(p["incident"], p["service"]) for p in payloads(store, told)] == [
        ("inc1/south", "the cloud"),
        ("inc1/north", "the cloud and video"),
    ]


def test_a_region_that_is_hit_later_has_its_own_beginning(store: SqlStore) -> None:
    page, told = Page([incident()]), Told()
    watched = watch(store, page, told)
    watched.look(NOW)
    page.incidents = [incident(update(2), update(1), components=("Cloud North", "Cloud South"))]
    watched.look(NOW + MINUTE)
    assert [(p["kind"], p["region"]) for p in payloads(store, told)] == [
        ("outage", "north"),
        ("outage_update", "north"),
        ("outage", "south"),
    ]


@pytest.mark.parametrize(
    "old",
    [
        incident(update(2, "resolved")),
        incident(started_at=NOW - timedelta(days=2)),
        incident(impact="maintenance"),
        incident(impact="none"),
    ],
)
def test_what_was_over_or_old_when_first_read_is_no_news(store: SqlStore, old: Incident) -> None:
    told = Told()
    assert watch(store, Page([old]), told).look(NOW) == []


def test_a_page_without_components_names_them_in_its_headlines(store: SqlStore) -> None:
    told = Told()
    watch(store, Page([incident(components=(), title="Video North is slow")]), told).look(NOW)
    assert [(p["region"], p["service"]) for p in payloads(store, told)] == [("north", "video")]


def test_a_person_is_told_once_what_a_message_lacks_and_it_begins_when_the_page_states_it(store: SqlStore) -> None:
    page, told = Page([incident(update(1, text="We are looking into it."))]), Told()
    watched = watch(store, page, told)
    assert watched.look(NOW) == []
    assert watched.look(NOW + MINUTE) == []
    (text,) = warnings(store, told)
    assert text.endswith("play 'outage' needs expected_fix")
    page.incidents = [incident(update(2, text="Estimated repair at 17:45 GMT."), *page.incidents[0].updates)]
    watched.look(NOW + 2 * MINUTE)
    assert [(p["kind"], p["expected_fix"]) for p in payloads(store, told)] == [("outage", "17:45 GMT")]


def test_without_a_play_for_it_the_page_starts_nothing(store: SqlStore) -> None:
    told = Told()
    assert watch(store, Page([incident()]), told, other=PLAYS["outage"]).look(NOW) == []
    assert told.effects == []


def test_a_page_that_is_away_is_told_of_once_and_again_after_it_was_back(store: SqlStore) -> None:
    page, told = Page(away=True), Told()
    watched = watch(store, page, told)
    for minutes in range(60):
        watched.look(NOW + minutes * MINUTE)
    assert len(warnings(store, told)) == 1
    assert "12:00 UTC" in warnings(store, told)[0]
    page.away = False
    watched.look(NOW + 60 * MINUTE)
    page.away = True
    watched.look(NOW + 61 * MINUTE)
    watched.look(NOW + 61 * MINUTE + PATIENCE)
    assert len(warnings(store, told)) == 2


def test_two_workers_that_read_the_page_at_once_keep_one_signal(store: SqlStore) -> None:
    page, told = Page([incident()]), Told()
    first, second = watch(store, page, told), watch(store, page, told)
    reading = page.read("")
    assert len(first._kept(reading, None, NOW)) == 1
    assert second._kept(reading, None, NOW) == []


def test_a_worker_that_read_the_page_before_it_was_over_says_nothing_after_that(store: SqlStore) -> None:
    page, told = Page([incident()]), Told()
    watched = watch(store, page, told)
    watched.look(NOW)
    page.incidents = [incident(update(2, "identified"), update(1))]
    with store.read() as unit:
        before = unit.cursors.get("status_page:status.example.com")
    older = page.read("")
    page.incidents = [incident(update(3, "resolved"), update(2, "identified"), update(1))]
    assert len(watched.look(NOW + MINUTE)) == 1
    assert watched._kept(older, before, NOW + MINUTE) == []
    assert watched.look(NOW + 2 * MINUTE) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Expected fix: 15:30 UTC", "15:30 UTC"),
        ("We estimate that it is repaired by 9.05 GMT", "9:05 GMT"),
        ("ETA 18:00Z", "18:00 UTC"),
        ("It began at 15:30 UTC", ""),
        ("Expected fix: 15:30", ""),
        ("Expected soon.\nNext update at 15:30 UTC", ""),
    ],
)
def test_an_hour_counts_as_the_expected_fix_only_where_the_page_says_so(text: str, found: str) -> None:
    assert expected_fix(incident(update(1, text=text))) == found


@given(st.lists(st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=4), max_size=8), st.integers(0, 3))
def test_whatever_is_read_in_whatever_order_an_incident_begins_and_ends_at_most_once(
    readings: list[list[str]], ends_with: int
) -> None:
    memory, said = Memory(), []
    history: list[Update] = []
    for names in readings:
        fresh = [n for n in dict.fromkeys(names) if all(u.id != n for u in history)]
        history[:0] = [
            Update(id=n, state="resolved" if n == "abcd"[ends_with] else "x", text="", at=NOW) for n in fresh
        ]
        if history:
            memory = Memory.of(memory.text)
            said += [each.kind for each in news_of(incident(*history), PLACES, memory, NOW)]
    assert said.count("outage") <= 1
    assert said.count("outage_over") <= 1
    assert "outage_over" not in said or said.index("outage") < said.index("outage_over")
