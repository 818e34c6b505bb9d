"""Socket Mode: the app opens a connection, and what members do comes over it instead of by HTTP."""

import uuid
from typing import Any

from flask import Blueprint, Response, request
from simple_websocket import Server

from apps.sandbox.slack.arguments import Arguments
from apps.sandbox.slack.errors import SlackError
from apps.sandbox.slack.methods import Answer, Method
from apps.sandbox.slack.workspace import APP_ID, Workspace


def envelope(kind: str, payload: dict[str, Any], retry: int = 0) -> dict[str, Any]:
    told: dict[str, Any] = {
        "envelope_id": str(uuid.uuid4()),
        "type": kind,
        "accepts_response_payload": kind != "events_api",
        "payload": payload,
    }
    return told | ({"retry_attempt": retry, "retry_reason": "timeout" if retry else ""} if kind == "events_api" else {})


def open_connection(workspace: Workspace, given: Arguments) -> Answer:
    """`apps.connections.open`, with an app-level token."""
    address = request.host_url.replace("http", "ws", 1)
    return {"url": f"{address}slack/link?ticket={workspace.lines.ticket()}&app_id={APP_ID}"}


def add_link(slack: Blueprint, workspace: Workspace) -> None:
    """The address that `apps.connections.open` gives out."""

    @slack.route("/link", websocket=True)
    def link() -> Response:
        if not workspace.lines.used(request.args.get("ticket", "")):
            raise SlackError("invalid_ticket")
        socket = Server.accept(request.environ, ping_interval=10)
        workspace.lines.serve(socket)
        return HungUp(socket)


class HungUp(Response):
    """What is left to be said on a connection that was a WebSocket: nothing."""

    def __init__(self, socket: Server) -> None:
        super().__init__()
        self._mode = socket.mode

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        if self._mode == "gunicorn":
            raise StopIteration
        return super().__call__(*arguments, **named) if self._mode == "werkzeug" else []


SOCKET_METHODS: dict[str, Method] = {"apps.connections.open": open_connection}
