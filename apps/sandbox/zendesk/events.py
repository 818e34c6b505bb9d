"""The payloads of event subscriptions: ids as strings, enums in upper case, absent ids as Zendesk shows them."""

from collections.abc import Iterator
from typing import Any

from apps.sandbox.zendesk.answers import Record
from apps.sandbox.zendesk.edits import Edit
from apps.sandbox.zendesk.state import ZendeskState
from apps.sandbox.zendesk.webhooks import post_event

VERSION = "2022-11-06"
# field of a ticket -> event that tells its change
FIELD_EVENTS = {
    "status": "status_changed",
    "custom_status_id": "custom_status_changed",
    "priority": "priority_changed",
    "type": "type_changed",
    "subject": "subject_changed",
    "group_id": "group_assignment_changed",
    "assignee_id": "agent_assignment_changed",
    "requester_id": "requester_changed",
    "organization_id": "organization_changed",
    "external_id": "external_id_changed",
    "brand_id": "brand_changed",
    "ticket_form_id": "form_changed",
    "problem_id": "problem_link_changed",
    "due_at": "task_due_at_changed",
}
UPPER = frozenset({"status", "priority", "type"})


def publish_ticket(edit: Edit) -> None:
    """Tell every event of one edit to the webhooks that subscribed to it."""
    sequence = edit.state.ulid()
    actor_id = edit.comment["author_id"] if edit.comment else edit.actor["id"]
    for position, (name, event) in enumerate(_ticket_events(edit), 1):
        meta = {"meta": {"sequence": {"id": sequence, "position": position}}}
        detail = ticket_detail(edit.ticket, actor_id, edit.via)
        subject = f"zen:ticket:{edit.ticket['id']}"
        post_event(edit.state, _envelope(edit.state, f"ticket.{name}", subject, detail, event | meta))


def publish_removal(state: ZendeskState, ticket: Record, actor: Record) -> None:
    detail = ticket_detail(ticket, actor["id"], ticket["via"])
    post_event(state, _envelope(state, "ticket.soft_deleted", f"zen:ticket:{ticket['id']}", detail, {}))


def publish_user(state: ZendeskState, user: Record, name: str, event: Record, actor: Record) -> None:
    detail = {
        "id": text(user["id"]),
        "created_at": user["created_at"],
        "updated_at": user["updated_at"],
        "email": user["email"] or "",
        "external_id": user["external_id"] or "",
        "organization_id": text(user["organization_id"]) or "0",
        "default_group_id": text(user["default_group_id"]) or "0",
        "role": user["role"],
    }
    event = {**event, "meta": {"actor_id": text(actor.get("id"))}} if actor else event
    post_event(state, _envelope(state, f"user.{name}", f"zen:user:{user['id']}", detail, event))


def publish_article(state: ZendeskState, article: Record, name: str, locale: str) -> None:
    """`name` is published or unpublished; ids only, the article itself is read again by who wants it."""
    section = state.sections.find(article["section_id"]) or {}
    detail = {"brand_id": text(next(iter(state.brands.rows), None)) or "0", "id": text(article["id"])}
    event = {
        "author_id": text(article["author_id"]),
        "category_id": text(section.get("category_id")) or "0",
        "locale": locale,
        "section_id": text(article["section_id"]),
        "title": article["title"],
    }
    subject = f"zen:article:{article['id']}"
    post_event(state, _envelope(state, f"article.{name}", subject, detail, event))


def ticket_detail(ticket: Record, actor_id: int, via: Record) -> Record:
    return {
        "id": text(ticket["id"]),
        "actor_id": text(actor_id),
        "assignee_id": text(ticket["assignee_id"]),
        "brand_id": text(ticket["brand_id"]) or "0",
        "created_at": ticket["created_at"],
        "custom_status": text(ticket["custom_status_id"]),
        "description": ticket["description"],
        "external_id": ticket["external_id"],
        "form_id": text(ticket["ticket_form_id"]),
        "group_id": text(ticket["group_id"]),
        "is_public": ticket["is_public"],
        "organization_id": text(ticket["organization_id"]) or "0",
        "priority": upper(ticket["priority"]),
        "requester_id": text(ticket["requester_id"]),
        "status": upper(ticket["status"]),
        "subject": ticket["subject"],
        "submitter_id": text(ticket["submitter_id"]),
        "tags": list(ticket["tags"]),
        "type": upper(ticket["type"]),
        "updated_at": ticket["updated_at"],
        "via": {"channel": "web_service" if via["channel"] == "api" else via["channel"]},
    }


def text(value: Any) -> str | None:
    return None if value is None else str(value)


def upper(value: str | None) -> str | None:
    return value.upper() if value else None


def _ticket_events(edit: Edit) -> Iterator[tuple[str, Record]]:
    if edit.created:
        yield "created", {}
        return
    if edit.comment:
        yield "comment_added", {"comment": _comment(edit)}
    for field, name in FIELD_EVENTS.items():
        current, previous = edit.ticket[field], edit.before[field]
        if current != previous:
            yield name, {"current": _value(field, current), "previous": _value(field, previous)}
    added = sorted(set(edit.ticket["tags"]) - set(edit.before["tags"]))
    removed = sorted(set(edit.before["tags"]) - set(edit.ticket["tags"]))
    if added or removed:
        yield "tags_changed", {"tags_added": added, "tags_removed": removed}
    yield from _custom_events(edit)


def _custom_events(edit: Edit) -> Iterator[tuple[str, Record]]:
    before = {entry["id"]: entry["value"] for entry in edit.before["custom_fields"]}
    for entry in edit.ticket["custom_fields"]:
        if entry["value"] != before.get(entry["id"]):
            field = edit.state.ticket_fields.get(entry["id"])
            told = {"id": str(field["id"]), "title": field["title"], "type": field["type"]}
            values = {"current": text(entry["value"]), "previous": text(before.get(entry["id"]))}
            yield "custom_field_changed", {"custom_field": told, **values}


def _comment(edit: Edit) -> Record:
    comment = edit.comment or {}
    author = edit.state.users.get(comment["author_id"])
    staff = author["role"] != "end-user"
    return {
        "id": text(comment["id"]),
        "body": comment["plain_body"],
        "is_public": comment["public"],
        "author": {"id": text(author["id"]), "is_staff": staff, "name": author["name"]},
    }


def _value(field: str, value: Any) -> str | None:
    return upper(value) if field in UPPER else text(value)


def _envelope(state: ZendeskState, kind: str, subject: str, detail: Record, event: Record) -> Record:
    return {
        "account_id": state.account.account_id,
        "id": state.uuid(),
        "time": state.clock.now().strftime("%Y-%m-%dT%H:%M:%S.%f000Z"),
        "type": f"zen:event-type:{kind}",
        "zendesk_event_version": VERSION,
        "subject": subject,
        "detail": detail,
        "event": event,
    }
