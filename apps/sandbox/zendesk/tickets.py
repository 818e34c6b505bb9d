"""Tickets: how they are created and changed, whoever does it, and the endpoints that do it."""

import hashlib
import json
from collections.abc import Mapping
from copy import deepcopy
from datetime import timedelta
from typing import Any

from apps.sandbox.zendesk.answers import Answer, Record, RefusedError, conflict, invalid, not_found
from apps.sandbox.zendesk.calls import Call, Route, answer_page, id_of, sideload
from apps.sandbox.zendesk.comments import attachments_of
from apps.sandbox.zendesk.edits import API, Edit
from apps.sandbox.zendesk.events import publish_removal, publish_ticket
from apps.sandbox.zendesk.fields import CUSTOM_STATUS_IDS, DONE, PRIORITIES, STATUSES, TYPES, check_value, custom_fields
from apps.sandbox.zendesk.state import STAFF, ZendeskState, moment_of
from apps.sandbox.zendesk.triggers import run_triggers
from apps.sandbox.zendesk.users import create_or_update_user

# Job statuses: here every job is finished by the time it is answered.


def add_finished_job(state: ZendeskState, results: list[Record], kind: str = "Bulk Update Ticket") -> Record:
    """Write down a job that is done."""
    key = state.uuid().replace("-", "")
    job = {
        "id": key,
        "job_type": kind,
        "url": state.api_url(f"job_statuses/{key}.json"),
        "total": len(results),
        "progress": len(results),
        "status": "completed",
        "message": f"Completed at {state.clock.now():%Y-%m-%d %H:%M:%S} +0000",
        "results": results,
    }
    state.jobs[key] = job
    return job


def _list_jobs(call: Call) -> Answer:
    return Answer(body={"job_statuses": list(call.state.jobs.values())})


def _show_job(call: Call, job_id: str) -> Answer:
    if job_id not in call.state.jobs:
        raise not_found()
    return Answer(body={"job_status": call.state.jobs[job_id]})


# How tickets are created and changed, whoever does it: the API, an agent, a mail from a customer.

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
    if asked.get("safe_update") and _is_outdated(ticket, asked.get("updated_stamp")):
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


def _is_outdated(ticket: Record, seen: Any) -> bool:
    try:
        return moment_of(str(seen)) < moment_of(ticket["updated_at"])
    except ValueError:
        return True


def _change(edit: Edit, asked: Mapping[str, Any]) -> None:
    comment = _comment(asked)
    if comment:
        author = _author(edit.state, comment, edit.actor)
        files = attachments_of(edit.state, comment.get("uploads"))
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
    """Tags as Zendesk keeps them: lower case, split at spaces and commas. Null is none."""
    joined = " ".join(str(tag) for tag in tags if tag is not None) if isinstance(tags, list | set) else str(tags or "")
    return set(joined.lower().replace(",", " ").split())


def _fill_custom(edit: Edit, given: list[Record]) -> None:
    known = {field["id"]: field for field in custom_fields(edit.state)}
    for entry in given if isinstance(given, list) else []:
        field = known.get(id_of(entry.get("id"))) if isinstance(entry, dict) else None
        if field:  # An unknown id is dropped without a word, as Zendesk does.
            edit.set_custom(field, check_value(field, entry.get("value")))


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
    if comment and not isinstance(comment, dict):
        raise invalid("comment", "Comment: is not valid")
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


# The endpoints.

KEY_KEPT_FOR = timedelta(hours=2)
LONGEST_KEY = 255
SORTABLE = {"id", "subject", "created_at", "updated_at", "status"}


def _list_tickets(call: Call) -> Answer:
    rows = call.state.tickets.listed()
    if "external_id" in call.query:
        rows = [ticket for ticket in rows if ticket["external_id"] == call.query["external_id"]]
    rows = _sort(call, rows)
    page = answer_page(call, "tickets", rows)
    return Answer(body={**page.body, **sideload(call, page.body["tickets"])}, headers=_index_budget(call))


def _index_budget(call: Call) -> Record:
    budget = call.state.limits.spend("tickets-index", 100, timedelta(minutes=1), "the ticket index")
    told = f"total={budget.total}; remaining={budget.remaining}; resets={budget.resets_in}"
    return {"zendesk-ratelimit-tickets-index": told}


def _sort(call: Call, rows: list[Record]) -> list[Record]:
    name = call.query.get("sort_by") or call.query.get("sort", "id").lstrip("-")
    downwards = call.query.get("sort_order") == "desc" or call.query.get("sort", "").startswith("-")
    if name not in SORTABLE:
        return rows
    return sorted(rows, key=lambda ticket: (ticket[name] or "", ticket["id"]), reverse=downwards)


def _post_ticket(call: Call) -> Answer:
    asked, key = call.part("ticket"), call.headers.get("Idempotency-Key", "")
    known = _find_known_ticket(call, key) if key else None
    if known is not None:
        return _answer_created(call, known, "hit")
    edit = create_ticket(call.state, asked, call.actor, dict(API))
    if key:
        call.state.idempotent[key] = (call.state.clock.now(), _fingerprint(call.body), edit.ticket["id"])
    return _answer_created(call, edit.ticket, "miss" if key else None, edit.audit())


def _answer_created(call: Call, ticket: Record, lookup: str | None, audit: Record | None = None) -> Answer:
    headers = {"Location": ticket["url"], **({"x-idempotency-lookup": lookup} if lookup else {})}
    first = audit or call.state.audits[ticket["id"]][0]
    return Answer(status=201, body={"ticket": ticket, "audit": first}, headers=headers)


def _find_known_ticket(call: Call, key: str) -> Record | None:
    """The ticket this key made before; 400 when it was for another body."""
    if len(key) > LONGEST_KEY:
        raise RefusedError(400, _idempotency_error(f"The key is longer than {LONGEST_KEY} characters"))
    used_at, fingerprint, ticket_id = call.state.idempotent.get(key, (None, "", 0))
    if used_at is None or call.state.clock.now() - used_at > KEY_KEPT_FOR:
        return None
    if fingerprint != _fingerprint(call.body):
        raise RefusedError(400, _idempotency_error("The key was used before with other parameters"))
    return call.state.tickets.find(ticket_id)


def _idempotency_error(description: str) -> Record:
    return {"error": "IdempotentRequestError", "description": description}


def _fingerprint(body: Record) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def _show_ticket(call: Call, ticket_id: int) -> Answer:
    ticket = call.state.tickets.get(ticket_id)
    return Answer(body={"ticket": ticket, **sideload(call, [ticket])})


def _show_many(call: Call) -> Answer:
    wanted = [int(part) for part in call.query.get("ids", "").split(",") if part.strip().isdigit()]
    found = [ticket for key in wanted if (ticket := call.state.tickets.find(key))]
    return answer_page(call, "tickets", found)


def _put_ticket(call: Call, ticket_id: int) -> Answer:
    ticket = call.state.tickets.get(ticket_id)
    call.state.limits.spend_ticket_update(ticket_id, call.actor)
    edit = update_ticket(call.state, ticket, call.part("ticket"), call.actor, dict(API))
    return Answer(body={"ticket": ticket, "audit": edit.audit()})


def _update_many(call: Call) -> Answer:
    """One change to many tickets, or many changes; carried out at once, told as a finished job."""
    if "ids" in call.query:
        keys = [int(part) for part in call.query["ids"].split(",") if part.strip().isdigit()]
        changes = [{**call.part("ticket"), "id": key} for key in keys]
    else:
        changes = list(call.body.get("tickets") or [])
    return Answer(body={"job_status": add_finished_job(call.state, [_one(call, each) for each in changes])})


def _one(call: Call, change: Record) -> Record:
    key = id_of(change.get("id"))
    try:
        update_ticket(call.state, call.state.tickets.get(key), change, call.actor, dict(API))
    except RefusedError as refusal:
        error = refusal.answer.body.get("error", "")
        return {"id": key, "action": "update", "success": False, "error": error, "details": str(refusal)}
    return {"id": key, "action": "update", "success": True, "status": "Updated"}


def _create_many(call: Call) -> Answer:
    asked = [{**each, "id": None} for each in call.body.get("tickets") or []]
    made = [
        {"index": index, "id": create_ticket(call.state, each, call.actor, dict(API)).ticket["id"]}
        for index, each in enumerate(asked)
    ]
    return Answer(body={"job_status": add_finished_job(call.state, made)})


def _delete_ticket(call: Call, ticket_id: int) -> Answer:
    ticket = call.state.tickets.remove(ticket_id)
    publish_removal(call.state, ticket, call.actor)
    return Answer(status=204)


def _delete_for_good(call: Call, ticket_id: int) -> Answer:
    """Only what was deleted before. No contract describes this route: it is as the SDK and public clients call it."""
    if ticket_id in call.state.tickets.rows or ticket_id not in call.state.audits:
        raise not_found()
    for comment in call.state.comments.pop(ticket_id, []):
        for file in comment.get("attachments") or ():
            call.state.files.pop(str(file["content_url"]).rpartition("/")[2], None)
    del call.state.audits[ticket_id]
    return Answer(body={"job_status": add_finished_job(call.state, [{"id": ticket_id, "action": "delete"}])})


def _tags(call: Call, ticket_id: int) -> Answer:
    return answer_page(call, "tags", call.state.tickets.get(ticket_id)["tags"])


def _change_tags(call: Call, ticket_id: int, change: str) -> Answer:
    ticket = call.state.tickets.get(ticket_id)
    call.state.limits.spend_ticket_update(ticket_id, call.actor)
    asked = {change: call.body.get("tags") or [], **_safety(call)}
    edit = update_ticket(call.state, ticket, asked, call.actor, dict(API))
    return Answer(status=201 if change == "tags" else 200, body={"tags": edit.ticket["tags"]})


def _safety(call: Call) -> Record:
    return {name: call.body[name] for name in ("safe_update", "updated_stamp") if name in call.body}


def _set_tags(call: Call, ticket_id: int) -> Answer:
    return _change_tags(call, ticket_id, "tags")


def _add_tags(call: Call, ticket_id: int) -> Answer:
    return _change_tags(call, ticket_id, "additional_tags")


def _remove_tags(call: Call, ticket_id: int) -> Answer:
    return _change_tags(call, ticket_id, "remove_tags")


def _list_requested(call: Call, user_id: int) -> Answer:
    call.state.users.get(user_id)
    rows = [ticket for ticket in call.state.tickets.listed() if ticket["requester_id"] == user_id]
    return answer_page(call, "tickets", _sort(call, rows))


def _list_assigned(call: Call, user_id: int) -> Answer:
    call.state.users.get(user_id)
    rows = [ticket for ticket in call.state.tickets.listed() if ticket["assignee_id"] == user_id]
    return answer_page(call, "tickets", _sort(call, rows))


def _of_organization(call: Call, organization_id: int) -> Answer:
    call.state.organizations.get(organization_id)
    rows = [each for each in call.state.tickets.listed() if each["organization_id"] == organization_id]
    return answer_page(call, "tickets", _sort(call, rows))


def _show_related(call: Call, ticket_id: int) -> Answer:
    if call.state.tickets.find(ticket_id) is None:
        raise not_found()
    return Answer(body={"ticket_related": {"url": None, "topic_id": None, "followup_source_ids": []}})


ROUTES = (
    Route("GET", "/api/v2/job_statuses", _list_jobs),
    Route("GET", "/api/v2/job_statuses/<job_id>", _show_job),
    Route("GET", "/api/v2/tickets", _list_tickets),
    Route("POST", "/api/v2/tickets", _post_ticket),
    Route("GET", "/api/v2/tickets/show_many", _show_many),
    Route("PUT", "/api/v2/tickets/update_many", _update_many),
    Route("POST", "/api/v2/tickets/create_many", _create_many),
    Route("GET", "/api/v2/tickets/<int:ticket_id>", _show_ticket),
    Route("PUT", "/api/v2/tickets/<int:ticket_id>", _put_ticket),
    Route("DELETE", "/api/v2/tickets/<int:ticket_id>", _delete_ticket),
    Route("DELETE", "/api/v2/deleted_tickets/<int:ticket_id>", _delete_for_good),
    Route("GET", "/api/v2/tickets/<int:ticket_id>/related", _show_related),
    Route("GET", "/api/v2/tickets/<int:ticket_id>/tags", _tags),
    Route("POST", "/api/v2/tickets/<int:ticket_id>/tags", _set_tags),
    Route("PUT", "/api/v2/tickets/<int:ticket_id>/tags", _add_tags),
    Route("DELETE", "/api/v2/tickets/<int:ticket_id>/tags", _remove_tags),
    Route("GET", "/api/v2/users/<int:user_id>/tickets/requested", _list_requested),
    Route("GET", "/api/v2/users/<int:user_id>/tickets/assigned", _list_assigned),
    Route("GET", "/api/v2/organizations/<int:organization_id>/tickets", _of_organization),
)
