"""The `{{…}}` placeholders of triggers; as in Zendesk, what they hold is not escaped."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from apps.sandbox.zendesk.answers import Record

if TYPE_CHECKING:
    from apps.sandbox.zendesk.edits import Edit

PLACEHOLDER = re.compile(r"\{\{\s*([\w.]+)\s*\}\}")
CUSTOM_FIELD = re.compile(r"^ticket\.ticket_field_(\d+)$")

VIA_NAMES = {"api": "Web service", "email": "Mail", "web": "Web form", "sms": "Text"}


def fill(template: str, edit: "Edit") -> str:
    """The template with its placeholders filled; an unknown one becomes empty."""
    return PLACEHOLDER.sub(lambda found: _value(found[1], edit), template)


def _value(name: str, edit: "Edit") -> str:
    custom = CUSTOM_FIELD.match(name)
    if custom:
        entries = edit.ticket["custom_fields"]
        value = next((each["value"] for each in entries if each["id"] == int(custom[1])), None)
    else:
        value = VALUES[name](edit) if name in VALUES else None
    return "" if value is None else str(value)


def _user(edit: "Edit", part: str) -> Record:
    return edit.state.users.find(edit.ticket[part]) or {}


def _group(edit: "Edit") -> Record:
    return edit.state.groups.find(edit.ticket["group_id"]) or {}


def _latest(edit: "Edit", public: bool | None = None) -> str:
    entries = edit.state.comments[edit.ticket["id"]]
    fitting = [each for each in entries if public is None or each["public"] == public]
    return str(fitting[-1]["plain_body"]) if fitting else ""


def _current_user(edit: "Edit") -> Record:
    return edit.state.users.find(edit.comment["author_id"] if edit.comment else None) or edit.actor


VALUES: dict[str, Callable[["Edit"], object]] = {
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
