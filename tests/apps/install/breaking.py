"""A wire between an admin and the vendors that breaks at one request."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import SplitResult, urlsplit


class Fault(Enum):
    """LOST: it is done, and the answer never comes. FAILED: it is not done, and answered with 500. BOTH: it is done,
    and answered with 500."""

    LOST = "lost"
    FAILED = "failed"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class Wire:
    """Counts what was asked, and breaks at the request of the number `at`, once."""

    url: str = ""
    asked: list[str] = field(default_factory=list)
    at: int = -1
    fault: Fault = Fault.LOST

    def writes(self) -> list[int]:
        """The numbers of the requests so far that were no reading."""
        return [number for number, line in enumerate(self.asked) if not reading(line)]

    def rewind(self, at: int = -1, fault: Fault = Fault.LOST) -> None:
        self.asked.clear()
        self.at, self.fault = at, fault


def reading(line: str) -> bool:
    """Slack is asked by POST for everything."""
    slack = ("auth.test", "conversations.list", "conversations.info", "manifest.validate", "manifest.export", "users.")
    return line.startswith("GET ") or any(name in line for name in slack)


class Passing(BaseHTTPRequestHandler):
    """One connection of the wire, to the vendors behind `target`."""

    protocol_version = "HTTP/1.1"
    wire: Wire
    target: SplitResult

    def pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        broken = len(self.wire.asked) == self.wire.at
        self.wire.asked.append(f"{self.command} {urlsplit(self.path).path}")
        if broken:
            self._broken(body)
            return
        answer = self._asked(body)
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.headers.get("Content-Type", ""))
        if answer.status != 204:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def _broken(self, body: bytes) -> None:
        if self.wire.fault is not Fault.FAILED:
            self._asked(body)
        if self.wire.fault is not Fault.LOST:
            self.send_response(500)
            self.send_header("Content-Length", "0")
            self.end_headers()
        self.close_connection = True

    def _asked(self, body: bytes) -> Answer:
        onward = HTTPConnection(self.target.hostname or "", self.target.port, timeout=20)
        try:
            left = {name: value for name, value in self.headers.items() if name.lower() != "connection"}
            onward.request(self.command, self.path, body or None, left)
            answer = onward.getresponse()
            return Answer(answer.status, dict(answer.headers), answer.read())
        finally:
            onward.close()

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = pass_on  # noqa: N815 - the names are the base class's

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def wired(to: str) -> Iterator[Wire]:
    wire = Wire()
    handler = type("Handler", (Passing,), {"wire": wire, "target": urlsplit(to)})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    wire.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield wire
    finally:
        server.shutdown()
        server.server_close()
