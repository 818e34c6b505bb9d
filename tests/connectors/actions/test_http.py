"""A system by HTTP: which address is asked, what is sent there, and what each way of answering means."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from apps.processes import free_port
from connectors.actions.systems import MOST_BYTES, HttpSystem, Systems
from core.errors import ConfigurationError, HandrailError, RejectedError, TransientError, UnknownOutcome
from core.policy.actions import ActionRequest

SECOND = timedelta(seconds=1)
TOKEN = "not-a-real-token"


@dataclass
class Desk:
    """A system that answers as it is told to."""

    url: str = ""
    asked: list[tuple[str, Mapping[str, str], bytes]] = field(default_factory=list)
    answer: Callable[[BaseHTTPRequestHandler], None] = lambda handler: said(handler, b'{"order": {"id": 1}}')


def said(
    handler: BaseHTTPRequestHandler,
    body: bytes,
    status: int = 200,
    *,
    length: int = 0,
    location: str = "",
    wait: str = "",
) -> None:
    handler.send_response(status)
    handler.send_header("Content-Length", str(length or len(body)))
    if location:
        handler.send_header("Location", location)
    if wait:
        handler.send_header("Retry-After", wait)
    handler.end_headers()
    handler.wfile.write(body)


@pytest.fixture
def desk() -> Iterator[Desk]:
    found = Desk()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            found.asked.append((f"{self.command} {self.path}", dict(self.headers), body))
            found.answer(self)

        do_POST = do_PUT = do_GET  # noqa: N815 - the names are the base class's

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    found.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield found
    server.shutdown()
    server.server_close()


def systems(url: str, *, private: bool = True) -> Systems:
    return Systems({"orders": HttpSystem("orders", url=url, token=TOKEN, headers={"X-Shop": "1"}, private=private)})


def request(method: str = "post", **changes: Any) -> ActionRequest:
    return ActionRequest(**{"system": "orders", "method": method, "path": "/v1/orders/{input.order}", **changes})


def change(desk: Desk, order: Any = "LK-1", **changes: Any) -> dict[str, Any]:
    facts = {"input": {"order": order, "note": 'a"b'}, "customer": {"name": "Emma"}}
    return systems(desk.url).call(request(**changes), facts, "ac_1", SECOND)


def look(desk: Desk) -> dict[str, Any]:
    return systems(desk.url).read(request("get"), {"input": {"order": "LK-1"}}, SECOND)


def test_a_change_bears_its_key_its_token_and_the_body_as_the_policy_writes_it(desk: Desk) -> None:
    assert change(desk, body={"note": "{input.note}", "of": "{customer.name}"}, take="order") == {"id": 1}
    ((asked, headers, body),) = desk.asked
    assert asked == "POST /v1/orders/LK-1"
    assert (headers["Idempotency-Key"], headers["Authorization"], headers["X-Shop"]) == ("ac_1", f"Bearer {TOKEN}", "1")
    assert json.loads(body) == {"note": 'a"b', "of": "Emma"}


def test_a_look_bears_no_key_and_no_body(desk: Desk) -> None:
    look(desk)
    ((asked, headers, body),) = desk.asked
    assert (asked, "Idempotency-Key" in headers, body) == ("GET /v1/orders/LK-1", False, b"")


@pytest.mark.parametrize(
    ("order", "path"),
    [
        ("a?b=c", "/v1/orders/a%3Fb%3Dc"),
        ("a#b", "/v1/orders/a%23b"),
        ("%2f..%2fadmin", "/v1/orders/%252f..%252fadmin"),
        ("é😀", "/v1/orders/%C3%A9%F0%9F%98%80"),
        ("a b", "/v1/orders/a%20b"),
        ("a;b&c", "/v1/orders/a%3Bb%26c"),
        ("//evil.example".replace("/", "."), "/v1/orders/..evil.example"),
        (["a", "b"], "/v1/orders/a%2C%20b"),
        (12, "/v1/orders/12"),
    ],
)
def test_a_value_stays_in_its_part_of_the_path(desk: Desk, order: Any, path: str) -> None:
    change(desk, order)
    assert desk.asked[0][0] == f"POST {path}"


@pytest.mark.parametrize("order", ["../admin", "a/b", "..", ".", "", "a\\b", "a\nb", "a\r\nHost: x", "a\x00", "\ud800"])
def test_what_could_lead_out_of_it_is_asked_for_nowhere(desk: Desk, order: str) -> None:
    with pytest.raises(RejectedError):
        change(desk, order)
    assert desk.asked == []


def test_no_redirect_is_followed(desk: Desk) -> None:
    """Not even to the same machine: a change may have been done before it."""
    desk.answer = lambda handler: said(handler, b"", 302, location=f"{desk.url}/elsewhere")
    with pytest.raises(ConfigurationError, match="sends us elsewhere"):
        change(desk)
    assert len(desk.asked) == 1


def test_the_companys_own_network_is_spoken_to_only_where_the_settings_say_so(desk: Desk) -> None:
    with pytest.raises(ConfigurationError, match="private network"):
        systems(desk.url, private=False).read(request("get"), {"input": {"order": "1"}}, SECOND)
    assert desk.asked == []


@pytest.mark.parametrize("private", [True, False])
def test_where_a_cloud_tells_a_machine_its_secrets_nobody_is_asked(private: bool) -> None:
    with pytest.raises(ConfigurationError, match=r"private network|no system"):
        systems("http://169.254.169.254", private=private).read(request("get"), {"input": {"order": "1"}}, SECOND)


def test_a_system_that_the_settings_do_not_name_is_spoken_to_nowhere() -> None:
    with pytest.raises(ConfigurationError, match="no system 'shop' is set"):
        Systems({}).read(request("get", system="shop"), {}, SECOND)


@pytest.mark.parametrize(
    ("status", "of_a_change", "of_a_look"),
    [
        (400, RejectedError, RejectedError),
        (401, ConfigurationError, ConfigurationError),
        (404, RejectedError, RejectedError),
        (408, UnknownOutcome, TransientError),
        (409, RejectedError, RejectedError),
        (429, TransientError, TransientError),
        (500, UnknownOutcome, TransientError),
        (502, UnknownOutcome, TransientError),
        (503, TransientError, TransientError),
    ],
)
def test_what_a_status_means(
    desk: Desk, status: int, of_a_change: type[HandrailError], of_a_look: type[HandrailError]
) -> None:
    desk.answer = lambda handler: said(handler, b'{"error": "no <b>way</b>"}', status)
    for act, kind in ((change, of_a_change), (look, of_a_look)):
        with pytest.raises(kind) as raised:
            act(desk)
        assert type(raised.value) is kind
        assert "<" not in str(raised.value)
        assert TOKEN not in str(raised.value)


@pytest.mark.parametrize(
    ("said_by_it", "waited"),
    [("20", 20), ("3600", 60), ("9" * 12, 60), ("", None), ("soon", None), ("-5", None), ("Fri, 31 Dec 2027", None)],
)
@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_system_is_given_the_time_that_it_asks_for_and_a_minute_at_most(
    desk: Desk, status: int, said_by_it: str, waited: int | None
) -> None:
    desk.answer = lambda handler: said(handler, b"{}", status, wait=said_by_it)
    with pytest.raises(TransientError) as raised:
        change(desk)
    assert raised.value.retry_after == (timedelta(seconds=waited) if waited else None)


@pytest.mark.parametrize(
    "body",
    [
        b"{" + b'"a": [' * 3000 + b"]" * 3000 + b"}",
        b'{"order": ' + b"[" * 80 + b"]" * 80 + b"}",
        b'{"order": NaN}',
        b"<html>fine</html>",
        b'["done"]',
        b'{"other": {}}',
        b'{"order": {"note": "' + b"x" * MOST_BYTES + b'"}}',
    ],
    ids=["deeper than a parser goes", "deep", "no number", "a page", "a list", "without what is taken", "long"],
)
def test_an_odd_answer_to_a_change_is_no_word_on_whether_it_was_done(desk: Desk, body: bytes) -> None:
    desk.answer = lambda handler: said(handler, body)
    with pytest.raises(UnknownOutcome):
        change(desk, take="order")
    with pytest.raises(RejectedError) as raised:
        systems(desk.url).read(request("get", take="order"), {"input": {"order": "LK-1"}}, SECOND)
    assert raised.value.code == "malformed_answer"


def test_an_answer_without_a_body_is_one(desk: Desk) -> None:
    desk.answer = lambda handler: said(handler, b"", 204)
    assert change(desk) == {}


def drop(handler: BaseHTTPRequestHandler) -> None:
    """A byte now and then, each sooner than anybody's patience for one."""
    handler.send_response(200)
    handler.send_header("Content-Length", "100")
    handler.end_headers()
    for _ in range(40):
        try:
            handler.wfile.write(b" ")
        except OSError:
            return
        time.sleep(0.1)


def test_an_answer_in_drops_is_waited_for_no_longer_than_any(desk: Desk) -> None:
    desk.answer = drop
    began = time.monotonic()
    with pytest.raises(UnknownOutcome, match="does not answer"):
        change(desk)
    assert time.monotonic() - began < 2.5


def test_an_answer_that_breaks_off_is_none(desk: Desk) -> None:
    desk.answer = lambda handler: said(handler, b'{"order": {}}', length=500)
    with pytest.raises(UnknownOutcome):
        change(desk)


def test_where_nobody_listens_nothing_was_told() -> None:
    nobody = systems(f"http://127.0.0.1:{free_port(None, 0)}")
    with pytest.raises(TransientError) as raised:
        nobody.call(request(), {"input": {"order": "LK-1"}}, "ac_1", SECOND)
    assert type(raised.value) is TransientError


def test_a_tool_of_an_mcp_server_is_none_of_a_system_by_http(desk: Desk) -> None:
    with pytest.raises(ConfigurationError, match="no MCP server"):
        change(desk, method="call", tool="cancel")
