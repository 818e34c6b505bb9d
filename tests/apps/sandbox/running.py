"""A sandbox on a free port, and a receiver that stands where Handrail would."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit, urlunsplit

from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response as TwilioResponse
from twilio.rest import Client as TwilioClient
from werkzeug.serving import make_server

from apps.sandbox.app import World, build_world, create_app
from apps.sandbox.settings import SandboxSettings
from connectors.zendesk.api import ZendeskAccount

PUBLIC_URL = "https://handrail.example"


def wait_until(true: Callable[[], bool], seconds: float = 5.0) -> None:
    """Return as soon as `true()` is; fail after `seconds`."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come true"
        time.sleep(0.01)


@dataclass(frozen=True, kw_only=True)
class Post:
    """One request the receiver got."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(self.body.decode(), True).items()}


Reply = tuple[int, dict[str, str], bytes]


@dataclass
class Receiver:
    """Keeps what is posted to it; answers with what `reply` says."""

    url: str = ""
    posts: list[Post] = field(default_factory=list)
    reply: Callable[[Post], Reply] = lambda post: (204, {}, b"")

    def wait_for(self, number: int, path: str = "", seconds: float = 5.0) -> list[Post]:
        """The posts to `path`, once there are `number` of them; fails after `seconds`."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = [post for post in list(self.posts) if post.path.startswith(path)]
            if len(found) >= number:
                return found
            time.sleep(0.01)
        raise AssertionError(f"{number} posts to {path!r} were expected, came: {self.posts}")


@contextmanager
def receiving() -> Iterator[Receiver]:
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            post = Post(path=self.path, headers=dict(self.headers), body=body)
            receiver.posts.append(post)
            status, headers, answer = receiver.reply(post)
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(answer))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer)

        do_GET = do_POST  # noqa: N815 - the name is the base class's

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    receiver.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()


@dataclass(frozen=True, kw_only=True)
class Sandbox:
    """A served sandbox and what lies behind it."""

    url: str
    world: World
    receiver: Receiver


def zendesk_account(sandbox: Sandbox, **changes: Any) -> ZendeskAccount:
    """The integration user's at the sandbox."""
    settings = sandbox.world.settings
    known = {"subdomain": "larkfield", "email": settings.zendesk_email, "token": settings.zendesk_token}
    return ZendeskAccount(**{**known, "base_url": f"{sandbox.url}/zendesk", **changes})


@contextmanager
def serving(**changes: object) -> Iterator[Sandbox]:
    """A sandbox whose webhooks reach a receiver through a public address; fast, and without lag."""
    with receiving() as receiver:
        quick: dict[str, object] = {
            "port": 0,
            "handrail_url": receiver.url,
            "handrail_public_url": PUBLIC_URL,
            "lag_seconds": 0.0,
            "status_seconds": 0.02,
            "seed": Path(__file__).with_name("small_company"),
        }
        settings = SandboxSettings(**{**quick, **changes})  # type: ignore[arg-type]
        world = build_world(settings)
        server = make_server("127.0.0.1", settings.port, create_app(settings, world), threaded=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield Sandbox(url=f"http://127.0.0.1:{server.server_port}", world=world, receiver=receiver)
        finally:
            world.close()
            server.shutdown()
            server.server_close()


class LocalTwilio(TwilioHttpClient):
    """Twilio's own HTTP client with the host exchanged, as the vendor has no setting for it."""

    def __init__(self, base: str) -> None:
        super().__init__(timeout=5)
        self._base = urlsplit(base)

    def request(self, method: str, uri: str, *args: object, **kwargs: object) -> TwilioResponse:
        asked = urlsplit(uri)
        headers = kwargs.get("headers") or {}
        assert isinstance(headers, dict)
        kwargs["headers"] = {**headers, "X-Original-Host": asked.netloc}
        path = self._base.path + asked.path
        local = urlunsplit((self._base.scheme, self._base.netloc, path, asked.query, ""))
        return super().request(method, local, *args, **kwargs)


def twilio_client(sandbox: Sandbox, token: str = "") -> TwilioClient:
    settings = sandbox.world.settings
    return TwilioClient(
        settings.twilio_account_sid,
        token or settings.twilio_auth_token,
        http_client=LocalTwilio(f"{sandbox.url}/twilio"),
    )
