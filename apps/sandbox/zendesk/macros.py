"""Macros and satisfaction ratings: enough to list, show, apply and rate."""

from typing import Any

from apps.sandbox.zendesk.answers import Answer, Record, invalid
from apps.sandbox.zendesk.calls import Call, Route, answer_page, list_all, show_one
from apps.sandbox.zendesk.edits import Edit
from apps.sandbox.zendesk.state import ZendeskState
from apps.sandbox.zendesk.triggers import fill

SCORES = ("good", "bad")


def add_macro(
    state: ZendeskState,
    title: str,
    actions: list[Record],
    description: str = "",
    *,
    active: bool = True,
    restriction: Record | None = None,
) -> Record:
    """Keep a macro; 422 without a title or an action."""
    if not title or not actions:
        raise invalid("title" if not title else "base", "cannot be blank", "BlankValue")
    now, key = state.now(), state.new_id("macro")
    return state.macros.put(
        {
            "id": key,
            "url": state.api_url(f"macros/{key}.json"),
            "title": title,
            "raw_title": title,
            "description": description,
            "active": active,
            "position": len(state.macros.rows) + 1,
            "default": False,
            "actions": actions,
            "restriction": restriction,
            "created_at": now,
            "updated_at": now,
        }
    )


def _list_active(call: Call) -> Answer:
    return answer_page(call, "macros", [row for row in call.state.macros.listed() if row["active"]])


def _create(call: Call) -> Answer:
    asked = call.part("macro")
    made = add_macro(
        call.state,
        asked.get("title", ""),
        asked.get("actions") or [],
        asked.get("description") or "",
        active=bool(asked.get("active", True)),
        restriction=asked.get("restriction"),
    )
    return Answer(body={"macro": made}, headers={"Location": made["url"]})


def _apply(call: Call, ticket_id: int, macro_id: int) -> Answer:
    """What the ticket would become; nothing is changed."""
    ticket = call.state.tickets.get(ticket_id)
    return Answer(
        body={"result": {"ticket": apply_macro(call.state, ticket, call.state.macros.get(macro_id), call.actor)}}
    )


def apply_macro(state: ZendeskState, ticket: Record, macro: Record, agent: Record) -> Record:
    """The ticket as the macro would leave it for this agent, its placeholders filled in."""
    edit = Edit(state, ticket, agent, ticket["via"])
    shown: dict[str, Any] = {"id": ticket["id"], "url": ticket["url"]}
    for action in macro["actions"]:
        if action["field"] == "comment_value":
            value = action["value"]
            body = fill(value[-1] if isinstance(value, list) else value, edit)
            shown["comment"] = {"body": body, "public": True}
        else:
            shown[action["field"]] = action["value"]
    return shown


def _ratings(call: Call) -> Answer:
    rows = call.state.ratings.listed()
    if "score" in call.query:
        rows = [row for row in rows if row["score"].startswith(call.query["score"])]
    return answer_page(call, "satisfaction_ratings", rows)


def _show_rating(call: Call, rating_id: int) -> Answer:
    return Answer(body={"satisfaction_rating": [call.state.ratings.get(rating_id)]})


def _rate(call: Call, ticket_id: int) -> Answer:
    asked = call.part("satisfaction_rating")
    made = rate(call.state, call.state.tickets.get(ticket_id), str(asked.get("score")), asked.get("comment"))
    return Answer(body={"satisfaction_rating": made})


def rate(state: ZendeskState, ticket: Record, score: str, comment: str | None = None) -> Record:
    """The requester's verdict on a solved ticket; 422 for another word or an open ticket."""
    if score not in SCORES:
        raise invalid("score", f"Score: {score} is not valid")
    if ticket["status"] not in ("solved", "closed"):
        raise invalid("base", "Satisfaction rating: the ticket is not solved")
    now, key = state.now(), state.new_id("rating")
    made = state.ratings.put(
        {
            "id": key,
            "url": state.api_url(f"satisfaction_ratings/{key}.json"),
            "assignee_id": ticket["assignee_id"],
            "group_id": ticket["group_id"],
            "requester_id": ticket["requester_id"],
            "ticket_id": ticket["id"],
            "score": f"{score}_with_comment" if comment else score,
            "comment": comment or "",
            "created_at": now,
            "updated_at": now,
        }
    )
    ticket["satisfaction_rating"] = {"id": key, "score": score, "comment": comment or ""}
    state.tickets.put(ticket)
    return made


ROUTES = (
    Route("GET", "/api/v2/macros", list_all("macros")),
    Route("POST", "/api/v2/macros", _create),
    Route("GET", "/api/v2/macros/active", _list_active),
    Route("GET", "/api/v2/macros/<int:macro_id>", show_one("macros", "macro")),
    Route("GET", "/api/v2/tickets/<int:ticket_id>/macros/<int:macro_id>/apply", _apply),
    Route("GET", "/api/v2/satisfaction_ratings", _ratings),
    Route("GET", "/api/v2/satisfaction_ratings/<int:rating_id>", _show_rating),
    Route("POST", "/api/v2/tickets/<int:ticket_id>/satisfaction_rating", _rate),
)
