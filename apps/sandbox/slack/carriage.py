"""How what a member does comes to the app: over its open connection where there is one, else by signed posts."""

import json
import threading
import time
from typing import Any
from urllib.parse import urlencode

from simple_websocket import ConnectionClosed

from apps.sandbox.courier import Attempt, Courier, RetryRule
from apps.sandbox.settings import SandboxSettings
from apps.sandbox.slack.signature import signed_headers
from apps.sandbox.slack.sockets import envelope
from apps.sandbox.slack.workspace import Workspace, new_id

WITHIN = 3.0  # seconds in which the app has to answer
INTERACTION = RetryRule(connect_seconds=WITHIN, read_seconds=WITHIN)
EVENTS = RetryRule(
    connect_seconds=WITHIN,
    read_seconds=WITHIN,
    delays=(0.0, 60.0, 300.0),
    statuses=frozenset(range(300, 600)),
    on_timeout=True,
    on_no_connection=True,
    stop_header="X-Slack-No-Retry",
)
AGAIN = 3  # times that an event is sent over a connection which does not answer


class Carriage:
    def __init__(self, workspace: Workspace, settings: SandboxSettings, courier: Courier) -> None:
        self._workspace = workspace
        self._secret = settings.slack_signing_secret
        self._address = f"{settings.public_url}/slack/events"
        self._courier = courier

    def interaction(self, payload: dict[str, Any]) -> Attempt:
        """A click or a modal; returns what the app answered."""
        return self._now("interactive", payload, {"payload": json.dumps(payload)})

    def command(self, form: dict[str, str]) -> Attempt:
        return self._now("slash_commands", form, form)

    def _now(self, kind: str, payload: dict[str, Any], form: dict[str, str]) -> Attempt:
        by_socket = self._by_socket(kind, payload)
        if by_socket is not None:
            return by_socket
        body = urlencode(form).encode()

        def headers(attempt: int) -> dict[str, str]:
            return {
                "Content-Type": "application/x-www-form-urlencoded",
                "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
                **signed_headers(self._secret, body, self._workspace.clock.now()),
            }

        return self._courier.post_now("slack", self._address, body, headers, INTERACTION, new_id("I"))

    def event(self, wrapped: dict[str, Any]) -> None:
        """In the background, with Slack's retries."""
        if self._workspace.lines.newest() is not None:
            threading.Thread(target=self._event_by_socket, args=(wrapped,), daemon=True).start()
            return
        body = json.dumps(wrapped).encode()

        def headers(attempt: int) -> dict[str, str]:
            again = {"X-Slack-Retry-Num": str(attempt - 1), "X-Slack-Retry-Reason": "http_error"}
            return {
                "Content-Type": "application/json",
                **(again if attempt > 1 else {}),
                **signed_headers(self._secret, body, self._workspace.clock.now()),
            }

        self._courier.deliver("slack", self._address, body, headers, EVENTS, str(wrapped["event_id"]))

    def _event_by_socket(self, wrapped: dict[str, Any]) -> None:
        for number in range(AGAIN):
            made = self._by_socket("events_api", wrapped, number)
            if made is None or made.accepted:
                return

    def _by_socket(self, kind: str, payload: dict[str, Any], retry: int = 0) -> Attempt | None:
        """None where the app has no open connection."""
        line = self._workspace.lines.newest()
        if line is None:
            return None
        told = envelope(kind, payload, retry)
        began = time.perf_counter()
        try:
            answer = line.ask(told, WITHIN)
        except ConnectionClosed:
            return self._noted(told, retry, began, None, "the connection was closed")
        return self._noted(told, retry, began, answer, "" if answer is not None else "timeout")

    def _noted(
        self, told: dict[str, Any], retry: int, began: float, answer: dict[str, Any] | None, error: str
    ) -> Attempt:
        payload = (answer or {}).get("payload")
        made = Attempt(
            delivery_id=str(told["envelope_id"]),
            vendor="slack",
            url="Socket Mode",
            attempt=retry + 1,
            at=self._workspace.clock.now(),
            status=200 if answer is not None else None,
            error=error,
            milliseconds=round((time.perf_counter() - began) * 1000, 2),
            body=json.dumps(told),
            answer=json.dumps(payload) if payload else "",
        )
        self._courier.note(made)
        return made
