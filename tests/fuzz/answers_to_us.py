"""Vendors' answers: our connectors over a vendor that says anything at all. Every error is one of `core.errors`."""

import contextlib
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import requests
import responses

from core.errors import HandrailError
from core.model.customer import Channel, Customer, Identity, IdentityKind
from core.model.ids import CustomerId, EffectId, TicketId
from core.model.outbound import Outgoing
from tests.fuzz.parsers import Subject

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
STAMP = "2026-11-21T09:29:00Z"
ANYWHERE = re.compile("http")
Row = dict[str, Any]
CUSTOMER = Customer(
    id=CustomerId("cu_1"),
    name="Ann",
    identities=(Identity(kind=IdentityKind.HELPDESK, value="77", verified=True),),
)


def _answers(*acts: Callable[[], object], seeds: tuple[Any, ...]) -> Subject:
    """Whatever is asked over requests is answered with the input."""
    mock = responses.RequestsMock(assert_all_requests_are_fired=False)
    said = [b""]
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
        mock.add_callback(method, ANYWHERE, callback=lambda _: (200, {}, said[0]))

    def read(data: bytes) -> None:
        said[0] = data
        mock.start()
        try:
            for act in acts:
                mock.calls.reset()
                with contextlib.suppress(HandrailError):
                    act()
        finally:
            mock.stop(allow_assert=False)

    return Subject(read=read, seeds=tuple(json.dumps(seed).encode() for seed in seeds))


COMMENT: Row = {"id": 5, "author_id": 7, "body": "Hi", "public": True, "created_at": STAMP, "via": {"channel": "web"}}
COMMENT |= {"audit_id": 9, "attachments": [{"id": 1, "file_name": "a.png", "content_type": "image/png", "size": 3}]}
TICKET: Row = {"id": 42, "subject": "Refund", "status": "open", "requester_id": 7, "updated_at": STAMP, "tags": ["a"]}
TICKET |= {
    "assignee_id": None,
    "group_id": 3,
    "brand_id": 1,
    "satisfaction_rating": {"score": "good"},
    "via": {"channel": "api"},
}
USER: Row = {
    "id": 7,
    "name": "Ann",
    "role": "end-user",
    "email": "a@b.example",
    "user_fields": {"plan": "plus"},
    "created_at": STAMP,
}
USER |= {"tags": ["speaks_de"], "organization_id": None, "active": True, "locale": "en-US"}
AUDIT: Row = {
    "id": 9,
    "created_at": STAMP,
    "author_id": 7,
    "events": [{"id": 1, "type": "Comment"}],
    "metadata": {"custom": {"handrail": {"op": "k"}}},
}


def zendesk_answers() -> Subject:
    from connectors.zendesk.api import ZendeskAccount, connect
    from connectors.zendesk.helpdesk import ZendeskHelpdesk
    from connectors.zendesk.ticket_access import ZendeskTicketAccess

    api = connect(ZendeskAccount(subdomain="larkfield", email="bot@larkfield.example", token="fake"), lambda: NOW)
    every: Row = {
        "ticket": TICKET,
        "comments": [COMMENT],
        "user": USER,
        "users": [USER],
        "audits": [AUDIT],
        "brands": [],
    }
    every |= {
        "groups": [{"id": 3, "name": "Care"}],
        "audit": AUDIT,
        "upload": {"token": "t"},
        "next_page": None,
        "count": 1,
    }

    def desk() -> ZendeskHelpdesk:
        return ZendeskHelpdesk(api)  # it remembers who we are

    return _answers(
        lambda: desk().ticket(TicketId("42")),
        lambda: desk().person("7"),
        lambda: desk().teams(),
        lambda: desk().people(None),
        lambda: desk().find_write(TicketId("42"), "k"),
        lambda: desk().reply(TicketId("42"), "Hi", public=False, key="k", facts={}),
        lambda: ZendeskTicketAccess(api).may_read("7", TicketId("42")),
        seeds=(every,),
    )


def zendesk_lists() -> Subject:
    from connectors.zendesk.agents import ZendeskAgents
    from connectors.zendesk.api import ZendeskAccount, connect
    from connectors.zendesk.help_center import HelpCenter
    from connectors.zendesk.macros import Macros
    from connectors.zendesk.solved import SolvedTickets

    api = connect(ZendeskAccount(subdomain="larkfield", email="bot@larkfield.example", token="fake"), lambda: NOW)
    article: Row = {
        "id": 7,
        "title": "Returns",
        "body": "<p>Within 30 days.</p>",
        "locale": "en-us",
        "updated_at": STAMP,
    }
    article |= {
        "html_url": "https://a.example/r",
        "section_id": 1,
        "draft": False,
        "translations": [dict(article)],
        "source_locale": "en-us",
    }
    every: Row = {
        "tickets": [TICKET | {"status": "solved"}],
        "comments": [COMMENT],
        "users": [USER | {"role": "agent"}],
        "user": USER,
    }
    every |= {
        "macros": [{"id": 1, "title": "Hi", "active": True, "actions": [{"field": "comment_value", "value": "Hi"}]}],
        "brands": [],
    }
    every |= {
        "groups": [{"id": 3, "name": "Care"}],
        "group_memberships": [{"user_id": 7, "group_id": 3}],
        "attributes": [],
    }
    every |= {
        "articles": [article],
        "sections": [{"id": 1, "name": "Orders", "category_id": 2}],
        "categories": [{"id": 2, "name": "A"}],
    }
    every |= {
        "data": [],
        "included": [],
        "instance_values": [],
        "count": 1,
        "locales": ["en-us"],
        "default_locale": "en-us",
        "end_of_stream": True,
    }
    return _answers(
        lambda: list(SolvedTickets(api).changes(None, ())),
        lambda: list(Macros(api).changes(None, ())),
        lambda: list(HelpCenter(api).changes(None, ())),
        lambda: ZendeskAgents(api).agents(),
        seeds=(every,),
    )


def twilio_answers() -> Subject:
    from connectors.twilio.client import TwilioAccount
    from connectors.twilio.installer import TwilioInstaller
    from connectors.twilio.look import TwilioLook
    from connectors.twilio.messenger import TwilioMessenger

    account = TwilioAccount(
        sid="AC" + "0" * 32,
        auth_token="fake",
        sms_sender="+15005550006",
        whatsapp_sender="+14155238886",
        status_url="https://handrail.example/webhooks/twilio/status",
    )
    messenger, look, installer = (
        TwilioMessenger(account, now=lambda: NOW),
        TwilioLook(account),
        TwilioInstaller(account),
    )
    outgoing = Outgoing(channel=Channel.SMS, to="+15005550009", body="Hi", effect_id=EffectId("fx_1"))
    message: Row = {
        "sid": "SM" + "0" * 32,
        "body": "Hi",
        "status": "sent",
        "direction": "outbound-api",
        "date_sent": "Sat, 21 Nov 2026 09:29:00 +0000",
    }
    message |= {
        "date_created": "Sat, 21 Nov 2026 09:29:00 +0000",
        "to": "+15005550009",
        "from": "+15005550006",
        "error_code": None,
        "num_media": "0",
    }
    number = {
        "sid": "PN1",
        "phone_number": "+15005550006",
        "capabilities": {"sms": True, "voice": True},
        "sms_url": "https://a.example",
    }
    lookup = {
        "phone_number": "+15005550009",
        "valid": True,
        "country_code": "US",
        "line_type_intelligence": {"type": "mobile"},
    }
    senders = {
        "senders": [{"sid": "XE1", "sender_id": "whatsapp:+14155238886", "status": "ONLINE", "webhook": {}}],
        "meta": {"key": "senders"},
    }
    contents = {
        "contents": [
            {
                "sid": "HX1",
                "friendly_name": "a",
                "language": "en",
                "approval_requests": {"name": "a", "status": "approved"},
            }
        ],
        "meta": {"key": "contents"},
    }
    return _answers(
        lambda: messenger.send(outgoing),
        lambda: messenger.find(outgoing, NOW),
        lambda: look.list_texts(NOW - timedelta(days=1), NOW),
        lambda: look.whatsapp_status(),
        lambda: look.templates(),
        lambda: installer.number(),
        lambda: installer.whatsapp(),
        lambda: installer.lookup("+15005550009", kind=True),
        seeds=(
            message,
            {"messages": [message], "next_page_uri": None},
            {"incoming_phone_numbers": [number]},
            lookup,
            senders,
            contents,
        ),
    )


def sunshine_answers() -> Subject:
    from connectors.sunshine.api import SunshineApi
    from connectors.sunshine.messenger import SunshineMessenger
    from tests.connectors.sunshine.test_messenger import account

    api = SunshineApi(account())
    outgoing = Outgoing(channel=Channel.CHAT, to="c1", body="Hi", effect_id=EffectId("fx_1"))
    row = {"id": "m1", "received": "2026-11-21T09:29:00.500Z", "metadata": {"handrail_effect": "fx_1"}}
    return _answers(
        lambda: SunshineMessenger(api).send(outgoing),
        lambda: SunshineMessenger(api).find(outgoing, NOW),
        seeds=(
            {"messages": [row], "meta": {"hasMore": True, "beforeCursor": "m0"}},
            {"errors": [{"code": "x", "title": "y"}]},
        ),
    )


def slack_answers() -> Subject:
    from slack_sdk import WebClient

    from connectors.slack.desk import SlackDesk
    from connectors.slack.installer import SlackAppInstaller, SlackInstaller

    said = [b""]

    class Told(WebClient):
        """The SDK with an answer in the place of the wire."""

        def _perform_urllib_http_request_internal(self, url: str, req: Any) -> dict[str, Any]:
            return {"status": 200, "headers": {}, "body": said[0].decode("utf-8", "replace")}

        def _perform_urllib_http_request(self, *, url: str, args: Any) -> dict[str, Any]:
            return self._perform_urllib_http_request_internal(url, args)

    client = Told(token="xoxb-fake", base_url="http://127.0.0.1:9/api/")
    installer = SlackInstaller(client)
    acts: tuple[Callable[[], object], ...] = (
        lambda: SlackDesk(client).post(channel="#care", text="Hi", blocks=[], key="k"),
        lambda: SlackDesk(client).find(channel="#care", key="k", since=NOW),
        lambda: SlackDesk(client).member("U1"),
        lambda: SlackDesk(client).link("C1:1.0"),
        installer.whoami,
        installer.channels,
        lambda: SlackAppInstaller(client).find("A1"),
    )

    def read(data: bytes) -> None:
        said[0] = data
        for act in acts:
            with contextlib.suppress(HandrailError):
                act()

    message: Row = {"ts": "1795253400.000100", "metadata": {"event_type": "handrail", "event_payload": {"key": "k"}}}
    seeds = (
        {
            "ok": True,
            "channel": "C1",
            "ts": "1795253400.000100",
            "permalink": "https://a.example",
            "team": "T",
            "user_id": "U1",
        },
        {
            "ok": True,
            "messages": [message],
            "channels": [{"name": "care", "id": "C1", "is_member": True}],
            "response_metadata": {"next_cursor": ""},
        },
        {"ok": True, "user": {"id": "U1", "real_name": "Ann", "profile": {"email": "a@b.example", "real_name": "Ann"}}},
        {"ok": False, "error": "invalid_app_id", "errors": [{"pointer": "/a", "message": "b"}], "manifest": {}},
    )
    return Subject(read=read, seeds=tuple(json.dumps(seed).encode() for seed in seeds))


def openai_answers() -> Subject:
    from openai._models import construct_type
    from openai.types.chat import ChatCompletion, ChatCompletionChunk
    from openai.types.responses import Response

    from connectors.openai.chat import pieces_of, text_of
    from connectors.openai.errors import translate_errors
    from connectors.openai.responses_api import response_text
    from connectors.openai.vision import _describe

    def read(data: bytes) -> None:
        text = data.decode("utf-8", "replace")
        _describe(text)
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            return
        for kind, act in (
            (ChatCompletion, text_of),
            (ChatCompletionChunk, lambda each: list(pieces_of([each]))),
            (Response, response_text),
        ):
            with contextlib.suppress(HandrailError), translate_errors("try"):
                act(construct_type(value=value, type_=kind))

    chat: Row = {
        "id": "c",
        "choices": [
            {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "{}", "tool_calls": []}}
        ],
    }
    chunk: Row = {"id": "c", "choices": [{"index": 0, "delta": {"content": "a"}, "finish_reason": None}]}
    response: Row = {
        "id": "r",
        "status": "completed",
        "output": [{"type": "message", "content": [{"type": "output_text", "text": "{}"}]}],
    }
    return Subject(
        read=read, seeds=tuple(json.dumps(each).encode() for each in (chat, chunk, response, {"description": "A cat."}))
    )


def status_page() -> Subject:
    from connectors.status.page import HttpStatusPage

    update = {"id": "u1", "status": "resolved", "body": "Done.", "created_at": STAMP, "display_at": STAMP}
    incident: Row = {
        "id": "i1",
        "name": "Outage",
        "impact": "major",
        "shortlink": "https://a.example",
        "created_at": STAMP,
    }
    incident |= {"started_at": STAMP, "components": [{"name": "API"}], "incident_updates": [update]}
    feed = f"""<?xml version='1.0'?>
<feed xmlns='http://www.w3.org/2005/Atom'>
<entry><id>1</id><title>Resolved: Outage</title><published>{STAMP}</published><updated>{STAMP}</updated>
<content>&lt;strong&gt;Resolved&lt;/strong&gt; - ok</content></entry></feed>"""
    subject = _answers(lambda: HttpStatusPage("https://status.example").read(""), seeds=({"incidents": [incident]},))
    return Subject(read=subject.read, seeds=(*subject.seeds, feed.encode()))


def orders() -> Subject:
    from connectors.orders.orders import HttpOrders

    order: Row = {
        "id": "A1",
        "items": [{"name": "Lamp", "quantity": 1, "unit_price": "19.90"}],
        "currency": "EUR",
        "status": "sent",
    }
    order |= {
        "placed_at": STAMP,
        "delivered_at": None,
        "delivery_charge": 3.5,
        "promised_on": "2026-11-25",
        "carrier": "DHL",
        "tracking": "1Z",
    }
    return _answers(
        lambda: HttpOrders(url="https://orders.example", token="t").of_customer(CUSTOMER), seeds=({"orders": [order]},)
    )


def calendar() -> Subject:
    from connectors.calendar.http import HttpCalendar
    from core.model.appointment import Guest, Slot

    known = HttpCalendar(url="https://calendar.example", token="t")
    slot = {"id": "s1", "starts_at": STAMP, "ends_at": "2026-11-21T10:29:00Z", "place": "Home", "zone": "Europe/London"}
    row = {"id": "b1", "slot": slot, "who": "77", "name": "Ann", "phone": None, "email": "a@b.example"}
    ours = Slot(id="s1", starts_at=NOW, ends_at=NOW + timedelta(hours=1), place="Home", zone="Europe/London")
    guest = Guest(who="77", name="Ann", phone=None, email=None)
    since, until = NOW - timedelta(days=9), NOW + timedelta(days=9)
    return _answers(
        lambda: known.free("fix", "Home", since, until, who="77", limit=5),
        lambda: known.hold([ours], "77", timedelta(minutes=5)),
        lambda: known.list_bookings_of("fix", "77"),
        lambda: known.list_bookings("fix", since, until),
        lambda: known.book("fix", ours, guest, {}, key="k"),
        seeds=({"slots": [slot], "held": ["s1"], "appointments": [row], **row},),
    )


def profile() -> Subject:
    from connectors.profile.http import HttpProfileSource
    from connectors.profile.mapping import Mapping
    from core.model.profile import FactSource

    facts = {"plan": "plan.name", "invoice": "invoices.0.status", "seats": "seats.#", "last": "invoices.-1.at"}
    mapping = Mapping(name="billing", source=next(iter(FactSource)), path="/c/{helpdesk}", facts=facts, at="at")
    source = HttpProfileSource(url="https://billing.example", token="t", mapping=mapping, now=lambda: NOW)
    told: Row = {"at": STAMP, "plan": {"name": "plus"}, "invoices": [{"status": "open", "at": STAMP}], "seats": [1, 2]}
    return _answers(lambda: source.facts(CUSTOMER), seeds=(told,))


def actions() -> Subject:
    """What a company's own system answers to an action: a record, whether it was done, and why not."""
    from connectors.actions.systems import HttpSystem, Systems
    from core.actions.expressions import at_place, plain
    from core.policy.actions import ActionRequest

    system = HttpSystem("shop", url="https://shop.example", token="t", headers={}, private=True)
    known, within, facts = Systems({"shop": system}), timedelta(seconds=5), {"order": {"id": "A1"}}
    record = ActionRequest(system="shop", method="get", path="/orders/{order.id}", take="order")
    whole = ActionRequest(system="shop", method="get", path="/orders/{order.id}")
    refund = ActionRequest(system="shop", method="post", path="/refunds", body={"order": "{order.id}"})
    order: Row = {"id": "A1", "status": "sent", "total": "19.90", "items": [{"name": "Lamp", "quantity": 1}]}

    def told() -> None:
        found = known.read(record, facts, within)
        for place in ("status", "total", "items", "items.0.name"):
            plain(at_place(f"order.{place}", {"order": found}))

    return _answers(
        told,
        lambda: known.read(whole, facts, within),
        lambda: known.call(refund, facts, "k", within),
        seeds=({"order": order, "id": "r1", "status": "done"}, {"error": {"code": "too_late", "message": "Too late"}}),
    )


def waits() -> Subject:
    """What an answer's head says of waiting and of limits."""
    from connectors.slack.errors import retry_after as slack_wait
    from connectors.zendesk.api import retry_after, stated_budget
    from core.text.outside import read_json, read_moment, read_wait

    def read(data: bytes) -> None:
        text = data.decode("latin-1")
        answer = requests.Response()
        answer.status_code = 429
        names = ("Retry-After", "ratelimit-limit", "ratelimit-remaining", "ratelimit-reset")
        answer.headers.update(dict.fromkeys(names, text))
        assert retry_after(answer) is not None
        stated_budget(answer, NOW)
        slack_wait({"Retry-After": [text]})
        read_wait(text)
        for act in (read_moment, read_json, lambda told: read_moment(float(told))):
            with contextlib.suppress(ValueError):
                act(text)

    return Subject(
        read=read, seeds=(b"30", b"Sat, 21 Nov 2026 09:29:00 GMT", STAMP.encode(), b"1795253400.5", b'{"a": [1.5]}')
    )
