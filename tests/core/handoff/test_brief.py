"""The engineering brief: the fault whole, the person not at all."""

import pytest

from core.handoff.brief import UPDATES, FaultStatus, brief_of, update_for
from core.handoff.notice import NOTICES
from core.model.action import RunState
from core.model.conversation import Attachment, Role
from core.model.decision import Outcome, Progress, Taken
from tests.core import samples
from tests.core.people import EMMA_PHONE, customer
from tests.core.receipt.test_receipt import agreed
from tests.core.samples import message, signals

LOG = Attachment(name="hub.log", type="text/plain", text="ERROR E42 for emma@customer.example\nINFO fine")
REPORT = message(1, text=f"App version 4.12.1 shows E14. Call {EMMA_PHONE}", attachments=(LOG,))
STEPS = Progress(
    procedure="offline",
    version="1",
    outcome=Outcome.PERSON,
    taken=(Taken(step="a", kind="ask", what="Which colour is the ring?", result="amber"),),
)


def text(*more: object, **changes: object) -> str:
    case = samples.case(REPORT, customer=customer(attributes={"devices": "hub, thermostat"}))
    return brief_of(case, signals(), STEPS).text


def test_it_carries_versions_codes_logs_steps_and_devices() -> None:
    made = text()
    for words in (
        "App version 4.12.1",
        "## Error codes\n\n- E14\n- E42",
        "## Log hub.log",
        "ERROR E42 for [email 1]",
        "1. Which colour is the ring? → amber",
        "Devices: hub, thermostat (profile)",
    ):
        assert words in made
    assert "INFO fine" not in made


def test_it_names_nobody() -> None:
    made = text()
    assert EMMA_PHONE not in made
    assert "@" not in made
    assert "Emma" not in made


def test_a_name_that_they_signed_with_or_that_a_log_or_a_file_has_is_masked() -> None:
    log = Attachment(name="emma clarke.log", type="text/plain", text="ERROR user Emma Clarke refused")
    unread = Attachment(name="photo of Emma Clarke.heic", type="image/heic")
    made = brief_of(samples.case(message(1, text="E14. Regards, Emma Clarke", attachments=(log, unread))), None, None)
    assert "Clarke" not in made.text
    assert "ERROR user [name 1] refused" in made.text


def test_what_is_not_known_is_asked_for_and_what_is_known_is_not() -> None:
    assert brief_of(samples.case(REPORT), None, STEPS).missing == ()
    empty = brief_of(samples.case(message(1, text="It does not work")), None, None)
    assert len(empty.missing) == 4
    assert "## Missing" in empty.text


def test_without_a_procedure_what_was_told_to_them_counts_as_tried() -> None:
    told = message(2, role=Role.AGENT, text="Please restart the hub.")
    made = brief_of(samples.case(REPORT, told), None, None)
    assert len(made.tried) == 1
    assert "Please restart the hub." in made.tried[0]


def test_of_a_long_story_the_beginning_and_the_end_are_told() -> None:
    many = [message(n, text=f"Report {n}") for n in range(1, 12)]
    made = brief_of(samples.case(*many), None, None)
    assert [line.rpartition("Report ")[2] for line in made.reports] == ["1", "2", "3", "9", "10", "11"]


def test_the_customer_can_be_kept_informed_in_every_language() -> None:
    for status, words in UPDATES.items():
        assert set(words) == set(NOTICES)
        assert update_for("de", status) != update_for("en", status) == update_for("xx", status)
    assert len({update_for("ja", status) for status in FaultStatus}) == len(FaultStatus)


REPORT_OF_DEVICES = {
    "id": "DG-1",
    "devices": [{"name": "Hub", "online": False, "firmware": "2.1"}],
    "log": ["09:00:00 cloud session of emma@customer.example opened", "09:00:01 Hub serial LK-77-0012 ERROR no answer"],
}


def test_what_diagnostics_found_is_a_log_of_the_brief() -> None:
    case = samples.case(message(1, text="It is offline"))
    made = brief_of(case, None, None, runs=[agreed(result=REPORT_OF_DEVICES)])
    assert "## Log of “Change a number”" in made.text
    assert "devices: name Hub, online False, firmware 2.1" in made.text
    assert "09:00:00 cloud session of [email 1] opened" in made.text
    assert "serial [serial] ERROR no answer" in made.text
    assert "a log that could be read" not in made.missing


@pytest.mark.parametrize("state", [RunState.UNCLEAR, RunState.REFUSED, RunState.READY])
def test_what_was_not_done_found_nothing(state: RunState) -> None:
    run = agreed(state=state, result=REPORT_OF_DEVICES)
    assert brief_of(samples.case(), None, None, runs=[run]).logs == ()


def test_solved_tickets_about_the_like_are_named_without_personal_data() -> None:
    made = brief_of(samples.case(), None, None, similar=[f"#7 Hub offline: call {EMMA_PHONE}"])
    assert "## Solved before\n\n- #7 Hub offline: call [phone 1]" in made.text
