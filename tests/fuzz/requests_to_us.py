"""Requests that reach us: the real receivers behind a test client, verified by nobody, over an inbox that keeps an
event as the store would and reads it again."""

import contextlib
import json
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Flask
from prometheus_client import CollectorRegistry

from connectors.sql.columns import clean, utc
from connectors.sql.event_codec import decode_event, encode_event
from connectors.sql.schema import upgrade
from connectors.sql.store import SqlStore
from core.errors import RejectedError
from core.model.event import Event
from core.model.ids import ConversationId, EventId
from core.ports import Signature, SignedRequest
from tests.clock import Clock
from tests.fuzz.parsers import Subject
from webhooks.intake import Intake, counter

FORM, JSON = "application/x-www-form-urlencoded", "application/json"
MOST_KEPT = 1_000


class Anybody:
    """A signature that is always right."""

    def check(self, request: SignedRequest, now: datetime) -> None:
        pass


class Remembering:
    """An inbox: what cannot be stored and read again is an error of whoever accepted it."""

    def __init__(self) -> None:
        self.kept: dict[EventId, Event] = {}

    def accept(self, event: Event) -> bool:
        for moment in (event.occurred_at, event.received_at):
            utc(moment)
        for text in (event.source, event.delivery_id, event.subject):
            clean(text)
        again = decode_event(event.kind, encode_event(event.payload))
        assert again == event.payload, (event.payload, again)
        fresh = event.id not in self.kept
        if len(self.kept) > MOST_KEPT:
            self.kept.clear()
        self.kept[event.id] = event
        return fresh

    def get_accepted(self, event_id: EventId) -> Event | None:
        return self.kept.get(event_id)


def intake() -> Intake:
    clock = Clock()
    return Intake(
        inbox=Remembering(), now=clock, public_url="https://desk.example.com", received=counter(CollectorRegistry())
    )


def posted(
    blueprint: Blueprint, path: str, kind: str, *seeds: bytes, headers: Mapping[str, str] | None = None
) -> Subject:
    app = Flask(__name__)
    app.testing = True  # an error is raised, and not answered with a 500
    app.register_blueprint(blueprint)
    client = app.test_client()

    def read(data: bytes) -> int:
        answer = client.post(path, data=data, content_type=kind, headers=dict(headers or {}))
        assert answer.status_code < 500, answer.status_code
        return answer.status_code

    return Subject(read=read, seeds=seeds)


def as_json(*values: Any) -> tuple[bytes, ...]:
    return tuple(json.dumps(value).encode() for value in values)


@cache
def empty_store() -> SqlStore:
    """With this version's tables, where the memory is if it has room."""
    shared = Path("/dev/shm")  # noqa: S108 - a folder of our own in it
    folder = Path(tempfile.mkdtemp(prefix="handrail-fuzz-", dir=shared if shared.is_dir() else None))
    upgrade(f"sqlite:///{folder / 'store.db'}")
    from apps.slack.cards.renderer import SlackCards

    return SqlStore(f"sqlite:///{folder / 'store.db'}", cards=SlackCards())


# ---------------------------------------------------------------- Zendesk


def zendesk_events() -> Subject:
    from webhooks.zendesk.view import zendesk_webhooks

    one = {
        "id": "01H",
        "type": "zen:event-type:ticket.comment_added",
        "time": "2026-11-21T09:29:00.123456789Z",
        "detail": {"id": "42", "actor_id": "7"},
        "event": {"comment": {"id": "5", "author": {"id": "7"}, "body": "Hi"}},
    }
    blueprint = zendesk_webhooks(intake(), Anybody(), "9001")
    return posted(
        blueprint, "/webhooks/zendesk/events", JSON, *as_json(one, one | {"type": "zen:event-type:user.created"})
    )


def zendesk_trigger() -> Subject:
    from webhooks.zendesk.view import zendesk_webhooks

    one = {"schema": "handrail.ticket.v1", "ticket_id": "42", "updated_at": "2026-11-21", "current_user_id": "7"}
    return posted(zendesk_webhooks(intake(), Anybody(), "9001"), "/webhooks/zendesk/trigger", JSON, *as_json(one))


# ---------------------------------------------------------------- Twilio

SMS = {
    "MessageSid": "SM" + "0a" * 16,
    "From": "+447700900001",
    "To": "+15005550006",
    "Body": "Where is it?",
    "NumMedia": "0",
}
WHATSAPP = SMS | {
    "From": "whatsapp:+447700900001",
    "NumMedia": "2",
    "MediaUrl0": "https://api.twilio.com/a/b",
    "MediaContentType0": "image/jpeg",
    "MediaUrl1": "https://api.twilio.com/a/c",
    "MediaContentType1": "application/pdf",
    "ProfileName": "Ann",
    "MessageType": "location",
    "Latitude": "51.5",
    "Longitude": "-0.12",
    "Label": "Home",
    "Address": "1 Road",
    "Forwarded": "true",
    "ButtonPayload": "yes",
    "OriginalRepliedMessageSid": "SM" + "0b" * 16,
    "ReferralHeadline": "Sale",
    "ReferralSourceUrl": "https://fb.example/ad",
    "OptOutType": "STOP",
}


def twilio_message() -> Subject:
    from webhooks.twilio.view import twilio_webhooks

    seeds = [urlencode(form).encode() for form in (SMS, WHATSAPP)]
    return posted(twilio_webhooks(intake(), Anybody()), "/webhooks/twilio/message", FORM, *seeds)


def twilio_status() -> Subject:
    from webhooks.twilio.view import twilio_webhooks

    form = {"MessageSid": "SM" + "0a" * 16, "MessageStatus": "failed", "ErrorCode": "30003"}
    return posted(
        twilio_webhooks(intake(), Anybody()), "/webhooks/twilio/status?effect=fx_1", FORM, urlencode(form).encode()
    )


CALL = {"CallSid": "CA" + "1a" * 16, "From": "+447700900001", "CallStatus": "in-progress"}
SAID_LIVE = {
    "CallSid": CALL["CallSid"],
    "TranscriptionSid": "GT" + "0" * 32,
    "TranscriptionEvent": "transcription-content",
    "SequenceId": "3",
    "Timestamp": "2026-11-21T09:29:00Z",
    "Track": "inbound_track",
    "TranscriptionData": '{"transcript": "Hello", "confidence": 0.9}',
    "Final": "true",
}


def voice_calls(store: SqlStore, taking: Intake) -> Any:
    """What takes calls, verified by nobody."""
    from connectors.twilio.voice import VoiceTwiml
    from core.policy import Voice
    from core.voice.reception import Reception
    from tests.core import rules
    from webhooks.twilio.voice import Calls

    known = rules.policy()
    policy = replace(known, voice=Voice(languages=("en", "de")), standing=known.standing | {"call"})
    return Calls(
        intake=taking,
        signature=Anybody(),
        reception=lambda: Reception(
            store=store, policy=lambda: policy, company="Larkfield", caller_id="+15005550006", now=taking.now
        ),
        rendered=VoiceTwiml("https://desk.example.com"),
    )


def twilio_voice() -> Subject:
    """The first line of an input is the address below /voice, the second the form."""
    from webhooks.twilio.voice import voice_webhooks

    calls = voice_calls(empty_store(), intake())
    app = Flask(__name__)
    app.testing = True
    app.register_blueprint(voice_webhooks(calls))
    client = app.test_client()
    place = "lang=en&turn=t1&tries=1&asked=help&since=1795253400.123"
    said = CALL | {"SpeechResult": "Where is my order?", "Confidence": "0.8", "Digits": "1"}
    sent = [
        ("", CALL | {"FromCountry": "GB"}),
        (f"said?{place}", said),
        (f"wait?{place}", CALL),
        (f"through?{place}", CALL),
        (f"whisper?call={CALL['CallSid']}", CALL),
        (f"accepted?call={CALL['CallSid']}&{place}", said),
        (f"rung?{place}", CALL | {"DialCallStatus": "no-answer"}),
        (f"left?{place}", said),
        ("status", CALL | {"CallStatus": "completed"}),
        ("lines", SAID_LIVE),
    ]

    def read(data: bytes) -> int:
        head, _, body = data.partition(b"\n")
        path = "/webhooks/twilio/voice" + head.decode("latin-1").removeprefix("POST /v")
        answer = client.post(path, data=body, content_type=FORM)
        assert answer.status_code < 500, answer.status_code
        return answer.status_code

    seeds = (f"POST /v{'/' if path else ''}{path}\n{urlencode(form)}".encode() for path, form in sent)
    return Subject(read=read, seeds=tuple(seeds))


# ---------------------------------------------------------------- Zendesk messaging


def sunshine() -> Subject:
    from webhooks.sunshine.view import sunshine_webhooks

    ours = "1" * 24
    active = {"id": "7" * 24, "name": "handrail", "integrationId": ours, "integrationType": "custom"}
    conversation = {
        "id": "c1",
        "type": "personal",
        "activeSwitchboardIntegration": active,
        "metadata": {"handrail_visitor": "a"},
    }
    user = {
        "id": "u1",
        "authenticated": True,
        "externalId": "77",
        "zendeskId": "501",
        "profile": {"givenName": "Ann", "surname": "Field"},
        "identities": [{"type": "email", "value": "ann@mail.example", "verification": "embed"}],
    }
    author = {"type": "user", "userId": "u1", "displayName": "Ann", "user": user}
    contents = [
        {"type": "text", "text": "Hi", "payload": "yes"},
        {"type": "image", "mediaUrl": "https://x.example/a.png", "mediaType": "image/png", "altText": "a"},
        {"type": "location", "coordinates": {"lat": 1.5, "long": 2}, "location": {"name": "Home", "address": "1 Road"}},
        {
            "type": "formResponse",
            "fields": [{"label": "Mail", "email": "a@b.example"}, {"name": "x", "select": [{"label": "y"}]}],
        },
    ]
    told: list[tuple[str, Any]] = [
        (
            "conversation:message",
            {
                "conversation": conversation,
                "message": {
                    "id": f"m{place}",
                    "received": "2026-11-21T09:29:00.500Z",
                    "author": author,
                    "content": content,
                    "source": {"type": "web"},
                    "metadata": {"handrail_effect": "fx_1"},
                    "quotedMessage": {"type": "message", "message": {"id": "m0"}},
                },
            },
        )
        for place, content in enumerate(contents)
    ]
    told += [
        (
            "conversation:postback",
            {"conversation": conversation, "user": user, "postback": {"displayName": "Yes", "payload": "y"}},
        ),
        ("conversation:read", {"conversation": conversation, "activity": {"author": author}}),
        ("conversation:message:delivery:failure", {"message": {"id": "m1"}, "error": {"code": "x"}}),
        ("switchboard:passControl", {"conversation": conversation}),
        ("user:merge", {"mergedUsers": {"surviving": {"id": "u1"}, "discarded": {"id": "u2"}}}),
    ]
    rows = [
        {"id": f"e{place}", "createdAt": "2026-11-21T09:29:00.000Z", "type": kind, "payload": payload}
        for place, (kind, payload) in enumerate(told)
    ]
    seeds = as_json(*({"app": {"id": "a"}, "events": [row]} for row in rows), {"events": rows[::3]})
    return posted(sunshine_webhooks(intake(), Anybody(), ours), "/webhooks/sunshine", JSON, *seeds)


# ---------------------------------------------------------------- the company's own


def signals() -> Subject:
    from tests.core.rules import policy
    from tests.webhooks.receiving import PLAYS
    from webhooks.signals.view import signal_webhooks

    held = policy(outreach__plays=PLAYS)
    outage = {
        "id": "o-1",
        "kind": "outage",
        "at": "2026-11-21T09:00:00Z",
        "facts": {"region": "eu", "minutes": 40, "tags": ["a"]},
    }
    late = {
        "id": "l-1",
        "kind": "order_late",
        "facts": {
            "people": [
                {"customer": "ann@mail.example", "order": "A1", "carrier": "DHL"},
                {"customer": 7, "order": "A2"},
            ]
        },
    }
    blueprint = signal_webhooks(intake(), Anybody(), lambda: held)
    return posted(blueprint, "/signals", JSON, *as_json(outage, late, [outage, late | {"id": "l-2"}]))


def _journey(path: str, *seeds: Any) -> Subject:
    from webhooks.journey.origin import KnownOrigin
    from webhooks.journey.view import journey_webhooks

    blueprint = journey_webhooks(intake(), KnownOrigin(["https://shop.example"]))
    return posted(blueprint, path, JSON, *as_json(*seeds), headers={"Origin": "https://shop.example"})


def journey_steps() -> Subject:
    step = {
        "visitor": "0a" * 16,
        "number": 3,
        "kind": "hesitated",
        "page": "/cart",
        "name": "pay",
        "seconds": 12.5,
        "language": "de",
    }
    return _journey("/journey/steps", step, step | {"kind": "page"})


def journey_answers() -> Subject:
    return _journey("/journey/answers", {"visitor": "0a" * 16, "offer": "of_" + "0a" * 16, "answer": "accepted"})


# ---------------------------------------------------------------- Slack


def _slack_seeds() -> tuple[bytes, ...]:
    from apps.slack.cards import actions
    from tests.apps.slack import wire

    alert = json.dumps({"alert": "al_1"})
    typed = {"values": {"b": {actions.TEXT: {"type": "plain_text_input", "value": "Say sorry."}}}}
    pressed = [
        wire.click(),
        wire.click(actions.REJECT, state={"values": {"r": {actions.REASON: {"value": "Not now."}}}}),
        wire.click(actions.SNOOZE, alert),
        wire.click(actions.WHISPER, alert),
        wire.click(actions.EDIT),
        wire.click(actions.DETAILS, json.dumps({"card": "alert", "id": "al_1"})),
        wire.click(actions.PICK, None, view={"id": "V1", "hash": "1.a", "private_metadata": wire.VALUE}),
        wire.click(actions.PARKED_SEND, "fx_1"),
        wire.click(actions.PROPOSAL_ACCEPT, "pr_1"),
        wire.click(actions.PROPOSAL_EDIT, "pr_1"),
        wire.click(actions.REFRESH, "a", view={"id": "V1", "state": {"values": {"s": {"f": {"value": "sought"}}}}}),
        wire.click(actions.CONFIRM, "q_1"),
    ]
    views: list[dict[str, Any]] = [
        {"callback_id": actions.EDITED, "private_metadata": wire.VALUE, "state": typed},
        {"callback_id": actions.WHISPERED, "private_metadata": alert, "state": typed},
        {"callback_id": actions.PROPOSAL_EDITED, "private_metadata": json.dumps({"proposal": "pr_1"}), "state": typed},
        {"callback_id": actions.SENT_AGAIN, "private_metadata": json.dumps({"parked": "fx_1", "address": ""})},
    ]
    forms = [urlencode({"payload": json.dumps(each)}).encode() for each in (*pressed, *map(wire.submitted, views))]
    events = [
        wire.happened({"type": "app_home_opened", "user": "U0PRIYA", "tab": "home"}),
        wire.happened({"type": "app_uninstalled"}),
        wire.happened({"type": "tokens_revoked", "tokens": {"bot": ["B1"], "oauth": ["U1"]}}),
        {"type": "url_verification", "challenge": "abc", "token": "t"},
    ]
    commands = [urlencode(wire.command(text)).encode() for text in ("status", "pause all", "why 42")]
    return (*forms, *as_json(*events), *commands)


def slack_body() -> Subject:
    """The schema alone, many times faster than with Bolt behind it."""
    from marshmallow import ValidationError

    from apps.slack.schema import read_body

    def read(data: bytes) -> None:
        with contextlib.suppress(ValidationError):
            read_body(data)

    return Subject(read=read, seeds=_slack_seeds())


def slack() -> Subject:
    """With Bolt and our listeners. Bolt answers an error in a listener with a 500 of its own."""
    from apps.slack.app import slack_app, slack_requests
    from tests.apps.slack.wire import SECRET, opening

    door, _, _ = opening(Remembering(), empty_store())
    bolt = slack_app(door, SECRET)
    return posted(slack_requests(door.intake, Anybody(), bolt), "/slack/events", FORM, *_slack_seeds())


# ---------------------------------------------------------------- the sidebar

ROUTES: tuple[tuple[str, Any], ...] = (
    ("GET tickets/t-one", None),
    ("GET tickets/t-one?after=2026-11-21T09:00:00Z", None),
    ("GET tickets/t-one/beside?of=assist,profile,threads", None),
    ("GET tickets/t-one/why", None),
    ("GET tickets/t-one/translation?to=de", None),
    ("GET search?q=reset&ticket=t-one", None),
    ("GET overview/work?days=7", None),
    ("GET overview/articles/tickets?of=file:guide/returns.md", None),
    ("POST tickets/t-one/drafts/dr_1/rating", {"thumb": "up", "reasons": ["short"], "words": "Good."}),
    ("POST tickets/t-one/drafts/dr_1/inserted", {"text": "Hold the button."}),
    ("POST tickets/t-one/inserted", {"text": "Hold the button."}),
    ("POST tickets/t-one/drafts/dr_1/opened", {"sentence": 0}),
    ("POST tickets/t-one/intent", {"intent": "refund", "decision": "de_1"}),
    ("POST tickets/t-one/escalate", {"group": "care", "note": "Please look."}),
    ("POST tickets/t-one/hand_back", {"note": "Over to you."}),
    ("POST tickets/t-one/brief", {"to": "slack"}),
    ("POST tickets/t-one/threads/move", {"messages": ["m1"], "to": "co_two"}),
    ("POST tickets/t-one/threads/merge", {"other": "co_two"}),
    ("POST tickets/t-one/profile/facts", {"name": "plan", "value": "plus"}),
    ("POST tickets/t-one/profile/merge", {"with": "cu_two"}),
    ("POST tickets/t-one/review", {"text": "We will refund you today.", "language": "en"}),
    ("POST tickets/t-one/suite", {}),
    ("POST tickets/t-one/training", {}),
    ("POST tickets/t-one/coaching", {"text": "We guarantee that it arrives today."}),
    ("POST tickets/t-one/rewrite", {"text": "hold button", "wish": "grammar", "language": "en"}),
    ("POST tickets/t-one/request", {"text": "Could you tell us the order number?", "field": "order"}),
    ("POST tickets/t-one/scenarios/A1/return/chosen", {"language": "en"}),
    ("POST pulse", {"did": "answered", "helps": 4}),
    ("POST overview/parked/fx_1", {"wish": "dismiss"}),
    ("POST overview/proposals/pr_1", {"wish": "edit", "says": "Hi {name},"}),
)


def sidebar() -> Subject:
    from apps.zendesk.session import Visitor
    from tests.apps.zendesk.desk import Desk

    clock = Clock()
    desk = Desk(empty_store(), clock)
    desk.decide()
    desk.learn()
    boss = Visitor(agent_id="505", name="Priya Nair", role="admin")

    def read(data: bytes) -> int:
        head, _, body = data.partition(b"\n")
        method, _, path = head.decode("latin-1").partition(" ")
        clock.forward(timedelta(seconds=5))  # nobody asks too often
        bearer = desk.signed_in(boss)
        answer = desk.ask(method if method in ("GET", "POST") else "GET", path.lstrip("/"), body, bearer=bearer)
        # 503 is a language model or a vendor that is not there.
        assert answer.status_code < 500 or answer.status_code == 503, (path, answer.status_code)
        answer.get_data()
        return answer.status_code

    desk.client.application.testing = True
    seeds = (f"{route}\n{'' if body is None else json.dumps(body)}".encode() for route, body in ROUTES)
    return Subject(read=read, seeds=tuple(seeds))


def sidebar_tokens() -> Subject:
    """The claims of a token whose signature is right, whatever it says."""
    import jwt

    from apps.zendesk.session import Sessions
    from tests.apps.zendesk.desk import KnownStaff
    from tests.apps.zendesk.tokens import AUDIENCE, SESSION_SECRET, claims, key_pair

    class Once:
        def use(self, name: str, until: datetime) -> bool:
            utc(until)
            return True

    clock = Clock()
    sessions = Sessions(
        sign_ins=Once(),
        staff=KnownStaff(clock),
        secret=SESSION_SECRET,
        public_key=key_pair("zendesk")[1],
        audience=AUDIENCE,
    )
    own = {
        "aud": f"handrail:sidebar {AUDIENCE}",
        "sub": "501",
        "name": "Maria",
        "role": "agent",
        "since": clock().timestamp(),
    }
    own |= {"exp": int(clock().timestamp()) + 300, "told": clock().timestamp()}

    def read(data: bytes) -> None:
        try:
            said = json.loads(data)
            token = jwt.encode(said, SESSION_SECRET, algorithm="HS256") if isinstance(said, dict) else data.decode()
        except (ValueError, TypeError, RecursionError):
            token = data.decode("latin-1")
        for act in (sessions.visitor, sessions.renew, sessions.open):
            with contextlib.suppress(RejectedError):
                act(token, clock())

    return Subject(read=read, seeds=as_json(own, claims(clock())))


def receipt_links() -> Subject:
    from apps.receipt.links import Links

    clock = Clock()
    links = Links(public_url="https://desk.example.com", secret="s" * 32)
    good = [links.link(ConversationId(name), clock() + timedelta(days=1)) for name in ("co_" + "0a" * 16, "co_ä")]

    def read(data: bytes) -> object:
        return links.read(data.decode("utf-8", "replace"), clock())

    return Subject(read=read, seeds=tuple(each.rpartition("/")[2].encode() for each in good))


def signatures() -> Subject:
    """A line each: two headers and the body."""
    from connectors.slack.signature import SlackSignature
    from connectors.sunshine.signature import SunshineSignature
    from connectors.twilio.signature import TwilioSignature
    from connectors.zendesk.signature import ZendeskSignature
    from tests.webhooks.receiving import zendesk_headers
    from webhooks.signals.key import ApiKey

    clock = Clock()
    checks: list[Signature] = [
        ZendeskSignature("s"),
        SlackSignature("s"),
        TwilioSignature("s"),
        SunshineSignature("s"),
        ApiKey("s"),
    ]

    def read(data: bytes) -> None:
        mark, _, rest = data.partition(b"\n")
        stamp, _, body = rest.partition(b"\n")
        told = {
            name: mark.decode("latin-1") for name in ("X-Zendesk-Webhook-Signature", "X-Slack-Signature", "X-Api-Key")
        }
        told |= {
            name: stamp.decode("latin-1")
            for name in ("X-Zendesk-Webhook-Signature-Timestamp", "X-Slack-Request-Timestamp")
        }
        told |= {"X-Twilio-Signature": told["X-Api-Key"], "Content-Type": FORM}
        for check in checks:
            with contextlib.suppress(RejectedError):
                check.check(SignedRequest(url="https://d.example/x?a=b", headers=told, body=body), clock())

    def lines() -> Iterator[bytes]:
        body = b'{"a": 1}'
        signed = zendesk_headers(body, clock(), "s")
        yield "\n".join([*signed.values(), body.decode()]).encode()
        yield b"v0=abc\n1795253400\na=b"

    return Subject(read=read, seeds=tuple(lines()))
