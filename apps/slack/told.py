"""What Slack says, as events of the inbox. Pure: the same request twice is the same event."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from apps.slack.door import SOURCE, Body, Door
from core.model.event import Event, EventKind
from core.outreach.actions import ALERT_WISHES, REASON, TEXT, VERDICTS
from core.outreach.office.asked import Wanted

LONGEST_REASON = 500
LONGEST_WORDS = 3000
LONGEST_COMMAND = 400


def click_event(door: Door, body: Body) -> Event | None:
    """A press of a button of an approval card; None when it is not one of ours."""
    action = body["actions"][0]
    value = _carried(action.get("value"))
    if value is None or action["action_id"] not in VERDICTS:
        return None
    where = place_of(door, body)
    return _event(
        door.intake.now(),
        _pressed(body, where),
        EventKind.APPROVAL_CLICKED,
        str(value["approval"]),
        {
            "approval": str(value["approval"]),
            "digest": str(value["digest"]),
            "revision": _whole(value.get("revision")),
            "verdict": VERDICTS[action["action_id"]],
            "reason": _reason(body),
            **_who(door, body),
            **where,
        },
    )


def edited_event(door: Door, body: Body, carried: Mapping[str, Any], texts: Mapping[str, str]) -> Event:
    """What was written into the modal of a campaign's words. `carried` is the modal's own."""
    return _event(
        door.intake.now(),
        _submitted(body),
        EventKind.APPROVAL_CLICKED,
        str(carried["approval"]),
        {
            "approval": str(carried["approval"]),
            "digest": str(carried["digest"]),
            "revision": _whole(carried.get("revision")),
            "verdict": "edit",
            "texts": {name: text[:LONGEST_WORDS] for name, text in texts.items()},
            "channel": str(carried.get("channel", "")),
            "ts": str(carried.get("ts", "")),
            **_who(door, body),
        },
    )


def alert_event(door: Door, body: Body) -> Event | None:
    """A press of a button of an alert; None when it is not one of ours."""
    action = body["actions"][0]
    alert = alert_of(action.get("value"))
    if not alert or action["action_id"] not in ALERT_WISHES:
        return None
    where = place_of(door, body)
    wish = {"alert": alert, "wish": ALERT_WISHES[action["action_id"]], "text": ""}
    return _event(
        door.intake.now(),
        _pressed(body, where),
        EventKind.ALERT_CLICKED,
        alert,
        wish | _who(door, body) | where,
    )


def whispered_event(door: Door, body: Body) -> Event | None:
    """What was written into the modal of a whisper; None where the modal is not one of ours or holds no word."""
    carried, words = _carried_any(body["view"].get("private_metadata")), whispered_words(body)
    if not carried.get("alert") or not words:
        return None
    return _event(
        door.intake.now(),
        _submitted(body),
        EventKind.ALERT_CLICKED,
        str(carried["alert"]),
        {
            "alert": str(carried["alert"]),
            "wish": "whisper",
            "text": words[:LONGEST_WORDS],
            "channel": str(carried.get("channel", "")),
            "ts": str(carried.get("ts", "")),
            **_who(door, body),
        },
    )


def whispered_words(body: Body) -> str:
    values = ((body["view"].get("state") or {}).get("values") or {}).values()
    written = (block[TEXT].get("value") for block in values if TEXT in block)
    return next((str(words).strip() for words in written if words), "")


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
    values = ((body["view"].get("state") or {}).get("values") or {}).values()
    action = body["actions"][0]
    words = action.get("value") if action["type"] == "plain_text_input" else _written(values)
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


def _pressed(body: Body, where: Mapping[str, str]) -> str:
    action, user = body["actions"][0], body["user"]["id"]
    return f"{where['channel']}:{where['ts']}:{action['action_id']}:{user}:{action['action_ts']}"


def _submitted(body: Body) -> str:
    """A modal is submitted once; after an error it is the same one, changed, under another hash where we changed it."""
    view = body["view"]
    return f"view:{view['id']}:{view.get('hash', '')}"


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


def _whole(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _written(blocks: Any) -> str:
    return next((str(each["value"]) for block in blocks for each in block.values() if each.get("value")), "")


def _reason(body: Body) -> str:
    """What stands in the card's field at the click. Slack leaves `state` out where a card has none."""
    blocks = ((body.get("state") or {}).get("values") or {}).values()
    written = (block[REASON].get("value") for block in blocks if REASON in block)
    return next((str(words).strip()[:LONGEST_REASON] for words in written if words), "")
