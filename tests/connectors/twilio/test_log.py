"""Twilio's lists of what came in, against a served account and against answers that no vendor should give."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
import responses

from apps.sandbox.twilio.account import SMS_NUMBER, WHATSAPP_SENDER
from apps.sandbox.twilio.webhooks import Sent
from connectors.twilio.client import TwilioAccount, connect
from connectors.twilio.log import FRESH, OVERLAP, PORTION, Calls, Messages, TwilioLog
from core.errors import RejectedError, TransientError
from core.model.customer import Channel
from core.model.event import Event, EventKind
from core.model.event_payloads import CallEnded, CallMissed, MessageReceived
from core.ports import LogPage
from tests.apps.sandbox.running import Sandbox, serving
from tests.connectors.twilio.conftest import SID
from webhooks.intake import read_record
from webhooks.twilio.view import recorded_message
from webhooks.twilio.voice import recorded_call

PHONE = "+447700900123"
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
LIST = f"https://api.twilio.com/2010-04-01/Accounts/{SID}/Messages.json"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with serving() as running:
        yield running


def served(sandbox: Sandbox) -> TwilioAccount:
    settings = sandbox.world.settings
    return TwilioAccount(
        sid=settings.twilio_account_sid,
        auth_token=settings.twilio_auth_token,
        sms_sender=SMS_NUMBER,
        whatsapp_sender=WHATSAPP_SENDER,
        status_url="https://handrail.example/webhooks/twilio/status",
        base_url=f"{sandbox.url}/twilio",
    )


def message_log(account: TwilioAccount) -> TwilioLog:
    return TwilioLog(Messages(account, connect(account)), read_record(recorded_message))


def soon() -> datetime:
    """When nothing of what was just sent is too fresh any more."""
    return datetime.now(UTC) + FRESH + timedelta(seconds=2)


def events(log: TwilioLog, begun: datetime, now: datetime) -> list[Event]:
    return [event for page in log.pages(log.begin(begun), now) for event in page.events]


def said(found: Event) -> MessageReceived:
    return found.payload_as(MessageReceived)


def test_what_came_in_is_told_as_its_webhook_tells_it(sandbox: Sandbox) -> None:
    twilio = sandbox.world.twilio
    first = twilio.receive(PHONE, SMS_NUMBER, "Hello")
    photo = twilio.receive(PHONE, WHATSAPP_SENDER, "", sent=Sent(files=(("image/jpeg", b"jpeg"),)))
    twilio.launch(twilio.outbound(SMS_NUMBER, PHONE, "Ours"))
    found = events(message_log(served(sandbox)), first.created_at, soon())
    found.sort(key=lambda event: said(event).channel)  # they came by two lists
    assert [event.delivery_id for event in found] == [f"in:{first.sid}", f"in:{photo.sid}"]
    assert [said(event).channel for event in found] == [Channel.SMS, Channel.WHATSAPP]
    assert (said(found[0]).text, said(found[0]).sender) == ("Hello", PHONE)
    (file,) = said(found[1]).attachments
    assert (file.type, file.ref) == (
        "image/jpeg",
        f"https://api.twilio.com/2010-04-01/Accounts/{photo.account_sid}/Messages/{photo.sid}/Media/{photo.files[0].sid}",
    )
    assert found[0].occurred_at.replace(microsecond=0) == first.created_at.replace(microsecond=0)


def test_files_are_asked_for_once_though_their_message_is_read_again(sandbox: Sandbox) -> None:
    sandbox.world.twilio.receive(PHONE, WHATSAPP_SENDER, "", sent=Sent(files=(("image/jpeg", b"jpeg"),)))
    log, begun = message_log(served(sandbox)), datetime.now(UTC)
    for _ in range(3):
        assert said(events(log, begun, soon())[0]).media == 1
    asked = [each.path for each in sandbox.world.recorder.exchanges("twilio") if each.path.endswith("Media.json")]
    assert len(asked) == 1


def test_a_call_that_is_over_has_the_names_of_its_arrival_and_of_its_end(sandbox: Sandbox) -> None:
    began, exchange = datetime.now(UTC), sandbox.world.twilio.exchange
    call = exchange.ring(PHONE, SMS_NUMBER, "http://127.0.0.1:9/nobody", "")
    while not call.ended_at:
        pass
    account = served(sandbox)
    log = TwilioLog(Calls(SMS_NUMBER, connect(account)), read_record(recorded_call))
    missed, ended = events(log, began, soon())
    assert (missed.delivery_id, ended.delivery_id) == (f"call:{call.sid}:started:g", f"call:{call.sid}:ended:end")
    assert (missed.payload, missed.kind) == (CallMissed(number=PHONE), EventKind.CALL_CHANGED)
    assert ended.payload == CallEnded(status="completed", number=PHONE)


# ------------------------------------------------------------------
# Against answers that are arranged.


@dataclass(slots=True)
class Pages:
    """Twilio's list, in the pages that a test says: the newest message first."""

    pages: list[list[dict[str, Any]]]
    ends: bool = True
    asked: list[str] = field(default_factory=list)

    def __call__(self, request: Any) -> tuple[int, dict[str, str], str]:
        self.asked.append(request.url)
        number = int(request.params.get("Page", 0))
        more = number + 1 < len(self.pages) or not self.ends
        following = f"{LIST.removeprefix('https://api.twilio.com')}?Page={(number + 1) % len(self.pages)}"
        body = {"messages": self.pages[number], "next_page_uri": following if more else None}
        return 200, {}, json.dumps(body)


def row(number: int, at: datetime, **changes: Any) -> dict[str, Any]:
    sent = format_datetime(at)
    return {
        "sid": f"SM{number:032x}",
        "from": PHONE,
        "to": "+15005550006",
        "body": f"{number}",
        "num_media": "0",
        "direction": "inbound",
        "status": "received",
        "date_sent": sent,
        "date_created": sent,
        **changes,
    }


@pytest.fixture
def listed(account: TwilioAccount, twilio: responses.RequestsMock) -> Callable[..., Pages]:
    def arranged(*pages: list[dict[str, Any]], ends: bool = True) -> Pages:
        made = Pages(list(pages), ends)
        twilio.add_callback(responses.GET, LIST, callback=made)
        return made

    return arranged


def told(account: TwilioAccount, cursor: datetime, now: datetime = NOW) -> list[LogPage]:
    sms_only = TwilioAccount(sid=SID, auth_token="x", sms_sender="+15005550006", status_url=account.status_url)
    return list(message_log(sms_only).pages(cursor.isoformat(), now))


def words(pages: list[LogPage]) -> list[str]:
    return [said(event).text for page in pages for event in page.events]


def test_it_is_told_oldest_first_though_listed_newest_first_and_in_order_within_a_second(
    account: TwilioAccount, listed: Callable[..., Pages]
) -> None:
    at = NOW - timedelta(minutes=5)
    listed([row(4, at + timedelta(seconds=1)), row(3, at)], [row(2, at), row(1, at)])
    pages = told(account, NOW - timedelta(minutes=6))
    assert words(pages) == ["1", "2", "3", "4"]
    moments = [event.occurred_at for page in pages for event in page.events]
    assert moments == sorted(set(moments))


def test_a_little_before_the_cursor_is_read_again_and_what_is_too_fresh_waits(
    account: TwilioAccount, listed: Callable[..., Pages]
) -> None:
    cursor = NOW - timedelta(minutes=1)
    late, old = row(2, cursor - OVERLAP + timedelta(seconds=1)), row(1, cursor - OVERLAP - timedelta(seconds=1))
    asked = listed([row(3, NOW - FRESH + timedelta(seconds=1)), late, old])
    pages = told(account, cursor)
    assert words(pages) == ["2"]
    assert datetime.fromisoformat(pages[-1].cursor) == NOW - FRESH
    assert "DateSent%3E=2026-11-24T11%3A49%3A00Z" in asked.asked[0]


def test_the_cursor_goes_with_what_is_told_and_never_back(account: TwilioAccount, listed: Callable[..., Pages]) -> None:
    begun = NOW - timedelta(hours=3)
    listed([row(number, begun + timedelta(seconds=number)) for number in range(2 * PORTION + 5, 0, -1)])
    cursors = [datetime.fromisoformat(page.cursor) for page in told(account, begun)]
    told_at = [begun + timedelta(seconds=each) for each in (PORTION, 2 * PORTION, 2 * PORTION + 5)]
    assert cursors == [*told_at, NOW - FRESH]
    assert [datetime.fromisoformat(page.cursor) for page in told(account, NOW)] == [NOW]


def test_a_list_is_read_no_further_than_a_page_that_is_wholly_older(
    account: TwilioAccount, listed: Callable[..., Pages]
) -> None:
    """Twilio promises a filter by whole days only: all of today's may stand behind what is wanted."""
    old = NOW - timedelta(hours=3)
    mixed = [row(8, old), row(7, NOW - timedelta(minutes=5))]  # one that lags
    asked = listed(
        [row(9, NOW - timedelta(minutes=4))], mixed, [row(6, old), row(5, old)], [row(4, old)], [row(3, old)]
    )
    assert words(told(account, NOW - timedelta(minutes=6))) == ["7", "9"]
    assert len(asked.asked) == 3


def test_a_call_that_began_hours_ago_and_just_ended_stands_behind_many_that_are_over(
    account: TwilioAccount, twilio: responses.RequestsMock
) -> None:
    address = LIST.replace("Messages", "Calls")

    def call(number: int, began: timedelta, lasted: timedelta) -> dict[str, Any]:
        ends = {"start_time": format_datetime(NOW - began), "end_time": format_datetime(NOW - began + lasted)}
        return {"sid": f"CA{number:032x}", "from": PHONE, "direction": "inbound", "status": "completed", **ends}

    def page(number: int, more: bool, *calls: dict[str, Any]) -> None:
        following = f"/2010-04-01/Accounts/{SID}/Calls.json?Page={number + 1}" if more else None
        twilio.get(address, json={"calls": list(calls), "next_page_uri": following})

    short, hour = timedelta(minutes=1), timedelta(hours=1)
    page(0, True, call(5, 2 * hour, short), call(4, 3 * hour, short))
    page(1, True, call(3, 3.5 * hour, 3.5 * hour - timedelta(minutes=5)))
    page(2, True, call(2, 5 * hour, short))
    log = TwilioLog(Calls(SMS_NUMBER, connect(account)), read_record(recorded_call))
    found = [event for page in log.pages((NOW - timedelta(minutes=6)).isoformat(), NOW) for event in page.events]
    assert {event.delivery_id for event in found} == {f"call:CA{3:032x}:{each}" for each in ("started:g", "ended:end")}
    assert len(twilio.calls) == 3


def test_pages_that_lead_round_in_a_circle_end(account: TwilioAccount, listed: Callable[..., Pages]) -> None:
    asked = listed([row(2, NOW)], [row(1, NOW)], ends=False)
    with pytest.raises(RejectedError):
        told(account, NOW - timedelta(hours=1))
    assert len(asked.asked) <= 4


def test_what_cannot_be_read_is_named_and_the_rest_is_told(
    account: TwilioAccount, listed: Callable[..., Pages]
) -> None:
    at = NOW - timedelta(minutes=5)
    listed([row(2, at), row(1, at, **{"from": "\x00"})])
    (page, _) = told(account, NOW - timedelta(minutes=6))
    assert (words([page]), len(page.problems)) == (["2"], 1)
    assert page.problems[0].startswith(f"SM{1:032x}: From: ")


def test_files_that_are_gone_take_no_message_with_them(
    account: TwilioAccount, listed: Callable[..., Pages], twilio: responses.RequestsMock
) -> None:
    listed([row(1, NOW - timedelta(minutes=5), num_media="1")])
    twilio.get(f"{LIST.removesuffix('.json')}/SM{1:032x}/Media.json", status=404, json={"code": 20404})
    assert words(told(account, NOW - timedelta(minutes=6))) == ["1"]


@pytest.mark.parametrize(
    "changes", [{"direction": "outbound-api"}, {"status": "receiving"}, {"date_sent": None, "date_created": None}]
)
def test_what_is_no_message_of_a_customers_yet_is_left_out(
    account: TwilioAccount, listed: Callable[..., Pages], changes: Mapping[str, Any]
) -> None:
    listed([row(1, NOW - timedelta(minutes=5), **changes)])
    assert words(told(account, NOW - timedelta(minutes=6))) == []


def test_a_vendor_that_does_not_answer_is_an_error_of_ours(
    account: TwilioAccount, twilio: responses.RequestsMock
) -> None:
    twilio.get(LIST, status=429, headers={"Retry-After": "7"}, json={"code": 20429})
    with pytest.raises(TransientError) as raised:
        told(account, NOW)
    assert raised.value.retry_after == timedelta(seconds=7)
