"""The web's worker process: a request is whole before a thread is bound to it, and every wait for a client has an end.

Gunicorn opens the socket, starts the processes and starts one anew that has ended. In each, waitress reads what clients
send in one loop and gives whole requests to its threads. What a client may take its time over, and how much it may
send, stands below: in all, not from one byte to the next."""

import os
import resource
import socket
import time
from collections import Counter, defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from logging import ERROR, getLogger
from threading import Lock
from typing import Any

from gunicorn.workers.base import Worker
from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher, WSGITask
from waitress.utilities import BadRequest, Error

from apps.forwarded import Application, Network, is_within
from apps.rate_limit import source_of
from webhooks.intake import LARGEST

LARGEST_HEAD = 32 * 1024
LARGEST_BODY = 2 * LARGEST  # the intake refuses first, with a count and a reason
KEPT_IN_MEMORY = 64 * 1024  # of one request; the rest waits on the disk
MOST_AT_ONCE = 8  # requests that one connection sends without waiting for an answer
FILES_BESIDES = 200  # that are open for other things than connections
LINGER = 1.0  # seconds in which a stopping process still reads what a client may be sending already
ALIVE = "/healthz"  # answered by a thread of its own: who looks whether we live is not told that we are busy
TOO_LATE = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientLimits:
    """Seconds are of the whole: from a request's first byte to its last (no vendor waits longer for its
    answer), until an answer was read, between two requests. But from a
    proxy of ours, `of_one_source` is how many connections one address may have, and `at_once` how many of its requests
    are answered at a time: fewer than there are threads, so that one is left for everybody else."""

    request_s: float = 15.0
    answer_s: float = 60.0
    idle_s: float = 30.0
    connections: int = 1000
    of_one_source: int = 200
    at_once: int = 6


class LengthRequiredError(Error):  # type: ignore[misc]
    code = 411
    reason = "Length Required"


class WholeRequest(HTTPRequestParser):  # type: ignore[misc]
    """Without a body whose length nobody knows: nobody who may call sends one, and it could go on for ever. Two lengths
    for one body are how a request is hidden within another."""

    error: Error | None
    path = ""  # of one that was not understood

    def received(self, data: bytes) -> int:
        consumed: int = super().received(data)
        if self.error is None and (self.chunked or "TRANSFER_ENCODING" in self.headers):
            both = "CONTENT_LENGTH" in self.headers or not self.chunked
            self.error = BadRequest("two lengths") if both else LengthRequiredError("send a Content-Length")
            self.completed = True
        return consumed


class TooManyAtOnceError(Exception):
    """From a client that does not wait for an answer."""


class Answer(WSGITask):  # type: ignore[misc]
    """Waitress ends a connection after an answer without a length, also where such an answer never has one."""

    def set_close_on_finish(self) -> None:
        asked = self.request.headers.get("CONNECTION", "").lower() == "close"
        if self.has_body or asked or self.version == "1.0":
            super().set_close_on_finish()


class Connection(HTTPChannel):  # type: ignore[misc]
    """It lies idle once a request was whole, until the next begins; `since` is when that was, and `untaken_since` when
    an answer began to wait for its client."""

    close_when_flushed: bool
    task_class = Answer

    def __init__(self, *arguments: Any, **more: Any) -> None:
        self.since = time.monotonic()
        self.idle = False
        self.untaken_since: float | None = None
        super().__init__(*arguments, **more)
        self.address = str(self.addr[0])
        self.source = source_of(self.address)  # of all of them it is asked whenever one more comes

    @property
    def asks_whether_alive(self) -> bool:
        return bool(self.requests[0].path == ALIVE)

    def service(self) -> None:
        alive = self.asks_whether_alive  # it is gone from the requests afterwards
        try:
            super().service()
        finally:
            if not alive:
                self.server.let_next(self.source)

    def parser_class(self, adjustments: Adjustments) -> WholeRequest:
        if len(self.requests) > MOST_AT_ONCE:
            raise TooManyAtOnceError
        return WholeRequest(adjustments)

    def received(self, data: bytes) -> bool:
        try:
            more: bool = super().received(data)
        except TooManyAtOnceError:
            self.handle_close()
            return False
        if self.idle and self.request is not None:
            self.since, self.idle = time.monotonic(), False
        return more

    def end_if_late(self, now: float, limits: ClientLimits) -> None:
        if self.total_outbufs_len == 0:
            self.untaken_since = None
        elif self.untaken_since is None:
            self.untaken_since = now
        elif now - self.untaken_since > limits.answer_s:
            self.handle_close()
        if self.requests or self.total_outbufs_len or self.close_when_flushed:
            return
        if now - self.since > (limits.idle_s if self.idle else limits.request_s):
            if self.request is not None and not self.idle:
                self.write_soon(TOO_LATE)
            self.close_when_flushed = True


class BufferingServer(TcpWSGIServer):  # type: ignore[misc]
    """Where there are too many connections, the one that has sent no whole request for the longest time makes room."""

    channel_class = Connection

    def __init__(self, *arguments: Any, proxies: Sequence[Network], limits: ClientLimits, **more: Any) -> None:
        self._proxies, self._limits = proxies, limits
        self._alive = ThreadedTaskDispatcher()
        self._alive.set_thread_count(1)
        self._counting, self._answering = Lock(), Counter[str]()
        self._waiting: defaultdict[str, deque[Connection]] = defaultdict(deque)
        super().__init__(*arguments, **more)

    def add_task(self, task: Connection) -> None:
        """A connection has a whole request, which may have to wait for others of its source."""
        task.since, task.idle = time.monotonic(), True
        if task.asks_whether_alive:
            self._alive.add_task(task)
            return
        with self._counting:
            if self._answering[task.source] >= self._limits.at_once and not is_within(task.address, self._proxies):
                self._waiting[task.source].append(task)
                return
            self._answering[task.source] += 1
        super().add_task(task)

    def let_next(self, source: str) -> None:
        """A request of this source is answered."""
        with self._counting:
            following = self._waiting[source].popleft() if source in self._waiting else None
            if following is None:
                self._answering[source] -= 1
            if not self._waiting.get(source):
                self._waiting.pop(source, None)
            if not self._answering[source]:
                del self._answering[source]
        if following is not None:
            super().add_task(following)

    def maintenance(self, now: float) -> None:
        """Waitress asks while it goes through its connections, where none may be closed; `end_late` does its work."""

    def end_late(self) -> None:
        now = time.monotonic()
        for connection in list(self.active_channels.values()):
            connection.end_if_late(now, self._limits)

    def handle_accept(self) -> None:
        before = set(self.active_channels)
        super().handle_accept()
        for fresh in set(self.active_channels) - before:
            everybody = list(self.active_channels.values())
            source, address = self.active_channels[fresh].source, self.active_channels[fresh].address
            siblings = [each for each in everybody if each.source == source]
            if len(siblings) > self._limits.of_one_source and not is_within(address, self._proxies):
                _make_room(siblings)
            elif len(everybody) > self._limits.connections:
                _make_room(everybody)


def _make_room(connections: list[Connection]) -> None:
    waiting = [each for each in connections if not each.requests and not each.will_close]
    if waiting:
        min(waiting, key=lambda each: each.since).handle_close()


def make_server(
    application: Application,
    listening: socket.socket,
    loop: dict[int, Any],
    dispatcher: ThreadedTaskDispatcher,
    proxies: Sequence[Network],
    limits: ClientLimits,
) -> BufferingServer:
    """Serves on a socket that is bound already, whenever `loop` is gone through."""
    adjustments = Adjustments(
        sockets=[listening],
        connection_limit=limits.connections + FILES_BESIDES,
        max_request_header_size=LARGEST_HEAD,
        max_request_body_size=LARGEST_BODY,
        inbuf_overflow=KEPT_IN_MEMORY,
        ident="",
        log_socket_errors=False,
        # apps.forwarded reads them, and removes them where nobody vouches for them.
        clear_untrusted_proxy_headers=False,
    )
    return BufferingServer(
        application,
        loop,
        _sock=listening,
        dispatcher=dispatcher,
        adj=adjustments,
        sockinfo=(listening.family, listening.type, listening.proto, listening.getsockname()),
        bind_socket=False,
        proxies=proxies,
        limits=limits,
    )


class BufferingWorker(Worker):  # type: ignore[misc]
    """Gunicorn's side of it."""

    def run(self) -> None:
        limits = ClientLimits()
        files = _allow_files(limits.connections + FILES_BESIDES)
        limits = replace(limits, connections=files - FILES_BESIDES, at_once=max(1, self.cfg.threads - 2))
        dispatcher = ThreadedTaskDispatcher()
        dispatcher.set_thread_count(self.cfg.threads)
        # Every wave of requests would be a line in the log.
        dispatcher.queue_logger = getLogger("handrail.web.queue")
        dispatcher.queue_logger.setLevel(ERROR)
        self._loop: dict[int, Any] = {}
        proxies = self.app.settings.trusted_proxies
        self._servers = [
            make_server(self.wsgi, each.sock, self._loop, dispatcher, proxies, limits) for each in self.sockets
        ]
        self._looked_at = 0.0
        while self.alive and self.ppid == os.getppid():
            self._turn(1.0)
        self._finish()

    def handle_exit(self, signal: int, frame: Any) -> None:
        super().handle_exit(signal, frame)
        for server in getattr(self, "_servers", ()):
            server.pull_trigger()

    def _turn(self, seconds: float) -> None:
        self.notify()
        if time.monotonic() - self._looked_at >= 1:
            self._looked_at = time.monotonic()
            for server in self._servers:
                server.end_late()
        wasyncore.loop(timeout=seconds, use_poll=True, map=self._loop, count=1)

    def _finish(self) -> None:
        """Take no more connections; answer every request that is there, or comes within a moment."""
        began = time.monotonic()
        for server in self._servers:
            wasyncore.dispatcher.close(server)  # the listening socket alone
        until = began + self.cfg.graceful_timeout - 0.5
        while (now := time.monotonic()) < until and (now < began + LINGER or self._busy()):
            self._turn(0.1)

    def _busy(self) -> bool:
        connections = [each for server in self._servers for each in server.active_channels.values()]
        return any(each.requests or each.total_outbufs_len for each in connections)


def _allow_files(wanted: int) -> int:
    """Have the system let us open this many, where it does; how many it lets."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return wanted
    allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    return allowed
