"""The listeners but for the modals': each answers Slack, keeps what was said as an event of the inbox, and is done."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from slack_bolt import Ack, App, Respond

from apps.slack.cards.actions import (
    ALERT_WISHES,
    COMMAND,
    CONFIRM,
    EDIT,
    FAULT_STATUSES,
    LINK,
    PARKED_WISHES,
    PROPOSAL_WISHES,
    REFRESH,
    SEARCH,
    UNDO,
    VERDICTS,
    WHISPER,
)
from apps.slack.doing import listen_to_actions
from apps.slack.door import NOT_KEPT, Body, Door, Once, say
from apps.slack.modals import listen_to_modals
from apps.slack.told import (
    alert_event,
    click_event,
    command_event,
    confirmed_event,
    fault_event,
    home_event,
    parked_event,
    proposal_event,
    search_event,
    undo_event,
)
from core.model.event import Event
from core.text.outside import read_moment

Told = Callable[[Door, Body], Event | None]
Removed = Callable[[str, datetime], None]


def listen(app: App, door: Door, removed: Removed) -> None:
    """`removed` is told of a workspace that takes the app away, and when it did."""
    listen_to_modals(app, door)
    listen_to_actions(app, door)
    for action_id in VERDICTS:
        if action_id != EDIT:
            app.action(action_id)(_pressed(door, click_event))
    for action_id in ALERT_WISHES:
        if action_id != WHISPER:
            app.action(action_id)(_pressed(door, alert_event))
    for action_id in FAULT_STATUSES:
        app.action(action_id)(_pressed(door, fault_event))
    for action_id in (REFRESH, SEARCH):
        app.action(action_id)(_asked(door, search_event))
    for action_id in PARKED_WISHES:
        app.action(action_id)(_asked(door, parked_event))
    for action_id in PROPOSAL_WISHES:
        app.action(action_id)(_asked(door, proposal_event))
    app.action(CONFIRM)(_asked(door, confirmed_event))
    app.action(UNDO)(_asked(door, undo_event))
    app.action(re.compile(f"^{LINK}"))(lambda ack: ack())
    app.command(COMMAND)(_asked(door, command_event))
    app.event("app_home_opened")(_asked(door, home_event))
    app.event("app_uninstalled")(lambda body: removed(_workspace(body), _happened(door, body)))
    app.event("tokens_revoked")(_revoked(door, removed))


def _pressed(door: Door, told: Told) -> Callable[..., None]:
    def pressed(ack: Ack, body: dict[str, Any], respond: Respond) -> None:
        event = told(door, body)
        door.kept(_some(event), Once(ack), lambda: say(respond, NOT_KEPT))

    return pressed


def _asked(door: Door, told: Told) -> Callable[..., None]:
    """Answered from here once it is kept: a worker may be busy, and a pause cannot wait for it."""

    def asked(ack: Ack, body: dict[str, Any], respond: Respond) -> None:
        event = told(door, body)
        kept = door.kept(_some(event), Once(ack), lambda: say(respond, NOT_KEPT))
        if kept and event is not None:
            door.office().handle(event.id)

    return asked


def _some(event: Event | None) -> Sequence[Event]:
    return [event] if event is not None else []


def _workspace(body: Body) -> str:
    return str(body.get("team_id") or body.get("enterprise_id") or "")


def _happened(door: Door, body: Body) -> datetime:
    """Slack tells it in whole seconds, and tells it again for an hour where it was not heard."""
    seconds = body.get("event_time")
    return read_moment(seconds + 1) if seconds is not None else door.intake.now()


def _revoked(door: Door, removed: Removed) -> Callable[..., None]:
    """The bot's own tokens: a person's are none of ours."""

    def revoked(body: dict[str, Any]) -> None:
        if (body["event"].get("tokens") or {}).get("bot"):
            removed(_workspace(body), _happened(door, body))

    return revoked
