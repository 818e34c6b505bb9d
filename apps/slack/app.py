"""Slack → inbox, through Bolt: what a supervisor presses, writes or asks is verified, parsed and accepted.

Who it was and whether they may is looked up by whoever works it off. The same listeners serve HTTP and Socket Mode."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, request
from marshmallow import ValidationError
from slack_bolt import App, BoltRequest
from slack_bolt.adapter.flask.handler import to_flask_response
from slack_bolt.authorization import AuthorizeResult

from apps.slack.door import SOURCE, Door
from apps.slack.listeners import Removed, listen
from apps.slack.schema import read_body
from core.errors import ConfigurationError
from core.ports import Signature
from webhooks.intake import Intake

Token = Callable[[str], tuple[str, str]]  # of a workspace, its id and the token of our bot there


def slack_requests(intake: Intake, signature: Signature, bolt: App) -> Blueprint:
    """`/slack/events`. Bolt falls over what Slack never sends, before it verifies anything: it gets what was verified
    and tamed here, as it does by Socket Mode."""
    blueprint = Blueprint("slack_requests", __name__)

    @blueprint.post("/slack/events")
    def slack_events() -> Response:
        refusal = intake.refusal(SOURCE, request, signature)
        if refusal is not None:
            return refusal
        try:
            body = read_body(request.get_data())
        except ValidationError as error:
            return intake.refuse_malformed(SOURCE, error)
        answer: Response = to_flask_response(bolt.dispatch(BoltRequest(body=body, mode="socket_mode")))
        return answer

    return blueprint


def slack_app(door: Door, signing_secret: str, token: Token | None = None, removed: Removed = lambda *_: None) -> App:
    """Bolt's app with a listener for everything of ours; other buttons are none of ours. `token` is given where
    workspaces install the app themselves."""
    # The token is not tried at start: a web process must come up while Slack is down.
    app = App(
        client=door.client,
        signing_secret=signing_secret,
        token_verification_enabled=False,
        request_verification_enabled=False,  # verified before Bolt has it
        authorize=_installed(door.client.token) if token is None else _by_workspace(token),
    )
    listen(app, door, removed)
    return app


def _installed(token: str | None) -> Callable[..., Any]:
    def authorize(enterprise_id: str | None, team_id: str | None, **_: Any) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=token)

    return authorize


def _by_workspace(token: Token) -> Callable[..., Any]:
    """Bolt refuses what comes from a workspace for which there is none."""

    def authorize(enterprise_id: str | None, team_id: str | None, **_: Any) -> AuthorizeResult | None:
        try:
            bot_token = token(team_id or enterprise_id or "unknown")[1]
        except ConfigurationError:
            return None
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=bot_token)

    return authorize
