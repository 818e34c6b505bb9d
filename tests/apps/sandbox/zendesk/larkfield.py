"""A small Larkfield account on a real local server, for tests: people, articles, a clock and a courier of our own."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import requests
from flask import Flask
from requests.adapters import HTTPAdapter
from werkzeug.serving import WSGIRequestHandler, make_server
from zenpy import Zenpy

from apps.sandbox.courier import Attempt, Headers, RetryRule
from apps.sandbox.zendesk.api import zendesk_blueprint
from apps.sandbox.zendesk.desk import Desk
from apps.sandbox.zendesk.fields import add_ticket_field
from apps.sandbox.zendesk.help_center import add_article, add_category, add_section
from apps.sandbox.zendesk.seed import segment_id, set_up
from apps.sandbox.zendesk.state import Account, ZendeskState
from apps.sandbox.zendesk.teams import add_group, add_organization, join_group, set_staff
from apps.sandbox.zendesk.users import create_user

TOKEN = "fake-zendesk-token"
BOT = "integration@larkfield.example"
PUBLIC = "https://larkfield.zendesk.com"
Check = Callable[[requests.PreparedRequest, requests.Response], None]


@dataclass
class MovableClock:
    at: datetime = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def pass_by(self, **parts: float) -> None:
        self.at += timedelta(**parts)


@dataclass(frozen=True)
class Sent:
    url: str
    body: bytes
    headers: Headers
    retry: RetryRule
    delivery_id: str


@dataclass
class NotingCourier:
    """Keeps what it is given and delivers nothing; `status` is what every receiver would answer."""

    status: int = 200
    sent: list[Sent] = field(default_factory=list)
    made: list[Attempt] = field(default_factory=list)

    def deliver(self, vendor: str, url: str, body: bytes, headers: Headers, retry: RetryRule, delivery_id: str) -> None:
        self.sent.append(Sent(url, body, headers, retry, delivery_id))
        self.post_now(vendor, url, body, headers, retry, delivery_id)

    def post_now(
        self, vendor: str, url: str, body: bytes, headers: Headers, retry: RetryRule, delivery_id: str
    ) -> Attempt:
        at = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
        one = Attempt(
            delivery_id=delivery_id, vendor=vendor, url=url, attempt=1, at=at, status=self.status, body=body.decode()
        )
        self.made.append(one)
        return one

    def attempts(self, vendor: str | None = None) -> Sequence[Attempt]:
        return self.made


class ToLocal(HTTPAdapter):
    """Sends calls for the account's public address to the local server, and shows each to `check`."""

    def __init__(self, base: str, check: Check | None) -> None:
        self.base, self.check = base, check
        super().__init__()

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        parts, local = urlsplit(str(request.url)), request.copy()
        local.url = f"{self.base}{parts.path}" + (f"?{parts.query}" if parts.query else "")
        response = super().send(local, *args, **kwargs)
        response.url, response.request = str(request.url), request
        if self.check:
            self.check(request, response)
        return response


@dataclass
class Larkfield:
    state: ZendeskState
    clock: MovableClock
    courier: NotingCourier
    base: str
    session: requests.Session
    zenpy: Any
    desk: Desk
    ids: dict[str, int]

    def get(self, path: str, **query: Any) -> requests.Response:
        return self.call("GET", path, params=query)

    def call(self, method: str, path: str, **kwargs: Any) -> requests.Response:
        return self.session.request(method, f"{PUBLIC}/api/v2/{path}", timeout=5, **kwargs)

    def events(self) -> list[dict[str, Any]]:
        """The event payloads given to the courier so far."""
        return [requests.models.complexjson.loads(sent.body) for sent in self.courier.sent]


class Quiet(WSGIRequestHandler):
    def log(self, *args: Any, **kwargs: Any) -> None:
        pass


@contextmanager
def larkfield(check: Check | None = None, **settings: Any) -> Iterator[Larkfield]:
    """The account, served until the block ends; `settings` go to `Account`."""
    clock, courier = MovableClock(), NotingCourier()
    state = ZendeskState(Account(**{"index_lag": timedelta(0), "export_lag": timedelta(0), **settings}), clock, courier)
    ids = furnish(state)
    app = Flask(__name__)
    app.register_blueprint(zendesk_blueprint(state), url_prefix="/zendesk")
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    base = f"http://127.0.0.1:{server.port}/zendesk"
    session = requests.Session()
    session.trust_env = False
    session.mount(PUBLIC, ToLocal(base, check))
    client = Zenpy(subdomain="larkfield", email=BOT, token=TOKEN, session=session, timeout=5, disable_cache=True)
    try:
        yield Larkfield(state, clock, courier, base, session, client, Desk(state), ids)
    finally:
        session.close()
        server.shutdown()
        thread.join()
        server.server_close()


def furnish(state: ZendeskState) -> dict[str, int]:
    """A handful of people and pages; returns their ids by first name or title."""
    set_up(state, "Larkfield Home")
    nobody: dict[str, Any] = {}
    bot = create_user(state, {"name": "Handrail", "email": BOT, "role": "admin"}, nobody)
    maria = create_user(state, {"name": "Maria Lopez", "email": "maria@larkfield.example", "role": "agent"}, nobody)
    tom = create_user(state, {"name": "Tom Okafor", "email": "tom@larkfield.example", "role": "agent"}, nobody)
    care, specialists = add_group(state, "Customer care", default=True), add_group(state, "Specialists")
    for user, joined in ((bot, care), (maria, care), (tom, specialists)):
        join_group(state, user, joined)
    set_staff(state, maria, {"skills": ["orders"], "languages": ["en", "es"]})
    set_staff(state, tom, {"skills": ["fraud"], "languages": ["en"], "status": "away", "capacity": 3})
    harbour = add_organization(state, {"name": "Harbour Lets", "domain_names": ["harbour.example"]})
    ann = create_user(state, {"name": "Ann Field", "email": "ann@mail.example", "phone": "+447700900001"}, nobody)
    intent = add_ticket_field(
        state,
        {"title": "Intent", "type": "tagger", "custom_field_options": [{"name": "Billing", "value": "intent_billing"}]},
    )
    ids = {"bot": bot["id"], "maria": maria["id"], "tom": tom["id"], "ann": ann["id"]}
    ids |= {"care": care["id"], "specialists": specialists["id"], "harbour": harbour["id"], "intent": intent["id"]}
    return ids | _help_centre(state, bot["id"])


def _help_centre(state: ZendeskState, author_id: int) -> dict[str, int]:
    shelf = add_section(state, "Returns", add_category(state, "Help")["id"])
    public = {"title": "How long refunds take", "body": "<p>A refund takes five days.</p>", "label_names": ["refund"]}
    secret = {"title": "Goodwill limits", "body": "<p>Up to 20.</p>", "user_segment_id": segment_id(state, "internal")}
    refunds = add_article(state, public, shelf["id"], author_id)
    goodwill = add_article(state, secret, shelf["id"], author_id)
    state.settle()
    return {"section": shelf["id"], "refunds": refunds["id"], "goodwill": goodwill["id"]}
