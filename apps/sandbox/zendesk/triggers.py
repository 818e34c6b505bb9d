"""Triggers over HTTP; what they do is in `rules`."""

from typing import Any

from apps.sandbox.zendesk.answers import Answer, Call, Record, Route, invalid
from apps.sandbox.zendesk.paging import paged
from apps.sandbox.zendesk.state import ZendeskState


def trigger(state: ZendeskState, asked: Record) -> Record:
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
        if not isinstance(condition.get("field"), str):
            raise invalid("base", "Conditions: a field is missing")


def _conditions(asked: Record) -> dict[str, list[Record]]:
    given: dict[str, Any] = asked.get("conditions") or asked
    return {"all": list(given.get("all") or []), "any": list(given.get("any") or [])}


def _list(call: Call) -> Answer:
    rows = sorted(call.state.triggers.listed(), key=lambda each: int(each["position"]))
    if "active" in call.query:
        rows = [each for each in rows if str(each["active"]).lower() == call.query["active"]]
    return paged(call, "triggers", rows)


def _search(call: Call) -> Answer:
    words = call.query.get("query", "").lower()
    rows = [each for each in call.state.triggers.listed() if words in each["title"].lower()]
    return paged(call, "triggers", rows)


def _show(call: Call, trigger_id: int) -> Answer:
    return Answer(body={"trigger": call.state.triggers.get(trigger_id)})


def _create(call: Call) -> Answer:
    made = trigger(call.state, call.part("trigger"))
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
    Route("GET", "/api/v2/triggers/<int:trigger_id>", _show),
    Route("PUT", "/api/v2/triggers/<int:trigger_id>", _update),
    Route("DELETE", "/api/v2/triggers/<int:trigger_id>", _delete),
)
