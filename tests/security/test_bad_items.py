"""One item that cannot be read costs no other of its batch."""

import contextlib
import json

import pytest
import responses

from connectors.status.page import incidents_of
from connectors.zendesk.api import ZendeskAccount, connect
from connectors.zendesk.helpdesk import ZendeskHelpdesk
from connectors.zendesk.macros import Macros
from core.errors import RejectedError

STAMP = "2026-11-21T09:29:00Z"
USER = {"id": 7, "name": "Ann", "role": "end-user", "created_at": STAMP, "user_fields": {}}


@responses.activate
def test_a_user_whose_record_makes_no_sense_does_not_stop_the_export() -> None:
    odd = [USER | {"id": 8, "created_at": "yesterday"}, USER | {"id": 9, "name": ["Bo"]}]
    body = {"users": [USER, *odd, USER | {"id": 10}], "after_cursor": "c2", "end_of_stream": True}
    address = "https://larkfield.zendesk.com/api/v2/incremental/users/cursor.json"
    for each in (address, address.replace("/cursor", "")):
        responses.get(each, json=body)
    api = connect(ZendeskAccount(subdomain="larkfield", email="bot@larkfield.example", token="fake"))
    people, cursor = ZendeskHelpdesk(api).people("c1")
    assert ([each.id for each in people], cursor) == (["7", "10"], "c2")


def test_an_incident_that_cannot_be_read_hides_no_other() -> None:
    update = {"id": "u1", "status": "resolved", "body": "Done.", "created_at": STAMP}
    good = {"id": "i1", "name": "Outage", "created_at": STAMP, "incident_updates": [update]}
    odd = [None, 7, {"id": "i2"}, good | {"id": "i3", "created_at": "0001-01-01T00:00:00+23:59"}]
    assert [each.id for each in incidents_of(json.dumps({"incidents": [*odd, good]}).encode())] == ["i1"]


def test_a_feed_that_its_reader_falls_over_is_no_feed() -> None:
    with pytest.raises(RejectedError, match="neither"):
        incidents_of(b"<feed><entry><title>&#xd800;</title></entry>")
    odd = "<entry><id>1</id><title>a</title><updated>0001-01-01T00:00:00+23:59</updated></entry>"
    with contextlib.suppress(RejectedError):
        incidents_of(f"<?xml version='1.0'?><feed xmlns='http://www.w3.org/2005/Atom'>{odd}</feed>".encode())


@responses.activate
@pytest.mark.parametrize("odd", [True, 7, "a", {"a": 1}])
def test_a_macro_whose_actions_are_no_list_costs_no_other(odd: object) -> None:
    good = {"id": 1, "title": "Hi", "updated_at": STAMP, "actions": [{"field": "comment_value", "value": "Hello"}]}
    responses.get(
        "https://larkfield.zendesk.com/api/v2/macros/active.json",
        json={"macros": [good | {"id": 2, "actions": odd}, good]},
    )
    api = connect(ZendeskAccount(subdomain="larkfield", email="bot@larkfield.example", token="fake"))
    (part,) = Macros(api).changes(None, ())
    assert ([each.id for each in part.articles], len(part.problems)) == (["zendesk:macro:1"], 1)
