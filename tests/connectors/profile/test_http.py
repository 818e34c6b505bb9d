import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
import responses

from connectors.profile.http import HttpProfileSource
from connectors.profile.mapping import Mapping, read_mapping, value_at
from core.errors import ConfigurationError, HandrailError, RejectedError, TransientError
from core.model.customer import Customer, Identity, IdentityKind
from core.model.ids import CustomerId
from core.model.profile import FactSource

URL = "http://systems.example"
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
MAPPING = Mapping(
    name="CRM",
    source=FactSource.CRM,
    path="/v1/contacts?email={email}",
    facts={"owner": "contact.owner", "tags": "contact.tags", "seats": "contact.seats.#", "vip": "contact.vip"},
    at="updated_at",
)
ANSWER: dict[str, Any] = {
    "contact": {"owner": "Maria", "tags": ["a", "b"], "seats": [{}, {}], "vip": True},
    "updated_at": "2026-11-20T08:00:00Z",
}


def customer(*, verified: bool = True) -> Customer:
    mail = Identity(kind=IdentityKind.EMAIL, value="emma+x@example.com", verified=verified)
    return Customer(id=CustomerId("cu_emma"), name="Emma", identities=(mail,))


def source(mapping: Mapping = MAPPING) -> HttpProfileSource:
    return HttpProfileSource(
        url=URL, token="fake-token", mapping=mapping, now=lambda: NOW, timeout=timedelta(seconds=1)
    )


@responses.activate
def test_facts_are_read_where_the_mapping_says_with_the_time_they_are_of() -> None:
    responses.get(f"{URL}/v1/contacts?email=emma%2Bx%40example.com", json=ANSWER)
    facts = source().facts(customer())
    assert {fact.name: fact.value for fact in facts} == {"owner": "Maria", "tags": "a, b", "seats": "2", "vip": "yes"}
    assert {(fact.source, fact.by, fact.at) for fact in facts} == {
        (FactSource.CRM, "CRM", datetime(2026, 11, 20, 8, tzinfo=UTC))
    }
    assert responses.calls[0].request.headers["Authorization"] == "Bearer fake-token"


@responses.activate
def test_nobody_is_looked_up_by_an_address_that_is_not_proved_to_be_theirs() -> None:
    assert source().facts(customer(verified=False)) == []


@responses.activate
def test_whom_the_system_does_not_know_has_no_facts() -> None:
    responses.get(f"{URL}/v1/contacts", status=404)
    assert source().facts(customer()) == []


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (401, "{}", ConfigurationError),
        (429, "{}", TransientError),
        (503, "{}", TransientError),
        (302, "{}", RejectedError),
        (200, "<html>", RejectedError),
    ],
)
@responses.activate
def test_each_failure_is_one_of_ours(status: int, body: str, kind: type[HandrailError]) -> None:
    responses.get(f"{URL}/v1/contacts", status=status, body=body)
    with pytest.raises(kind):
        source().facts(customer())


@responses.activate
def test_a_system_that_does_not_answer_is_asked_later() -> None:
    responses.get(f"{URL}/v1/contacts", body=requests.ConnectionError("down"))
    with pytest.raises(TransientError):
        source().facts(customer())


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("a.b", "1"),
        ("list.1.c", "x"),
        ("list.-1.c", "x"),
        ("list.9.c", ""),
        ("nothing.at.all", ""),
        ("a", ""),
        ("no", "no"),
        ("none", ""),
        ("a.b.c", ""),
    ],
)
def test_what_is_not_plain_is_no_fact(path: str, value: str) -> None:
    assert value_at({"a": {"b": 1}, "list": [{}, {"c": " x "}], "no": False, "none": None}, path) == value


def test_the_demo_s_mapping_can_be_read() -> None:
    assert [mapping.name for mapping in read_mapping(Path("apps/demo/profile.json"))] == ["CRM", "Billing"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"path": "/all"}, "needs one of"),
        ({"path": "/{password}"}, "needs one of"),
        ({"path": "contacts?{email}"}, "path"),
        ({"source": "gossip"}, "source"),
        ({"facts": {"Not A Name": "x"}}, "facts"),
        ({"extra": 1}, "extra"),
    ],
)
def test_a_wrong_mapping_says_what_is_wrong(tmp_path: Path, change: dict[str, Any], told: str) -> None:
    row = {"name": "CRM", "source": "crm", "path": "/x?e={email}", "facts": {"owner": "owner"}, **change}
    file = tmp_path / "mapping.json"
    file.write_text(json.dumps({"systems": [row]}))
    with pytest.raises(ConfigurationError, match=told):
        read_mapping(file)
