"""What agents do with tickets besides answering them: merging two, side conversations, and views."""

from collections.abc import Callable

from apps.sandbox.zendesk.answers import Answer, Record, RefusedError, invalid, not_found
from apps.sandbox.zendesk.calls import Call, Route, answer_page, id_of
from apps.sandbox.zendesk.edits import API
from apps.sandbox.zendesk.tickets import add_finished_job, update_ticket

# Merging. No contract describes this route: it is as the SDK and public clients call it.


def _merge(call: Call, ticket_id: int) -> Answer:
    """The others go into this one: each is told so and closed, with a tag. Only tickets of one requester."""
    target = call.state.tickets.get(ticket_id)
    given = call.body.get("ids")
    others = [call.state.tickets.get(id_of(each)) for each in given] if isinstance(given, list) else []
    if not others or target in others:
        raise invalid("ids", "Ids: must name other tickets")
    if target["status"] == "closed" or any(each["status"] == "closed" for each in others):
        raise RefusedError(422, {"error": "Unprocessable Entity", "description": "Closed tickets cannot be merged"})
    if any(each["requester_id"] != target["requester_id"] for each in others):
        raise invalid("ids", "Ids: the tickets have different requesters")
    names = ", ".join(f'#{each["id"]} "{each["subject"]}"' for each in others)
    said = {
        "body": call.body.get("target_comment") or f"Requests {names} were closed and merged into this request.",
        "public": bool(call.body.get("target_comment_is_public", False)),
    }
    update_ticket(call.state, target, {"comment": said}, call.actor, dict(API))
    for other in others:
        closed = {
            "body": call.body.get("source_comment") or f"This request was closed and merged into request #{ticket_id}.",
            "public": bool(call.body.get("source_comment_is_public", False)),
        }
        change = {"comment": closed, "status": "closed", "additional_tags": ["closed_by_merge"]}
        update_ticket(call.state, other, change, call.actor, dict(API))
    done = [{"id": ticket_id, "action": "update", "success": True, "status": "Updated"}]
    return Answer(body={"job_status": add_finished_job(call.state, done)})


# Side conversations: with somebody else about a ticket, whom the requester does not see.


def _list_sides(call: Call, ticket_id: int) -> Answer:
    call.state.tickets.get(ticket_id)
    return answer_page(call, "side_conversations", call.state.sides[ticket_id])


def _side(call: Call, ticket_id: int, side_id: str) -> Record:
    call.state.tickets.get(ticket_id)
    found = next((each for each in call.state.sides[ticket_id] if each["id"] == side_id), None)
    if found is None:
        raise not_found()
    return found


def _open_side(call: Call, ticket_id: int) -> Answer:
    call.state.tickets.get(ticket_id)
    message, now = call.part("message"), call.state.now()
    made = {
        "id": call.state.ulid(),
        "url": call.state.api_url(f"tickets/{ticket_id}/side_conversations.json"),
        "ticket_id": ticket_id,
        "subject": str(message.get("subject") or ""),
        "state": "open",
        "participants": _participants(call, message),
        "created_at": now,
        "state_updated_at": now,
        "external_ids": call.body.get("external_ids") or {},
    }
    _say(call, made, message)
    call.state.sides[ticket_id].append(made)
    return Answer(status=201, body={"side_conversation": made})


def _participants(call: Call, message: Record) -> list[Record]:
    to = message.get("to")
    if not isinstance(to, list) or not to or not all(isinstance(each, dict) for each in to):
        raise invalid("to", "To: must name somebody")
    ours = {"user_id": call.actor["id"], "name": call.actor["name"], "email": call.actor["email"]}
    return [ours, *({"user_id": None, "name": "", "email": "", **each} for each in to)]


def _say(call: Call, side: Record, message: Record) -> None:
    text = str(message.get("body") or message.get("html_body") or "")
    if not text.strip():
        raise invalid("body", "Body: cannot be blank", "BlankValue")
    side.update(preview_text=text[:120], message_added_at=call.state.now(), updated_at=call.state.now())


def _show_side(call: Call, ticket_id: int, side_id: str) -> Answer:
    return Answer(body={"side_conversation": _side(call, ticket_id, side_id)})


def _change_side(call: Call, ticket_id: int, side_id: str) -> Answer:
    found, asked = _side(call, ticket_id, side_id), call.part("side_conversation")
    if asked.get("state", "open") not in ("open", "closed"):
        raise invalid("state", "State: is not open or closed")
    now = call.state.now()
    if asked.get("state", found["state"]) != found["state"]:
        found["state_updated_at"] = now
    known: Record = {name: asked[name] for name in ("state", "subject", "external_ids") if name in asked}
    found.update(known, updated_at=now)
    return Answer(body={"side_conversation": found})


def _reply_side(call: Call, ticket_id: int, side_id: str) -> Answer:
    found = _side(call, ticket_id, side_id)
    _say(call, found, call.part("message"))
    return Answer(status=201, body={"event": {"type": "reply"}, "side_conversation": found})


# Views. No contract describes these routes: they are as the SDK and public clients call them.

VIEWS: tuple[tuple[int, str, Callable[[Call, Record], bool]], ...] = (
    (1, "Your unsolved tickets", lambda call, ticket: ticket["assignee_id"] == call.actor["id"] and _unsolved(ticket)),
    (2, "Unassigned tickets", lambda call, ticket: ticket["assignee_id"] is None and _unsolved(ticket)),
    (3, "All unsolved tickets", lambda call, ticket: _unsolved(ticket)),
    (4, "Pending tickets", lambda call, ticket: ticket["status"] == "pending"),
)


def _unsolved(ticket: Record) -> bool:
    return ticket["status"] not in ("solved", "closed")


def _list_views(call: Call) -> Answer:
    rows = [{"id": key, "title": title, "active": True, "position": key} for key, title, _ in VIEWS]
    return answer_page(call, "views", rows)


def _in_view(call: Call, view_id: int) -> list[Record]:
    shows = next((each for key, _, each in VIEWS if key == view_id), None)
    if shows is None:
        raise not_found()
    return [ticket for ticket in call.state.tickets.listed() if shows(call, ticket)]


def _view_tickets(call: Call, view_id: int) -> Answer:
    return answer_page(call, "tickets", _in_view(call, view_id))


def _view_count(call: Call, view_id: int) -> Answer:
    count = len(_in_view(call, view_id))
    return Answer(body={"view_count": {"view_id": view_id, "value": count, "pretty": str(count), "fresh": True}})


SIDES = "/api/v2/tickets/<int:ticket_id>/side_conversations"
ROUTES = (
    Route("POST", "/api/v2/tickets/<int:ticket_id>/merge", _merge),
    Route("GET", SIDES, _list_sides),
    Route("POST", SIDES, _open_side),
    Route("GET", f"{SIDES}/<side_id>", _show_side),
    Route("PUT", f"{SIDES}/<side_id>", _change_side),
    Route("POST", f"{SIDES}/<side_id>/reply", _reply_side),
    Route("GET", "/api/v2/views", _list_views),
    Route("GET", "/api/v2/views/<int:view_id>/tickets", _view_tickets),
    Route("GET", "/api/v2/views/<int:view_id>/count", _view_count),
)
