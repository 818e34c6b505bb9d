"""What events carry, as it is stored now and as it was stored before payloads had versions."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from connectors.sql.codec import read_payload, write_payload
from connectors.sql.store import SqlStore
from core.model.alert import AlertClick, Wish
from core.model.conversation import Attachment, Control, MessageKind, Role
from core.model.customer import Channel, Identity, IdentityKind
from core.model.event import PAYLOADS, SHAPES, EventKind
from core.model.event_payloads import (
    NOTHING,
    AgentSaid,
    CallAccepted,
    CallEnded,
    CallLanguage,
    CallLink,
    CallMissed,
    CallRinging,
    CallStarted,
    CallUnanswered,
    ControlChanged,
    DecideAgain,
    EngineeringClick,
    EventPayload,
    Insistence,
    LineSpoken,
    MessageReceived,
    MessageStatus,
    OfferAnswered,
    PageStep,
    PeopleMerged,
    SignalStated,
    SupervisorAsked,
    Unreadable,
    Wanted,
)
from core.model.ids import AlertId, ApprovalId, ConversationId, EffectId
from core.model.journey import JourneyStepKind, OfferState
from core.model.outreach import Click, Verdict
from tests.connectors.sql.samples import NOW, event
from tests.core.samples import stand_in_store

DUMP = Path(__file__).parent / "store_0034.sql"
NUMBER = "+447700900004"
LOGIN = Identity(kind=IdentityKind.EXTERNAL, value="account:4711", verified=True)
CLICK = {
    "approval": "ap_one",
    "digest": "d1g35t",
    "verdict": "approve",
    "user_id": "U-PRIYA",
    "user_name": "priya",
    "channel": "C0APPROVE",
    "ts": "1.0",
}
CLICKED = Click(
    approval_id=ApprovalId("ap_one"),
    digest="d1g35t",
    verdict=Verdict.APPROVE,
    user_id="U-PRIYA",
    user_name="priya",
    channel="C0APPROVE",
    ts="1.0",
)

LATER = {CallMissed, EngineeringClick}  # which were never stored without a version
FAULT_CLICK = EngineeringClick(status="fixed", user_id="U1", user_name="p", channel="C1", ts="1.0")
# (kind, what was stored, what it is)
EARLIER: list[tuple[EventKind, dict[str, Any], EventPayload]] = [
    (EventKind.TICKET_CHANGED, {}, NOTHING),
    (EventKind.TICKET_CHANGED, {"again": "handed_back"}, DecideAgain(why="handed_back")),
    (
        EventKind.MESSAGE_RECEIVED,
        {"from": NUMBER, "channel": "sms", "text": "Hi \ud83d\x00", "name": "", "media": 0, "opt_out": ""},
        MessageReceived(channel=Channel.SMS, sender=NUMBER, text="Hi \ud83d\x00"),
    ),
    (
        EventKind.MESSAGE_RECEIVED,
        {
            "from": NUMBER,
            "channel": "whatsapp",
            "text": "Yes",
            "name": "Dana",
            "media": 2,
            "opt_out": "STOP",
            "attachments": [
                {"ref": "https://api.twilio.com/one", "type": "image/jpeg"},
                {"ref": "https://api.twilio.com/two", "type": "text/plain", "size": 3, "text": "abc", "name": "log"},
            ],
            "quotes": "twilio:SM1",
            "kind": "reaction",
            "choice": "1",
            "forwarded": True,
        },
        MessageReceived(
            channel=Channel.WHATSAPP,
            sender=NUMBER,
            text="Yes",
            name="Dana",
            media=2,
            opt_out="STOP",
            attachments=(
                Attachment(name="file 1", type="image/jpeg", ref="https://api.twilio.com/one"),
                Attachment(name="log", type="text/plain", ref="https://api.twilio.com/two", size=3, text="abc"),
            ),
            quotes="twilio:SM1",
            kind=MessageKind.REACTION,
            choice="1",
            forwarded=True,
        ),
    ),
    (
        EventKind.MESSAGE_RECEIVED,
        {
            "from": "c1",
            "channel": "chat",
            "person": "u1",
            "name": "Visitor 17",
            "text": "My sensor beeps",
            "control": "agents",
            "proved": [{"kind": "external", "value": "account:4711"}],
            "at_once": True,
            "visitor": "v-17",
        },
        MessageReceived(
            channel=Channel.CHAT,
            sender="c1",
            person="u1",
            name="Visitor 17",
            text="My sensor beeps",
            control=Control.AGENTS,
            proved=(LOGIN,),
            at_once=True,
            visitor="v-17",
        ),
    ),
    (
        EventKind.MESSAGE_RECEIVED,
        {
            "channel": "voice",
            "from": "CA1",
            "phone": NUMBER,
            "text": "A person, please",
            "name": "",
            "at_once": True,
            "confidence": 0.91,
            "insists": "pressed_0",
        },
        MessageReceived(
            channel=Channel.VOICE,
            sender="CA1",
            phone=NUMBER,
            text="A person, please",
            at_once=True,
            confidence=0.91,
            insists=Insistence.PRESSED_0,
        ),
    ),
    (
        EventKind.MESSAGE_RECEIVED,
        {"again": "control_back", "channel": "chat", "at_once": True},
        DecideAgain(why="control_back"),
    ),
    (
        EventKind.MESSAGE_STATUS,
        {"status": "undelivered", "error": "30003", "effect": "fx_17"},
        MessageStatus(status="undelivered", error="30003", effect=EffectId("fx_17")),
    ),
    (EventKind.MESSAGE_STATUS, {"status": "sent", "error": "", "effect": ""}, MessageStatus(status="sent")),
    (EventKind.ARTICLE_CHANGED, {}, NOTHING),
    (EventKind.CUSTOMER_CHANGED, {}, NOTHING),
    (
        EventKind.BUSINESS_SIGNAL,
        {"kind": "outage", "region": "west", "v": 2, "is": "down", "as": "ever", "people": [{"customer": "7001"}]},
        SignalStated(
            kind="outage",
            facts={"region": "west", "v": 2, "is": "down", "as": "ever", "people": [{"customer": "7001"}]},
        ),
    ),
    (
        EventKind.STATUS_PAGE,
        {"incident": "inc1/north", "title": "Cloud down", "kind": "outage"},
        SignalStated(kind="outage", facts={"incident": "inc1/north", "title": "Cloud down"}),
    ),
    (EventKind.APPROVAL_CLICKED, CLICK, CLICKED),
    (
        EventKind.APPROVAL_CLICKED,
        {**CLICK, "verdict": "edit", "revision": 2, "reason": "Not now.", "texts": {"default/sms/en": "New"}},
        replace(CLICKED, verdict=Verdict.EDIT, revision=2, reason="Not now.", texts={"default/sms/en": "New"}),
    ),
    (EventKind.APPROVAL_CLICKED, {**CLICK, "verdict": "approved"}, CLICKED),
    (EventKind.APPROVAL_CLICKED, {**CLICK, "verdict": "rejected"}, replace(CLICKED, verdict=Verdict.REJECT)),
    (
        EventKind.ALERT_CLICKED,
        {"alert": "al_1", "wish": "whisper", "text": "Be kind", "user_id": "U1", "user_name": "p", "ts": "1.0"},
        AlertClick(alert_id=AlertId("al_1"), wish=Wish.WHISPER, text="Be kind", user_id="U1", user_name="p"),
    ),
    (
        EventKind.JOURNEY_STEP,
        {"visitor": "0f", "number": 3, "kind": "failed", "page": "/checkout", "name": "payment", "seconds": 1.5},
        PageStep(kind=JourneyStepKind.FAILED, page="/checkout", name="payment", seconds=1.5),
    ),
    (
        EventKind.JOURNEY_STEP,
        {"visitor": "0f", "offer": "of_1", "answer": "declined"},
        OfferAnswered(offer="of_1", answer=OfferState.DECLINED),
    ),
    (
        EventKind.CALL_CHANGED,
        {"what": "started", "number": NUMBER, "language": "de", "conversation": "co_1"},
        CallStarted(number=NUMBER, language="de", conversation=ConversationId("co_1")),
    ),
    (
        EventKind.CALL_CHANGED,
        {"what": "started", "number": "", "language": "en"},
        CallStarted(number="", language="en"),
    ),
    (EventKind.CALL_CHANGED, {"what": "language", "language": "de"}, CallLanguage(language="de")),
    (EventKind.CALL_CHANGED, {"what": "link", "answer": "fx_1"}, CallLink(answer=EffectId("fx_1"))),
    (EventKind.CALL_CHANGED, {"what": "ringing", "group": "Care"}, CallRinging(group="Care")),
    (EventKind.CALL_CHANGED, {"what": "accepted"}, CallAccepted()),
    (
        EventKind.CALL_CHANGED,
        {"what": "unanswered", "group": "Care", "within": "", "promised": False},
        CallUnanswered(group="Care", promised=False),
    ),
    (
        EventKind.CALL_CHANGED,
        {"what": "ended", "status": "completed", "number": NUMBER},
        CallEnded(status="completed", number=NUMBER),
    ),
    (
        EventKind.CALL_LINE,
        {"track": "outbound_track", "text": "Hello", "key": "GT1:3"},
        LineSpoken(role=Role.AGENT, text="Hello", key="GT1:3"),
    ),
    (
        EventKind.AGENT_SAID,
        {"from": "c1", "name": None, "text": "Which order?"},
        AgentSaid(address="c1", text="Which order?"),
    ),
    (EventKind.CONTROL_CHANGED, {"control": "nobody"}, ControlChanged(control=Control.NOBODY)),
    (EventKind.CONVERSATION_READ, {}, NOTHING),
    (
        EventKind.PEOPLE_MERGED,
        {"surviving": "u1", "discarded": "u2"},
        PeopleMerged(surviving="u1", discarded="u2"),
    ),
    (
        EventKind.SUPERVISOR_ASKED,
        {"asked": "command", "user_id": "U1", "user_name": "p", "text": " pause ", "address": "https://hooks.slack/1"},
        SupervisorAsked(
            wanted=Wanted.COMMAND, user_id="U1", user_name="p", text="pause", address="https://hooks.slack/1"
        ),
    ),
    (EventKind.SUPERVISOR_ASKED, {"asked": "home", "user_id": "U1"}, SupervisorAsked(wanted=Wanted.HOME, user_id="U1")),
    (EventKind.APPEALED, {}, NOTHING),
]
EVERY = [*((kind, payload) for kind, _, payload in EARLIER), (EventKind.ENGINEERING_CLICKED, FAULT_CLICK)]


def claimed(store: SqlStore, kind: EventKind, stored: str) -> EventPayload:
    """What a worker gets of an event of this kind with this payload in the table."""
    put = event(kind=kind, payload=next(payload for each, payload in EVERY if each is kind))
    event_id = stand_in_store(store, put, stored)
    with store.begin() as unit:
        found = unit.events.claim(event_id, NOW)
    assert found is not None
    return found.payload


@pytest.mark.parametrize("kind", EventKind)
def test_every_kind_says_what_it_carries(kind: EventKind) -> None:
    shapes = PAYLOADS[kind]
    assert {SHAPES[found]: found for found in shapes.values()} == shapes
    assert {type(payload) for each, _, payload in EARLIER if each is kind} == set(shapes.values()) - LATER


@pytest.mark.parametrize("kind", EventKind)
def test_an_event_carries_what_is_of_its_kind_alone(kind: EventKind) -> None:
    for _, payload in EVERY:
        if type(payload) in PAYLOADS[kind].values():
            assert event(kind=kind, payload=payload).payload_as(type(payload)) is payload
        else:
            with pytest.raises(ValueError, match="does not carry"):
                event(kind=kind, payload=payload)


@pytest.mark.parametrize(("kind", "stored", "payload"), EARLIER)
def test_a_row_of_the_earlier_version_is_the_same_value(
    store: SqlStore, kind: EventKind, stored: dict[str, Any], payload: EventPayload
) -> None:
    assert claimed(store, kind, json.dumps(stored)) == payload


def test_the_row_of_a_store_that_the_last_version_wrote_is_read(store: SqlStore) -> None:
    (statement,) = re.findall(r"^INSERT INTO events .*;$", DUMP.read_text(encoding="utf-8"), re.MULTILINE)
    with store.begin() as unit:
        unit.connection.exec_driver_sql(statement)
        assert unit.events.claim(event().id, NOW) == event()


@pytest.mark.parametrize(("kind", "payload"), EVERY)
def test_what_is_stored_now_comes_back_as_it_was(store: SqlStore, kind: EventKind, payload: EventPayload) -> None:
    put = event(kind=kind, payload=payload)
    with store.begin() as unit:
        unit.events.add(put)
        assert unit.events.claim(put.id, NOW) == put


@pytest.mark.parametrize("kind", EventKind)
def test_what_a_newer_version_wrote_is_not_guessed_at(store: SqlStore, kind: EventKind) -> None:
    shape = next(iter(PAYLOADS[kind]))
    found = claimed(store, kind, json.dumps({"v": 2, "as": shape, "is": {}}))
    assert isinstance(found, Unreadable)
    assert "was written by a newer Handrail" in found.why


@pytest.mark.parametrize(
    ("kind", "stored"),
    [
        (EventKind.MESSAGE_RECEIVED, "not JSON"),
        (EventKind.MESSAGE_RECEIVED, "[]"),
        (EventKind.MESSAGE_RECEIVED, '{"from": "+447700900004", "text": "Hi"}'),
        (EventKind.MESSAGE_RECEIVED, '{"from": "+447700900004", "text": "Hi", "channel": "pigeon"}'),
        (EventKind.MESSAGE_RECEIVED, '{"v": 1, "is": {"channel": "sms", "text": "Hi"}}'),
        (EventKind.MESSAGE_RECEIVED, '{"v": "1", "is": {"channel": "sms", "text": "Hi", "sender": "c1"}}'),
        (EventKind.CALL_CHANGED, '{"v": 1, "as": "put_on_hold", "is": {}}'),
        (EventKind.CALL_CHANGED, '{"what": "put_on_hold"}'),
        (EventKind.BUSINESS_SIGNAL, '{"region": "west"}'),
        (EventKind.ALERT_CLICKED, '{"alert": "al_1", "wish": "explode", "user_id": "U1", "user_name": "p"}'),
        (EventKind.SUPERVISOR_ASKED, '{"asked": "anything", "user_id": "U1"}'),
        (EventKind.APPROVAL_CLICKED, json.dumps({**CLICK, "verdict": "perhaps"})),
        *(
            (EventKind.APPROVAL_CLICKED, json.dumps({key: value for key, value in CLICK.items() if key != name}))
            for name in CLICK
        ),
    ],
)
def test_what_cannot_be_read_is_told_in_words_and_stays_as_it_is(store: SqlStore, kind: EventKind, stored: str) -> None:
    found = claimed(store, kind, stored)
    assert isinstance(found, Unreadable)
    assert found.why.startswith("its payload cannot be read: ")
    with store.begin() as unit:
        unit.events.park(event().id, NOW, found.why)
        kept = unit.connection.exec_driver_sql("SELECT payload FROM events").scalar_one()
    assert kept == stored


def test_a_field_that_the_class_no_longer_has_is_ignored_and_a_new_one_takes_its_default(store: SqlStore) -> None:
    found = claimed(store, EventKind.CALL_CHANGED, '{"v":1,"as":"unanswered","is":{"group":"Care","gone":1}}')
    assert found == CallUnanswered(group="Care")


def test_a_newer_payload_is_refused_in_words() -> None:
    stored = write_payload(CallRinging(group="Care")).replace('"v":1', '"v":2')
    with pytest.raises(ValueError, match="a CallRinging of version 2 was written by a newer Handrail"):
        read_payload({"": CallRinging}, stored, lambda found: ("", found))
