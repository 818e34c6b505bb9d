import gzip
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.run.conversations import START, STEP, BadLine, cases_from
from core.errors import ConfigurationError
from core.model.conversation import CaseContext, Role
from core.model.customer import Channel


def line(**changes: Any) -> dict[str, Any]:
    return {
        "id": "c-1",
        "channel": "sms",
        "customer": {"name": "Dana", "tier": "plus", "locale": "de"},
        "messages": [
            {"role": "customer", "text": "Where is it?", "at": "2026-11-21T09:00:00+01:00"},
            {"role": "agent", "text": "On its way.", "at": "2026-11-21T09:05:00+01:00"},
            {"role": "customer", "text": "Since when?", "at": "2026-11-21T09:10:00+01:00"},
        ],
        **changes,
    }


def read(folder: Path, *lines: bytes | dict[str, Any], name: str = "file.jsonl") -> list[Any]:
    raw = b"\n".join(one if isinstance(one, bytes) else json.dumps(one).encode() for one in lines)
    path = folder / name
    path.write_bytes(gzip.compress(raw) if name.endswith(".gz") else raw)
    return list(cases_from(path))


def one_case(folder: Path, **changes: Any) -> CaseContext:
    ((_, case),) = read(folder, line(**changes))
    assert isinstance(case, CaseContext)
    return case


def reason(folder: Path, bad: bytes | dict[str, Any]) -> str:
    (found,) = read(folder, bad)
    assert isinstance(found, BadLine), found
    return found.reason


def test_a_line_is_one_case(tmp_path: Path) -> None:
    case = one_case(tmp_path)
    assert (case.customer.name, case.customer.tier, case.customer.locale) == ("Dana", "plus", "de")
    assert case.conversation.channel is Channel.SMS
    assert [(m.role, m.text) for m in case.timeline] == [
        (Role.CUSTOMER, "Where is it?"),
        (Role.AGENT, "On its way."),
        (Role.CUSTOMER, "Since when?"),
    ]
    assert case.now == case.timeline[-1].at == datetime(2026, 11, 21, 8, 10, tzinfo=UTC)
    assert [m.text for m in case.unanswered] == ["Since when?"]


def test_only_id_and_one_message_are_needed(tmp_path: Path) -> None:
    ((_, case),) = read(tmp_path, {"id": "c", "messages": [{"role": "customer", "text": "Hello"}]})
    assert (case.conversation.channel, case.customer.tier) == (Channel.EMAIL, "standard")


def test_messages_without_a_time_are_a_minute_apart(tmp_path: Path) -> None:
    messages = [{"role": "customer", "text": "a"}, {"role": "customer", "text": "b"}]
    assert [m.at for m in one_case(tmp_path, messages=messages).timeline] == [START, START + STEP]


def test_a_time_without_a_zone_is_taken_for_utc(tmp_path: Path) -> None:
    messages = [{"role": "customer", "text": "a", "at": "2026-11-21T09:00:00"}]
    assert one_case(tmp_path, messages=messages).timeline[0].at.utcoffset() == timedelta(0)


def test_fields_that_we_do_not_know_are_left_out(tmp_path: Path) -> None:
    one_case(tmp_path, more=1, customer={"name": "Dana", "age": 30})


def test_a_compressed_file_is_read_like_a_plain_one(tmp_path: Path) -> None:
    plain, packed = read(tmp_path, line()), read(tmp_path, line(), name="file.jsonl.gz")
    assert plain == packed


def test_lines_are_counted_as_an_editor_counts_them(tmp_path: Path) -> None:
    found = read(tmp_path, line(), b"", b"not json", b"   ", line(id="c-2"), b"{}")
    assert [item.number if isinstance(item, BadLine) else item[0] for item in found] == [1, 3, 5, 6]


def test_the_line_after_a_bad_one_is_read(tmp_path: Path) -> None:
    bad, good = read(tmp_path, b"{", line())
    assert (isinstance(bad, BadLine), good[0]) == (True, 2)


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        (b"not json", "is not JSON: Expecting value"),
        (b'{"id": "\xff"}', "is not UTF-8"),
        (b"[" * 100_000, "is not JSON"),
        (b"[]", "Invalid input type"),
        (b"7", "Invalid input type"),
        (line(id=""), "id: "),
        (line(id=None), "id: "),
        (line(id=5), "id: "),
        (line(channel="fax"), "channel: Must be one of"),
        (line(messages=[]), "messages: "),
        (line(messages="hello"), "messages: "),
        (line(messages=[{"role": "robot", "text": "a"}]), "messages.0.role: "),
        (line(messages=[{"role": "customer", "text": "a"}, {"role": "customer"}]), "messages.1.text: "),
        (line(messages=[{"role": "customer", "text": "a", "at": "soon"}]), "messages.0.at: "),
        (line(messages=[{"role": "customer", "text": "x" * 200_001}]), "messages.0.text: "),
        (line(messages=[{"role": "agent", "text": "a"}]), "messages: none is the customer's"),
        (line(customer="Dana"), "customer."),
    ],
)
def test_what_is_wrong_with_a_line_is_said_by_its_place(tmp_path: Path, bad: bytes | dict[str, Any], told: str) -> None:
    assert told in reason(tmp_path, bad)


def test_half_an_emoji_in_a_text_is_no_reason_to_lose_it(tmp_path: Path) -> None:
    """Vendors cut long texts in the middle of a character; no encoder and no file takes what is left."""
    case = one_case(tmp_path, id="c\ud83d", messages=[{"role": "customer", "text": "Help \ud83d"}])
    assert case.timeline[0].text == "Help ?"


def test_the_same_line_makes_the_same_ids(tmp_path: Path) -> None:
    assert one_case(tmp_path).conversation.id == one_case(tmp_path).conversation.id
    assert one_case(tmp_path).conversation.id != one_case(tmp_path, id="c-2").conversation.id


CUT = gzip.compress(b'{"id": "a"}\n' * 9, mtime=0)[:-9]


@pytest.mark.parametrize("content", [b"not gzip", CUT, b""], ids=["not gzip", "cut", "empty"])
def test_a_compressed_file_that_is_damaged_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file.jsonl.gz"
    path.write_bytes(content)
    if content:
        with pytest.raises(ConfigurationError, match=r"file\.jsonl\.gz cannot be read"):
            list(cases_from(path))
    else:
        assert list(cases_from(path)) == []


def test_an_empty_file_has_no_cases(tmp_path: Path) -> None:
    assert read(tmp_path, b"") == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(categories=["L", "Cs", "Cc"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
PARTS = dict.fromkeys(("id", "channel", "customer", "messages"), JSON)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(change=st.fixed_dictionaries({}, optional=PARTS))
def test_any_line_is_a_case_or_a_bad_line(tmp_path: Path, change: dict[str, Any]) -> None:
    (found,) = read(tmp_path, line(**change))
    assert isinstance(found, BadLine) or isinstance(found[1], CaseContext)
