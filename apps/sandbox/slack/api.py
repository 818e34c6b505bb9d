"""Slack's Web API over HTTP, and the response addresses of interactions."""

import hmac

from flask import Blueprint, Response, jsonify, request

from apps.sandbox.slack.apps import INSTALL_METHODS, MANIFEST_METHODS, SOCKET_METHODS, add_installing, add_link
from apps.sandbox.slack.arguments import Arguments, SlackError, read_arguments
from apps.sandbox.slack.blocks import block_faults
from apps.sandbox.slack.later import LATER_METHODS, add_uploads, post_due
from apps.sandbox.slack.methods import MEMBERSHIP_METHODS, METHODS, bot_message, rewrite
from apps.sandbox.slack.views import VIEW_METHODS
from apps.sandbox.slack.workspace import Message, ResponseAddress, Workspace

TABLE = (
    METHODS | LATER_METHODS | VIEW_METHODS | MEMBERSHIP_METHODS | MANIFEST_METHODS | INSTALL_METHODS | SOCKET_METHODS
)
# These answer without a token.
OPEN_METHODS = frozenset({"api.test", "oauth.v2.access"})


def slack_blueprint(workspace: Workspace) -> Blueprint:
    """`/api/<method>` and `/response/<token>` under the blueprint's prefix."""
    slack = Blueprint("slack", __name__)

    slack.before_request(lambda: post_due(workspace))

    @slack.errorhandler(SlackError)
    def refuse(error: SlackError) -> Response:
        return jsonify(error.body())

    @slack.route("/api/<name>", methods=["GET", "POST"])
    def call(name: str) -> Response:
        given = read_arguments(request)
        if name not in TABLE:
            raise SlackError("unknown_method")
        if name not in OPEN_METHODS:
            _check_token(_token_for(name, workspace), given)
        if workspace.revoked and name not in OPEN_METHODS | set(MANIFEST_METHODS):
            raise SlackError("token_revoked")
        answer = jsonify({"ok": True} | TABLE[name](workspace, given))
        answer.headers["X-OAuth-Scopes"] = workspace.scopes
        answer.headers["X-Slack-Req-Id"] = request.headers.get("X-Request-Id", workspace.next_ts())
        return answer

    @slack.post("/response/<token>")
    def respond(token: str) -> tuple[Response, int]:
        try:
            _respond(workspace, workspace.use_response(token), read_arguments(request))
        except SlackError as error:
            return jsonify(error.body()), 404
        return jsonify(ok=True), 200

    add_installing(slack, workspace)
    add_link(slack, workspace)
    add_uploads(slack, workspace)
    return slack


def _token_for(name: str, workspace: Workspace) -> str:
    if name in MANIFEST_METHODS:
        return workspace.config_token
    return workspace.app_token if name in SOCKET_METHODS else workspace.token


def _check_token(known: str, given: Arguments) -> None:
    bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
    token = bearer or given.text("token")
    if not token:
        raise SlackError("not_authed")
    if not hmac.compare_digest(token.encode(), known.encode()):
        raise SlackError("invalid_auth")


def _respond(workspace: Workspace, address: ResponseAddress, given: Arguments) -> None:
    channel = workspace.channel(address.channel_id)
    if given.yes("delete_original"):
        with workspace.lock:
            channel.messages.remove(workspace.message(channel, address.message_ts))
        return
    content: Message = {"text": given.text("text")}
    if blocks := given.structure("blocks", "invalid_blocks_format"):
        if faults := block_faults(blocks):
            raise SlackError("invalid_blocks", faults)
        content["blocks"] = blocks
    if given.yes("replace_original"):
        rewrite(workspace, workspace.message(channel, address.message_ts), content)
        return
    message = bot_message(workspace, "") | content
    if given.text("response_type") != "in_channel":
        message |= {"is_ephemeral": True, "ephemeral_to": address.user_id}
    workspace.post(channel, message)
