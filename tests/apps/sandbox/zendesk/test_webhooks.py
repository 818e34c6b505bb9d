from typing import Any

import pytest
import requests

from apps.sandbox.zendesk.webhooks import TEST_SECRET
from tests.apps.sandbox.zendesk.larkfield import Larkfield

WANTED: dict[str, Any] = {
    "name": "events",
    "endpoint": "https://handrail.example/events",
    "http_method": "POST",
    "request_format": "json",
    "status": "active",
    "subscriptions": ["zen:event-type:ticket.created"],
}


def made(account: Larkfield, **asked: Any) -> requests.Response:
    return account.call("POST", "webhooks", json={"webhook": {**WANTED, **asked}})


@pytest.mark.parametrize(
    "asked",
    [
        {"name": ""},
        {"endpoint": "ftp://x"},
        {"http_method": "SEND"},
        {"http_method": "GET"},
        {"request_format": "xml"},
        {"subscriptions": ["conditional_ticket_events", "zen:event-type:ticket.created"]},
    ],
)
def test_a_webhook_that_cannot_be_is_refused(account: Larkfield, asked: dict[str, Any]) -> None:
    answer = made(account, **asked)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"].startswith(("Missing", "Invalid"))


def test_the_way_it_is_connected_cannot_be_changed_later(account: Larkfield) -> None:
    key = made(account).json()["webhook"]["id"]
    body = {"webhook": {"subscriptions": ["conditional_ticket_events"]}}
    assert account.call("PATCH", f"webhooks/{key}", json=body).status_code == 400


def test_the_secret_is_shown_at_its_own_address(account: Larkfield) -> None:
    key = made(account).json()["webhook"]["id"]
    assert "signing_secret" not in account.get(f"webhooks/{key}").json()["webhook"]
    secret = account.get(f"webhooks/{key}/signing_secret").json()["signing_secret"]["secret"]
    assert account.call("POST", f"webhooks/{key}/signing_secret").json()["signing_secret"]["secret"] != secret


def test_invocations_tell_how_the_receiver_answered(account: Larkfield) -> None:
    key = made(account).json()["webhook"]["id"]
    account.courier.status = 500
    account.call("POST", "tickets", json={"ticket": {"subject": "x", "comment": {"body": "x"}}})
    (invocation,) = account.get(f"webhooks/{key}/invocations").json()["invocations"]
    assert (invocation["status"], invocation["status_code"]) == ("failed", 500)
    attempts = account.get(f"webhooks/{key}/invocations/{invocation['id']}/attempts").json()["attempts"]
    assert [attempt["status_code"] for attempt in attempts] == [500]
    assert account.get(f"webhooks/{key}/invocations", **{"filter[status]": "success"}).json()["invocations"] == []


def test_a_test_of_an_unsaved_webhook_goes_out_under_the_published_secret(account: Larkfield) -> None:
    body = {"request": {"endpoint": "https://handrail.example/new", "payload": '{"a":1}'}}
    answer = account.call("POST", "webhooks/test", json=body)
    assert answer.json()["response"]["status"] == 200
    (attempt,) = account.courier.made
    assert (attempt.url, attempt.body) == ("https://handrail.example/new", '{"a":1}')
    assert TEST_SECRET == "dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ=="


def test_a_clone_is_another_webhook_with_another_secret(account: Larkfield) -> None:
    first = made(account).json()["webhook"]
    second = account.call("POST", "webhooks", params={"clone_webhook_id": first["id"]}).json()["webhook"]
    assert (second["id"] != first["id"], second["endpoint"]) == (True, first["endpoint"])
    assert second["signing_secret"] != first["signing_secret"]


def test_an_unknown_webhook_is_not_found(account: Larkfield) -> None:
    answer = account.get("webhooks/nothing")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (404, "WebhookNotFound")
