"""Payloads of effects in the outbox: what the version before they were typed wrote is read as it was meant, with the
digest that the ledger and approvals hold."""

import json
import sqlite3
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select, text

from connectors.sql import codec
from connectors.sql.private import sealed
from connectors.sql.store import SqlStore
from connectors.sql.tables import outbox
from core.model.appointment import Do, Slot
from core.model.conversation import Control
from core.model.customer import Channel, Purpose
from core.model.effect_payloads import (
    EFFECT_PAYLOADS,
    ActionPayload,
    AppointmentPayload,
    ArticleDraftPayload,
    CarriedFile,
    ControlPayload,
    EffectPayload,
    FilesPayload,
    MessagePayload,
    OfferPayload,
    Said,
    SideConversationPayload,
    SlackPayload,
    TicketCreatePayload,
    TicketNotePayload,
    TicketReplyPayload,
    TicketUpdatePayload,
    UnnamedNotice,
)
from core.model.ids import (
    AlertId,
    ApprovalId,
    CustomerId,
    EffectId,
    MessageId,
    VerificationId,
    derive_id,
)
from core.model.outbound import Authority, Effect, EffectKind, EffectState, as_json, digest
from tests.connectors.sql.samples import MINUTE, NOW, effect

HERE = Path(__file__).parent
ONE_PM, TWO_PM = datetime(2026, 3, 11, 13, tzinfo=UTC), datetime(2026, 3, 11, 14, tzinfo=UTC)
CARD = {"type": "section", "text": {"type": "mrkdwn", "text": "Done"}}
# As version 0 wrote them: the keys that it wrote for a kind, whatever stands in them.
ROWS: list[tuple[EffectKind, dict[str, Any], EffectPayload]] = [
    (
        EffectKind.MESSAGE,
        {
            "channel": "sms",
            "body": "Is it online?",
            "ai_generated": True,
            "language": "en",
            "then": {"note": "The virtual assistant answered by SMS:\nIs it online?", "add_tags": ["hr_answered"]},
            "choices": ["Yes", "No"],
        },
        MessagePayload(
            channel=Channel.SMS,
            body="Is it online?",
            ai_generated=True,
            language="en",
            then=TicketUpdatePayload(
                note="The virtual assistant answered by SMS:\nIs it online?", add_tags=("hr_answered",)
            ),
            choices=("Yes", "No"),
        ),
    ),
    (
        EffectKind.MESSAGE,
        {
            "channel": "voice",
            "body": "Hold the button.",
            "ai_generated": True,
            "language": "en",
            "on_call": "link",
            "links": ["https://help.larkfield.example/reset"],
        },
        MessagePayload(
            channel=Channel.VOICE,
            body="Hold the button.",
            ai_generated=True,
            language="en",
            on_call="link",
            links=("https://help.larkfield.example/reset",),
        ),
    ),
    (
        EffectKind.MESSAGE,
        {"channel": "voice", "body": "What else?", "ai_generated": True, "language": "en", "on_call": ""},
        MessagePayload(channel=Channel.VOICE, body="What else?", ai_generated=True, language="en", on_call=""),
    ),
    (
        EffectKind.MESSAGE,
        {
            "channel": "whatsapp",
            "body": "(1/2) Here",
            "language": "de",
            "relayed": True,
            "author": "Maria Lopez",
            "comment": "zendesk:comment:100-4",
            "rest": ["(2/2) I am."],
            "rest_left": True,
            "again_of": "ms_1:relay",
            "templated": True,
        },
        MessagePayload(
            channel=Channel.WHATSAPP,
            body="(1/2) Here",
            language="de",
            relayed=True,
            author="Maria Lopez",
            comment="zendesk:comment:100-4",
            rest=("(2/2) I am.",),
            rest_left=True,
            again_of="ms_1:relay",
            templated=True,
        ),
    ),
    (
        EffectKind.MESSAGE,
        {
            "channel": "sms",
            "body": "(2/2) I am.",
            "language": "de",
            "relayed": True,
            "author": "",
            "comment": "",
            "rest": [],
        },
        MessagePayload(
            channel=Channel.SMS, body="(2/2) I am.", language="de", relayed=True, author="", comment="", rest=()
        ),
    ),
    (
        EffectKind.MESSAGE,
        {
            "channel": "sms",
            "body": "Cloud has a fault in west. Reply STOP to opt out.",
            "purpose": "service",
            "language": "en",
            "digest": "5ace82e1194cae3441bd9a2c37dd8ec8905d3b23c7f9c71aa42e87fdab0d8c7d",
            "not_after": "2026-03-11T14:00:00+00:00",
        },
        MessagePayload(
            channel=Channel.SMS,
            body="Cloud has a fault in west. Reply STOP to opt out.",
            purpose=Purpose.SERVICE,
            language="en",
            digest="5ace82e1194cae3441bd9a2c37dd8ec8905d3b23c7f9c71aa42e87fdab0d8c7d",
            not_after=TWO_PM,
        ),
    ),
    (
        EffectKind.MESSAGE,
        {"channel": "sms", "body": "TEST (all): Cloud is down", "language": "en", "test_of": "ap_one"},
        MessagePayload(
            channel=Channel.SMS, body="TEST (all): Cloud is down", language="en", test_of=ApprovalId("ap_one")
        ),
    ),
    (
        EffectKind.MESSAGE,
        {
            "channel": "sms",
            "body": "•••••• is your code for Larkfield.",
            "ai_generated": True,
            "language": "en",
            "code_of": "vf_1",
            "proves": "cu_1",
            "minutes": 10,
        },
        MessagePayload(
            channel=Channel.SMS,
            body="•••••• is your code for Larkfield.",
            ai_generated=True,
            language="en",
            code_of=VerificationId("vf_1"),
            proves=CustomerId("cu_1"),
            minutes=10,
        ),
    ),
    (
        EffectKind.OFFER,
        {"offer": "of_1", "body": "Trouble paying?", "ai_generated": False},
        OfferPayload(offer="of_1", body="Trouble paying?", ai_generated=False),
    ),
    (
        EffectKind.TICKET_REPLY,
        {"body": "Hold the button.", "ai_generated": True, "then": {"add_tags": ["a"]}, "choices": ["By e-mail"]},
        TicketReplyPayload(
            body="Hold the button.",
            ai_generated=True,
            then=TicketUpdatePayload(add_tags=("a",)),
            choices=("By e-mail",),
        ),
    ),
    (EffectKind.TICKET_NOTE, {"body": "Emma wrote"}, TicketNotePayload(body="Emma wrote")),
    (EffectKind.CONTROL, {"to": "assistant"}, ControlPayload(to=Control.ASSISTANT)),
    (
        EffectKind.CONTROL,
        {"to": "agents", "subject": "", "tags": ["handrail_co_1"], "first": "", "then": {"group": "Billing"}},
        ControlPayload(
            to=Control.AGENTS,
            subject="",
            tags=("handrail_co_1",),
            first="",
            then=TicketUpdatePayload(group="Billing"),
        ),
    ),
    (
        EffectKind.TICKET_UPDATE,
        {
            "group": "Specialists",
            "status": "open",
            "add_tags": ["hr_handoff"],
            "priority": "urgent",
            "assignee": "800004",
            "fields": {"77": "fraud"},
            "note": "Handed over",
            "unnamed_notice": {"instead_of": "de_1:handoff_notice", "body": "Our team takes over."},
        },
        TicketUpdatePayload(
            group="Specialists",
            status="open",
            add_tags=("hr_handoff",),
            priority="urgent",
            assignee="800004",
            fields={"77": "fraud"},
            note="Handed over",
            unnamed_notice=UnnamedNotice(instead_of="de_1:handoff_notice", body="Our team takes over."),
        ),
    ),
    (
        EffectKind.TICKET_CREATE,
        {
            "subject": "Missed call",
            "text": "Nobody took it.",
            "requester_id": None,
            "name": "+447700900999",
            "phone": None,
            "then": {},
            "covers": [],
        },
        TicketCreatePayload(
            subject="Missed call",
            text="Nobody took it.",
            requester_id=None,
            name="+447700900999",
            phone=None,
            then=TicketUpdatePayload(),
            covers=(),
        ),
    ),
    (
        EffectKind.TICKET_CREATE,
        {
            "subject": "Hello",
            "text": "Emma: Hello",
            "requester_id": "7",
            "name": "Emma",
            "phone": "+447700900123",
            "then": {"group": "Billing"},
            "covers": ["ms_1"],
        },
        TicketCreatePayload(
            subject="Hello",
            text="Emma: Hello",
            requester_id="7",
            name="Emma",
            phone="+447700900123",
            then=TicketUpdatePayload(group="Billing"),
            covers=(MessageId("ms_1"),),
        ),
    ),
    (
        EffectKind.FILES,
        {"files": [{"name": "file 1.jpg", "type": "image/jpeg", "ref": "https://api.twilio.com/1"}], "body": ""},
        FilesPayload(
            files=(CarriedFile(name="file 1.jpg", type="image/jpeg", ref="https://api.twilio.com/1"),), body=""
        ),
    ),
    (
        EffectKind.SLACK_POST,
        {"text": "Yours now.", "blocks": [CARD], "ephemeral_to": "U-PRIYA"},
        SlackPayload(text="Yours now.", blocks=[CARD], ephemeral_to="U-PRIYA"),
    ),
    (
        EffectKind.SLACK_POST,
        {"text": "Lost", "blocks": [CARD], "alert_id": "al_1"},
        SlackPayload(text="Lost", blocks=[CARD], alert_id=AlertId("al_1")),
    ),
    (
        EffectKind.SLACK_POST,
        {"text": "May Maria send this?", "blocks": [CARD], "request_id": "rq_1"},
        SlackPayload(text="May Maria send this?", blocks=[CARD], request_id=ApprovalId("rq_1")),
    ),
    (
        EffectKind.SLACK_UPDATE,
        {"text": "0 of 3", "blocks": [CARD], "campaign_id": "ap_1", "card_version": 2, "card_shown_at": ""},
        SlackPayload(text="0 of 3", blocks=[CARD], campaign_id=ApprovalId("ap_1"), card_version=2, card_shown_at=""),
    ),
    (
        EffectKind.APPOINTMENT,
        {
            "do": "book",
            "ref": "",
            "who": "cu_1",
            "name": "Emma",
            "phone": "+447700900123",
            "email": None,
            "slot": "s2",
            "starts_at": "2026-03-11T13:00:00+00:00",
            "ends_at": "2026-03-11T14:00:00+00:00",
            "place": "",
            "zone": "Europe/London",
            "answers": {"device": "the thermostat"},
            "said": [
                {
                    "kind": "message",
                    "target": "+447700900123",
                    "payload": {"channel": "sms", "body": "Booked.", "ai_generated": True, "language": "en"},
                },
                {"kind": "ticket_reply", "target": "35436", "payload": {"body": "Booked.", "ai_generated": True}},
            ],
            "gone": "That time was taken.",
        },
        AppointmentPayload(
            do=Do.BOOK,
            ref="",
            who="cu_1",
            name="Emma",
            phone="+447700900123",
            email=None,
            slot="s2",
            starts_at=ONE_PM,
            ends_at=TWO_PM,
            place="",
            zone="Europe/London",
            answers={"device": "the thermostat"},
            said=(
                Said(
                    kind=EffectKind.MESSAGE,
                    target="+447700900123",
                    payload=MessagePayload(channel=Channel.SMS, body="Booked.", ai_generated=True, language="en"),
                ),
                Said(
                    kind=EffectKind.TICKET_REPLY,
                    target="35436",
                    payload=TicketReplyPayload(body="Booked.", ai_generated=True),
                ),
            ),
            gone="That time was taken.",
        ),
    ),
    (
        EffectKind.APPOINTMENT,
        {
            "do": "cancel",
            "ref": "ap-1",
            "who": "cu_1",
            "name": "Emma",
            "phone": None,
            "email": "emma@example.com",
            "answers": {},
            "said": [],
            "gone": "That time was taken.",
        },
        AppointmentPayload(
            do=Do.CANCEL,
            ref="ap-1",
            who="cu_1",
            name="Emma",
            phone=None,
            email="emma@example.com",
            answers={},
            said=(),
            gone="That time was taken.",
        ),
    ),
    (
        EffectKind.SIDE_CONVERSATION,
        {"to": "engineering@larkfield.example", "subject": "Hub offline", "body": "# Hub"},
        SideConversationPayload(to="engineering@larkfield.example", subject="Hub offline", body="# Hub"),
    ),
    (
        EffectKind.ARTICLE_DRAFT,
        {"title": "Returns", "text": "Within 30 days.", "locale": "en-gb"},
        ArticleDraftPayload(title="Returns", text="Within 30 days.", locale="en-gb"),
    ),
    (EffectKind.ACTION, {"run": "ac_1", "digest": "d1"}, ActionPayload(run=ApprovalId("ac_1"), digest="d1")),
    (
        EffectKind.SIDE_CONVERSATION,
        {"to": "engineers@larkfield.example", "subject": "Hubs offline", "body": "Since 14:00."},
        SideConversationPayload(to="engineers@larkfield.example", subject="Hubs offline", body="Since 14:00."),
    ),
]


def written(store: SqlStore, kind: EffectKind, payload: Mapping[str, Any], key: str = "k-1") -> EffectId:
    """A row as it stands in the table, whoever wrote it."""
    known = {"kind": kind, "target": "35436", "payload": payload}
    row = {
        **known,
        "id": derive_id("fx", key),
        "key": key,
        "digest": digest(known),
        "rule": "automatic_reply",
        "policy_version": "p-1",
        "created_at": NOW,
        "changed_at": NOW,
        "state": EffectState.PENDING,
        "facts": {},
    }
    with store.begin() as unit:
        unit.connection.execute(insert(outbox).values(sealed(unit.connection, outbox, row)))
    return EffectId(str(row["id"]))


def stored(store: SqlStore, effect_id: EffectId) -> Any:
    with store.read() as unit:
        return unit.connection.execute(select(outbox.c.payload).where(outbox.c.id == effect_id)).scalar_one()


def test_every_kind_has_its_class_and_is_among_the_rows_below() -> None:
    assert set(EFFECT_PAYLOADS) == set(EffectKind) == {kind for kind, _, _ in ROWS}


def test_the_payload_of_another_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="a TicketNotePayload is no payload of a message"):
        effect(kind=EffectKind.MESSAGE, payload=TicketNotePayload(body="A note"))


@pytest.mark.parametrize(("kind", "before", "payload"), ROWS)
def test_a_row_of_version_0_is_read_as_it_was_meant_with_its_digest(
    store: SqlStore, kind: EffectKind, before: dict[str, Any], payload: EffectPayload
) -> None:
    name = written(store, kind, before)
    with store.read() as unit:
        row = unit.outbox.get(name)
    assert row is not None
    assert row.effect.payload == payload
    assert row.effect.digest == digest({"kind": kind, "target": "35436", "payload": before})


@pytest.mark.parametrize(("kind", "before", "payload"), ROWS)
def test_what_is_written_now_has_the_same_fields_and_its_version(
    store: SqlStore, kind: EffectKind, before: dict[str, Any], payload: EffectPayload
) -> None:
    one = effect(kind=kind, payload=payload)
    with store.begin() as unit:
        assert unit.outbox.add(one)
        row = unit.outbox.get(one.id)
    assert row is not None
    assert row.effect == one
    assert stored(store, one.id) == {"v": 1, **before}


def test_the_outbox_of_a_kept_store_is_read_and_written_to_the_same_bytes(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "kept.db")
    connection.executescript((HERE / "store_0034.sql").read_text(encoding="utf-8"))
    rows = connection.execute("SELECT kind, target, payload, digest FROM outbox").fetchall()
    connection.close()
    assert rows
    for kind, target, before, hashed in rows:
        payload = codec.read_payload_row(EFFECT_PAYLOADS[EffectKind(kind)], json.loads(before))
        assert as_json(payload) == json.loads(before)
        authority = Authority(rule="r", policy_version="p")
        one = Effect(
            kind=EffectKind(kind), key="k", target=target, payload=payload, authority=authority, created_at=NOW
        )
        assert one.digest == hashed


# A moment of a named zone may fall into an hour that the zone had twice: Python calls it unequal to itself elsewhere.
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.datetimes(timezones=ZONES).filter(lambda moment: 1 < moment.year < 9999)


@given(
    st.one_of(
        st.builds(MessagePayload, not_after=st.none() | MOMENTS, free_until=st.none() | MOMENTS),
        st.builds(TicketReplyPayload),
        st.builds(TicketUpdatePayload),
        st.builds(TicketCreatePayload),
        st.builds(ControlPayload),
        st.builds(FilesPayload),
    )
)
def test_every_payload_survives(payload: EffectPayload) -> None:
    kind = next(kind for kind, kept in EFFECT_PAYLOADS.items() if kept is type(payload))
    row = json.loads(json.dumps(codec.payload_row(payload)))
    read = codec.read_payload_row(EFFECT_PAYLOADS[kind], row)
    assert read == payload
    assert as_json(read) == as_json(payload)


def test_an_appointment_names_the_time_and_the_guest() -> None:
    (book,) = (p for _, _, p in ROWS if isinstance(p, AppointmentPayload) and p.do is Do.BOOK)
    assert book.time == Slot(id="s2", starts_at=ONE_PM, ends_at=TWO_PM, zone="Europe/London")
    assert (book.guest.who, book.guest.phone) == ("cu_1", "+447700900123")


@pytest.mark.parametrize(
    ("payload", "why"),
    [
        ({"v": 2, "body": "Hello"}, "a TicketReplyPayload of version 2 was written by a newer Handrail"),
        ({"v": 1}, "a TicketReplyPayload is damaged"),
        ({"v": "one", "body": "Hello"}, "a TicketReplyPayload is damaged"),
        ({"text": "Hello"}, "a TicketReplyPayload is damaged"),
        ({"body": "Hello", "then": ["a note"]}, "a TicketReplyPayload is damaged"),
        (["Hello"], "a TicketReplyPayload is damaged"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words_and_can_be_put_aside(store: SqlStore, payload: Any, why: str) -> None:
    name, other = written(store, EffectKind.TICKET_REPLY, payload), effect("k-2")
    with store.begin() as unit:
        assert unit.outbox.add(other)
        with pytest.raises(ValueError, match=why):
            unit.outbox.claim(name, NOW + MINUTE)
        assert unit.outbox.mark(name, EffectState.PARKED, NOW + MINUTE, error=why)
        assert unit.outbox.claim(other.id, NOW + MINUTE) is not None
    with store.begin() as unit:
        assert unit.outbox.counts()["parked"] == 1
        assert unit.outbox.claim(name, NOW + 5 * MINUTE) is None
    assert stored(store, name) == payload


def test_words_that_are_no_json_are_refused_too(store: SqlStore) -> None:
    name = written(store, EffectKind.TICKET_REPLY, {"body": "Hello"})
    with store.begin() as unit:
        unit.connection.execute(text("UPDATE outbox SET payload = '{\"body' WHERE id = :id"), {"id": name})
    with store.begin() as unit:
        with pytest.raises(ValueError, match="Unterminated string"):
            unit.outbox.claim(name, NOW + MINUTE)
        assert unit.outbox.mark(name, EffectState.PARKED, NOW + MINUTE, error="damaged")
    with store.read() as unit:
        assert unit.outbox.counts()["parked"] == 1
