"""Tickets over HTTP."""

import hashlib
import json
from datetime import timedelta

from apps.sandbox.zendesk.answers import Answer, Call, Record, RefusedError, Route, not_found
from apps.sandbox.zendesk.edits import API
from apps.sandbox.zendesk.events import publish_removal
from apps.sandbox.zendesk.jobs import finished_job
from apps.sandbox.zendesk.paging import paged
from apps.sandbox.zendesk.sideloads import sideloaded
from apps.sandbox.zendesk.writing import create_ticket, update_ticket

KEY_KEPT_FOR = timedelta(hours=2)
LONGEST_KEY = 255
SORTABLE = {"id", "subject", "created_at", "updated_at", "status"}


def _list(call: Call) -> Answer:
    rows = call.state.tickets.listed()
    if "external_id" in call.query:
        rows = [ticket for ticket in rows if ticket["external_id"] == call.query["external_id"]]
    rows = _sorted(call, rows)
    page = paged(call, "tickets", rows)
    return Answer(body={**page.body, **sideloaded(call, page.body["tickets"])}, headers=_index_budget(call))


def _index_budget(call: Call) -> Record:
    budget = call.state.limits.spend("tickets-index", 100, timedelta(minutes=1), "the ticket index")
    told = f"total={budget.total}; remaining={budget.remaining}; resets={budget.resets_in}"
    return {"zendesk-ratelimit-tickets-index": told}


def _sorted(call: Call, rows: list[Record]) -> list[Record]:
    name = call.query.get("sort_by") or call.query.get("sort", "id").lstrip("-")
    downwards = call.query.get("sort_order") == "desc" or call.query.get("sort", "").startswith("-")
    if name not in SORTABLE:
        return rows
    return sorted(rows, key=lambda ticket: (ticket[name] or "", ticket["id"]), reverse=downwards)


def _create(call: Call) -> Answer:
    asked, key = call.part("ticket"), call.headers.get("Idempotency-Key", "")
    known = _known_ticket(call, key) if key else None
    if known is not None:
        return _created(call, known, "hit")
    edit = create_ticket(call.state, asked, call.actor, dict(API))
    if key:
        call.state.idempotent[key] = (call.state.clock.now(), _fingerprint(call.body), edit.ticket["id"])
    return _created(call, edit.ticket, "miss" if key else None, edit.audit())


def _created(call: Call, ticket: Record, lookup: str | None, audit: Record | None = None) -> Answer:
    headers = {"Location": ticket["url"], **({"x-idempotency-lookup": lookup} if lookup else {})}
    first = audit or call.state.audits[ticket["id"]][0]
    return Answer(status=201, body={"ticket": ticket, "audit": first}, headers=headers)


def _known_ticket(call: Call, key: str) -> Record | None:
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


def _show(call: Call, ticket_id: int) -> Answer:
    ticket = call.state.tickets.get(ticket_id)
    return Answer(body={"ticket": ticket, **sideloaded(call, [ticket])})


def _show_many(call: Call) -> Answer:
    wanted = [int(part) for part in call.query.get("ids", "").split(",") if part.strip().isdigit()]
    found = [ticket for key in wanted if (ticket := call.state.tickets.find(key))]
    return paged(call, "tickets", found)


def _update(call: Call, ticket_id: int) -> Answer:
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
    return Answer(body={"job_status": finished_job(call.state, [_one(call, each) for each in changes])})


def _one(call: Call, change: Record) -> Record:
    key = int(change.get("id", 0))
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
    return Answer(body={"job_status": finished_job(call.state, made)})


def _delete(call: Call, ticket_id: int) -> Answer:
    ticket = call.state.tickets.remove(ticket_id)
    publish_removal(call.state, ticket, call.actor)
    return Answer(status=204)


def _tags(call: Call, ticket_id: int) -> Answer:
    return paged(call, "tags", call.state.tickets.get(ticket_id)["tags"])


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


def _requested(call: Call, user_id: int) -> Answer:
    call.state.users.get(user_id)
    rows = [ticket for ticket in call.state.tickets.listed() if ticket["requester_id"] == user_id]
    return paged(call, "tickets", _sorted(call, rows))


def _assigned(call: Call, user_id: int) -> Answer:
    call.state.users.get(user_id)
    rows = [ticket for ticket in call.state.tickets.listed() if ticket["assignee_id"] == user_id]
    return paged(call, "tickets", _sorted(call, rows))


def _of_organization(call: Call, organization_id: int) -> Answer:
    call.state.organizations.get(organization_id)
    rows = [each for each in call.state.tickets.listed() if each["organization_id"] == organization_id]
    return paged(call, "tickets", _sorted(call, rows))


def _related(call: Call, ticket_id: int) -> Answer:
    if call.state.tickets.find(ticket_id) is None:
        raise not_found()
    return Answer(body={"ticket_related": {"url": None, "topic_id": None, "followup_source_ids": []}})


ROUTES = (
    Route("GET", "/api/v2/tickets", _list),
    Route("POST", "/api/v2/tickets", _create),
    Route("GET", "/api/v2/tickets/show_many", _show_many),
    Route("PUT", "/api/v2/tickets/update_many", _update_many),
    Route("POST", "/api/v2/tickets/create_many", _create_many),
    Route("GET", "/api/v2/tickets/<int:ticket_id>", _show),
    Route("PUT", "/api/v2/tickets/<int:ticket_id>", _update),
    Route("DELETE", "/api/v2/tickets/<int:ticket_id>", _delete),
    Route("GET", "/api/v2/tickets/<int:ticket_id>/related", _related),
    Route("GET", "/api/v2/tickets/<int:ticket_id>/tags", _tags),
    Route("POST", "/api/v2/tickets/<int:ticket_id>/tags", _set_tags),
    Route("PUT", "/api/v2/tickets/<int:ticket_id>/tags", _add_tags),
    Route("DELETE", "/api/v2/tickets/<int:ticket_id>/tags", _remove_tags),
    Route("GET", "/api/v2/users/<int:user_id>/tickets/requested", _requested),
    Route("GET", "/api/v2/users/<int:user_id>/tickets/assigned", _assigned),
    Route("GET", "/api/v2/organizations/<int:organization_id>/tickets", _of_organization),
)
