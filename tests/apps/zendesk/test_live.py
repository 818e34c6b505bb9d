"""The call beside a ticket, as the sidebar asks for it."""

import json
from datetime import timedelta

from flask import Flask

from apps.zendesk.live import LiveCalls
from apps.zendesk.session import Visitor
from connectors.sql.store import SqlStore
from core.answer.style import Script, StyleCard
from core.model.call import Call, CallLine, Stage
from core.model.conversation import Role
from core.model.customer import Channel
from core.model.ids import ConversationId, CustomerId, TicketId
from tests.clock import Clock
from tests.core import people, rules
from tests.core.samples import conversation

SID = "CA" + "1a" * 16
MARIA = Visitor(agent_id="501", name="Maria Lopez", role="agent")
STYLE = StyleCard(
    company="Larkfield",
    scripts=(
        Script(
            name="fraud", texts={"en": "I have blocked the card now."}, triggers=frozenset({"fraud"}), must_say=True
        ),
    ),
)
STOLEN = {
    "intents": [],
    "risks": [{"value": "fraud", "label": "Possible fraud", "confidence": 0.9}],
    "knowledge": [{"title": "Cards", "url": "", "text": "Block it.", "score": 0.9}],
}


class Desk:
    def __init__(self, store: SqlStore) -> None:
        self.store, self.clock = store, Clock(people.NOW)
        self.part = LiveCalls(store=store, policy=rules.policy, style=STYLE, now=self.clock)
        with store.begin() as unit:
            unit.customers.save(people.customer())
            unit.conversations.add(
                conversation(
                    id=ConversationId("co_call"),
                    customer_id=CustomerId("cu_emma"),
                    ticket_id=TicketId("t-call"),
                    channel=Channel.VOICE,
                )
            )

    def calls(self, stage: Stage = Stage.PERSON) -> None:
        with self.store.begin() as unit:
            unit.calls.save(
                Call(
                    sid=SID,
                    number=people.EMMA_PHONE,
                    language="en",
                    started_at=people.NOW - timedelta(seconds=30),
                    stage=stage,
                    conversation_id=ConversationId("co_call"),
                )
            )

    def says(self, key: str, role: Role, text: str, mood: float | None = None, **beside: object) -> None:
        line = CallLine(sid=SID, key=key, role=role, text=text, at=people.NOW, mood=mood, beside=beside)
        with self.store.begin() as unit:
            unit.calls.add_line(line)

    def seen(self) -> dict[str, object]:
        with Flask(__name__).app_context():
            answer = self.part.call(MARIA, "t-call")
        found: dict[str, object] = json.loads(answer.get_data())["call"]
        return found


def test_a_ticket_without_a_call_has_none(store: SqlStore) -> None:
    assert Desk(store).seen() is None


def test_the_newest_question_is_answered_and_the_line_that_must_be_said_is_due(store: SqlStore) -> None:
    desk = Desk(store)
    desk.calls()
    desk.says("1", Role.CUSTOMER, "My card was stolen", -0.6, **STOLEN)
    seen = desk.seen()
    assert (seen["stage"], seen["seconds"], seen["asked"]) == ("person", 30, "My card was stolen")
    assert seen["knowledge"] == STOLEN["knowledge"]
    assert seen["scripts"] == [
        {
            "name": "fraud",
            "text": "I have blocked the card now.",
            "must_say": True,
            "because": "Possible fraud",
            "said": False,
        }
    ]


def test_a_line_is_ticked_off_when_the_agent_has_said_it(store: SqlStore) -> None:
    desk = Desk(store)
    desk.calls()
    desk.says("1", Role.CUSTOMER, "My card was stolen", -0.6, **STOLEN)
    desk.says("2", Role.AGENT, "So, I have blocked the card now.")
    (script,) = desk.seen()["scripts"]  # type: ignore[misc, attr-defined]
    assert script["said"]


def test_the_mood_is_the_callers_alone(store: SqlStore) -> None:
    desk = Desk(store)
    desk.calls()
    desk.says("1", Role.CUSTOMER, "Hello", 0.1)
    desk.says("2", Role.AGENT, "Hello")
    desk.says("3", Role.CUSTOMER, "This is bad", -0.7)
    assert desk.seen()["moods"] == [0.1, -0.7]
