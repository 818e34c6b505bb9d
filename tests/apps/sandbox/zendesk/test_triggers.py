import json
from typing import Any

import pytest

from apps.sandbox.zendesk.triggers import add_trigger
from apps.sandbox.zendesk.webhooks import add_webhook
from tests.apps.sandbox.zendesk.larkfield import Larkfield

Row = dict[str, Any]
BODY = '{"ticket_id":"{{ticket.id}}","status":"{{ticket.status}}","user":"{{current_user.id}}","odd":"{{no.such}}"}'


@pytest.fixture(autouse=True)
def only_our_triggers(account: Larkfield) -> None:
    for key in list(account.state.triggers.rows):
        account.state.triggers.remove(key)


def hooked(account: Larkfield, **conditions: list[Row]) -> str:
    bot = account.state.users.get(account.ids["bot"])
    asked = {"name": "t", "endpoint": "https://handrail.example/t", "http_method": "POST", "request_format": "json"}
    hook = add_webhook(
        account.state, {**asked, "status": "active", "subscriptions": ["conditional_ticket_events"]}, bot
    )
    actions = [{"field": "notification_webhook", "value": [hook["id"], BODY]}]
    add_trigger(account.state, {"title": "call", "conditions": conditions, "actions": actions})
    return str(hook["id"])


def when(field: str, operator: str, value: Any) -> Row:
    return {"field": field, "operator": operator, "value": value}


def opened(account: Larkfield, **asked: Any) -> int:
    wanted = {"subject": "Refund", "comment": {"body": "Where?"}, "requester_id": account.ids["ann"], **asked}
    return int(account.call("POST", "tickets", json={"ticket": wanted}).json()["ticket"]["id"])


def test_a_trigger_calls_its_webhook_with_its_own_words(account: Larkfield) -> None:
    hooked(account, all=[when("update_type", "is", "Create")])
    opened(account)
    (sent,) = account.courier.sent
    assert json.loads(sent.body) == {"ticket_id": "1", "status": "New", "user": str(account.ids["bot"]), "odd": ""}
    events = account.get("tickets/1/audits").json()["audits"][0]["events"]
    assert [event["via"]["channel"] for event in events if event["type"] == "External"] == ["rule"]


@pytest.mark.parametrize(
    ("condition", "fires"),
    [
        (when("update_type", "is", "Change"), True),
        (when("update_type", "is", "Create"), False),
        (when("status", "is", "pending"), True),
        (when("status", "is_not", "pending"), False),
        (when("status", "value", "pending"), True),
        (when("status", "changed", None), True),
        (when("priority", "changed", None), False),
        (when("status", "value_previous", "new"), True),
        (when("status", "less_than", "solved"), True),
        (when("status", "greater_than", "solved"), False),
        (when("comment_is_public", "is", "true"), False),
        (when("comment_is_public", "is", "false"), True),
        (when("current_tags", "includes", "vip other"), True),
        (when("current_tags", "not_includes", "vip"), False),
        (when("current_user", "is", "agent"), True),
        (when("current_user", "is_not", "requester_id"), True),
        (when("comment_includes_word", "includes", "secret"), True),
        (when("subject_includes_word", "is", "refund"), True),
        (when("no_such_field", "no_such_operator", "x"), False),
    ],
)
def test_a_condition_holds_or_not(account: Larkfield, condition: Row, fires: bool) -> None:
    ticket_id = opened(account, tags=["vip"])
    hooked(account, all=[condition])
    change = {"status": "pending", "comment": {"body": "secret note", "public": False}}
    account.call("PUT", f"tickets/{ticket_id}", json={"ticket": change})
    assert bool(account.courier.sent) == fires


def test_a_loop_is_avoided_by_naming_the_integration_user(account: Larkfield) -> None:
    ticket_id = opened(account)
    hooked(account, all=[when("current_user", "is_not", str(account.ids["bot"]))])
    account.call("PUT", f"tickets/{ticket_id}", json={"ticket": {"tags": ["ours"]}})
    assert account.courier.sent == []
    account.desk.agent_comment(ticket_id, account.ids["maria"], "Hello", True)
    assert len(account.courier.sent) == 1


def test_one_of_any_is_enough(account: Larkfield) -> None:
    hooked(account, any=[when("priority", "is", "high"), when("update_type", "is", "Create")])
    opened(account)
    assert len(account.courier.sent) == 1


def test_a_trigger_that_changes_the_ticket_lets_the_others_look_again(account: Larkfield) -> None:
    hook = hooked(account, all=[when("current_tags", "includes", "late")])
    tag = [{"field": "current_tags", "value": "late"}]
    add_trigger(account.state, {"title": "tag", "all": [when("status", "is", "new")], "actions": tag})
    ticket_id = opened(account)
    assert account.get(f"tickets/{ticket_id}").json()["ticket"]["tags"] == ["late"]
    assert [sent.headers(1)["x-zendesk-webhook-id"] for sent in account.courier.sent] == [hook]


def test_an_inactive_trigger_is_silent(account: Larkfield) -> None:
    hooked(account, all=[when("update_type", "is", "Create")])
    (key,) = account.state.triggers.rows
    account.call("PUT", f"triggers/{key}", json={"trigger": {"active": False}})
    opened(account)
    assert account.courier.sent == []


def test_a_trigger_without_a_condition_is_refused(account: Larkfield) -> None:
    asked = {"title": "x", "actions": [{"field": "status", "value": "open"}]}
    assert account.call("POST", "triggers", json={"trigger": asked}).status_code == 422
