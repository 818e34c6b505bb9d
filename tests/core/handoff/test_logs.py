"""Logs as engineers get them: nothing that names a person or a device or lets anybody in, and no more than fits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.handoff.evidence import MOST_BYTES, Log, cut, redact_line


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("session of emma@customer.example opened", "session of [email 1] opened"),
        ("call +44 7700 900123 failed", "call [phone 1] failed"),
        ("Authorization: Bearer abc123def456ghi789", "Authorization: Bearer [token]"),
        ("GET /?access_token=9f8e7d6c&x=1", "GET /?access_token=[token]&x=1"),
        ('{"api_key": "k-42-secret"}', '{"api_key": "[token]"}'),
        ("Set-Cookie: a9f8e7d6", "Set-Cookie: [token]"),
        ("jwt eyJhbGciOiJI.eyJzdWIiOiIx.sig", "jwt [token]"),
        ("sha 5f4dcc3b5aa765d61d8327deb882cf99aa", "sha [token]"),
        ("Hub serial LK-77-0012 ERROR", "Hub serial [serial] ERROR"),
        ("Serial number: 00123456789", "Serial number: [serial]"),
        ("imei 356938035643809", "imei [serial]"),
        ("mac 00:1A:2B:3C:4D:5E up", "mac [address of a device] up"),
        ("09:00:01 firmware 2.1 ERROR E42 no answer", "09:00:01 firmware 2.1 ERROR E42 no answer"),
        ("serial port opened", "serial port opened"),
        ("token expired", "token expired"),
    ],
)
def test_a_line_is_redacted(line: str, shown: str) -> None:
    assert redact_line(line) == shown


def log(*lines: str) -> Log:
    return Log(name="hub.log", lines=lines, of=len(lines))


def test_a_long_log_has_its_head_and_its_tail_and_says_how_much_lies_between() -> None:
    (made,) = cut([log(*(f"{number:04} {'x' * 60}" for number in range(200)))])
    assert made.lines[0].startswith("0000")
    assert made.lines[-1].startswith("0199")
    (between,) = (line for line in made.lines if line.startswith("…"))
    assert between == f"… {200 - (len(made.lines) - 1)} lines left out …"


def test_a_short_log_is_whole() -> None:
    assert cut([log("a", "b")]) == (log("a", "b"),)


@given(st.lists(st.lists(st.text(max_size=300), max_size=60), max_size=5))
def test_all_logs_together_fit(logs: list[list[str]]) -> None:
    made = cut([log(*lines) for lines in logs])
    assert sum(len(line.encode()) + 1 for each in made for line in each.lines) <= MOST_BYTES
