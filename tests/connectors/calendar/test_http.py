"""The calendar's connector against the sandbox's calendar, over HTTP, and against calendars that answer badly."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import requests
import responses
from flask import Flask
from werkzeug.serving import make_server

from apps.sandbox.calendar import Devices, add_calendar, build_timebook, calendar_system, check_system
from apps.sandbox.clock import Clock
from apps.sandbox.page_api import page_blueprint
from apps.sandbox.settings import SandboxSettings
from connectors.calendar.http import HttpCalendar
from connectors.checks.http import HttpProbe
from core.errors import ConfigurationError, HandrailError, RejectedError, TransientError, UnknownOutcome
from core.model.appointment import Guest, Slot
from core.model.customer import Customer, Identity, IdentityKind
from core.model.ids import CustomerId

SETTINGS = SandboxSettings()
HOUR = timedelta(hours=1)
MONDAY = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
EMMA, TOM = Guest(who="cu_emma", name="Emma"), Guest(who="cu_tom", name="Tom", phone="+447700900124")


class Standing(Clock):
    """A clock that stands until it is put forward."""

    def __init__(self) -> None:
        self.at = MONDAY

    def now(self) -> datetime:
        return self.at


class Company:
    """The sandbox's calendar on a port."""

    def __init__(self) -> None:
        self.clock = Standing()
        self.book, self.devices = build_timebook(SETTINGS, self.clock), Devices({"hub_online": "yes"})
        app, page = Flask(__name__), page_blueprint()
        app.register_blueprint(calendar_system(self.book, SETTINGS), url_prefix="/calendar")
        app.register_blueprint(check_system(self.devices, SETTINGS), url_prefix="/checks")
        add_calendar(page, self.book, self.devices)
        app.register_blueprint(page, url_prefix="/sandbox/api")
        self.server = make_server("127.0.0.1", 0, app, threaded=True)
        self.url = f"http://127.0.0.1:{self.server.port}"
        self.calendar = HttpCalendar(url=f"{self.url}/calendar", token=SETTINGS.calendar_token)

    def free(self, who: str = EMMA.who, limit: int = 3) -> list[Slot]:
        return list(self.calendar.free("clinic_visit", "", MONDAY, MONDAY + timedelta(days=7), who=who, limit=limit))


@pytest.fixture
def company() -> Iterator[Company]:
    company = Company()
    thread = threading.Thread(target=company.server.serve_forever)
    thread.start()
    yield company
    company.server.shutdown()
    thread.join()


def test_free_times_come_in_their_order_with_place_and_zone(company: Company) -> None:
    first, second, third = company.free()
    assert [slot.starts_at.astimezone(UTC).hour for slot in (first, second, third)] == [9, 9, 10]
    assert (first.zone, first.place) == ("Europe/London", "Practice Dr. Amara Stone")
    assert first.ends_at == second.starts_at


def test_nothing_is_free_on_a_sunday_or_for_a_visit_that_nobody_offers(company: Company) -> None:
    sunday = MONDAY - timedelta(hours=20)
    company.clock.at = sunday
    assert company.calendar.free("clinic_visit", "", sunday, sunday + 10 * HOUR, who="x", limit=3) == []
    assert company.calendar.free("haircut", "", MONDAY, MONDAY + 48 * HOUR, who="x", limit=3) == []
    assert company.calendar.free("clinic_visit", "Elsewhere", MONDAY, MONDAY + 48 * HOUR, who="x", limit=3) == []


def test_what_one_holds_is_not_free_for_another_until_the_hold_ends(company: Company) -> None:
    mine = company.free()
    assert set(company.calendar.hold(mine, EMMA.who, HOUR)) == {slot.id for slot in mine}
    assert mine[0] not in company.free(TOM.who)
    assert company.free() == mine
    assert company.calendar.hold(mine[:1], TOM.who, HOUR) == frozenset()
    company.clock.at += 2 * HOUR
    assert set(company.calendar.hold(mine[:1], TOM.who, HOUR)) == {mine[0].id}


def test_a_time_is_booked_once_for_each_key_and_then_is_gone(company: Company) -> None:
    slot = company.free()[0]
    made = company.calendar.book("clinic_visit", slot, EMMA, {"reason": "checkup"}, key="k1")
    assert company.calendar.book("clinic_visit", slot, EMMA, {}, key="k1") == made
    with pytest.raises(RejectedError) as refused:
        company.calendar.book("clinic_visit", slot, TOM, {}, key="k2")
    assert refused.value.code == "gone"
    assert list(company.calendar.list_bookings_of("clinic_visit", EMMA.who)) == [made]
    assert company.calendar.list_bookings_of("clinic_visit", TOM.who) == []


def test_of_twenty_who_want_one_time_one_gets_it(company: Company) -> None:
    slot = company.free()[0]

    def wants(number: int) -> bool:
        try:
            company.calendar.book("clinic_visit", slot, Guest(who=f"cu_{number}", name="N"), {}, key=f"k{number}")
        except RejectedError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(wants, range(20))) == 1


def test_what_is_given_up_twice_is_given_up_and_free_again(company: Company) -> None:
    slot = company.free()[0]
    made = company.calendar.book("clinic_visit", slot, EMMA, {}, key="k1")
    for _ in range(2):
        company.calendar.cancel(made.ref, key="k2")
    assert company.calendar.list_bookings_of("clinic_visit", EMMA.who) == []
    assert company.free(TOM.who)[0] == slot


def test_the_page_lets_somebody_else_be_faster(company: Company) -> None:
    mine = company.free()
    company.calendar.hold(mine, EMMA.who, HOUR)
    answer = requests.post(f"{company.url}/sandbox/api/appointments", json={"slot": mine[0].id}, timeout=5)
    assert answer.status_code == 201
    assert company.calendar.hold(mine[:1], EMMA.who, HOUR) == frozenset()


def test_a_wrong_token_names_the_setting(company: Company) -> None:
    stranger = HttpCalendar(url=f"{company.url}/calendar", token="an-obviously-wrong-token")
    with pytest.raises(ConfigurationError, match="HANDRAIL_CALENDAR_TOKEN"):
        stranger.list_bookings_of("clinic_visit", "x")


# ------------------------------------------------------------------ what else may come back

AWAY = "http://calendar.example"
SLOT = Slot(id="s", starts_at=MONDAY, ends_at=MONDAY + HOUR)


def away() -> HttpCalendar:
    return HttpCalendar(url=AWAY, token="fake", timeout=timedelta(seconds=1))


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (429, "{}", TransientError),
        (503, "{}", TransientError),
        (302, "{}", RejectedError),
        (200, "<html>", RejectedError),
        (200, "[]", RejectedError),
        (200, '{"slots": [{"id": "x"}]}', RejectedError),
        (
            200,
            '{"slots": [{"id": "x", "starts_at": "2026-11-23T10:00:00Z", "ends_at": "2026-11-23T09:00:00Z"}]}',
            RejectedError,
        ),
        (200, '{"slots": [{"id": "x", "starts_at": "2026-11-23T10:00:00", "ends_at": "never"}]}', RejectedError),
    ],
)
@responses.activate
def test_what_a_broken_calendar_answers_is_one_of_our_errors(status: int, body: str, kind: type[HandrailError]) -> None:
    responses.get(f"{AWAY}/v1/slots", body=body, status=status)
    with pytest.raises(kind):
        away().free("x", "", MONDAY, MONDAY + HOUR, who="w", limit=3)


@responses.activate
def test_a_booking_without_an_answer_may_have_been_made_and_a_question_was_not() -> None:
    responses.post(f"{AWAY}/v1/appointments", body=requests.ReadTimeout())
    responses.get(f"{AWAY}/v1/appointments", body=requests.ReadTimeout())
    with pytest.raises(UnknownOutcome):
        away().book("x", SLOT, EMMA, {}, key="k")
    with pytest.raises(TransientError) as asked:
        away().list_bookings_of("x", "w")
    assert not isinstance(asked.value, UnknownOutcome)


# ------------------------------------------------------------------ checks

ANA = Customer(
    id=CustomerId("c"), name="Ana", identities=(Identity(kind=IdentityKind.HELPDESK, value="77", verified=True),)
)


def test_a_check_is_answered_in_one_word_and_an_unknown_one_by_none(company: Company) -> None:
    probe = HttpProbe(url=f"{company.url}/checks", token=SETTINGS.checks_token)
    assert probe.look("hub_online", ANA) == "yes"
    assert probe.look("moon_phase", ANA) is None
    assert probe.look("hub_online", Customer(id=CustomerId("c"), name="Nobody")) is None
    requests.put(f"{company.url}/sandbox/api/checks/77/hub_online", json={"value": "no"}, timeout=5)
    assert probe.look("hub_online", ANA) == "no"


def test_everybody_who_is_expected_is_named_with_how_to_reach_them(company: Company) -> None:
    calendar = company.calendar
    slots = calendar.free("clinic_visit", "", MONDAY, MONDAY + timedelta(days=3), who="", limit=30)
    tuesday = next(slot for slot in slots if slot.starts_at.day == 24)
    calendar.book("clinic_visit", slots[0], EMMA, {}, key="a")
    calendar.book("clinic_visit", tuesday, TOM, {}, key="b")
    (found,) = calendar.list_bookings("clinic_visit", MONDAY + timedelta(days=1), MONDAY + timedelta(days=2))
    assert (found.guest, found.appointment.slot) == (TOM, tuesday)
    assert [each.guest for each in calendar.list_bookings("clinic_visit", MONDAY, MONDAY + timedelta(days=3))] == [
        EMMA,
        TOM,
    ]


@responses.activate
def test_a_calendar_that_knows_no_span_names_everybody_and_only_those_in_it_count() -> None:
    rows = [
        {
            "id": f"ap-{day}",
            "slot": {"id": f"s{day}", "starts_at": f"2026-11-{day}T10:00:00Z", "ends_at": f"2026-11-{day}T11:00:00Z"},
        }
        for day in (24, 23, 25)
    ]
    responses.get("https://calendar.example.com/v1/appointments", json={"appointments": rows})
    calendar = HttpCalendar(url="https://calendar.example.com", token="fake")
    found = calendar.list_bookings("visit", MONDAY, MONDAY + timedelta(days=2))
    assert [(each.appointment.ref, each.guest.who) for each in found] == [("ap-23", ""), ("ap-24", "")]
