"""Ticket fields, user fields, brands and the other settings that a client reads before it works."""

from typing import Any

from apps.sandbox.zendesk.answers import Answer, Record, invalid
from apps.sandbox.zendesk.calls import Call, Route, answer_page, list_all, show_one
from apps.sandbox.zendesk.state import ZendeskState

# The words a ticket may carry, and the custom statuses behind them.

STATUSES = ("new", "open", "pending", "hold", "solved", "closed")
PRIORITIES = ("low", "normal", "high", "urgent")
TYPES = ("problem", "incident", "question", "task")
DONE = frozenset({"solved", "closed"})
CUSTOM_STATUS_IDS = {category: 6_600_001 + place for place, category in enumerate(STATUSES[:5])}
LABELS = {"new": "New", "open": "Open", "pending": "Pending", "hold": "On-hold", "solved": "Solved"}
EPOCH = "2024-01-08T09:00:00Z"


def custom_status_id(status: str) -> int:
    """A closed ticket keeps the id of solved."""
    return CUSTOM_STATUS_IDS.get(status, CUSTOM_STATUS_IDS["solved"])


def custom_statuses() -> list[Record]:
    return [_custom_status(category) for category in CUSTOM_STATUS_IDS]


def _custom_status(category: str) -> Record:
    label = LABELS[category]
    return {
        "id": CUSTOM_STATUS_IDS[category],
        "status_category": category,
        "agent_label": label,
        "raw_agent_label": label,
        "end_user_label": label,
        "raw_end_user_label": label,
        "description": f"Ticket is {label.lower()}",
        "raw_description": f"Ticket is {label.lower()}",
        "end_user_description": "",
        "raw_end_user_description": "",
        "active": True,
        "default": True,
        "created_at": EPOCH,
        "updated_at": EPOCH,
    }


# Fields, brands, forms and settings.

SYSTEM_FIELDS = ("subject", "description", "status", "tickettype", "priority", "group", "assignee")
OPTION_TYPES = frozenset({"tagger", "multiselect"})
CUSTOM_TYPES = OPTION_TYPES | {"checkbox", "date", "decimal", "integer", "regexp", "text", "textarea", "lookup"}


def custom_fields(state: ZendeskState) -> list[Record]:
    """The fields an admin added, in the order they were added."""
    return [field for field in state.ticket_fields.rows.values() if field["type"] in CUSTOM_TYPES]


def option_tags(field: Record) -> list[str]:
    return [option["value"] for option in field.get("custom_field_options", [])]


def check_value(field: Record, value: Any) -> Any:
    """The value, when the field can hold it; 422 otherwise."""
    if value in (None, ""):
        return None
    if field["type"] == "tagger" and value not in option_tags(field):
        raise invalid("base", f"{field['title']}: {value} is not a valid option")
    if field["type"] == "checkbox" and not isinstance(value, bool):
        raise invalid("base", f"{field['title']}: must be true or false")
    return value


def add_ticket_field(state: ZendeskState, asked: Record) -> Record:
    """Keep a new ticket field; 422 without a title or with an unknown type."""
    title = str(asked.get("title") or "").strip()
    if not title:
        raise invalid("title", "Title: cannot be blank", "BlankValue")
    if asked.get("type", "text") not in CUSTOM_TYPES | set(SYSTEM_FIELDS):
        raise invalid("type", f"Type: {asked.get('type')} is not a valid type")
    now, key = state.now(), state.new_id("ticket_field")
    options = [_option(state, option) for option in asked.get("custom_field_options", [])]
    return state.ticket_fields.put(
        {
            "id": key,
            "url": state.api_url(f"ticket_fields/{key}.json"),
            "type": asked.get("type", "text"),
            "title": title,
            "raw_title": title,
            "title_in_portal": asked.get("title_in_portal", title),
            "raw_title_in_portal": asked.get("title_in_portal", title),
            "description": asked.get("description", ""),
            "raw_description": asked.get("description", ""),
            "agent_description": asked.get("agent_description", ""),
            "position": asked.get("position", len(state.ticket_fields.rows)),
            "active": asked.get("active", True),
            "required": asked.get("required", False),
            "collapsed_for_agents": False,
            "regexp_for_validation": asked.get("regexp_for_validation"),
            "visible_in_portal": asked.get("visible_in_portal", False),
            "editable_in_portal": False,
            "required_in_portal": False,
            "removable": asked.get("type", "text") in CUSTOM_TYPES,
            "agent_can_edit": True,
            "tag": asked.get("tag"),
            "created_at": now,
            "updated_at": now,
            **({"custom_field_options": options} if asked.get("type") in OPTION_TYPES else {}),
        }
    )


def add_user_field(state: ZendeskState, key: str, title: str, kind: str, options: list[str]) -> Record:
    now, number = state.now(), state.new_id("user_field")
    return state.user_fields.put(
        {
            "id": number,
            "url": state.api_url(f"user_fields/{number}.json"),
            "key": key,
            "title": title,
            "raw_title": title,
            "type": kind,
            "description": "",
            "raw_description": "",
            "position": len(state.user_fields.rows),
            "active": True,
            "system": False,
            "regexp_for_validation": None,
            "created_at": now,
            "updated_at": now,
            "custom_field_options": [_option(state, {"name": name, "value": name}) for name in options],
        }
    )


def _option(state: ZendeskState, asked: Record) -> Record:
    return {
        "id": state.new_id("option"),
        "name": asked["name"],
        "raw_name": asked["name"],
        "value": asked["value"],
    }


def _create_ticket_field(call: Call) -> Answer:
    field = add_ticket_field(call.state, call.part("ticket_field"))
    for ticket in call.state.tickets.rows.values():
        ticket["custom_fields"].append({"id": field["id"], "value": None})
    return Answer(status=201, body={"ticket_field": field}, headers={"Location": field["url"]})


def _update_ticket_field(call: Call, field_id: int) -> Answer:
    field, asked = call.state.ticket_fields.get(field_id), call.part("ticket_field")
    known = {name: value for name, value in asked.items() if name in field and name not in ("id", "url", "type")}
    if "custom_field_options" in known:
        known["custom_field_options"] = [_option(call.state, option) for option in asked["custom_field_options"]]
    field.update(known, updated_at=call.state.now())
    return Answer(body={"ticket_field": call.state.ticket_fields.put(field)})


def _list_forms(call: Call) -> Answer:
    now = call.state.now()
    form: Record = {
        "id": 5_500_001,
        "name": "Default Ticket Form",
        "raw_name": "Default Ticket Form",
        "display_name": "Default Ticket Form",
        "raw_display_name": "Default Ticket Form",
        "url": call.state.api_url("ticket_forms/5500001.json"),
        "position": 1,
        "active": True,
        "default": True,
        "end_user_visible": True,
        "in_all_brands": True,
        "restricted_brand_ids": [],
        "ticket_field_ids": [field["id"] for field in call.state.ticket_fields.listed()],
        "agent_conditions": [],
        "end_user_conditions": [],
        "created_at": now,
        "updated_at": now,
    }
    return answer_page(call, "ticket_forms", [form])


def _list_custom_statuses(call: Call) -> Answer:
    return Answer(body={"custom_statuses": custom_statuses()})


def _show_settings(call: Call) -> Answer:
    brand = next(iter(call.state.brands.rows), 0)
    settings: Record = {
        "active_features": {"customer_satisfaction": True, "ticket_tagging": True, "user_tagging": True},
        "agents": {"agent_workspace": True, "focus_mode": False},
        "api": {"accepted_api_agreement": True, "api_token_access": "true"},
        "apps": {"use": True, "create_private": True, "create_public": False},
        "brands": {"default_brand_id": brand},
        "limits": {"attachment_size": 52_428_800},
        "tickets": {"comments_public_by_default": True, "tagging": True, "agent_collision": True},
        "user": {"tagging": True, "time_zone_selection": True, "language_selection": True},
    }
    return Answer(body={"settings": settings})


ROUTES = (
    Route("GET", "/api/v2/ticket_fields", list_all("ticket_fields")),
    Route("POST", "/api/v2/ticket_fields", _create_ticket_field),
    Route("GET", "/api/v2/ticket_fields/<int:field_id>", show_one("ticket_fields", "ticket_field")),
    Route("PUT", "/api/v2/ticket_fields/<int:field_id>", _update_ticket_field),
    Route("GET", "/api/v2/user_fields", list_all("user_fields")),
    Route("GET", "/api/v2/brands", list_all("brands")),
    Route("GET", "/api/v2/brands/<int:brand_id>", show_one("brands", "brand")),
    Route("GET", "/api/v2/ticket_forms", _list_forms),
    Route("GET", "/api/v2/custom_statuses", _list_custom_statuses),
    Route("GET", "/api/v2/account/settings", _show_settings),
)
