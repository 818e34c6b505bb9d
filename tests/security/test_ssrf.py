"""No address in a setting, a redirect, a name server's answer or a customer's data leads us to a machine that it should
not: the cloud's metadata, the machines beside us, another vendor's account."""

import ast
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from connectors.actions.mcp import McpSystem
from connectors.calendar.http import HttpCalendar
from connectors.checks.http import HttpProbe
from connectors.guarded import GuardedAdapter, RefusedAddressError, is_somebodys, own_session, path_part
from connectors.orders.orders import HttpOrders
from connectors.own_systems import OwnSystem
from connectors.profile.http import HttpProfileSource
from connectors.profile.mapping import Mapping
from connectors.status.page import HttpStatusPage
from connectors.twilio.client import TwilioAccount
from connectors.twilio.media import TwilioMedia
from connectors.web.fetch import session_of
from connectors.zendesk.helpdesk import anonymous, is_file_host
from core.errors import ConfigurationError, HandrailError, RejectedError, TransientError
from core.model.customer import Customer, Identity, IdentityKind
from core.model.profile import FactSource
from tests.clock import NOW
from tests.core.people import customer
from tests.sources import tree_of

ROOT = Path(__file__).parents[2]
METADATA = (
    "http://169.254.169.254", "http://[fd00:ec2::254]", "http://100.100.100.200", "http://[fe80::1]",
    "http://[::ffff:169.254.169.254]", "http://0.0.0.0", "http://224.0.0.1", "http://2852039166", "http://0xa9fea9fe",
)  # fmt: skip


def known(number: str = "501") -> Customer:
    return customer(identities=(Identity(kind=IdentityKind.HELPDESK, value=number, verified=True),))


def profile(url: str) -> HttpProfileSource:
    mapping = Mapping(name="crm", source=FactSource.CRM, path="/people/{helpdesk}", facts={"plan": "plan"})
    return HttpProfileSource(url=url, token="fake", mapping=mapping, now=lambda: NOW)


# Every system of the company's own that an address is set for; `test_no_session_is_unguarded` finds what is missing.
ASKED: dict[str, Callable[[str], Any]] = {
    "orders": lambda url: HttpOrders(url=url, token="fake").of_customer(known()),
    "profile": lambda url: profile(url).facts(known()),
    "calendar": lambda url: HttpCalendar(url=url, token="fake").cancel("ap_1", key="k"),
    "checks": lambda url: HttpProbe(url=url, token="fake").look("online", known()),
    "status": lambda url: HttpStatusPage(url).read(""),
    "mcp": lambda url: McpSystem("it", url=url, token="fake", headers={}, private=True).tools(),
    "actions": lambda url: OwnSystem("it", "IT", url=url, token="fake").ask("POST", "/do", body={}, key="k"),
}


@pytest.mark.parametrize("url", METADATA)
@pytest.mark.parametrize("name", ASKED)
def test_nothing_asks_the_machines_own_metadata(name: str, url: str) -> None:
    with pytest.raises(ConfigurationError, match="no system of anybody's"):
        ASKED[name](url)


@contextmanager
def serving(status: int, location: str = "") -> Iterator[tuple[str, list[str]]]:
    """A web server that answers everything so, and what it was asked."""
    seen: list[str] = []

    class Answering(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            seen.append(f"{self.command} {self.path} {self.headers.get('Authorization', '')}")
            self.send_response(status)
            self.send_header("Content-Length", "0")
            if location:
                self.send_header("Location", location)
            self.end_headers()

        do_GET = do_POST = do_DELETE = _answer  # noqa: N815 - the names are the standard library's

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", seen
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("name", ASKED)
def test_no_redirect_is_followed_and_no_token_given_away(name: str) -> None:
    with serving(200) as (elsewhere, taken), serving(302, f"{elsewhere}/steal") as (own, asked):
        with pytest.raises(HandrailError):
            ASKED[name](own)
        assert len(set(asked)) == 1  # an MCP server is asked in two versions of the protocol
        assert taken == []


def test_a_name_that_leads_to_the_metadata_the_second_time_is_asked_once() -> None:
    answers = iter([["10.0.0.5"], ["169.254.169.254"]])
    session = own_session("http://crm.example", resolve=lambda host: next(answers))
    adapter = session.get_adapter("http://crm.example")
    assert isinstance(adapter, GuardedAdapter)
    assert adapter.address_of("http://crm.example/a") == "10.0.0.5"
    with pytest.raises(ConfigurationError):
        adapter.address_of("http://crm.example/b")


def test_of_several_addresses_one_that_is_nobodys_is_enough() -> None:
    with pytest.raises(RefusedAddressError):
        GuardedAdapter(private=True, resolve=lambda _: ["10.0.0.5", "169.254.169.254"]).address_of("http://x.example")


def test_a_host_that_there_is_not_may_be_there_later() -> None:
    with pytest.raises(TransientError):
        OwnSystem("it", "IT", url="http://nobody.invalid", token="fake").ask("POST", "/do", body={}, key="k")


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "10.1.2.3", "192.168.0.9", "fd12::1", "93.184.216.34"])
def test_a_company_may_have_its_systems_in_its_own_network(address: str) -> None:
    assert is_somebodys(address)


@pytest.mark.parametrize("value", ["..", ".", "...", ""])
def test_no_id_leads_out_of_its_path(value: str) -> None:
    with pytest.raises(RejectedError):
        path_part(value)
    assert path_part("a/../b?c#d") == "a%2F..%2Fb%3Fc%23d"


def test_a_customers_id_stays_one_part_of_the_address() -> None:
    with serving(404) as (own, asked):
        HttpOrders(url=own, token="fake").of_customer(known("1/../../admin?x=1"))
    assert asked == ["GET /v1/customers/1%2F..%2F..%2Fadmin%3Fx%3D1/orders Bearer fake"]


ACCOUNT = TwilioAccount(
    sid=f"AC{'a' * 32}", auth_token="fake-auth-token", sms_sender="+442079460000", status_url="https://desk.example"
)
OTHER = f"AC{'b' * 32}"
MEDIA = f"/Messages/MM{'1' * 32}/Media/ME{'2' * 32}"


@pytest.mark.parametrize(
    "ref",
    [
        "http://169.254.169.254/latest/meta-data",
        f"https://api.twilio.com.evil.example/2010-04-01/Accounts/{ACCOUNT.sid}{MEDIA}",
        f"https://api.twilio.com@evil.example/2010-04-01/Accounts/{ACCOUNT.sid}{MEDIA}",
        f"https://api.twilio.com/2010-04-01/Accounts/{OTHER}{MEDIA}",
        f"http://api.twilio.com/2010-04-01/Accounts/{ACCOUNT.sid}{MEDIA}",
        f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT.sid}{MEDIA}/../../../Keys",
        "file:///etc/passwd",
        "gopher://127.0.0.1:6379/_FLUSHALL",
    ],
)
def test_a_texts_file_is_fetched_from_our_own_account_alone(ref: str) -> None:
    with pytest.raises(RejectedError):
        TwilioMedia(ACCOUNT).fetch(ref)


@pytest.mark.parametrize(
    "url",
    ["http://x.zdusercontent.com/f", "https://zdusercontent.com.evil.example/f", "https://a@x.zdusercontent.com/f",
     "https://x.zdusercontent.com:8443/f", "https://evilzdusercontent.com/f", "https://169.254.169.254/f"],
)  # fmt: skip
def test_a_tickets_file_is_followed_to_zendesks_own_host_alone(url: str) -> None:
    assert not is_file_host(url)


@pytest.mark.parametrize("session", [anonymous(), session_of()])
def test_what_is_followed_or_read_from_the_web_is_on_the_internet(session: Any) -> None:
    adapter = session.get_adapter("https://x.example")
    assert isinstance(adapter, GuardedAdapter)
    for inside in ("https://127.0.0.1/f", "https://10.0.0.1/f", "https://[::1]/f", "https://169.254.169.254/f"):
        with pytest.raises((RejectedError, RefusedAddressError)):
            adapter.address_of(inside)


# What speaks HTTP by itself, and why it may: to a vendor's own host by the account's settings, or guarded.
SPEAKS = {
    "connectors/guarded.py", "connectors/web/fetch.py", "connectors/twilio/media.py", "connectors/zendesk/helpdesk.py",
    "connectors/zendesk/api.py", "connectors/sunshine/api.py", "connectors/actions/systems.py",
    "connectors/actions/mcp.py",
}  # fmt: skip


def test_no_session_is_unguarded() -> None:
    """Every module of ours that makes a session or asks without one; commands that people type are not among them."""
    found = set()
    for folder in ("core", "connectors", "webhooks"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(tree_of(path)):
                called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
                asks = called in {"requests.Session", "Session", "urlopen", "urllib.request.urlopen", "httpx.Client"}
                if asks or called.startswith(("requests.get", "requests.post", "requests.request", "httpx.")):
                    found.add(str(path.relative_to(ROOT)))
    assert found == SPEAKS
