import base64
import hashlib
import hmac
import json
from typing import Any

import pytest

from apps.sandbox.zendesk.webhooks import add_webhook, signature
from tests.apps.sandbox.zendesk.larkfield import Larkfield

TICKET_EVENTS = [
    "created",
    "comment_added",
    "status_changed",
    "priority_changed",
    "tags_changed",
    "agent_assignment_changed",
    "group_assignment_changed",
    "custom_field_changed",
    "soft_deleted",
]


def subscribed(account: Larkfield, *kinds: str, **asked: Any) -> dict[str, Any]:
    wanted = {
        "name": "events",
        "endpoint": "https://handrail.example/webhooks/zendesk/events",
        "http_method": "POST",
        "request_format": "json",
        "status": "active",
        "subscriptions": [f"zen:event-type:{kind}" for kind in kinds],
        **asked,
    }
    return add_webhook(account.state, wanted, account.state.users.get(account.ids["bot"]))


def opened(account: Larkfield) -> int:
    wanted = {"subject": "Refund", "comment": {"body": "Where?"}, "requester_id": account.ids["ann"]}
    return int(account.call("POST", "tickets", json={"ticket": wanted}).json()["ticket"]["id"])


def change(account: Larkfield, ticket_id: int, **asked: Any) -> None:
    assert account.call("PUT", f"tickets/{ticket_id}", json={"ticket": asked}).status_code == 200


def kinds(account: Larkfield) -> list[str]:
    return [event["type"].removeprefix("zen:event-type:ticket.") for event in account.events()]


def test_a_new_ticket_is_one_event_with_ids_as_strings(account: Larkfield) -> None:
    subscribed(account, *(f"ticket.{kind}" for kind in TICKET_EVENTS))
    ticket_id = opened(account)
    (event,) = account.events()
    assert event["type"] == "zen:event-type:ticket.created"
    assert event["subject"] == f"zen:ticket:{ticket_id}"
    assert event["zendesk_event_version"] == "2022-11-06"
    detail = event["detail"]
    assert (detail["id"], detail["status"], detail["priority"]) == (str(ticket_id), "NEW", None)
    assert (detail["actor_id"], detail["requester_id"]) == (str(account.ids["bot"]), str(account.ids["ann"]))
    assert detail["organization_id"] == "0"


def test_each_change_in_one_update_is_an_event_in_one_sequence(account: Larkfield) -> None:
    ticket_id = opened(account)
    subscribed(account, *(f"ticket.{kind}" for kind in TICKET_EVENTS))
    field = {"id": account.ids["intent"], "value": "intent_billing"}
    comment = {"body": "Looking", "public": False, "author_id": account.ids["maria"]}
    change(
        account, ticket_id, comment=comment, status="pending", priority="high", custom_fields=[field],
        assignee_id=account.ids["tom"],
    )  # fmt: skip
    assert kinds(account) == [
        "comment_added",
        "status_changed",
        "priority_changed",
        "group_assignment_changed",
        "agent_assignment_changed",
        "tags_changed",
        "custom_field_changed",
    ]
    # Position 3 is the change of custom status, to which nobody subscribed.
    events = account.events()
    assert len({event["event"]["meta"]["sequence"]["id"] for event in events}) == 1
    assert [event["event"]["meta"]["sequence"]["position"] for event in events] == [1, 2, 4, 5, 6, 7, 8]
    said = events[0]["event"]["comment"]
    assert said["author"] == {"id": str(account.ids["maria"]), "is_staff": True, "name": "Maria Lopez"}
    assert said["is_public"] is False
    assert events[0]["detail"]["actor_id"] == str(account.ids["maria"])
    assert (events[1]["event"]["previous"], events[1]["event"]["current"]) == ("NEW", "PENDING")
    assert events[5]["event"]["tags_added"] == ["intent_billing"]
    assert events[6]["event"]["custom_field"]["id"] == str(account.ids["intent"])


def test_only_what_was_subscribed_to_is_sent_and_only_while_active(account: Larkfield) -> None:
    hook = subscribed(account, "ticket.status_changed")
    ticket_id = opened(account)
    change(account, ticket_id, status="open", tags=["x"])
    assert kinds(account) == ["status_changed"]
    hook["status"] = "inactive"
    change(account, ticket_id, status="pending")
    assert len(account.courier.sent) == 1


def test_people_and_deletions_are_told_too(account: Larkfield) -> None:
    subscribed(account, "user.created", "user.name_changed", "ticket.soft_deleted")
    user = account.call("POST", "users", json={"user": {"name": "Bob", "email": "bob@mail.example"}}).json()["user"]
    account.call("PUT", f"users/{user['id']}", json={"user": {"name": "Bob Moor"}})
    account.call("DELETE", f"tickets/{opened(account)}")
    told = [event["type"].removeprefix("zen:event-type:") for event in account.events()]
    assert told == ["user.created", "user.name_changed", "ticket.soft_deleted"]
    assert account.events()[1]["event"]["current"] == "Bob Moor"


def test_each_attempt_is_signed_anew_under_one_invocation(account: Larkfield) -> None:
    hook = subscribed(account, "ticket.created")
    opened(account)
    (sent,) = account.courier.sent
    first = sent.headers(1)
    account.clock.pass_by(seconds=5)
    second = sent.headers(2)
    invocation, stamp = "x-zendesk-webhook-invocation-id", "X-Zendesk-Webhook-Signature-Timestamp"
    assert first[invocation] == second[invocation] == sent.delivery_id
    assert first[stamp] != second[stamp]
    for headers in (first, second):
        signed = hmac.new(
            hook["signing_secret"]["secret"].encode(), headers[stamp].encode() + sent.body, hashlib.sha256
        )
        assert headers["X-Zendesk-Webhook-Signature"] == base64.b64encode(signed.digest()).decode()


def test_the_signature_is_over_timestamp_then_body_with_the_secret_as_it_stands() -> None:
    secret, when, body = "HRkRd4BeOAoUkfZr-mhauJT64rvBASlJRoIyPsd3zeA=", "2021-07-25T10:00:00Z", b'{"say": "hello"}'
    assert signature(secret, when, body) == "Rry/4TtIdFyawtXXp8QdI6tlAUUQ/5kL1OTp5qo/ZIk="
    published_in_the_old_order = "tRDSF7URY8BLCDlaBcQ7FHu051Zk+aAB0NKMP53teMw="
    assert signature(secret, when, body) != published_in_the_old_order


def test_a_webhook_is_tried_again_only_when_zendesk_would(account: Larkfield) -> None:
    subscribed(account, "ticket.created")
    opened(account)
    retry = account.courier.sent[0].retry
    assert retry.statuses == {409}
    assert retry.needs_retry_after == {429, 503}
    assert (len(retry.delays), retry.on_timeout) == (3, True)
    assert retry.longest_retry_after < 60


@pytest.mark.parametrize(
    ("authentication", "name", "value"),
    [
        ({"type": "basic_auth", "data": {"username": "u", "password": "p"}}, "Authorization", "Basic dTpw"),
        ({"type": "bearer_token", "data": {"token": "fake"}}, "Authorization", "Bearer fake"),
        ({"type": "api_key", "data": {"name": "X-Key", "value": "fake"}}, "X-Key", "fake"),
    ],
)
def test_a_webhook_may_also_carry_credentials(
    account: Larkfield, authentication: dict[str, Any], name: str, value: str
) -> None:
    subscribed(account, "ticket.created", authentication=authentication, custom_headers={"X-Extra": "1"})
    opened(account)
    headers = account.courier.sent[0].headers(1)
    assert (headers[name], headers["X-Extra"]) == (value, "1")


def test_the_body_is_compact_json(account: Larkfield) -> None:
    subscribed(account, "ticket.created")
    opened(account)
    body = account.courier.sent[0].body
    assert body == json.dumps(json.loads(body), separators=(",", ":")).encode()
