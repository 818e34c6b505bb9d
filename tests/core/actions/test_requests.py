"""What an action's requests may be, and which places in them are filled."""

from typing import Any

import pytest

from core.actions.expressions import at_place, fill
from core.errors import RejectedError
from core.policy import PolicyError, read
from tests.core.rules import policy_fields

NOTE: dict[str, Any] = {
    "input": {"order": {"kind": "id"}},
    "reads": {"found": {"system": "shop", "query": "/search", "body": {"name": "{input.order}"}}},
    "question": {"en": "Shall I note {order}?"},
    "done": {"en": "{order} is noted."},
    "call": {"system": "shop", "post": "/orders/{found.orders.0.id}/notes", "body": {"text": "by {run}"}},
    "read_back": {"system": "shop", "query": "/search", "body": {"text": "{run}"}, "holds": "size(back.notes) == 1"},
}


def problems(**changes: Any) -> str:
    with pytest.raises(PolicyError) as told:
        read(policy_fields(actions={"note": {**NOTE, **changes}}))
    return str(told.value)


def test_a_record_may_be_read_by_a_query_and_the_run_named_from_the_call_on() -> None:
    spec = read(policy_fields(actions={"note": NOTE})).actions["note"]
    assert spec.read_back is not None
    assert (spec.reads["found"].method, spec.read_back.request.method) == ("query", "query")


@pytest.mark.parametrize("key", ["reads", "read_back"])
def test_what_reads_is_no_post(key: str) -> None:
    post = {"system": "shop", "post": "/orders"}
    told = problems(**{key: {"found": post} if key == "reads" else {**post, "holds": "true"}})
    assert "expected one of get, query, tool" in told


def test_what_changes_is_no_query() -> None:
    assert "expected one of post, put, patch, delete, tool" in problems(call={"system": "shop", "query": "/orders"})


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        (
            {"reads": {"found": {"system": "shop", "query": "/search", "body": {"name": "{input.odrer}"}}}},
            "input.odrer",
        ),
        ({"reads": {"found": {"system": "shop", "get": "/runs/{run}"}}}, "run"),
        ({"question": {"en": "Shall I do {run}?"}}, "run"),
        ({"read_back": {**NOTE["read_back"], "body": {"text": "{founds.id}"}}}, "founds.id"),
    ],
)
def test_a_place_that_is_named_nowhere_is_told_in_bodies_too(changes: dict[str, Any], place: str) -> None:
    assert f"found {{{place}}}" in problems(**changes)


def test_no_record_has_the_name_of_the_run() -> None:
    assert "are taken" in problems(reads={"run": {"system": "shop", "get": "/runs"}})


FOUND = {"found": {"orders": [{"id": 7, "lines": ["a", "b"]}]}}


def test_a_number_in_a_place_is_one_of_a_list() -> None:
    assert at_place("found.orders.0.id", FOUND) == 7
    assert fill({"first": "{found.orders.0.lines.1}", "id": "{found.orders.0.id}"}, FOUND) == {"first": "b", "id": 7}


@pytest.mark.parametrize("place", ["found.orders.1.id", "found.orders.first", "found.orders.0.id.0", "found.0"])
def test_a_place_that_a_list_does_not_have_is_refused(place: str) -> None:
    with pytest.raises(RejectedError, match="is not known"):
        at_place(place, FOUND)
