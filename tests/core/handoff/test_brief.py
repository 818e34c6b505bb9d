"""The engineering brief: the fault whole, the person not at all."""

from core.handoff.brief import PASSED_ON, brief_of, update_for
from core.handoff.notice import NOTICES
from core.model.conversation import Attachment, Role
from core.model.decision import Outcome, Progress, Taken
from tests.core import samples
from tests.core.people import EMMA_PHONE, customer
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
    assert set(PASSED_ON) == set(NOTICES)
    assert update_for("de") != update_for("en") == update_for("xx")
