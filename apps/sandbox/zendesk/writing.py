"""How tickets are created and changed, whoever does it: the API, an agent, a mail from a customer."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from apps.sandbox.zendesk.access import STAFF
from apps.sandbox.zendesk.answers import Record, RefusedError, conflict, invalid
from apps.sandbox.zendesk.edits import Edit
from apps.sandbox.zendesk.events import publish_ticket
from apps.sandbox.zendesk.fields import checked_value, custom_fields
from apps.sandbox.zendesk.people import create_or_update_user
from apps.sandbox.zendesk.rules import run_triggers
from apps.sandbox.zendesk.state import ZendeskState, moment_of
from apps.sandbox.zendesk.statuses import CUSTOM_STATUS_IDS, DONE, PRIORITIES, STATUSES, TYPES
from apps.sandbox.zendesk.uploads import shown_in_comment

WORDS = {"status": STATUSES, "priority": (*PRIORITIES, None), "type": (*TYPES, None)}
REFERENCES = {"group_id": "groups", "organization_id": "organizations", "brand_id": "brands"}
PLAIN = ("subject", "external_id", "due_at", "problem_id", "recipient", "ticket_form_id")

# What Zendesk shows of a ticket before anybody said anything about it.
UNTOUCHED: Record = {
    "external_id": None,
    "type": None,
    "subject": None,
    "raw_subject": None,
    "description": "",
    "priority": None,
    "status": "new",
    "custom_status_id": CUSTOM_STATUS_IDS["new"],
    "recipient": None,
    "assignee_id": None,
    "group_id": None,
    "collaborator_ids": [],
    "follower_ids": [],
    "email_cc_ids": [],
    "followup_ids": [],
    "sharing_agreement_ids": [],
    "forum_topic_id": None,
    "problem_id": None,
    "has_incidents": False,
    "is_public": True,
    "due_at": None,
    "tags": [],
    "satisfaction_rating": {"score": "unoffered"},
    "ticket_form_id": 5_500_001,
    "allow_channelback": False,
    "allow_attachments": True,
    "from_messaging_channel": False,
}


def create_ticket(state: ZendeskState, asked: Mapping[str, Any], actor: Record, via: Record) -> Edit:
    """A new ticket with its first comment; 422 when something does not hold."""
    comment = _comment(asked) or {"body": asked.get("description") or ""}
    requester = _requester(state, asked, actor)
    submitter = _user(state, asked.get("submitter_id") or actor["id"], "submitter")
    ticket = _blank(state, requester, submitter, via, asked.get("id"))
    edit = Edit(state, ticket, actor, via, True, asked.get("metadata"))
    # The submitter always becomes the author of the first comment.
    author = _author(state, comment, submitter)
    edit.add_comment(author, comment.get("body") or "", comment.get("public", True), comment.get("html_body"))
    _apply(edit, {"tags": [], **asked})
    edit.ticket["description"] = edit.comment["plain_body"] if edit.comment else ""
    edit.ticket["is_public"] = bool(edit.comment and edit.comment["public"])
    return _keep(edit)


def update_ticket(state: ZendeskState, ticket: Record, asked: Mapping[str, Any], actor: Record, via: Record) -> Edit:
    """Change a ticket; 409 when a safe update is out of date, 422 when something does not hold."""
    if asked.get("safe_update") and _outdated(ticket, asked.get("updated_stamp")):
        raise conflict()
    if ticket["status"] == "closed":
        raise invalid("status", "Status: closed prevents ticket update")
    edit = Edit(state, ticket, actor, via, False, asked.get("metadata"))
    try:
        _change(edit, asked)
    except RefusedError:
        # A refused update leaves nothing behind.
        ticket.clear()
        ticket.update(edit.before)
        raise
    return _keep(edit)


def _outdated(ticket: Record, seen: Any) -> bool:
    try:
        return moment_of(str(seen)) < moment_of(ticket["updated_at"])
    except ValueError:
        return True


def _change(edit: Edit, asked: Mapping[str, Any]) -> None:
    comment = _comment(asked)
    if comment:
        author = _author(edit.state, comment, edit.actor)
        files = shown_in_comment(edit.state, comment.get("uploads"))
        edit.add_comment(
            author, comment.get("body") or "", comment.get("public", True), comment.get("html_body"), files
        )
    _apply(edit, asked)


def _apply(edit: Edit, asked: Mapping[str, Any]) -> None:
    for name in PLAIN:
        if name in asked:
            edit.set(name, asked[name])
    for name, words in WORDS.items():
        if name in asked:
            if asked[name] not in words:
                raise invalid(name, f"{name.capitalize()}: {asked[name]} is not a valid {name}")
            edit.set(name, asked[name])
    _refer(edit, asked)
    _tag(edit, asked)
    _fill_custom(edit, asked.get("custom_fields") or asked.get("fields") or [])
    _settle_status(edit, asked)


def _refer(edit: Edit, asked: Mapping[str, Any]) -> None:
    for name, table in REFERENCES.items():
        if name in asked:
            if asked[name] is not None and getattr(edit.state, table).find(asked[name]) is None:
                raise invalid(name, f"{name}: {asked[name]} does not exist", "RecordNotFound")
            edit.set(name, asked[name])
    if "requester_id" in asked and not edit.created:
        edit.set("requester_id", _user(edit.state, asked["requester_id"], "requester")["id"])
    if "assignee_id" in asked:
        _assign(edit, asked["assignee_id"])


def _assign(edit: Edit, assignee_id: int | None) -> None:
    if assignee_id is None:
        return edit.set("assignee_id", None)
    assignee = _user(edit.state, assignee_id, "assignee")
    if assignee["role"] not in STAFF:
        raise invalid("assignee", "Assignee: is not an agent")
    edit.set("assignee_id", assignee["id"])
    if edit.ticket["group_id"] is None:
        edit.set("group_id", assignee["default_group_id"])
    return None


def _tag(edit: Edit, asked: Mapping[str, Any]) -> None:
    tags = words_of(asked["tags"]) if "tags" in asked else set(edit.ticket["tags"])
    tags |= words_of(asked.get("additional_tags") or [])
    edit.set_tags(tags - words_of(asked.get("remove_tags") or []))


def words_of(tags: Any) -> set[str]:
    """Tags as Zendesk keeps them: lower case, split at spaces and commas."""
    joined = tags if isinstance(tags, str) else " ".join(str(tag) for tag in tags)
    return set(joined.lower().replace(",", " ").split())


def _fill_custom(edit: Edit, given: list[Record]) -> None:
    known = {field["id"]: field for field in custom_fields(edit.state)}
    for entry in given:
        field = known.get(int(entry["id"]))
        if field:  # An unknown id is dropped without a word, as Zendesk does.
            edit.set_custom(field, checked_value(field, entry.get("value")))


def _settle_status(edit: Edit, asked: Mapping[str, Any]) -> None:
    ticket = edit.ticket
    if ticket["status"] == "new" and ticket["assignee_id"] and asked.get("status") != "new":
        edit.set("status", "open")
    if ticket["status"] in DONE and ticket["assignee_id"] is None and edit.actor["role"] in STAFF:
        _assign(edit, edit.actor["id"])


def _comment(asked: Mapping[str, Any]) -> Record | None:
    comment = asked.get("comment")
    if isinstance(comment, str):
        return {"body": comment}
    return dict(comment) if comment else None


def _author(state: ZendeskState, comment: Record, otherwise: Record) -> Record:
    given = comment.get("author_id")
    return otherwise if given is None else _user(state, given, "author")


def _user(state: ZendeskState, user_id: Any, part: str) -> Record:
    user = state.users.find(user_id)
    if user is None:
        raise invalid(part, f"{part.capitalize()}: user {user_id} does not exist", "RecordNotFound")
    return user


def _requester(state: ZendeskState, asked: Mapping[str, Any], actor: Record) -> Record:
    if asked.get("requester_id"):
        return _user(state, asked["requester_id"], "requester")
    requester = asked.get("requester")
    if isinstance(requester, dict) and requester.get("email"):
        return create_or_update_user(state, requester, actor)[0]
    return actor


def _blank(state: ZendeskState, requester: Record, submitter: Record, via: Record, key: int | None) -> Record:
    now, key = state.now(), state.new_id("ticket", key)
    custom = [{"id": field["id"], "value": None} for field in custom_fields(state)]
    return {
        "id": key,
        "url": state.api_url(f"tickets/{key}.json"),
        "via": via,
        "created_at": now,
        "updated_at": now,
        "generated_timestamp": int(state.clock.now().timestamp()),
        **deepcopy(UNTOUCHED),
        "requester_id": requester["id"],
        "submitter_id": submitter["id"],
        "organization_id": requester["organization_id"],
        "custom_fields": custom,
        "fields": custom,
        "brand_id": next(iter(state.brands.rows), None),
    }


def _keep(edit: Edit) -> Edit:
    """Store the edit: stamp the ticket, run the triggers, write the audit, tell the webhooks."""
    state, ticket = edit.state, edit.ticket
    if not edit.changed:
        return edit
    moment = state.clock.now()
    ticket["updated_at"], ticket["generated_timestamp"] = state.now(), int(moment.timestamp())
    ticket["raw_subject"] = ticket["subject"]
    if edit.comment:
        entry = {**edit.comment, "created_at": ticket["updated_at"], "via": edit.via, "metadata": {}}
        state.comments[ticket["id"]].append(entry)
    calls = run_triggers(edit)
    state.audits[ticket["id"]].append(edit.audit())
    state.tickets.put(ticket)
    publish_ticket(edit)
    for deliver in calls:
        deliver()
    return edit
