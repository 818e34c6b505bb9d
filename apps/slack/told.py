"""What Slack says, as events of the inbox. Pure: the same request twice is the same event."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from apps.slack.cards.actions import (
    ALERT_WISHES,
    FAULT_STATUSES,
    PARKED_WISHES,
    PROPOSAL_WISHES,
    REASON,
    TEXT,
    VERDICTS,
)
from apps.slack.cards.blocks import LONGEST_REASON
from apps.slack.door import SOURCE, Body, Door
from core.model.alert import AlertClick, Wish
from core.model.event import Event, EventKind
from core.model.event_payloads import EngineeringClick, EventPayload, SupervisorAsked, Wanted
from core.model.ids import AlertId, ApprovalId
from core.model.outreach import Click, Verdict
from core.model.parked import ParkedWish

LONGEST_WORDS = 3000
LONGEST_COMMAND = 400


def click_event(door: Door, body: Body) -> Event | None:
    """A press of a button of an approval card; None when it is not one of ours."""
    action = body["actions"][0]
    value = _carried(action.get("value"))
    if value is None or action["action_id"] not in VERDICTS:
        return None
    written = _written(body.get("state"), REASON).strip()[:LONGEST_REASON]
    click = _click(door, body, value, VERDICTS[action["action_id"]], place_of(door, body))
    return _pressed(door, body, EventKind.APPROVAL_CLICKED, click.approval_id, replace(click, reason=written))


def edited_event(door: Door, body: Body, carried: Mapping[str, Any], texts: Mapping[str, str]) -> Event:
    """What was written into the modal of a campaign's words. `carried` is the modal's own."""
    written = {name: text[:LONGEST_WORDS] for name, text in texts.items()}
    click = _click(door, body, carried, Verdict.EDIT, _place_carried(carried))
    return _submitted(door, body, EventKind.APPROVAL_CLICKED, click.approval_id, replace(click, texts=written))


def alert_event(door: Door, body: Body) -> Event | None:
    """A press of a button of an alert; None when it is not one of ours."""
    action = body["actions"][0]
    alert = alert_of(action.get("value"))
    if not alert or action["action_id"] not in ALERT_WISHES:
        return None
    click = _alert_click(door, body, alert, ALERT_WISHES[action["action_id"]], place_of(door, body))
    return _pressed(door, body, EventKind.ALERT_CLICKED, alert, click)


def fault_event(door: Door, body: Body) -> Event | None:
    """A button below a fault's brief; None when it is not one of ours."""
    action, where = body["actions"][0], place_of(door, body)
    about = str(action.get("value") or "")
    if not about or action["action_id"] not in FAULT_STATUSES:
        return None
    click = EngineeringClick(
        status=FAULT_STATUSES[action["action_id"]],
        user_id=door.named(body, body["user"]["id"]),
        user_name=_user_name(body),
        channel=where.channel,
        ts=where.ts,
    )
    return _pressed(door, body, EventKind.ENGINEERING_CLICKED, about, click)


def whispered_event(door: Door, body: Body) -> Event | None:
    """What was written into the modal of a whisper; None where the modal is not one of ours or holds no word."""
    carried, words = _carried_any(body["view"].get("private_metadata")), written_words(body)
    alert = str(carried.get("alert") or "")
    if not alert or not words:
        return None
    click = _alert_click(door, body, alert, Wish.WHISPER, _place_carried(carried))
    return _submitted(door, body, EventKind.ALERT_CLICKED, alert, replace(click, text=words[:LONGEST_WORDS]))


def written_words(body: Body) -> str:
    return _written(body["view"].get("state"), TEXT).strip()


def alert_of(value: object) -> str:
    """Which alert a button stands on, by what it carries; empty where it carries none."""
    return str(_carried_any(value).get("alert") or "")


def home_event(door: Door, body: Body) -> Event | None:
    """The app's home was opened; its other tabs are none of ours."""
    event = body["event"]
    if event.get("tab") != "home" or not event.get("user"):
        return None
    asked = SupervisorAsked(wanted=Wanted.HOME, user_id=door.named(body, event["user"]))
    return _asked(door, str(body["event_id"]), asked)


def search_event(door: Door, body: Body) -> Event:
    """A search in the app's home, or its refresh, which keeps what was sought."""
    action = body["actions"][0]
    words = (
        action.get("value") if action["type"] == "plain_text_input" else _written((body.get("view") or {}).get("state"))
    )
    key = f"{body['user']['id']}:{action['action_id']}:{action['action_ts']}"
    user, text = door.named(body, body["user"]["id"]), str(words or "")[:LONGEST_COMMAND].strip()
    return _asked(door, key, SupervisorAsked(wanted=Wanted.SEARCH, user_id=user, text=text))


def command_event(door: Door, body: Body) -> Event:
    asked = SupervisorAsked(
        wanted=Wanted.COMMAND,
        user_id=door.named(body, body["user_id"]),
        user_name=str(body.get("user_name", "")),
        text=str(body.get("text", ""))[:LONGEST_COMMAND].strip(),
        address=str(body.get("response_url", "")),
    )
    return _asked(door, str(body["trigger_id"]), asked)


def parked_event(door: Door, body: Body) -> Event:
    """A button of what did not reach a customer."""
    action = body["actions"][0]
    return _pressed_command(door, body, f"parked {PARKED_WISHES[action['action_id']]} {action.get('value', '')}")


def proposal_event(door: Door, body: Body) -> Event:
    """A button of a proposal."""
    action = body["actions"][0]
    return _pressed_command(door, body, f"improve {PROPOSAL_WISHES[action['action_id']]} {action.get('value', '')}")


def proposal_edited_event(door: Door, body: Body) -> Event | None:
    """Other words for a proposal, from its modal; None where the modal is not one of ours or holds no word."""
    carried, words = _carried_any(body["view"].get("private_metadata")), written_words(body)
    name = str(carried.get("proposal") or "")
    return _submitted_command(door, body, f"improve edit {name} {words[:LONGEST_WORDS]}") if name and words else None


def undo_event(door: Door, body: Body) -> Event | None:
    """The button by which something that was done is to be taken back; None when it is not one of ours."""
    carried = _carried_any(body["actions"][0].get("value"))
    ticket, run = str(carried.get("ticket") or ""), str(carried.get("run") or "")
    return _pressed_command(door, body, f"undo {ticket} {run}") if ticket and run else None


def sent_again_event(door: Door, body: Body) -> Event | None:
    """The details of what did not reach a customer were read, and it is to be sent again; None where the modal is not
    one of ours."""
    name = str(_carried_any(body["view"].get("private_metadata")).get("parked") or "")
    return _submitted_command(door, body, f"parked {ParkedWish.SEND} {name}"[:LONGEST_COMMAND]) if name else None


def confirmed_event(door: Door, body: Body) -> Event:
    """The button by which somebody says that a command on the server is theirs."""
    return _pressed_command(door, body, f"confirm yes {body['actions'][0].get('value', '')}")


def _pressed_command(door: Door, body: Body, text: str) -> Event:
    """A button that is the same as the command it stands for."""
    action = body["actions"][0]
    asked = SupervisorAsked(
        wanted=Wanted.COMMAND,
        user_id=door.named(body, body["user"]["id"]),
        user_name=_user_name(body),
        text=text[:LONGEST_COMMAND],
        address=str(body.get("response_url", "")),
    )
    return _asked(door, f"{body['user']['id']}:{action['action_id']}:{action['action_ts']}", asked)


def _submitted_command(door: Door, body: Body, text: str) -> Event:
    """A modal that is the same as the command it stands for; it carries where that is answered."""
    view = body["view"]
    asked = SupervisorAsked(
        wanted=Wanted.COMMAND,
        user_id=door.named(body, body["user"]["id"]),
        user_name=_user_name(body),
        text=text,
        address=str(_carried_any(view.get("private_metadata")).get("address", "")),
    )
    return _asked(door, f"view:{view['id']}:{view.get('hash', '')}", asked)


def _asked(door: Door, key: str, asked: SupervisorAsked) -> Event:
    return _event(door.intake.now(), f"{asked.wanted}:{key}", EventKind.SUPERVISOR_ASKED, asked.user_id, asked)


def _event(now: datetime, key: str, kind: EventKind, subject: str, payload: EventPayload) -> Event:
    return Event(
        source=SOURCE,
        delivery_id=key,
        kind=kind,
        subject=subject,
        occurred_at=now,
        received_at=now,
        payload=payload,
    )


def _pressed(
    door: Door, body: Body, kind: EventKind, about: str, click: Click | AlertClick | EngineeringClick
) -> Event:
    """A button of a message."""
    where, action, user = place_of(door, body), body["actions"][0], body["user"]["id"]
    key = f"{where.channel}:{where.ts}:{action['action_id']}:{user}:{action['action_ts']}"
    return _event(door.intake.now(), key, kind, about, click)


def _submitted(door: Door, body: Body, kind: EventKind, about: str, click: Click | AlertClick) -> Event:
    """A modal. It is submitted once; after an error it is the same one, changed, under another hash where we changed
    it."""
    view = body["view"]
    return _event(door.intake.now(), f"view:{view['id']}:{view.get('hash', '')}", kind, about, click)


class MessagePlace(NamedTuple):
    """Slack's channel and name of a message."""

    channel: str
    ts: str


def place_of(door: Door, body: Body) -> MessagePlace:
    """Where the message stands whose button was pressed."""
    container = body.get("container") or {}
    channel = container.get("channel_id") or (body.get("channel") or {}).get("id") or ""
    return MessagePlace(channel=door.named(body, channel), ts=str(container.get("message_ts", "")))


def _place_carried(carried: Mapping[str, Any]) -> MessagePlace:
    """A modal carries where the message stands that it was opened from."""
    return MessagePlace(channel=str(carried.get("channel", "")), ts=str(carried.get("ts", "")))


def _user_name(body: Body) -> str:
    user = body["user"]
    return str(user.get("username") or user.get("name") or user["id"])


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


def _click(door: Door, body: Body, carried: Mapping[str, Any], verdict: Verdict, where: MessagePlace) -> Click:
    """`carried` says which card somebody had before them, and which of its states."""
    return Click(
        approval_id=ApprovalId(str(carried["approval"])),
        verdict=verdict,
        digest=str(carried["digest"]),
        user_id=door.named(body, body["user"]["id"]),
        user_name=_user_name(body),
        channel=where.channel,
        ts=where.ts,
        revision=_whole(carried.get("revision")),
    )


def _alert_click(door: Door, body: Body, alert: str, wish: Wish, where: MessagePlace) -> AlertClick:
    return AlertClick(
        alert_id=AlertId(alert),
        wish=wish,
        user_id=door.named(body, body["user"]["id"]),
        user_name=_user_name(body),
        channel=where.channel,
    )


def _whole(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _written(state: Any, name: str = "") -> str:
    """What stands in the field of this name, or else in any. Slack leaves `state` out where there is no field."""
    blocks = ((state or {}).get("values") or {}).values()
    fields = (field for block in blocks for each, field in block.items() if name in ("", each))
    return next((str(field["value"]) for field in fields if field.get("value")), "")
