"""The server in front of the application, with little patience so that a test need not have much."""

import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from ipaddress import ip_network
from typing import Any

import pytest
from waitress import wasyncore
from waitress.task import ThreadedTaskDispatcher

from apps.rate_limit import source_of
from apps.web_worker import LARGEST_BODY, LARGEST_HEAD, MOST_AT_ONCE, BufferingServer, ClientLimits, make_server

LITTLE = ClientLimits(request_s=1.0, answer_s=1.0, idle_s=1.0, connections=30, of_one_source=10, at_once=1)
WITHIN = 4.0  # seconds: once a second it is seen who is late
LARGE = 8 * 1024 * 1024
SLOW = b"GET /slow HTTP/1.1\r\nHost: desk\r\n\r\n"
GET = b"GET / HTTP/1.1\r\nHost: desk\r\n\r\n"
POST = b"POST / HTTP/1.1\r\nHost: desk\r\nContent-Length: %d\r\n\r\n"


def has_ipv6() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


needs_ipv6 = pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6")


class Echo:
    """Answers with what it got, and tells what it was asked. /large: with very much, /empty: with nothing at all;
    /slow: when it is let, and `most` is how many there were at once."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.let, self.slow, self.most = threading.Event(), 0, 0

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        body = environ["wsgi.input"].read()
        self.bodies.append(body)
        if environ["PATH_INFO"] == "/slow":
            self.slow += 1
            self.most = max(self.most, self.slow)
            self.let.wait(WITHIN)
            self.slow -= 1
        if environ["PATH_INFO"] == "/empty":
            start_response("204 No Content", [])
            return [b""]
        answer = b"x" * LARGE if environ["PATH_INFO"] == "/large" else body
        start_response("200 OK", [("Content-Length", str(len(answer)))])
        return [answer]


class Served:
    def __init__(self, limits: ClientLimits, proxies: str, host: str) -> None:
        self.application, self._loop, self._over = Echo(), dict[int, Any](), threading.Event()
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.host, listening = host, socket.create_server((host, 0), family=family)
        self.port = listening.getsockname()[1]
        dispatcher = ThreadedTaskDispatcher()
        dispatcher.set_thread_count(2)
        networks = [ip_network(proxies)] if proxies else []
        self.server: BufferingServer = make_server(
            self.application, listening, self._loop, dispatcher, networks, limits
        )
        self._dispatcher = dispatcher
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while not self._over.is_set():
            self.server.end_late()
            wasyncore.loop(timeout=0.2, use_poll=True, map=self._loop, count=1)

    def stop(self) -> None:
        self._over.set()
        self._thread.join()
        self._dispatcher.shutdown()
        wasyncore.close_all(self._loop)

    def connect(self, source: str = "") -> socket.socket:
        here = (source or self.host, 0)
        made = socket.create_connection((self.host, self.port), timeout=WITHIN, source_address=here)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return made


@contextmanager
def served(limits: ClientLimits = LITTLE, proxies: str = "", host: str = "127.0.0.1") -> Iterator[Served]:
    running = Served(limits, proxies, host)
    try:
        yield running
    finally:
        running.stop()


def status(client: socket.socket) -> int:
    """Of the answer; 0 where the connection was closed without one."""
    try:
        head = client.recv(4096)
    except ConnectionResetError:
        return 0
    return int(head[9:12]) if head else 0


def ask(server: Served, request: bytes, source: str = "") -> int:
    with server.connect(source) as client:
        client.sendall(request)
        return status(client)


def trickle(client: socket.socket, piece: bytes) -> float:
    """Seconds in which the server took one byte after the other, the next long before any wait for a byte could end."""
    began = time.monotonic()
    client.settimeout(0.1)
    while time.monotonic() - began < WITHIN:
        try:
            client.sendall(piece)
            if client.recv(1024):
                break
        except TimeoutError:
            continue
        except OSError:
            break
        else:
            break
    return time.monotonic() - began


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (POST % 1000 + b"{", b" "),
        (b"GET / HTTP/1.1\r\n", b"X"),
        (b"GET / HTTP/1.1\r\nX: ", b"x"),
        (b"\r\n", b"\r\n"),
    ],
)
def test_a_request_that_comes_byte_by_byte_ends_in_all_and_not_between_two_bytes(first: bytes, then: bytes) -> None:
    with served() as server, server.connect() as client:
        client.sendall(first)
        assert 0.5 < trickle(client, then) < WITHIN
        assert server.application.bodies == []


def test_whoever_is_late_is_told() -> None:
    with served() as server:
        assert ask(server, POST % 10 + b"{") == 408


def test_a_connection_on_which_nothing_comes_is_closed() -> None:
    with served() as server, server.connect() as client:
        assert client.recv(1) == b""


def test_a_second_request_has_its_own_time() -> None:
    with served() as server, server.connect() as client:
        client.sendall(GET)
        assert status(client) == 200
        client.sendall(POST % 10 + b"{")
        assert status(client) == 408


def test_a_connection_lies_idle_for_a_while_and_no_longer() -> None:
    with served(replace(LITTLE, idle_s=2.0)) as server, server.connect() as client:
        client.sendall(GET)
        assert status(client) == 200
        time.sleep(1.5)
        client.sendall(GET)
        assert status(client) == 200
        assert client.recv(1) == b""


def test_a_connection_outlasts_an_answer_that_never_has_a_body() -> None:
    with served() as server, server.connect() as client:
        for _ in range(2):
            client.sendall(b"GET /empty HTTP/1.1\r\nHost: desk\r\n\r\n")
            assert status(client) == 204
        client.sendall(b"GET /empty HTTP/1.1\r\nHost: desk\r\nConnection: close\r\n\r\n")
        assert status(client) == 204
        assert client.recv(1) == b""


def test_whoever_does_not_read_an_answer_is_left() -> None:
    with served() as server, server.connect() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.sendall(b"GET /large HTTP/1.1\r\nHost: desk\r\n\r\n")
        began = time.monotonic()
        client.recv(512)
        while server.server.active_channels and time.monotonic() - began < WITHIN:
            client.recv(512)
            time.sleep(0.2)
        assert 1 < time.monotonic() - began < WITHIN


def test_slow_clients_bind_no_thread() -> None:
    with served() as server, ExitStack() as open_ones:
        for _ in range(5):
            slow = open_ones.enter_context(server.connect())
            slow.sendall(POST % 10 + b"{")
        began = time.monotonic()
        assert ask(server, GET) == 200
        assert time.monotonic() - began < 0.5


def test_one_source_has_so_many_connections_and_its_oldest_makes_room() -> None:
    with served(replace(LITTLE, request_s=30.0)) as server, ExitStack() as open_ones:
        bystander = open_ones.enter_context(server.connect("127.0.0.3"))
        many = [open_ones.enter_context(server.connect("127.0.0.2")) for _ in range(LITTLE.of_one_source + 3)]
        assert [each.recv(1) for each in many[:3]] == [b"", b"", b""]
        for each in (many[3], many[-1], bystander):
            each.sendall(GET)
            assert status(each) == 200


def test_one_source_leaves_a_thread_for_everybody_else_and_is_answered_in_its_turn() -> None:
    with served() as server, ExitStack() as open_ones:
        many = [open_ones.enter_context(server.connect("127.0.0.2")) for _ in range(5)]
        for each in many:
            each.sendall(SLOW)
        time.sleep(0.3)
        began = time.monotonic()
        assert ask(server, GET, "127.0.0.3") == 200
        assert time.monotonic() - began < 1
        assert server.application.most == 1
        server.application.let.set()
        assert [status(each) for each in many] == [200] * 5
        many[0].sendall(GET)
        assert status(many[0]) == 200


def test_a_proxy_of_ours_has_as_many_answered_as_there_are_threads() -> None:
    with served(proxies="127.0.0.2") as server, ExitStack() as open_ones:
        many = [open_ones.enter_context(server.connect("127.0.0.2")) for _ in range(2)]
        for each in many:
            each.sendall(SLOW)
        time.sleep(0.3)
        assert server.application.slow == 2
        server.application.let.set()
        assert [status(each) for each in many] == [200] * 2


def test_whether_it_is_alive_is_answered_though_every_thread_is_bound() -> None:
    with served() as server, ExitStack() as open_ones:
        for source in ("127.0.0.2", "127.0.0.3", "127.0.0.4"):
            open_ones.enter_context(server.connect(source)).sendall(SLOW)
        time.sleep(0.3)
        began = time.monotonic()
        assert ask(server, b"GET /healthz HTTP/1.1\r\nHost: desk\r\n\r\n") == 200
        assert time.monotonic() - began < 1
        server.application.let.set()


@needs_ipv6
def test_one_ipv6_network_is_one_source() -> None:
    with served(host="::1") as server, server.connect() as client:
        client.sendall(GET)
        assert status(client) == 200
        assert [each.source for each in server.server.active_channels.values()] == [source_of("::2")]


@pytest.mark.parametrize("proxy", ["127.0.0.1", pytest.param("::1", marks=needs_ipv6)])
def test_a_proxy_of_ours_may_have_more(proxy: str) -> None:
    with served(replace(LITTLE, request_s=30.0), proxy, proxy) as server, ExitStack() as open_ones:
        many = [open_ones.enter_context(server.connect()) for _ in range(LITTLE.of_one_source + 3)]
        for each in many:
            each.sendall(GET)
            assert status(each) == 200


def test_where_there_are_too_many_the_slowest_makes_room_for_whoever_comes() -> None:
    with served(replace(LITTLE, request_s=30.0)) as server, ExitStack() as open_ones:
        for number in range(3 * LITTLE.connections):
            slow = open_ones.enter_context(server.connect(f"127.0.1.{1 + number % 100}"))
            slow.sendall(POST % 10 + b"{")
        assert ask(server, GET) == 200
        assert len(server.server.active_channels) <= LITTLE.connections + 1


def test_a_body_that_is_too_large_is_refused_before_it_comes() -> None:
    with served() as server:
        assert ask(server, POST % (LARGEST_BODY + 1)) == 413
        assert server.application.bodies == []


def test_a_head_that_is_too_large_is_refused() -> None:
    with served() as server:
        assert ask(server, b"GET / HTTP/1.1\r\nX: " + b"x" * LARGEST_HEAD) == 431


@pytest.mark.parametrize(
    ("request_head", "answer"),
    [
        (b"Transfer-Encoding: chunked\r\n", 411),
        (b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", 400),
        (b"Content-Length: 4\r\nContent-Length: 5\r\n", 400),
        (b"Content-Length: 4\r\nContent-Length: 4\r\n", 400),
        (b"Content-Length: +4\r\n", 400),
        (b"Content-Length: -4\r\n", 400),
        (b"Content-Length: 0x4\r\n", 400),
        (b"Transfer-Encoding: xchunked\r\n", 501),
        (b"Transfer-Encoding: chunked, identity\r\n", 501),
        (b"Transfer-Encoding : chunked\r\n", 400),
        (b"X: a\nTransfer-Encoding: chunked\r\n", 400),
    ],
)
@pytest.mark.parametrize("version", [b"1.1", b"1.0"])
def test_no_request_is_hidden_within_another(request_head: bytes, answer: int, version: bytes) -> None:
    hidden = b"0\r\n\r\nGET /hidden HTTP/1.1\r\nHost: desk\r\n\r\n"
    with served() as server, server.connect() as client:
        client.sendall(b"POST / HTTP/" + version + b"\r\nHost: desk\r\n" + request_head + b"\r\n" + hidden)
        told = _everything(client)
        assert int(told[9:12]) == answer if version == b"1.1" else int(told[9:12]) in (400, 411, 501)
        assert told.count(b"HTTP/1.") == 1
        assert server.application.bodies == []


def test_a_few_requests_may_follow_each_other_without_waiting() -> None:
    with served() as server, server.connect() as client:
        client.sendall(GET * 3)
        found = b""
        while found.count(b"HTTP/1.1 200 OK") < 3:
            found += client.recv(4096)


def test_many_that_do_not_wait_for_an_answer_are_not_waited_for() -> None:
    with served() as server, server.connect() as client:
        client.sendall(GET * (MOST_AT_ONCE * 20))
        assert _everything(client).count(b"HTTP/1.1 200 OK") < MOST_AT_ONCE * 20


def _everything(client: socket.socket) -> bytes:
    """Until the server closes."""
    found = b""
    try:
        while piece := client.recv(65536):
            found += piece
    except ConnectionResetError:
        pass
    return found
