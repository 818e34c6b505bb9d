"""An answer lost after the work was done: each connector says that it does not know, then finds out. In the sandbox."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from connectors.slack.account import SlackAccount
from connectors.slack.account import connect as connect_slack
from connectors.slack.desk import SlackDesk
from connectors.twilio.client import TwilioAccount
from connectors.twilio.messenger import TwilioMessenger
from connectors.zendesk.api import ZendeskApi
from connectors.zendesk.api import connect as connect_zendesk
from connectors.zendesk.helpdesk import ZendeskHelpdesk
from core.errors import TransientError, UnknownOutcome
from core.model.ids import TicketId
from tests.apps.sandbox.running import PUBLIC_URL, Sandbox, serving, zendesk_account
from tests.outgoing import to_send

TO = "+447700900123"
SHORTLY = timedelta(seconds=0.5)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with serving() as running:
        yield running


@pytest.fixture(autouse=True)
def behaving(sandbox: Sandbox) -> Iterator[None]:
    yield
    sandbox.world.faults.clear()


@pytest.fixture
def api(sandbox: Sandbox) -> Iterator[ZendeskApi]:
    api = connect_zendesk(zendesk_account(sandbox, read_timeout=SHORTLY))
    yield api
    api.close()


@pytest.fixture
def helpdesk(api: ZendeskApi) -> ZendeskHelpdesk:
    return ZendeskHelpdesk(api)


@pytest.fixture
def messenger(sandbox: Sandbox) -> TwilioMessenger:
    settings = sandbox.world.settings
    account = TwilioAccount(
        sid=settings.twilio_account_sid,
        auth_token=settings.twilio_auth_token,
        sms_sender="+15005550006",
        status_url=f"{PUBLIC_URL}/status",
        base_url=f"{sandbox.url}/twilio",
        read_timeout=SHORTLY,
    )
    return TwilioMessenger(account)


@pytest.fixture
def slack(sandbox: Sandbox) -> SlackDesk:
    token = sandbox.world.settings.slack_bot_token
    return SlackDesk(connect_slack(SlackAccount(token=token, base_url=f"{sandbox.url}/slack/api/")))


def opened(helpdesk: ZendeskHelpdesk, key: str) -> TicketId:
    receipt = helpdesk.open_ticket(subject="s", text="t", requester_id=None, name="Ann", phone=TO, key=key)
    return TicketId(receipt.ref)


def once_read(sandbox: Sandbox) -> None:
    """A write reads the ticket's version first: lose the answer to what comes after."""
    sandbox.world.faults.set("zendesk", timeout_after_work=1)


def test_a_reply_that_was_written_is_found_by_its_key(
    sandbox: Sandbox, api: ZendeskApi, helpdesk: ZendeskHelpdesk
) -> None:
    ticket_id = opened(helpdesk, "open:1")
    before = len(helpdesk.ticket(ticket_id).comments)
    api.session.hooks["response"].append(lambda answer, **_: once_read(sandbox))
    with pytest.raises(UnknownOutcome):
        helpdesk.reply(ticket_id, "Soon.", public=True, key="reply:1", facts={})
    api.session.hooks["response"].clear()
    assert helpdesk.find_write(ticket_id, "reply:1") is not None
    assert len(helpdesk.ticket(ticket_id).comments) == before + 1


def test_a_ticket_whose_answer_was_lost_is_opened_once(sandbox: Sandbox, helpdesk: ZendeskHelpdesk) -> None:
    tickets = len(sandbox.world.zendesk.tickets.rows)
    ann = helpdesk.ticket(opened(helpdesk, "open:2")).requester_id
    sandbox.world.faults.set("zendesk", timeout_after_work=1)
    asked = {"subject": "s", "text": "t", "requester_id": ann, "name": "Ann", "phone": None, "key": "open:3"}
    with pytest.raises(TransientError):
        helpdesk.open_ticket(**asked)  # type: ignore[arg-type]
    helpdesk.open_ticket(**asked)  # type: ignore[arg-type]
    assert len(sandbox.world.zendesk.tickets.rows) == tickets + 2


def test_a_text_that_was_sent_is_found_by_its_words(sandbox: Sandbox, messenger: TwilioMessenger) -> None:
    since = datetime.now(UTC)
    sandbox.world.faults.set("twilio", timeout_after_work=1)
    with pytest.raises(UnknownOutcome):
        messenger.send(to_send(TO, "Soon."))
    assert messenger.find(to_send(TO, "Soon."), since) is not None


def test_a_text_that_was_lost_on_the_way_is_not_found(sandbox: Sandbox, messenger: TwilioMessenger) -> None:
    since = datetime.now(UTC)
    sandbox.world.faults.set("twilio", lost=1)
    with pytest.raises(UnknownOutcome):
        messenger.send(to_send(TO, "Never.", effect_id="fx_2"))
    assert messenger.find(to_send(TO, "Never."), since) is None


def test_a_card_that_was_posted_is_found_by_its_key(sandbox: Sandbox, slack: SlackDesk) -> None:
    since = datetime.now(UTC) - timedelta(seconds=1)
    sandbox.world.faults.set("slack", timeout_after_work=1)
    with pytest.raises(UnknownOutcome):
        slack.post(channel="#care-approvals", text="Approve?", blocks=[], key="ap_1")
    assert slack.find(channel="#care-approvals", key="ap_1", since=since) is not None


@pytest.mark.parametrize("vendor", ["zendesk", "twilio", "slack"])
def test_too_many_requests_are_put_off_as_long_as_the_vendor_asks(
    vendor: str, sandbox: Sandbox, helpdesk: ZendeskHelpdesk, messenger: TwilioMessenger, slack: SlackDesk
) -> None:
    calls = {
        "zendesk": lambda: helpdesk.person("1"),
        "twilio": lambda: messenger.send(to_send(TO, "Hi", effect_id="fx_3")),
        "slack": lambda: slack.post(channel="#care-approvals", text="Hi", blocks=[], key="k"),
    }
    sandbox.world.faults.set(vendor, rate_limited=1, retry_after=41)
    with pytest.raises(TransientError) as caught:
        calls[vendor]()
    assert caught.value.retry_after == timedelta(seconds=41)
