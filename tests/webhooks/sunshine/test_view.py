"""The messaging app's webhook: one body, several events, each kept once."""

from collections.abc import Mapping
from typing import Any

import pytest
from flask import Flask
from prometheus_client import CollectorRegistry
from werkzeug.test import TestResponse

from connectors.sql.inbox import SqlInbox
from connectors.sql.store import SqlStore
from connectors.sunshine.signature import SunshineSignature
from core.model.conversation import Attachment, Control
from core.model.customer import Channel, Identity, IdentityKind
from core.model.event import Event, EventKind
from core.model.event_payloads import AgentSaid, MessageReceived, MessageStatus, PeopleMerged
from core.model.ids import EffectId
from tests.clock import Clock
from tests.webhooks.receiving import PUBLIC_URL, Told, pending_statuses
from webhooks.intake import Intake, counter
from webhooks.sunshine.view import PARSERS, sunshine_webhooks

SECRET = "fake-webhook-secret"
OURS = "1" * 24
ACTIVE = {"id": "7" * 24, "name": "handrail", "integrationId": OURS, "integrationType": "custom"}
AGENTS = {"id": "8" * 24, "name": "agents", "integrationId": "2" * 24, "integrationType": "zd:agentWorkspace"}
CONVERSATION = {"id": "c1", "type": "personal", "activeSwitchboardIntegration": ACTIVE}
USER = {"id": "u1", "authenticated": False, "profile": {}, "identities": []}


class Receiver:
    def __init__(self, store: SqlStore, clock: Clock) -> None:
        self.store, self.clock, self.told = store, clock, Told()
        inbox = SqlInbox(store, self.told)
        registry = self.registry = CollectorRegistry()
        intake = Intake(inbox=inbox, now=clock, public_url=PUBLIC_URL, received=counter(registry))
        app = Flask(__name__)
        app.register_blueprint(sunshine_webhooks(intake, SunshineSignature(SECRET), OURS))
        self.client = app.test_client()

    def post(self, body: Any, secret: str = SECRET) -> TestResponse:
        return self.client.post("/webhooks/sunshine", json=body, headers={"X-Api-Key": secret})

    def hears(self, kind: str, payload: Mapping[str, Any], name: str = "e1") -> Event | None:
        assert self.post(body(row(kind, payload, name))).status_code == 200
        with self.store.begin() as unit:
            found = [unit.events.claim(event_id, self.clock()) for event_id in self.told.events]
        found += pending_statuses(self.store, self.clock)
        return next((event for event in found if event is not None), None)


@pytest.fixture
def receiver(store: SqlStore, clock: Clock) -> Receiver:
    return Receiver(store, clock)


def row(kind: str, payload: Mapping[str, Any], name: str = "e1") -> dict[str, Any]:
    return {"id": name, "createdAt": "2026-03-10T11:59:00.000Z", "type": kind, "payload": payload}


def body(*rows: Any) -> dict[str, Any]:
    return {"app": {"id": "a"}, "webhook": {"id": "w", "version": "v2"}, "events": list(rows)}


def said(content: Mapping[str, Any], *, source: str = "web", user: Mapping[str, Any] = USER, **more: Any) -> Any:
    author = {"type": "user", "userId": user["id"], "displayName": "Visitor 17", "user": user}
    message = {"id": "m1", "received": "2026-03-10T11:59:00.500Z", "author": author, "content": content}
    return {"conversation": CONVERSATION, "message": {**message, "source": {"type": source}, **more}}


def text(words: str = "Hello") -> dict[str, Any]:
    return {"type": "text", "text": words}


def heard(receiver: Receiver, payload: Mapping[str, Any], kind: str = "conversation:message") -> Event:
    event = receiver.hears(kind, payload)
    assert event is not None
    return event


def test_a_visitors_words_become_a_message_in_their_conversation(receiver: Receiver) -> None:
    event = heard(receiver, said(text("My sensor beeps")))
    assert (event.kind, event.source, event.subject) == (EventKind.MESSAGE_RECEIVED, "sunshine", "m1")
    assert event.payload == MessageReceived(
        channel=Channel.CHAT,
        sender="c1",
        text="My sensor beeps",
        name="Visitor 17",
        person="u1",
        control=Control.ASSISTANT,
    )


def test_a_delivery_that_is_repeated_is_kept_once(receiver: Receiver) -> None:
    for _ in range(3):
        assert receiver.post(body(row("conversation:message", said(text())))).status_code == 200
    assert len(receiver.told.events) == 1


def test_what_was_said_is_known_by_the_messages_own_id_as_the_list_of_messages_has_it(receiver: Receiver) -> None:
    assert heard(receiver, said(text())).delivery_id == "message:m1"
    assert receiver.post(body(row("conversation:message", said(text()), "e2"))).status_code == 200
    assert len(receiver.told.events) == 1


def test_several_events_of_one_body_are_all_kept(receiver: Receiver) -> None:
    rows = [row("conversation:message", said(text(), id=f"m{number}"), f"e{number}") for number in range(3)]
    assert receiver.post(body(*rows)).status_code == 200
    assert len(receiver.told.events) == 3


def test_what_is_wrong_with_one_event_costs_no_other(receiver: Receiver) -> None:
    good, broken = row("conversation:message", said(text()), "e1"), row("conversation:message", {"message": {}}, "e2")
    assert receiver.post(body(broken, good, {"id": "e3"}, "no event")).status_code == 200
    assert len(receiver.told.events) == 1
    labels = {"source": "sunshine", "result": "malformed"}
    assert receiver.registry.get_sample_value("handrail_received_total", labels) == 3
    assert receiver.post(body(broken)).status_code == 400


def test_nobodys_message_is_lost_for_a_long_name(receiver: Receiver) -> None:
    author = {"type": "user", "userId": "u1", "displayName": "N" * 5_000, "user": USER}
    assert heard(receiver, said(text(), author=author)).payload_as(MessageReceived).name == "N" * 200


@pytest.mark.parametrize("secret", ["", "fake-webhook-secre", "fake-webhook-secret "])
def test_who_does_not_know_the_secret_is_not_let_in(receiver: Receiver, secret: str) -> None:
    assert receiver.post(body(row("conversation:message", said(text()))), secret).status_code == 401
    assert receiver.told.events == []


def test_without_a_secret_of_ours_nobody_is_let_in(store: SqlStore, clock: Clock) -> None:
    receiver = Receiver(store, clock)
    app = Flask(__name__)
    intake = Intake(
        inbox=SqlInbox(store, receiver.told), now=clock, public_url=PUBLIC_URL, received=counter(CollectorRegistry())
    )
    app.register_blueprint(sunshine_webhooks(intake, SunshineSignature(""), OURS))
    answer = app.test_client().post("/webhooks/sunshine", json=body(), headers={"X-Api-Key": ""})
    assert answer.status_code == 401


@pytest.mark.parametrize(
    "wrong",
    [[], {"events": "none"}, {"events": [{"id": "e", "type": "conversation:message", "payload": {}}]}, {"events": [1]}],
)
def test_what_cannot_be_read_is_refused_whole(receiver: Receiver, wrong: Any) -> None:
    assert receiver.post(wrong).status_code == 400
    assert receiver.told.events == []


def test_what_is_not_for_us_is_acknowledged_and_left(receiver: Receiver) -> None:
    assert receiver.hears("conversation:typing", {"anything": 1}) is None


def test_each_social_channel_keeps_its_name(receiver: Receiver) -> None:
    assert heard(receiver, said(text(), source="messenger")).payload_as(MessageReceived).channel == "messenger"


def test_a_pressed_answer_is_a_whole_turn(receiver: Receiver) -> None:
    event = heard(receiver, said({**text("Agent"), "payload": "Agent"}))
    assert (event.payload_as(MessageReceived).text, event.payload_as(MessageReceived).at_once) == ("Agent", True)


def test_a_postback_says_what_its_button_says(receiver: Receiver) -> None:
    button = {"type": "postback", "displayName": "Start again", "payload": "RESTART"}
    payload = {"conversation": CONVERSATION, "user": USER, "postback": button, "source": {"type": "messenger"}}
    event = heard(receiver, payload, "conversation:postback")
    assert (event.payload_as(MessageReceived).text, event.payload_as(MessageReceived).channel, event.subject) == (
        "Start again",
        "messenger",
        "e1",
    )


def test_a_file_is_named_and_not_fetched(receiver: Receiver) -> None:
    content = {
        "type": "image",
        "mediaUrl": "https://files.example/1.jpg",
        "mediaType": "image/jpeg",
        "altText": "box.jpg",
    }
    event = heard(receiver, said(content))
    found = event.payload_as(MessageReceived)
    assert found.attachments == (Attachment(name="box.jpg", type="image/jpeg", ref="https://files.example/1.jpg"),)
    assert found.text == "(sent a picture or file)"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"type": "location", "coordinates": {"lat": 45.5, "long": -73.6}, "location": {"name": "Office"}}, "Office"),
        ({"type": "formResponse", "fields": [{"label": "Order", "text": "LK-1"}]}, "Order: LK-1"),
        ({"type": "carousel"}, "(sent a carousel)"),
    ],
)
def test_what_has_no_words_is_told_in_words(receiver: Receiver, content: Mapping[str, Any], words: str) -> None:
    assert words in heard(receiver, said(content)).payload_as(MessageReceived).text


def test_a_reply_names_the_message_that_it_quotes(receiver: Receiver) -> None:
    quoted = {"type": "message", "message": {"id": "m0"}}
    assert heard(receiver, said(text("Yes"), quotedMessage=quoted)).payload_as(MessageReceived).quotes == "sunshine:m0"


def test_the_name_that_our_script_gave_a_visitor_comes_along(receiver: Receiver) -> None:
    assert (
        heard(receiver, said(text(), metadata={"handrail_visitor": "v-17"})).payload_as(MessageReceived).visitor
        == "v-17"
    )


def test_who_is_logged_in_is_proved_and_who_says_so_is_not(receiver: Receiver) -> None:
    known = {
        "id": "u2",
        "authenticated": True,
        "externalId": "4711",
        "zendeskId": "800",
        "identities": [{"type": "email", "value": "Emma@Example.com", "verification": "embed"}],
        "profile": {"givenName": "Emma", "surname": "Clarke"},
    }
    event = heard(receiver, said(text(), user=known))
    found = event.payload_as(MessageReceived)
    assert found.name == "Emma Clarke"
    assert found.proved == (
        Identity(kind=IdentityKind.HELPDESK, value="800", verified=True),
        Identity(kind=IdentityKind.EXTERNAL, value="account:4711", verified=True),
        Identity(kind=IdentityKind.EMAIL, value="emma@example.com", verified=True),
    )


def test_a_visitor_who_types_an_account_proves_nothing(receiver: Receiver) -> None:
    claims = {
        **USER,
        "externalId": "4711",
        "zendeskId": "800",
        "identities": [{"type": "email", "value": "a@b.example"}],
    }
    assert heard(receiver, said(text(), user=claims)).payload_as(MessageReceived).proved == ()


@pytest.mark.parametrize("stated", [{}, {"verification": None}, {"verification": "prompt"}])
def test_an_address_that_came_with_no_sign_in_proves_nothing(receiver: Receiver, stated: Any) -> None:
    typed = {"type": "email", "value": "emma@example.com", **stated}
    nothing = {"type": "email", "value": None, "verification": "embed"}
    known = {**USER, "authenticated": True, "externalId": "4711", "identities": [typed, nothing]}
    proved = heard(receiver, said(text(), user=known)).payload_as(MessageReceived).proved
    assert proved == (Identity(kind=IdentityKind.EXTERNAL, value="account:4711", verified=True),)


@pytest.mark.parametrize(
    ("active", "control"), [(AGENTS, "agents"), ({**ACTIVE, "integrationId": "9"}, "other"), (None, "nobody")]
)
def test_who_had_control_comes_along(receiver: Receiver, active: Any, control: str) -> None:
    payload = said(text()) | {"conversation": {**CONVERSATION, "activeSwitchboardIntegration": active}}
    assert heard(receiver, payload).payload_as(MessageReceived).control == control


def business(source: str, **more: Any) -> dict[str, Any]:
    author = {"type": "business", "displayName": "Maria Lopez"}
    message = {"id": "m2", "author": author, "content": text("Which order?"), "source": {"type": source}, **more}
    return {"conversation": CONVERSATION, "message": message}


def test_an_agents_answer_is_told_as_theirs(receiver: Receiver) -> None:
    event = heard(receiver, business("zd:agentWorkspace"))
    assert event.kind is EventKind.AGENT_SAID
    assert event.payload == AgentSaid(address="c1", name="Maria Lopez", text="Which order?")


def test_our_own_message_coming_back_says_that_it_arrived(receiver: Receiver) -> None:
    event = heard(receiver, business("api:conversations", metadata={"handrail_effect": "fx_9"}))
    assert event.kind is EventKind.MESSAGE_STATUS
    assert event.payload == MessageStatus(status="sent", effect=EffectId("fx_9"))


def test_another_bots_message_is_none_of_ours(receiver: Receiver) -> None:
    assert receiver.hears("conversation:message", business("zd:answerBot")) is None


@pytest.mark.parametrize(("step", "status"), [("channel", "sent"), ("user", "delivered"), ("failure", "failed")])
def test_how_far_a_message_got(receiver: Receiver, step: str, status: str) -> None:
    payload = {"conversation": CONVERSATION, "message": {"id": "m3"}, "error": {"code": "uncategorized_error"}}
    event = heard(receiver, payload, f"conversation:message:delivery:{step}")
    assert (event.subject, event.payload_as(MessageStatus).status) == ("m3", status)


def test_only_the_customers_reading_counts(receiver: Receiver) -> None:
    def read_by(kind: str) -> dict[str, Any]:
        return {"conversation": CONVERSATION, "activity": {"type": "conversation:read", "author": {"type": kind}}}

    assert receiver.hears("conversation:read", read_by("business"), "e1") is None
    event = receiver.hears("conversation:read", read_by("user"), "e2")
    assert event is not None
    assert (event.kind, event.subject) == (EventKind.CONVERSATION_READ, "c1")


@pytest.mark.parametrize("kind", ["switchboard:passControl", "switchboard:releaseControl"])
def test_a_change_of_control_names_the_conversation(receiver: Receiver, kind: str) -> None:
    event = heard(receiver, {"conversation": CONVERSATION}, kind)
    assert (event.kind, event.subject) == (EventKind.CONTROL_CHANGED, "c1")


def test_two_users_who_are_one(receiver: Receiver) -> None:
    event = heard(receiver, {"mergedUsers": {"surviving": {"id": "u1"}, "discarded": {"id": "u2"}}}, "user:merge")
    assert (event.kind, event.payload) == (EventKind.PEOPLE_MERGED, PeopleMerged(surviving="u1", discarded="u2"))


def test_every_event_that_we_ask_for_is_read() -> None:
    from connectors.sunshine.installer import TRIGGERS

    assert [name for name in TRIGGERS if not any(name.startswith(start) for start in PARSERS)] == []


def test_a_body_of_a_thousand_events_is_refused(receiver: Receiver) -> None:
    rows = [row("conversation:message", said(text()), f"e{number}") for number in range(101)]
    assert receiver.post(body(*rows)).status_code == 400
