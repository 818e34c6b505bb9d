"""A line between two processes that can be slow, silent, cut, or lose an answer."""

import json
import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from apps.sandbox.faults import BROKEN, RATE_LIMITED

Place = Path | tuple[str, int]
CHUNK = 65_536
CUT_AFTER = 40  # bytes of an answer: in the middle of its first lines
SLOW_S = 0.4  # for each piece of an answer
MODES = ("pass", "slow", "stop", "cut", "lost", "429", "5xx")


@dataclass(slots=True)
class Wire:
    """Listens on 127.0.0.1 and carries what comes to `place`. `mode` may be changed while it runs: what it is when a
    request arrives holds for its answer. `vendor` knows how it refuses."""

    place: Place
    vendor: str = ""
    mode: str = "pass"
    struck: int = 0  # requests that met a fault
    _server: socket.socket = field(init=False)
    _closed: bool = False

    def __post_init__(self) -> None:
        self._server = socket.create_server(("127.0.0.1", 0), backlog=256)
        threading.Thread(target=self._accept, name="wire", daemon=True).start()

    @property
    def port(self) -> int:
        return int(self._server.getsockname()[1])

    def close(self) -> None:
        self._closed = True
        self._server.close()

    def _accept(self) -> None:
        while not self._closed:
            try:
                near, _ = self._server.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(near,), name="wire", daemon=True).start()

    def _serve(self, near: socket.socket) -> None:
        try:
            self._wait_while_stopped()
            far = self._connect()
        except OSError:
            near.close()
            return
        line = _Line(wire=self, near=near, far=far)
        back = threading.Thread(target=line.back, name="wire", daemon=True)
        back.start()
        line.forth()
        back.join()
        near.close()
        far.close()

    def _connect(self) -> socket.socket:
        if isinstance(self.place, Path):
            far = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            far.connect(str(self.place))
            return far
        far = socket.create_connection(self.place, timeout=5)
        far.settimeout(None)
        return far

    def _wait_while_stopped(self) -> None:
        while self.mode == "stop" and not self._closed:
            time.sleep(0.05)

    def refusal(self, mode: str) -> bytes:
        status, body = (429, RATE_LIMITED.get(self.vendor)) if mode == "429" else BROKEN.get(self.vendor, (503, None))
        told = json.dumps(body or {"error": "unavailable"}).encode()
        after = "Retry-After: 1\r\n" if status in (429, 503) else ""
        head = f"HTTP/1.1 {status} No\r\nContent-Type: application/json\r\n{after}Content-Length: {len(told)}\r\n"
        return head.encode() + b"Connection: close\r\n\r\n" + told


@dataclass(slots=True)
class _Line:
    wire: Wire
    near: socket.socket
    far: socket.socket
    mode: str = "pass"

    def forth(self) -> None:
        with suppress(OSError):
            while piece := self.near.recv(CHUNK):
                self.mode = self.wire.mode
                if self.mode != "pass":
                    self.wire.struck += 1
                if self.mode == "stop":
                    self.wire._wait_while_stopped()
                if self.mode in ("429", "5xx"):
                    self._hear_it_out()
                    self.near.sendall(self.wire.refusal(self.mode))
                    break
                self.far.sendall(piece)
        self._end()

    def back(self) -> None:
        with suppress(OSError):
            while piece := self.far.recv(CHUNK):
                if self.mode == "slow":
                    time.sleep(SLOW_S)
                if self.mode == "lost":
                    break
                if self.mode == "cut":
                    self.near.sendall(piece[:CUT_AFTER])
                    break
                if self.wire.mode == "stop":
                    self.wire._wait_while_stopped()
                self.near.sendall(piece)
        self._end()

    def _hear_it_out(self) -> None:
        """The body comes after the head; who is refused before it was sent would know of no refusal."""
        self.near.settimeout(0.1)
        with suppress(TimeoutError):
            self.near.recv(CHUNK)
        self.near.settimeout(None)

    def _end(self) -> None:
        for each in (self.near, self.far):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
