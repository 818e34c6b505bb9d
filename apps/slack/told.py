"""What Slack says, as events of the inbox. Pure: the same request twice is the same event."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from apps.slack.cards.actions import ALERT_WISHES, REASON, TEXT, VERDICTS
from apps.slack.cards.blocks import LONGEST_REASON
from apps.slack.door import SOURCE, Body, Door
from core.model.event import Event, EventKind
from core.outreach.office import Wanted

LONGEST_WORDS = 3000
LONGEST_COMMAND = 400
ABOUT = {EventKind.APPROVAL_CLICKED: "approval", EventKind.ALERT_CLICKED: "alert"}  # the fact that names it


def click_event(door: Door, body: Body) -> Event | None:
    """A press of a button of an approval card; None when it is not one of ours."""
    action = body["actions"][0]
    value = _carried(action.get("value"))
    if value is None or action["action_id"] not in VERDICTS:
        return None
    written = _written(body.get("state"), REASON).strip()[:LONGEST_REASON]
    facts = {**_approval(value), "verdict": VERDICTS[action["action_id"]], "reason": written}
    return _pressed(door, body, EventKind.APPROVAL_CLICKED, facts)


def edited_event(door: Door, body: Body, carried: Mapping[str, Any], texts: Mapping[str, str]) -> Event:
    """What was written into the modal of a campaign's words. `carried` is the modal's own."""
    written = {name: text[:LONGEST_WORDS] for name, text in texts.items()}
    facts = {**_approval(carried), "verdict": "edit", "texts": written}
    return _submitted(door, body, carried, EventKind.APPROVAL_CLICKED, facts)


def alert_event(door: Door, body: Body) -> Event | None:
    """A press of a button of an alert; None when it is not one of ours."""
    action = body["actions"][0]
    alert = alert_of(action.get("value"))
    if not alert or action["action_id"] not in ALERT_WISHES:
        return None
    facts = {"alert": alert, "wish": ALERT_WISHES[action["action_id"]], "text": ""}
    return _pressed(door, body, EventKind.ALERT_CLICKED, facts)


def whispered_event(door: Door, body: Body) -> Event | None:
    """What was written into the modal of a whisper; None where the modal is not one of ours or holds no word."""
    carried, words = _carried_any(body["view"].get("private_metadata")), whispered_words(body)
    alert = str(carried.get("alert") or "")
    if not alert or not words:
        return None
    facts = {"alert": alert, "wish": "whisper", "text": words[:LONGEST_WORDS]}
    return _submitted(door, body, carried, EventKind.ALERT_CLICKED, facts)


def whispered_words(body: Body) -> str:
    return _written(body["view"].get("state"), TEXT).strip()


def alert_of(value: object) -> str:
    """Which alert a button stands on, by what it carries; empty where it carries none."""
    return str(_carried_any(value).get("alert") or "")


def home_event(door: Door, body: Body) -> Event | None:
    """The app's home was opened; its other tabs are none of ours."""
    event = body["event"]
    if event.get("tab") != "home":
        return None
    return _asked(door, body, str(body["event_id"]), Wanted.HOME, user=event["user"])


def search_event(door: Door, body: Body) -> Event:
    """A search in the app's home, or its refresh, which keeps what was sought."""
    action = body["actions"][0]
    words = action.get("value") if action["type"] == "plain_text_input" else _written(body["view"].get("state"))
    key = f"{body['user']['id']}:{action['action_id']}:{action['action_ts']}"
    return _asked(door, body, key, Wanted.SEARCH, text=str(words or "")[:LONGEST_COMMAND])


def command_event(door: Door, body: Body) -> Event:
    return _asked(
        door,
        body,
        str(body["trigger_id"]),
        Wanted.COMMAND,
        user=body["user_id"],
        user_name=str(body.get("user_name", "")),
        text=str(body.get("text", ""))[:LONGEST_COMMAND],
        address=str(body.get("response_url", "")),
    )


def _asked(door: Door, body: Body, key: str, wanted: Wanted, **facts: Any) -> Event:
    facts.setdefault("user", (body.get("user") or {}).get("id") if isinstance(body.get("user"), Mapping) else "")
    user = door.named(body, facts.pop("user"))
    payload = {"asked": wanted.value, "user_id": user, **facts}
    return _event(door.intake.now(), f"{wanted}:{key}", EventKind.SUPERVISOR_ASKED, user, payload)


def _event(now: datetime, key: str, kind: EventKind, subject: str, payload: Mapping[str, Any]) -> Event:
    return Event(
        source=SOURCE,
        delivery_id=key,
        kind=kind,
        subject=subject,
        occurred_at=now,
        received_at=now,
        payload=payload,
    )


def _pressed(door: Door, body: Body, kind: EventKind, facts: Mapping[str, Any]) -> Event:
    """A button of a message."""
    where, action, user = place_of(door, body), body["actions"][0], body["user"]["id"]
    key = f"{where['channel']}:{where['ts']}:{action['action_id']}:{user}:{action['action_ts']}"
    return _event(door.intake.now(), key, kind, facts[ABOUT[kind]], {**facts, **_who(door, body), **where})


def _submitted(door: Door, body: Body, carried: Mapping[str, Any], kind: EventKind, facts: Mapping[str, Any]) -> Event:
    """A modal, which carries where the message stands that it was opened from. It is submitted once; after an error it
    is the same one, changed, under another hash where we changed it."""
    view, where = body["view"], {name: str(carried.get(name, "")) for name in ("channel", "ts")}
    key = f"view:{view['id']}:{view.get('hash', '')}"
    return _event(door.intake.now(), key, kind, facts[ABOUT[kind]], {**facts, **_who(door, body), **where})


def place_of(door: Door, body: Body) -> dict[str, str]:
    """Where the message stands whose button was pressed."""
    container = body.get("container") or {}
    channel = container.get("channel_id") or (body.get("channel") or {}).get("id") or ""
    return {"channel": door.named(body, channel), "ts": str(container.get("message_ts", ""))}


def _who(door: Door, body: Body) -> dict[str, str]:
    user = body["user"]
    name = str(user.get("username") or user.get("name") or user["id"])
    return {"user_id": door.named(body, user["id"]), "user_name": name}


def _carried(value: object) -> Mapping[str, Any] | None:
    """What a button of an approval card carries."""
    told = _carried_any(value)
    return told if "approval" in told and "digest" in told else None


def _carried_any(value: object) -> Mapping[str, Any]:
    try:
        told = json.loads(value) if isinstance(value, str) else None
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _approval(carried: Mapping[str, Any]) -> dict[str, Any]:
    """Which card somebody had before them, and which of its states."""
    return {
        "approval": str(carried["approval"]),
        "digest": str(carried["digest"]),
        "revision": _whole(carried.get("revision")),
    }


def _whole(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _written(state: Any, name: str = "") -> str:
    """What stands in the field of this name, or else in any. Slack leaves `state` out where there is no field."""
    blocks = ((state or {}).get("values") or {}).values()
    fields = (field for block in blocks for each, field in block.items() if name in ("", each))
    return next((str(field["value"]) for field in fields if field.get("value")), "")
