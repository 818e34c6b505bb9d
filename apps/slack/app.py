"""Slack → inbox, through Bolt: a click on an approval card is verified, parsed and accepted, nothing more.

Who clicked and whether they may is looked up by the worker.
"""

import json
import threading
from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, request
from slack_bolt import Ack, App, Respond
from slack_bolt.adapter.flask import SlackRequestHandler
from slack_bolt.middleware import RequestVerification
from slack_sdk import WebClient
from slack_sdk.signature import Clock

from core.errors import TransientError
from core.model.event import Event, EventKind
from core.model.outreach import ApprovalState
from core.outreach.card import APPROVE, REASON, REJECT
from core.ports import Now, Signature
from webhooks.intake import Intake

SOURCE = "slack"
LONGEST_REASON = 500
ACK_WITHIN = 2.0  # seconds; Slack waits for three
NOT_KEPT = "Your click could not be recorded just now, so nothing was decided. Please press the button again."
VERDICTS = {APPROVE: ApprovalState.APPROVED, REJECT: ApprovalState.REJECTED}


def slack_requests(intake: Intake, signature: Signature, bolt: App) -> Blueprint:
    """`/slack/events`. Bolt parses a request before it verifies it, so what is not Slack's is refused before Bolt."""
    blueprint = Blueprint("slack_requests", __name__)
    handler = SlackRequestHandler(bolt)

    @blueprint.post("/slack/events")
    def slack_events() -> Response:
        answer: Response = intake.refusal(SOURCE, request, signature) or handler.handle(request)
        return answer

    return blueprint


def slack_app(intake: Intake, signing_secret: str, client: WebClient) -> App:
    """Bolt's app with a listener for each button of an approval card; other buttons are none of ours."""
    # The token is not tried at start: a web process must come up while Slack is down.
    app = App(
        client=client,
        signing_secret=signing_secret,
        token_verification_enabled=False,
        request_verification_enabled=False,  # by the machine's clock; the house's own is below
        authorize=_installed(client),
    )
    app.use(_verification(signing_secret, intake.now))
    for action_id in VERDICTS:
        app.action(action_id)(_listener(intake))
    return app


def _verification(signing_secret: str, now: Now) -> RequestVerification:
    """Bolt's own check, by the time that everything else goes by."""

    class HouseClock(Clock):
        def now(self) -> float:
            return now().timestamp()

    checked = RequestVerification(signing_secret)
    checked.verifier.clock = HouseClock()
    return checked


def _installed(client: WebClient) -> Callable[..., Any]:
    from slack_bolt.authorization import AuthorizeResult

    def authorize(enterprise_id: str | None, team_id: str | None, **_: Any) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=client.token)

    return authorize


def _listener(intake: Intake) -> Callable[..., None]:
    def clicked(ack: Ack, body: dict[str, Any], respond: Respond) -> None:
        event = click_event(body, intake.now)
        # Answered once the click is kept. Where the store is slow Slack's three seconds come first, and whoever
        # clicked is told if it was not kept after all.
        late = threading.Timer(ACK_WITHIN, ack)
        late.start()
        try:
            intake.keep(SOURCE, [event] if event is not None else [])
        except TransientError:
            respond(NOT_KEPT, response_type="ephemeral", replace_original=False)
        finally:
            late.cancel()
            ack()

    return clicked


def click_event(body: Mapping[str, Any], now: Now) -> Event | None:
    """The click as an event, or None when the button is not one of our cards'."""
    action = body["actions"][0]
    try:
        value = json.loads(action["value"])
        approval, digest = str(value["approval"]), str(value["digest"])
    except (KeyError, TypeError, ValueError):
        return None
    channel = str(body["container"]["channel_id"])
    ts = str(body["container"]["message_ts"])
    user = body["user"]
    moment = now()
    return Event(
        source=SOURCE,
        delivery_id=f"{channel}:{ts}:{action['action_id']}:{user['id']}:{action['action_ts']}",
        kind=EventKind.APPROVAL_CLICKED,
        subject=approval,
        occurred_at=moment,
        received_at=moment,
        payload={
            "approval": approval,
            "digest": digest,
            "verdict": VERDICTS[action["action_id"]],
            "user_id": str(user["id"]),
            "user_name": str(user.get("username") or user.get("name") or user["id"]),
            "channel": channel,
            "ts": ts,
            "reason": _reason(body),
        },
    )


def _reason(body: Mapping[str, Any]) -> str:
    """What stands in the card's field at the click. Slack leaves `state` out where a card has none."""
    blocks = ((body.get("state") or {}).get("values") or {}).values()
    written = (block[REASON].get("value") for block in blocks if REASON in block)
    return next((str(words).strip()[:LONGEST_REASON] for words in written if words), "")
