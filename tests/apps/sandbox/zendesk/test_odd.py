"""What callers send that is odd is taken or refused as an account would, and never breaks the stand-in."""

from typing import Any

import pytest

from apps.sandbox.zendesk.webhooks import add_webhook
from tests.apps.sandbox.zendesk.larkfield import Larkfield
from tests.apps.sandbox.zendesk.test_triggers import opened

ODD: tuple[Any, ...] = (
    None,
    0,
    7,
    -1.5,
    True,
    "",
    "x",
    [],
    [None],
    [[]],
    {},
    {"a": None},
    ["a", 1, None],
    [{"id": "x"}],
    [{"id": None}],
)
FIELDS = (
    *("tags", "additional_tags", "remove_tags", "custom_fields", "comment", "subject", "status", "priority", "type"),
    *("assignee_id", "group_id", "requester_id", "requester", "metadata", "external_id", "updated_stamp"),
)


@pytest.mark.parametrize("name", FIELDS)
def test_no_field_of_a_ticket_breaks_it(account: Larkfield, name: str) -> None:
    ticket = opened(account)
    for value in ODD:
        made = account.call("POST", "tickets", json={"ticket": {"comment": {"body": "Where?"}, name: value}})
        changed = account.call("PUT", f"tickets/{ticket}", json={"ticket": {name: value}})
        assert made.status_code in (201, 422), value
        assert changed.status_code in (200, 404, 409, 422), value
    assert account.get(f"tickets/{ticket}").status_code == 200


def test_null_tags_are_no_tags(account: Larkfield) -> None:
    ticket = opened(account, tags=["vip"])
    assert account.call("PUT", f"tickets/{ticket}", json={"ticket": {"tags": None}}).json()["ticket"]["tags"] == []
    assert account.call("PUT", f"tickets/{ticket}/tags", json={"tags": None}).json()["tags"] == []


CONDITION, ACTION = {"field": "status", "operator": "is", "value": "new"}, {"field": "priority", "value": "high"}


@pytest.mark.parametrize("part", ["conditions", "all", "actions", "condition", "field", "operator", "value", "action"])
def test_no_trigger_breaks_the_account_when_it_is_made_or_when_it_runs(account: Larkfield, part: str) -> None:
    for value in ODD:
        asked: dict[str, Any] = {"title": "odd", "conditions": {"all": [CONDITION]}, "actions": [ACTION]}
        match part:
            case "conditions" | "actions":
                asked[part] = value
            case "all":
                asked["conditions"] = {"all": value}
            case "condition":
                asked["conditions"] = {"all": [value]}
            case "action":
                asked["actions"] = [{"field": name, "value": value} for name in ("notification_webhook", "set_tags")]
            case _:
                tagged = {"field": "current_tags", "value": value}
                asked["conditions"] = {"all": [CONDITION | {part: value}], "any": [tagged]}
        assert account.call("POST", "triggers", json={"trigger": asked}).status_code in (201, 422), value
    assert opened(account) > 0


def test_webhooks_come_in_pages_though_nobody_asked_for_any(account: Larkfield) -> None:
    bot = account.state.users.get(account.ids["bot"])
    asked = {
        "endpoint": "https://handrail.example/t",
        "http_method": "POST",
        "request_format": "json",
        "status": "active",
    }
    before = len(account.state.webhooks)
    for number in range(61):
        add_webhook(account.state, asked | {"name": f"hook {number}", "status": "active"}, bot)
    first = account.get("webhooks").json()
    assert len(first["webhooks"]) == 25
    assert first["meta"]["has_more"] is True
    assert first["links"]["next"]
    assert len(list(account.zenpy.webhooks.list())) == before + 61
