"""What the clock starts: once each, with the people of the calendar or of the solved conversations."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors.sql.store import SqlStore
from core.errors import TransientError
from core.model.appointment import Appointment, Booked, Guest, Slot
from core.model.conversation import Conversation, Role
from core.model.event_payloads import SignalStated
from core.model.ids import ConversationId, CustomerId
from core.outreach.signals.schedule import AGAIN, LATE, Schedule, begin_anew
from tests.core import samples
from tests.core.outreach.watching import Told, kept, payloads, warnings
from tests.core.people import MINUTE, NOW, customer
from tests.core.rules import policy

TEXTS = {"default": "Our installer comes on {time}. Reply STOP to opt out."}
BASE: dict[str, Any] = {"match": "people", "purpose": "service", "channel": "sms", "texts": TEXTS}
REMINDER = {**BASE, "every": "0 16 * * *", "given": {"people": "booked_visits", "visit": "installer_visit"}}
RENEWAL = {
    **BASE,
    "match": "renews_on",
    "texts": {"default": "Your plan renews on {renews_on}."},
    "every": "0 10 * * *",
    "given": {"renews_on": "today+14", "offer": "none"},
}
RECAP = {
    **BASE,
    "texts": {"default": "{matter} is settled. {next_steps}"},
    "every": "*/15 * * * *",
    "given": {"people": "solved_conversations", "after_minutes": "30"},
}
FOUR = datetime(2026, 3, 10, 16, 0, tzinfo=UTC)
TOMORROW = datetime(2026, 3, 11, 10, 30, tzinfo=UTC)


@dataclass
class Calendar:
    """Only what the schedule asks."""

    rows: list[Booked] = field(default_factory=list)
    away: bool = False
    asked: int = 0

    def list_bookings(self, visit: str, since: datetime, until: datetime) -> Sequence[Booked]:
        self.asked += 1
        if self.away:
            raise TransientError("the calendar does not answer")
        return [row for row in self.rows if since <= row.appointment.slot.starts_at <= until]


def booked(who: str, at: datetime = TOMORROW, ref: str = "ap-1", **guest: Any) -> Booked:
    slot = Slot(id=f"s{at:%d%H}", starts_at=at, ends_at=at + timedelta(hours=2), place="home", zone="Europe/London")
    return Booked(appointment=Appointment(ref=ref, slot=slot), guest=Guest(who=who, name="Emma", **guest))


def schedule(store: SqlStore, told: Told, calendar: Calendar | None = None, **plays: Any) -> Schedule:
    rules = policy(outreach__plays=plays, outreach__zone="Europe/London", standing=[])
    return Schedule(store=store, publisher=told, policy=rules, calendar=calendar)  # type: ignore[arg-type]


@pytest.fixture
def emma(store: SqlStore) -> SqlStore:
    with store.begin() as unit:
        unit.customers.save(customer())
        unit.customers.save(customer("otto", locale="de", identities=()))
    return store


def test_a_play_that_is_new_begins_with_its_next_moment(emma: SqlStore) -> None:
    told = Told()
    made = schedule(emma, told, renewal=RENEWAL)
    assert made.run(NOW) == []
    assert made.run(NOW + timedelta(hours=21, minutes=59)) == []
    assert len(made.run(NOW + timedelta(hours=22))) == 1


def test_each_moment_is_one_signal_however_often_it_is_looked_at(emma: SqlStore) -> None:
    told = Told()
    made = schedule(emma, told, renewal=RENEWAL)
    for minutes in range(0, 3 * 24 * 60, 7):
        made.run(NOW + minutes * MINUTE)
    assert [p["renews_on"] for p in payloads(emma, told)] == ["2026-03-25", "2026-03-26", "2026-03-27"]
    assert payloads(emma, told)[0] == {
        "kind": "renewal",
        "day": "2026-03-11",
        "renews_on": "2026-03-25",
        "offer": "none",
    }


def test_after_days_without_a_worker_only_the_newest_moment_is_taken_up(emma: SqlStore) -> None:
    told = Told()
    made = schedule(emma, told, renewal=RENEWAL)
    made.run(NOW)
    made.run(NOW + timedelta(days=5))
    assert [p["renews_on"] for p in payloads(emma, told)] == ["2026-03-29"]


def test_after_a_restore_a_moment_that_may_have_been_taken_up_is_not_taken_up_again(emma: SqlStore) -> None:
    told = Told()
    made = schedule(emma, told, renewal=RENEWAL)
    made.run(NOW)  # the backup's; the moment at ten o'clock was taken up after it
    restored = NOW + timedelta(hours=23)
    with emma.begin() as unit:
        begin_anew(unit, restored)
    assert made.run(restored + MINUTE) == []
    assert len(made.run(restored + timedelta(days=1))) == 1


def test_two_workers_keep_one_signal(emma: SqlStore) -> None:
    told = Told()
    first, second = (schedule(emma, told, renewal=RENEWAL) for _ in range(2))
    first.run(NOW)
    due = second._due(NOW + timedelta(days=1))
    assert len(first.run(NOW + timedelta(days=1))) == 1
    assert [second._kept(each, None, NOW + timedelta(days=1)) for each in due] == [[]]


def test_visitors_of_tomorrow_are_told_the_hour_in_their_language(emma: SqlStore) -> None:
    calendar = Calendar([booked("cu_emma"), booked("cu_otto", TOMORROW + timedelta(hours=2), "ap-2")])
    german = {**REMINDER, "texts_in": {"de": {"default": "Termin: {time}."}}}
    told = Told()
    made = schedule(emma, told, calendar, appointment_reminder=german)
    made.run(NOW)
    made.run(FOUR)
    (event,) = kept(emma, told)
    assert (event.subject, event.source) == ("appointment_reminder", "schedule")
    assert event.payload_as(SignalStated).facts["people"] == [
        {"customer": "user-emma", "time": "Wednesday 11 March, 10:30", **_visit("ap-1")},
        {"customer": "cu_otto", "time": "Mittwoch, 11. März, 12:30 Uhr", **_visit("ap-2")},
    ]


def _visit(ref: str) -> dict[str, str]:
    return {"visit": "installer visit", "place": "home", "ref": ref}


def test_whom_a_desk_booked_is_found_by_number_and_a_stranger_is_named_all_the_same(emma: SqlStore) -> None:
    calendar = Calendar([booked("", phone="+447700900123"), booked("desk-7", ref="ap-2", email="new@example.com")])
    told = Told()
    made = schedule(emma, told, calendar, appointment_reminder=REMINDER)
    made.run(NOW)
    made.run(FOUR)
    people = payloads(emma, told)[0]["people"]
    assert [each["customer"] for each in people] == ["user-emma", "new@example.com"]
    assert people[1]["time"] == "Wednesday 11 March, 10:30 (Europe/London)"


def test_a_second_visit_of_the_day_is_a_second_signal(emma: SqlStore) -> None:
    calendar = Calendar([booked("cu_emma"), booked("cu_emma", TOMORROW + timedelta(hours=3), "ap-2")])
    told = Told()
    made = schedule(emma, told, calendar, appointment_reminder=REMINDER)
    made.run(NOW)
    made.run(FOUR)
    assert [[each["ref"] for each in payload["people"]] for payload in payloads(emma, told)] == [["ap-1"], ["ap-2"]]


def test_a_moment_that_no_worker_took_up_in_time_is_let_go_with_a_word(emma: SqlStore) -> None:
    told = Told()
    made = schedule(emma, told, Calendar([booked("cu_emma", TOMORROW)]), appointment_reminder=REMINDER)
    made.run(NOW)
    assert made.run(FOUR + LATE + MINUTE) == []
    assert warnings(emma, told)[0].endswith("was not started: no worker took it up in time")
    assert made.run(FOUR + LATE + 2 * MINUTE) == []
    assert len(warnings(emma, told)) == 1


def test_a_worker_that_was_slow_does_not_name_people_again(emma: SqlStore) -> None:
    told = Told()
    made = schedule(emma, told, recap=RECAP)
    made.run(NOW)
    solved(emma, 1, NOW + 5 * MINUTE)
    (slow,) = made._due(NOW + 45 * MINUTE)
    assert len(made.run(NOW + 45 * MINUTE)) == 1
    made.run(NOW + 60 * MINUTE)
    assert made._kept(slow, made._people(slow), NOW + 61 * MINUTE) == []
    assert made.run(NOW + 75 * MINUTE) == []


def test_a_day_that_the_policy_miscounts_stops_only_its_own_play(emma: SqlStore) -> None:
    told = Told()
    wrong = {**REMINDER, "given": {**REMINDER["given"], "day": "tomorrow"}, "every": "0 10 * * *"}
    made = schedule(emma, told, Calendar(), appointment_reminder=wrong, renewal=RENEWAL)
    made.run(NOW)
    assert len(made.run(NOW + timedelta(hours=22))) == 1


def test_a_recap_goes_to_nobody_who_was_told_of_no_next_steps(emma: SqlStore) -> None:
    at = NOW + 3 * MINUTE
    with emma.begin() as unit:
        unit.conversations.add(samples.conversation(open=False, solved_at=at))
        unit.conversations.add_message(samples.message(1, role=Role.AGENT, text="Thank you.", at=NOW))
    told = Told()
    asked = {**RECAP, "texts": {"default": "How did we do with {matter}?"}}
    made = schedule(emma, told, recap=RECAP, csat=asked)
    made.run(NOW)
    made.run(NOW + 45 * MINUTE)
    assert [payload["kind"] for payload in payloads(emma, told)] == ["csat"]


def test_visits_of_other_days_are_nobodys_business(emma: SqlStore) -> None:
    told = Told()
    calendar = Calendar([booked("cu_emma", TOMORROW + timedelta(days=1)), booked("cu_emma", FOUR + timedelta(hours=1))])
    made = schedule(emma, told, calendar, appointment_reminder=REMINDER)
    made.run(NOW)
    assert made.run(FOUR) == []
    assert calendar.asked == 1
    assert made.run(FOUR + MINUTE) == []
    assert calendar.asked == 1


def test_a_calendar_that_is_away_is_asked_again_later_and_given_up_with_a_word(emma: SqlStore) -> None:
    calendar, told = Calendar([booked("cu_emma")], away=True), Told()
    made = schedule(emma, told, calendar, appointment_reminder=REMINDER)
    made.run(NOW)
    assert made.run(FOUR) == []
    made.run(FOUR + AGAIN / 2)
    assert calendar.asked == 1
    calendar.away = False
    assert len(made.run(FOUR + AGAIN)) == 1
    calendar.away = True
    made.run(FOUR + timedelta(days=1))
    assert warnings(emma, told) == []
    made.run(FOUR + timedelta(days=1) + LATE + MINUTE)
    assert [text.partition(":")[0] for text in warnings(emma, told)] == [
        "The play 'appointment_reminder' of 11 March, 16"
    ]
    calendar.away = False
    assert made.run(FOUR + timedelta(days=1) + LATE + 10 * MINUTE) == []


def solved(store: SqlStore, number: int, at: datetime, **changes: Any) -> Conversation:
    name = ConversationId(f"co_{number}")
    made = samples.conversation(id=name, open=False, solved_at=at, ticket_id=f"{number}", **changes)
    with store.begin() as unit:
        unit.conversations.add(made)
        said = (
            (Role.CUSTOMER, "It is offline."),
            (Role.AGENT, "Thank you. A new hub will arrive on Friday. Call +447700900188. Is that fine?"),
        )
        for place, (role, text) in enumerate(said):
            unit.conversations.add_message(
                samples.message(number * 10 + place, conversation_id=name, role=role, text=text, at=at - 9 * MINUTE)
            )
    return made


def test_after_a_matter_is_solved_its_customer_is_named_once_with_what_was_agreed(emma: SqlStore) -> None:
    solved(emma, 1, NOW + 5 * MINUTE)
    told = Told()
    made = schedule(emma, told, recap=RECAP)
    for minutes in range(0, 180, 5):
        made.run(NOW + minutes * MINUTE)
    (payload,) = payloads(emma, told)
    assert payload["people"] == [
        {
            "customer": "user-emma",
            "conversation": "co_1",
            "ticket": "1",
            "matter": "your request",
            "next_steps": "A new hub will arrive on Friday.",
        }
    ]


def test_who_has_two_matters_solved_is_told_of_the_newer_one(emma: SqlStore) -> None:
    solved(emma, 1, NOW + 3 * MINUTE)
    solved(emma, 2, NOW + 4 * MINUTE)
    told = Told()
    made = schedule(emma, told, recap=RECAP)
    made.run(NOW)
    made.run(NOW + 45 * MINUTE)
    assert [each["conversation"] for each in payloads(emma, told)[0]["people"]] == ["co_2"]


def test_nobody_is_named_whose_matter_is_open_again_or_who_has_said_how_it_was(emma: SqlStore) -> None:
    reopened = solved(emma, 1, NOW + 3 * MINUTE)
    with emma.begin() as unit:
        unit.conversations.save(replace(reopened, open=True))
    solved(emma, 2, NOW + 3 * MINUTE, satisfaction="good", customer_id=CustomerId("cu_otto"))
    told = Told()
    csat = {**RECAP, "given": {**RECAP["given"], "unless": "rated"}}
    made = schedule(emma, told, csat=csat)
    made.run(NOW)
    assert made.run(NOW + 45 * MINUTE) == []


def test_a_mail_that_nobody_answered_is_no_matter_to_speak_of(emma: SqlStore) -> None:
    at = NOW + 3 * MINUTE
    with emma.begin() as unit:
        unit.conversations.add(samples.conversation(open=False, solved_at=at))
        unit.conversations.add_message(samples.message(1, at=NOW))
    told = Told()
    made = schedule(emma, told, recap=RECAP)
    made.run(NOW)
    assert made.run(NOW + 45 * MINUTE) == []
