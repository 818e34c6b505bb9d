"""The open connections of an app in Socket Mode."""

import json
import secrets
import threading
from typing import Any

from simple_websocket import ConnectionClosed, Server

TICKETS = 20  # addresses that were given out and not used
CONNECTIONS = 10  # of one app, as Slack allows


class Line:
    """One open connection of the app."""

    def __init__(self, socket: Server, app_id: str) -> None:
        self._socket, self._app_id = socket, app_id
        self._waiting: dict[str, tuple[threading.Event, list[dict[str, Any]]]] = {}

    def hello(self) -> None:
        told = {
            "type": "hello",
            "num_connections": 1,
            "connection_info": {"app_id": self._app_id},
            "debug_info": {"host": "sandbox", "build_number": 1, "approximate_connection_time": 18060},
        }
        self._socket.send(json.dumps(told))

    def listen(self) -> None:
        """Take the app's answers until it hangs up."""
        while True:
            try:
                answer = json.loads(self._socket.receive())
            except ConnectionClosed:
                return
            except (TypeError, ValueError):
                continue
            waiting = self._waiting.get(str(answer.get("envelope_id")))
            if waiting is not None:
                waiting[1].append(answer)
                waiting[0].set()

    def ask(self, envelope: dict[str, Any], seconds: float) -> dict[str, Any] | None:
        """The app's answer; None when none came in time. Raises ConnectionClosed."""
        name = str(envelope["envelope_id"])
        arrived, answers = self._waiting[name] = (threading.Event(), [])
        try:
            self._socket.send(json.dumps(envelope))
            arrived.wait(seconds)
            return answers[0] if answers else None
        finally:
            del self._waiting[name]

    def close(self) -> None:
        self._socket.close()


class Lines:
    """The app's open connections, and the addresses at which it may open one."""

    def __init__(self, app_id: str) -> None:
        self._app_id, self._lock = app_id, threading.Lock()
        self._tickets: list[str] = []
        self._open: list[Line] = []

    def ticket(self) -> str:
        made = secrets.token_urlsafe(24)
        with self._lock:
            self._tickets = [*self._tickets[-TICKETS:], made]
        return made

    def used(self, ticket: str) -> bool:
        with self._lock:
            known = ticket in self._tickets
            self._tickets = [each for each in self._tickets if each != ticket]
        return known

    def serve(self, socket: Server) -> None:
        """Until the app hangs up."""
        line = Line(socket, self._app_id)
        line.hello()
        with self._lock:
            self._open = [*self._open[-CONNECTIONS:], line]
        try:
            line.listen()
        finally:
            with self._lock:
                self._open = [each for each in self._open if each is not line]

    def newest(self) -> Line | None:
        with self._lock:
            return self._open[-1] if self._open else None

    def close(self) -> None:
        with self._lock:
            lines, self._open = self._open, []
        for line in lines:
            line.close()
