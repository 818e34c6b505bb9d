from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.faults import MalformedAnswerError
from connectors.zendesk import records

USER: dict[str, Any] = {
    "id": 7,
    "name": "Ann Field",
    "role": "end-user",
    "email": "Ann@Mail.example",
    "phone": "+447700900001",
    "locale": "en-GB",
    "iana_time_zone": "Etc/UTC",
    "verified": True,
    "created_at": "2026-01-01T00:00:00Z",
}


def test_a_person_is_read_with_what_the_company_keeps_on_them() -> None:
    fields = {"region": "north", "time_zone": "Europe/London", "seats": 3, "vip": True, "empty": "", "none": None}
    person = records.person(USER | {"user_fields": fields}, "Harbour Lets")
    assert (person.email, person.locale, person.organization) == ("ann@mail.example", "en-gb", "Harbour Lets")
    assert person.fields == {"region": "north", "time_zone": "Europe/London", "seats": "3", "vip": "true"}
    assert person.created_at == datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("change", "zone"),
    [
        ({"user_fields": {"time_zone": "Europe/London"}}, "Europe/London"),
        ({"user_fields": {}}, "Etc/UTC"),
        ({"iana_time_zone": None, "time_zone": "London"}, None),
    ],
)
def test_the_companys_own_word_on_the_time_zone_comes_first(change: dict[str, Any], zone: str | None) -> None:
    assert records.person(USER | change).time_zone == zone


@pytest.mark.parametrize(
    "change", [{"id": None}, {"id": True}, {"name": 7}, {"created_at": "soon"}, {"user_fields": [1]}]
)
def test_a_person_that_makes_no_sense_is_no_person(change: dict[str, Any]) -> None:
    with pytest.raises(MalformedAnswerError):
        records.person(USER | change)


@pytest.mark.parametrize("nobody", [None, "", 0, "0"])
def test_zendesks_ways_of_saying_nobody_are_one(nobody: Any) -> None:
    assert records.reference({"assignee_id": nobody}, "assignee_id") is None


def test_a_comment_is_its_plain_words() -> None:
    entry = {"id": 1, "author_id": 7, "body": "", "plain_body": "A &amp;&nbsp;B", "created_at": "2026-01-01T00:00:00Z"}
    comment = records.comment(entry, ours=False)
    assert (comment.text, comment.public) == ("A &\xa0B", True)
