"""A vendor whose pages never end, or go round in a circle, keeps nobody busy for ever: every loop over pages ends."""

import itertools
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
import responses
from requests import PreparedRequest

from connectors.paging import pages
from connectors.slack.account import SlackAccount, connect
from connectors.slack.desk import SlackDesk
from connectors.slack.installer import SlackInstaller
from connectors.sunshine.api import SunshineApi
from connectors.sunshine.messenger import SunshineMessenger
from connectors.twilio.client import TwilioAccount
from connectors.twilio.installer import TwilioInstaller
from connectors.twilio.look import TwilioLook
from connectors.twilio.messenger import TwilioMessenger
from connectors.zendesk.agents import ZendeskAgents
from connectors.zendesk.api import Pages, ZendeskAccount
from connectors.zendesk.api import connect as connect_zendesk
from connectors.zendesk.helpdesk import ZendeskHelpdesk
from connectors.zendesk.solved import SolvedTickets
from core.errors import ConfigurationError, RejectedError
from core.model.customer import Channel
from core.model.ids import EffectId, TicketId
from core.model.outbound import Outgoing
from tests.connectors.scripted import Answer, Asked, Scripted, scripted
from tests.connectors.sunshine.test_messenger import account as sunshine_account

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
MOST = 1_000  # pages that are read of any list
ZENDESK = "https://larkfield.zendesk.com"
Body = dict[str, Any]
Reply = tuple[int, dict[str, str], str]


def test_a_list_ends_after_its_last_page() -> None:
    told = {"": ("a", "2"), "2": ("b", "3"), "3": ("c", "")}
    assert list(pages("letters", told.__getitem__)) == ["a", "b", "c"]


def test_a_cursor_that_was_followed_before_is_an_error() -> None:
    told = {"": ("a", "2"), "2": ("b", "")} | {"2": ("b", "3"), "3": ("c", "2")}
    with pytest.raises(RejectedError, match="circle"):
        list(pages("letters", told.__getitem__))


def test_where_a_part_is_enough_the_rest_is_left_out_with_a_warning() -> None:
    numbers, warnings = itertools.count(1), list[str]()
    assert list(pages("numbers", lambda _: (0, str(next(numbers))), most=3, warn=warnings.append)) == [0, 0, 0]
    assert warnings == ["read numbers: there are more than 3 pages; left off after 3"]


# ---------------------------------------------------------------- Slack


@dataclass
class EndlessSlack(Scripted):
    """Every page names another one after it; `body` is what else each holds."""

    body: Body = field(default_factory=dict)

    def next(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        return Answer(body=json.dumps({**self.body, "response_metadata": {"next_cursor": f"c{len(self.asked)}"}}))


@pytest.fixture(scope="module")
def slack() -> Iterator[EndlessSlack]:
    with scripted(EndlessSlack()) as served:
        assert isinstance(served, EndlessSlack)
        yield served


def slack_account(slack: Scripted) -> SlackAccount:
    return SlackAccount(token="xoxb-fake", base_url=f"{slack.url}/api")


def test_a_list_of_slack_channels_without_an_end_ends(slack: EndlessSlack) -> None:
    slack.asked, slack.body = [], {"ok": True, "channels": [{"name": "general", "id": "C1"}]}
    with pytest.raises(ConfigurationError, match="#care"):
        SlackDesk(connect(slack_account(slack))).find(channel="#care", key="k", since=NOW)
    assert len(slack.asked) == 100
    slack.asked = []
    assert list(SlackInstaller(connect(slack_account(slack))).channels()) == ["general"]
    assert len(slack.asked) == 100


def test_a_slack_history_without_an_end_ends(slack: EndlessSlack) -> None:
    slack.asked, slack.body = [], {"ok": True, "messages": [{"ts": "1.0"}]}
    assert SlackDesk(connect(slack_account(slack))).find(channel="C1", key="k", since=NOW) is None
    assert len(slack.asked) == 5


def test_a_slack_channel_that_cannot_be_read_costs_no_other(slack: EndlessSlack) -> None:
    bad: list[Any] = [None, 7, {"name": 3, "id": "C0"}, {"id": "C2"}, {"name": "care", "id": "C1"}]
    slack.asked, slack.body = [], {"ok": True, "channels": bad}
    assert {name: each.id for name, each in SlackInstaller(connect(slack_account(slack))).channels().items()} == {
        "care": "C1"
    }


# ---------------------------------------------------------------- Zendesk


@pytest.fixture
def vendor() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


def endless(body: Callable[[int], Body]) -> Callable[[PreparedRequest], Reply]:
    numbers = itertools.count(1)
    return lambda _: (200, {}, json.dumps(body(next(numbers))))


def asked(vendor: responses.RequestsMock, part: str) -> int:
    return sum(part in (call.request.url or "") for call in vendor.calls)


@pytest.fixture
def zendesk(vendor: responses.RequestsMock) -> Any:
    api = connect_zendesk(ZendeskAccount(subdomain="larkfield", email="bot@larkfield.example", token="fake"))
    yield api
    api.close()


@pytest.mark.parametrize("circle", [False, True], ids=["ever another", "a circle"])
def test_a_zendesk_list_without_an_end_is_an_error(vendor: responses.RequestsMock, zendesk: Any, circle: bool) -> None:
    def body(number: int) -> Body:
        return {"groups": [], "next_page": f"{ZENDESK}/api/v2/groups.json?page={1 if circle else number}"}

    vendor.add_callback("GET", f"{ZENDESK}/api/v2/groups.json", endless(body))
    with pytest.raises(RejectedError, match="circle" if circle else "more than 1,000 pages"):
        Pages(zendesk).all("/api/v2/groups.json", "groups")
    assert asked(vendor, "/groups.json") == (2 if circle else MOST)


@pytest.mark.parametrize("circle", [False, True], ids=["ever another", "a circle"])
def test_audits_without_an_end_are_an_error(vendor: responses.RequestsMock, zendesk: Any, circle: bool) -> None:
    def body(number: int) -> Body:
        path = f"{ZENDESK}/api/v2/tickets/7/audits.json"
        return {"audits": [{"id": number}], "next_page": f"{path}?page={1 if circle else number}", "count": 1}

    vendor.add_callback("GET", f"{ZENDESK}/api/v2/tickets/7/audits.json", endless(body))
    with pytest.raises(RejectedError, match="circle" if circle else "more than 1,000 pages"):
        ZendeskHelpdesk(zendesk).find_write(TicketId("7"), "key")
    assert asked(vendor, "/audits.json") <= MOST + 1


def test_an_export_of_solved_tickets_without_an_end_is_an_error(vendor: responses.RequestsMock, zendesk: Any) -> None:
    def body(number: int) -> Body:
        return {"tickets": [], "after_cursor": f"c{number}", "end_of_stream": False}

    vendor.add_callback("GET", f"{ZENDESK}/api/v2/incremental/tickets/cursor.json", endless(body))
    with pytest.raises(RejectedError, match="more than 1,000 pages"):
        list(SolvedTickets(zendesk).changes(None, ()))
    assert asked(vendor, "/cursor.json") == MOST


def test_an_export_of_solved_tickets_that_gives_the_same_cursor_again_is_an_error(
    vendor: responses.RequestsMock, zendesk: Any
) -> None:
    same = {"tickets": [], "after_cursor": "c", "end_of_stream": False}
    vendor.add_callback("GET", f"{ZENDESK}/api/v2/incremental/tickets/cursor.json", endless(lambda _: same))
    with pytest.raises(RejectedError, match="circle"):
        list(SolvedTickets(zendesk).changes(None, ()))


def test_availabilities_without_an_end_are_left_off(vendor: responses.RequestsMock, zendesk: Any) -> None:
    def body(number: int) -> Body:
        following = f"{ZENDESK}/api/v2/agent_availabilities?page[after]={number}"
        return {"data": [], "included": [], "meta": {"has_more": True}, "links": {"next": following}}

    def open_tickets(number: int) -> Body:
        following = f"{ZENDESK}/api/v2/search/export.json?page[after]={number}"
        return {"results": [], "meta": {"has_more": True}, "links": {"next": following}}

    vendor.add_callback("GET", f"{ZENDESK}/api/v2/agent_availabilities", endless(body))
    vendor.add_callback("GET", f"{ZENDESK}/api/v2/search/export.json", endless(open_tickets))
    for path, name in (
        ("users.json", "users"),
        ("groups.json", "groups"),
        ("group_memberships.json", "group_memberships"),
        ("routing/attributes.json", "attributes"),
    ):
        vendor.get(f"{ZENDESK}/api/v2/{path}", json={name: []})
    assert list(ZendeskAgents(zendesk).agents()) == []
    assert asked(vendor, "/agent_availabilities") == asked(vendor, "/search/export") == 10


# ---------------------------------------------------------------- Twilio


TWILIO = "https://api.twilio.com"
SID = "AC" + "0" * 32


@pytest.fixture
def twilio() -> TwilioAccount:
    return TwilioAccount(
        sid=SID,
        auth_token="fake",
        sms_sender="+15005550006",
        whatsapp_sender="+14155238886",
        status_url="https://handrail.example/webhooks/twilio/status",
    )


def test_twilio_messages_without_an_end_end(vendor: responses.RequestsMock, twilio: TwilioAccount) -> None:
    """Empty pages, each of which names another: the SDK's own loop would follow them for ever."""

    def body(number: int) -> Body:
        return {"messages": [], "next_page_uri": f"/2010-04-01/Accounts/{SID}/Messages.json?Page={number}"}

    vendor.add_callback("GET", f"{TWILIO}/2010-04-01/Accounts/{SID}/Messages.json", endless(body))
    wanted = Outgoing(channel=Channel.SMS, to="+15005550009", body="Hi", effect_id=EffectId("fx_1"))
    assert TwilioMessenger(twilio, now=lambda: NOW).find(wanted, NOW) is None
    assert asked(vendor, "/Messages.json") == 20
    assert TwilioLook(twilio).list_texts(NOW, NOW) == []
    assert asked(vendor, "/Messages.json") == 60


def test_twilio_lists_without_an_end_end_where_an_account_is_connected(
    vendor: responses.RequestsMock, twilio: TwilioAccount
) -> None:
    def numbers(number: int) -> Body:
        path = f"/2010-04-01/Accounts/{SID}/IncomingPhoneNumbers.json"
        return {"incoming_phone_numbers": [], "next_page_uri": f"{path}?Page={number}"}

    def paged(address: str, key: str) -> Callable[[int], Body]:
        return lambda number: {key: [], "meta": {"key": key, "next_page_url": f"{address}?Page={number}"}}

    services = "https://messaging.twilio.com/v1/Services"
    senders = "https://messaging.twilio.com/v2/Channels/Senders"
    templates = "https://content.twilio.com/v1/ContentAndApprovals"
    vendor.add_callback("GET", f"{TWILIO}/2010-04-01/Accounts/{SID}/IncomingPhoneNumbers.json", endless(numbers))
    for address, key in ((services, "services"), (senders, "senders"), (templates, "contents")):
        vendor.add_callback("GET", address, endless(paged(address, key)))
    installer = TwilioInstaller(twilio)
    with pytest.raises(ConfigurationError, match="does not own"):
        installer.number()
    assert installer.pool() == ""
    with pytest.raises(ConfigurationError, match="does not have"):
        installer.whatsapp()
    assert TwilioLook(twilio).templates() == []
    assert len(vendor.calls) == 80


# ---------------------------------------------------------------- Sunshine


def test_a_conversation_without_a_beginning_ends(vendor: responses.RequestsMock) -> None:
    account = sunshine_account()

    def body(number: int) -> Body:
        return {
            "messages": [{"id": f"m{number}", "received": "2026-12-01T13:00:00Z"}],
            "meta": {"hasMore": True, "beforeCursor": f"m{number}"},
        }

    vendor.add_callback("GET", f"{account.url}/conversations/c1/messages", endless(body))
    wanted = Outgoing(channel=Channel.CHAT, to="c1", body="Hi", effect_id=EffectId("fx_1"))
    assert SunshineMessenger(SunshineApi(account)).find(wanted, NOW) is None
    assert len(vendor.calls) == 5
