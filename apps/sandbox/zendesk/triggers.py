"""Triggers: their placeholders, their conditions and actions at work, and how they are kept over HTTP."""

import re
from collections.abc import Callable
from functools import partial
from typing import Any

from apps.sandbox.zendesk.answers import Answer, Record, invalid
from apps.sandbox.zendesk.calls import Call, Route, answer_page, show_one
from apps.sandbox.zendesk.edits import Edit
from apps.sandbox.zendesk.fields import PRIORITIES, STATUSES
from apps.sandbox.zendesk.state import STAFF, ZendeskState
from apps.sandbox.zendesk.webhooks import CONDITIONAL, post

# The `{{…}}` placeholders of triggers; as in Zendesk, what they hold is not escaped.

PLACEHOLDER = re.compile(r"\{\{\s*([\w.]+)\s*\}\}")
CUSTOM_PLACEHOLDER = re.compile(r"^ticket\.ticket_field_(\d+)$")

VIA_NAMES = {"api": "Web service", "email": "Mail", "web": "Web form", "sms": "Text"}


def fill(template: str, edit: Edit) -> str:
    """The template with its placeholders filled; an unknown one becomes empty."""
    return PLACEHOLDER.sub(lambda found: _value(found[1], edit), template)


def _value(name: str, edit: Edit) -> str:
    custom = CUSTOM_PLACEHOLDER.match(name)
    if custom:
        entries = edit.ticket["custom_fields"]
        value = next((each["value"] for each in entries if each["id"] == int(custom[1])), None)
    else:
        value = VALUES[name](edit) if name in VALUES else None
    return "" if value is None else str(value)


def _user(edit: Edit, part: str) -> Record:
    return edit.state.users.find(edit.ticket[part]) or {}


def _group(edit: Edit) -> Record:
    return edit.state.groups.find(edit.ticket["group_id"]) or {}


def _latest(edit: Edit, public: bool | None = None) -> str:
    entries = edit.state.comments[edit.ticket["id"]]
    fitting = [each for each in entries if public is None or each["public"] == public]
    return str(fitting[-1]["plain_body"]) if fitting else ""


def _current_user(edit: Edit) -> Record:
    return edit.state.users.find(edit.comment["author_id"] if edit.comment else None) or edit.actor


VALUES: dict[str, Callable[[Edit], object]] = {
    "ticket.id": lambda edit: edit.ticket["id"],
    "ticket.title": lambda edit: edit.ticket["subject"],
    "ticket.description": lambda edit: edit.ticket["description"],
    "ticket.url": lambda edit: f"{edit.state.account.public_url}/agent/tickets/{edit.ticket['id']}",
    "ticket.link": lambda edit: f"{edit.state.account.public_url}/agent/tickets/{edit.ticket['id']}",
    "ticket.external_id": lambda edit: edit.ticket["external_id"],
    "ticket.status": lambda edit: edit.ticket["status"].capitalize(),
    "ticket.priority": lambda edit: (edit.ticket["priority"] or "").capitalize(),
    "ticket.ticket_type": lambda edit: (edit.ticket["type"] or "ticket").capitalize(),
    "ticket.tags": lambda edit: " ".join(edit.ticket["tags"]),
    "ticket.via": lambda edit: VIA_NAMES.get(edit.ticket["via"]["channel"], "Web"),
    "ticket.created_at_with_timestamp": lambda edit: edit.ticket["created_at"],
    "ticket.updated_at_with_timestamp": lambda edit: edit.ticket["updated_at"],
    "ticket.latest_comment": _latest,
    "ticket.latest_public_comment": lambda edit: _latest(edit, True),
    "ticket.latest_comment.is_public": lambda edit: str(bool(edit.comment and edit.comment["public"])).lower(),
    "ticket.requester.id": lambda edit: _user(edit, "requester_id").get("id"),
    "ticket.requester.name": lambda edit: _user(edit, "requester_id").get("name"),
    "ticket.requester.first_name": lambda edit: str(_user(edit, "requester_id").get("name", "")).split(" ")[0],
    "ticket.requester.email": lambda edit: _user(edit, "requester_id").get("email"),
    "ticket.requester.phone": lambda edit: _user(edit, "requester_id").get("phone"),
    "ticket.assignee.id": lambda edit: _user(edit, "assignee_id").get("id"),
    "ticket.assignee.name": lambda edit: _user(edit, "assignee_id").get("name"),
    "ticket.assignee.email": lambda edit: _user(edit, "assignee_id").get("email"),
    "ticket.group.id": lambda edit: _group(edit).get("id"),
    "ticket.group.name": lambda edit: _group(edit).get("name"),
    "current_user.id": lambda edit: _current_user(edit).get("id"),
    "current_user.name": lambda edit: _current_user(edit).get("name"),
    "current_user.email": lambda edit: _current_user(edit).get("email"),
}


# Triggers at work: which conditions hold for an edit, and what their actions do.

CUSTOM_FIELD = re.compile(r"^custom_fields_(\d+)$")
LADDERS = {"status": STATUSES, "priority": PRIORITIES}
DIRECT = frozenset({"status", "priority", "type", "group_id", "assignee_id"})
Deliver = Callable[[], None]


def run_triggers(edit: Edit) -> list[Deliver]:
    """Fire each matching trigger once, in order, starting over after one that changed the ticket.

    Returns the webhook calls, to be made when the edit is stored.
    """
    calls: list[Deliver] = []
    waiting = sorted(edit.state.triggers.rows.values(), key=lambda trigger: trigger["position"])
    waiting = [trigger for trigger in waiting if trigger["active"]]
    while fired := next((trigger for trigger in waiting if matches(edit, trigger["conditions"])), None):
        waiting.remove(fired)
        edit.by_trigger = fired
        calls += [call for action in fired["actions"] if (call := _act(edit, action))]
        edit.by_trigger = None
    return calls


def matches(edit: Edit, conditions: Record) -> bool:
    """All of `all` hold, and one of `any` when there is one."""
    needed, enough = conditions.get("all") or [], conditions.get("any") or []
    return all(holds(edit, each) for each in needed) and (not enough or any(holds(edit, each) for each in enough))


def holds(edit: Edit, condition: Record) -> bool:
    """Whether one condition holds; an unknown field or operator never does."""
    field, operator, value = condition["field"], condition.get("operator", "is"), condition.get("value")
    if field == "update_type":
        return _compare(operator, "Create" if edit.created else "Change", str(value).capitalize())
    if field == "comment_is_public":
        return _public_comment(edit, value)
    if field == "current_tags":
        return _compare_tags(edit, operator, str(value))
    if field in ("current_user", "role"):
        return _compare(operator, _acting(edit, value), True)
    if field in ("comment_includes_word", "subject_includes_word"):
        return _hold_words(edit, field, operator, str(value))
    return _about_field(edit, field, operator, value)


def _about_field(edit: Edit, field: str, operator: str, value: Any) -> bool:
    custom = CUSTOM_FIELD.match(field)
    read = partial(_custom, int(custom[1])) if custom else partial(_plain, field)
    current, previous = read(edit.ticket), read(edit.before)
    changed = current != previous and not edit.created
    if operator == "changed":
        return changed
    if operator == "not_changed":
        return not changed
    if operator in ("value", "changed_to"):
        return current != previous and _same(current, value)
    if operator in ("value_previous", "changed_from"):
        return changed and _same(previous, value)
    if operator in ("less_than", "greater_than"):
        return _compare_ranks(field, operator, current, value)
    return _compare(operator, True, _same(current, value))


def _same(current: Any, value: Any) -> bool:
    return ("" if current is None else str(current).lower()) == ("" if value is None else str(value).lower())


def _compare(operator: str, left: Any, right: Any) -> bool:
    if operator == "is":
        return bool(left == right)
    return operator == "is_not" and bool(left != right)


def _compare_ranks(field: str, operator: str, current: Any, value: Any) -> bool:
    ladder = LADDERS.get(field, ())
    if current not in ladder or value not in ladder:
        return False
    difference = ladder.index(current) - ladder.index(value)
    return difference < 0 if operator == "less_than" else difference > 0


def _plain(field: str, ticket: Record) -> Any:
    return ticket.get(field)


def _custom(field_id: int, ticket: Record) -> Any:
    entries = ticket.get("custom_fields", [])
    return next((entry["value"] for entry in entries if entry["id"] == field_id), None)


def _public_comment(edit: Edit, value: Any) -> bool:
    if value in ("not_relevant", "requester_can_see_comment"):
        return edit.comment is not None and (value == "not_relevant" or edit.comment["public"])
    return edit.comment is not None and edit.comment["public"] == (str(value).lower() == "true")


def _compare_tags(edit: Edit, operator: str, value: str) -> bool:
    found = bool(set(value.lower().split()) & set(edit.ticket["tags"]))
    return found if operator == "includes" else operator == "not_includes" and not found


def _acting(edit: Edit, value: Any) -> bool:
    """Whether the person behind the edit is the one meant: a role, an id, the requester, the assignee."""
    actor, wanted = edit.actor, str(value).replace("_", "-")
    if edit.comment and edit.actor["role"] in STAFF:
        actor = edit.state.users.get(edit.comment["author_id"])
    if wanted in ("requester-id", "assignee-id"):
        return bool(edit.ticket[wanted.replace("-", "_")] == actor["id"])
    return wanted in (str(actor["id"]), actor["role"]) or (wanted == "agent" and actor["role"] in STAFF)


def _hold_words(edit: Edit, field: str, operator: str, value: str) -> bool:
    comment = edit.comment["plain_body"] if edit.comment else ""
    text = comment if field.startswith("comment") else edit.ticket["subject"] or ""
    words, wanted = set(re.findall(r"\w+", text.lower())), set(value.lower().split())
    found = {"includes": bool(words & wanted), "not_includes": not words & wanted}
    phrases = {"is": value.lower() in text.lower(), "is_not": value.lower() not in text.lower()}
    return (found | phrases).get(operator, False)


def _act(edit: Edit, action: Record) -> Deliver | None:
    field, value = action["field"], action["value"]
    if field == "notification_webhook":
        return _call_webhook(edit, _words(value))
    if field in ("notification_user", "notification_group"):
        return _mail(edit, field, _words(value))
    if field in ("current_tags", "set_tags", "remove_tags"):
        _retag(edit, field, str(value))
    elif custom := CUSTOM_FIELD.match(field):
        if found := edit.state.ticket_fields.find(int(custom[1])):
            edit.set_custom(found, value)
    elif field in DIRECT:
        edit.set(field, int(value) if field.endswith("_id") and str(value).isdigit() else value or None)
    return None


def _words(value: Any) -> list[Any]:
    """An action with several parts, or with one alone."""
    return value if isinstance(value, list) and value else [value]


def _retag(edit: Edit, field: str, value: str) -> None:
    tags, given = set(edit.ticket["tags"]), set(value.lower().split())
    edit.set_tags({"current_tags": tags | given, "set_tags": given, "remove_tags": tags - given}[field])


def _call_webhook(edit: Edit, value: list[str]) -> Deliver | None:
    webhook = edit.state.webhooks.get(str(value[0]))
    if not webhook or webhook["status"] != "active" or CONDITIONAL not in webhook["subscriptions"]:
        return None
    body = fill(str(value[1]) if len(value) > 1 else "", edit)
    edit.note("External", resource=webhook["id"], body=body, success=True)
    return partial(post, edit.state, webhook, body.encode())


def _mail(edit: Edit, field: str, value: list[str]) -> Deliver | None:
    """Zendesk's own mail to a person; it lands in the account's sent box, nowhere else."""
    who, subject, body = [*value, "", ""][:3]
    names = {"requester_id": "requester_id", "assignee_id": "assignee_id"}
    receiver = edit.state.users.find(edit.ticket.get(names.get(who, ""), None))
    if field == "notification_group" or receiver is None or receiver["email"] is None:
        return None
    mail = {
        "to": receiver["email"],
        "subject": fill(subject, edit),
        "body": fill(body, edit),
        "ticket_id": edit.ticket["id"],
        "at": edit.state.now(),
    }
    edit.note("Notification", subject=mail["subject"], body=mail["body"], recipients=[receiver["id"]])
    return partial(edit.state.mails.append, mail)


def add_trigger(state: ZendeskState, asked: Record) -> Record:
    """Keep a new trigger; 422 without a title, a condition or an action."""
    _check(asked)
    now, key = state.now(), state.new_id("trigger")
    position = asked.get("position") or len(state.triggers.rows) + 1
    return state.triggers.put(
        {
            "id": key,
            "url": state.api_url(f"triggers/{key}.json"),
            "title": asked["title"],
            "raw_title": asked["title"],
            "description": asked.get("description") or "",
            "active": asked.get("active", True),
            "position": position,
            "conditions": _conditions(asked),
            "actions": asked["actions"],
            "category_id": asked.get("category_id") or "1",
            "default": False,
            "created_at": now,
            "updated_at": now,
        }
    )


def _check(asked: Record) -> None:
    if not asked.get("title"):
        raise invalid("title", "Title: cannot be blank", "BlankValue")
    conditions = _conditions(asked)
    if not conditions["all"] and not conditions["any"]:
        raise invalid("base", "Conditions: must contain at least one condition", "BlankValue")
    if not asked.get("actions"):
        raise invalid("base", "Actions: must contain at least one action", "BlankValue")
    for condition in conditions["all"] + conditions["any"]:
        if not isinstance(condition, dict) or not isinstance(condition.get("field"), str):
            raise invalid("base", "Conditions: a field is missing")
    if not isinstance(asked["actions"], list):
        raise invalid("base", "Actions: must be a list")
    for action in asked["actions"]:
        if not isinstance(action, dict) or not isinstance(action.get("field"), str) or "value" not in action:
            raise invalid("base", "Actions: a field or a value is missing")


def _conditions(asked: Record) -> dict[str, list[Record]]:
    given = asked.get("conditions") or asked
    found = {name: given.get(name) or [] for name in ("all", "any")} if isinstance(given, dict) else {}
    if not found or not all(isinstance(each, list) for each in found.values()):
        raise invalid("base", "Conditions: all and any must be lists")
    return found


def _list(call: Call) -> Answer:
    rows = sorted(call.state.triggers.listed(), key=lambda each: int(each["position"]))
    if "active" in call.query:
        rows = [each for each in rows if str(each["active"]).lower() == call.query["active"]]
    return answer_page(call, "triggers", rows)


def _search(call: Call) -> Answer:
    words = call.query.get("query", "").lower()
    rows = [each for each in call.state.triggers.listed() if words in each["title"].lower()]
    return answer_page(call, "triggers", rows)


def _create(call: Call) -> Answer:
    made = add_trigger(call.state, call.part("trigger"))
    return Answer(status=201, body={"trigger": made}, headers={"Location": made["url"]})


def _update(call: Call, trigger_id: int) -> Answer:
    found, asked = call.state.triggers.get(trigger_id), call.part("trigger")
    merged = {**found, **asked}
    if "all" in asked or "any" in asked:
        merged["conditions"] = {"all": asked.get("all"), "any": asked.get("any")}
    _check(merged)
    known = {name: merged[name] for name in found if name not in ("id", "url", "created_at")}
    found.update(known, conditions=_conditions(merged), raw_title=merged["title"], updated_at=call.state.now())
    return Answer(body={"trigger": call.state.triggers.put(found)})


def _delete(call: Call, trigger_id: int) -> Answer:
    call.state.triggers.remove(trigger_id)
    return Answer(status=204)


ROUTES = (
    Route("GET", "/api/v2/triggers", _list),
    Route("POST", "/api/v2/triggers", _create),
    Route("GET", "/api/v2/triggers/active", _list),
    Route("GET", "/api/v2/triggers/search", _search),
    Route("GET", "/api/v2/triggers/<int:trigger_id>", show_one("triggers", "trigger")),
    Route("PUT", "/api/v2/triggers/<int:trigger_id>", _update),
    Route("DELETE", "/api/v2/triggers/<int:trigger_id>", _delete),
)
