"""What engineers ask first, read off words and files."""

import pytest

from core.handoff.evidence import MOST_LINES, codes_in, evidence_of, log_of, versions_in
from core.model.conversation import Attachment, Role
from tests.core import samples
from tests.core.samples import message

LOG = "10:01 INFO boot\n10:02 ERROR E42 link lost, told emma@customer.example\n10:03 WARN retry\n10:04 INFO up"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("I run app version 4.12.1 on iOS 17.2", ["app version 4.12.1", "iOS 17.2"]),
        ("Firmware: v2.0.3-beta is on the hub", ["Firmware: v2.0.3-beta"]),
        ("It is v1.2", ["v1.2"]),
        ("I paid 4.50 for 2 hubs", []),
        ("since 12.11.2026 it fails", []),
    ],
)
def test_versions_are_known_by_what_they_are_of(text: str, found: list[str]) -> None:
    assert [each.removeprefix("run ").removeprefix("on ") for each in versions_in(text)] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It shows E14 again", ["E14"]),
        ("error code: 5003", ["5003"]),
        ("Fehler 42 erscheint", ["42"]),
        ("order LF-10234 of 2026", []),
        ("call 0800 123", []),
    ],
)
def test_codes_are_known_by_their_form_or_by_the_word_before(text: str, found: list[str]) -> None:
    assert codes_in(text) == found


def test_of_a_log_the_newest_lines_that_matter_are_kept_without_personal_data() -> None:
    log = log_of("hub.log", LOG)
    assert log.of == 2
    assert log.lines[0].startswith("10:02 ERROR E42 link lost, told [email 1]")
    long = log_of("hub.log", "\n".join(f"{n} ERROR" for n in range(100)))
    assert (len(long.lines), long.of, long.lines[-1]) == (MOST_LINES, 100, "99 ERROR")


def test_it_is_read_from_the_customer_and_not_from_what_they_were_asked() -> None:
    file = Attachment(name="hub.log", type="text/plain", text=LOG)
    unread = Attachment(name="core.bin", type="application/octet-stream")
    found = evidence_of(
        samples.case(
            message(1, text="It shows E14", attachments=(file, unread)),
            message(2, role=Role.AGENT, text="Is it app version 9.9.9 with E99?"),
            message(3, text="No, app version 4.1.0, still e14 as in E14"),
        )
    )
    assert found.codes == ("E14", "E42")
    assert [each.endswith("app version 4.1.0") for each in found.versions] == [True]
    assert [log.name for log in found.logs] == ["hub.log"]
    assert found.files == ("core.bin",)
