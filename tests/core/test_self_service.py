"""Alone with a customer, through the whole loop: booking, asking back, disclosing, accounting."""

from dataclasses import replace
from typing import Any

import pytest

from connectors.sql.store import SqlStore
from core.answer.receipt_link import Receipts
from core.answer.style import StyleCard
from core.decide.evaluation import TurnEvaluator
from core.execute.plan import Planner
from core.execute.planning import DeliverySettings
from core.model.conversation import CaseContext, OwnerKind
from core.model.customer import Channel
from core.model.event import EventKind
from core.model.ids import ConversationId
from core.model.outbound import EffectKind, EffectState
from core.model.signals import Signals
from core.policy import Policy, read
from core.receipt.receipt import Speaker, receipt_of
from tests.core.container import Container, PlainSense
from tests.core.people import EMMA_PHONE
from tests.core.rules import policy_fields
from tests.core.samples import scored

CARD = StyleCard(company="Larkfield")
SELF_SERVICE: dict[str, Any] = {
    "matters": {"reset": {"en": "resetting a thermostat"}, "parcel": {"en": "a late parcel"}},
    "confirm": ["reset"],
}
VISITING: dict[str, Any] = {
    "intents": ["visit"],
    "steps": [
        {"id": "device", "ask": "Which device is it about?", "into": "device"},
        {"id": "time", "appointment": "installer"},
    ],
}


def rules(procedure: dict[str, Any] = VISITING, **changes: Any) -> Policy:
    triggers = {
        "health_urgency": {"group": "Specialists", "tier": 2, "first": True, "alert": True},
        "mood_drop": {"group": "Customer care", "tier": 1, "threshold": 0.6},
    }
    fields = policy_fields(self_service=SELF_SERVICE, appointments={"installer": {"notice_hours": 1}}, **changes)
    fields["triggers"] = {**triggers, **fields["triggers"]}
    fields["procedures"] = {"visit": procedure}
    fields["standing"] = [*fields["standing"], "procedure"]
    return read(fields)


class Ears(PlainSense):
    """Hears a visit and danger besides, and two faint intents where the words are "it is about mine"."""

    def read(self, case: CaseContext, reading: object = None) -> Signals:
        heard = super().read(case)
        words = self.heard[-1]
        if "gas" in words:
            return replace(heard, risks=(scored("health_urgency"),))
        if "it is about mine" in words and "parcel" not in words and "resetting" not in words:
            return replace(heard, intents=(scored("reset", 0.3), scored("parcel", 0.28)))
        if "why did you say" in words:
            return replace(heard, facts=(scored("mood_drop", amount=0.7),))
        if words == "why?":  # so few words may sound like anything
            return replace(heard, intents=(scored("dispute"),))
        return replace(heard, intents=(scored("visit"),)) if "visit" in words else heard


@pytest.fixture
def lone(store: SqlStore) -> Container:
    return made_lone(store)


def made_lone(store: SqlStore, procedure: dict[str, Any] = VISITING) -> Container:
    """A house whose assistant has a calendar, receipts and the policy of this file."""
    container = Container(store, rules(procedure))
    receipts = Receipts(link=lambda conversation, _: f"https://desk.example/receipt/{conversation}", style=CARD)
    evaluator = TurnEvaluator(
        sense=Ears(), answer=container.answer, policy=container.policy, calendar=container.calendar, receipts=receipts
    )
    planner = Planner(policy=container.policy, settings=DeliverySettings(), style=CARD)
    container.answer._style = CARD
    container.loop = replace(container.loop, evaluator=evaluator, planner=planner)
    return container


def says(container: Container, *words: str) -> str:
    """The customer's texts, a minute apart; the last thing that came back."""
    for each in words:
        container.wait(minutes=1)
        container.text(each)
        container.drain()
    return container.messenger.sent_to(EMMA_PHONE)[-1]


def conversation(container: Container) -> ConversationId:
    with container.store.read() as unit:
        (_, decision), *_ = unit.decisions.since(0)
    return decision.conversation_id


def kinds(container: Container, kind: EffectKind) -> list[EffectState]:
    with container.store.read() as unit:
        return [row.state for row in unit.outbox.of_conversation(conversation(container)) if row.effect.kind is kind]


# ------------------------------------------------------------------ appointments


def test_a_visit_is_offered_confirmed_booked_and_only_then_said_to_be_booked(lone: Container) -> None:
    assert "Which device" in says(lone, "I want a visit")
    assert "Which of these times suits you?" in says(lone, "the thermostat")
    assert "Shall I book it?" in says(lone, "2")
    assert not lone.calendar.appointments
    assert says(lone, "yes").startswith("Booked: Wednesday 11 March, 13:00")
    ((who, made),) = lone.calendar.appointments.values()
    assert (who, made.slot) == (made_for(lone), lone.calendar.times[1])
    assert lone.calendar.answers == {"device": "the thermostat"}
    assert kinds(lone, EffectKind.APPOINTMENT) == [EffectState.SENT]


def made_for(container: Container) -> str:
    with container.store.read() as unit:
        found = unit.conversations.get(conversation(container))
    assert found is not None
    return found.customer_id


def test_the_choices_go_with_the_message(lone: Container) -> None:
    says(lone, "I want a visit", "the thermostat", "2")
    assert lone.messenger.sent[-1].choices == ("Yes", "No")


def test_where_the_time_is_gone_at_the_last_moment_the_customer_hears_that_and_gets_others(lone: Container) -> None:
    says(lone, "I want a visit", "the thermostat", "2")
    lone.wait(minutes=1)
    lone.text("yes")
    lone.calendar.taken_by_another(lone.calendar.times[1])  # between the yes and the booking
    lone.drain()
    told = lone.messenger.sent_to(EMMA_PHONE)[-1]
    assert told.startswith("I am sorry: that time was taken before I could book it. Shall I look for another?")
    assert not lone.calendar.appointments
    assert "13:00" not in says(lone, "yes please")
    assert says(lone, "1", "yes").startswith("Booked: Wednesday 11 March, 12:00")
    assert len(lone.calendar.appointments) == 1


def test_a_yes_that_comes_twice_books_once(lone: Container) -> None:
    says(lone, "I want a visit", "the thermostat", "2")
    lone.wait(minutes=1)
    lone.text("yes", sid="SMyes")
    lone.text("yes", sid="SMyes")
    lone.drain()
    assert len(lone.calendar.appointments) == 1
    assert len([m for m in lone.messenger.sent_to(EMMA_PHONE) if m.startswith("Booked")]) == 1


def test_it_goes_on_two_days_later_on_another_channel(lone: Container) -> None:
    says(lone, "I want a visit", "the thermostat")
    lone.wait(hours=18)
    lone.text("the third please", channel=Channel.WHATSAPP)
    lone.drain()
    assert "Shall I book it?" in lone.messenger.sent_to(EMMA_PHONE)[-1]
    assert lone.messenger.sent[-1].channel == "whatsapp"


def test_danger_comes_before_any_appointment(lone: Container) -> None:
    told = says(lone, "I want a visit", "the thermostat", "2", "I smell gas, and yes please")
    assert "emergency" in told
    assert not lone.calendar.appointments
    assert kinds(lone, EffectKind.APPOINTMENT) == []


def test_nothing_is_booked_for_whom_a_person_has_taken_over_meanwhile(lone: Container) -> None:
    says(lone, "I want a visit", "the thermostat", "2")
    lone.wait(minutes=1)
    lone.text("yes")
    with lone.store.begin() as unit:
        found = unit.conversations.get(conversation(lone))
        assert found is not None
        unit.conversations.save(replace(found, owner=replace(found.owner, kind=OwnerKind.AGENT, name="Maria Lopez")))
    lone.drain()
    assert not lone.calendar.appointments
    assert kinds(lone, EffectKind.APPOINTMENT) == [EffectState.REFUSED]


def test_a_word_that_sounds_like_another_matter_is_the_answer_that_was_asked_for(lone: Container) -> None:
    says(lone, "I want a visit")
    assert "Which of these times suits you?" in says(lone, "refund box")  # a device, and an intent


def test_another_matter_in_a_sentence_of_its_own_leaves_the_procedure(lone: Container) -> None:
    says(lone, "I want a visit")
    assert "Billing" in says(lone, "Sorry, first of all I want my refund for the old one")


# ------------------------------------------------------------------ asking back, understanding, disclosing


def test_an_answer_says_in_one_line_what_it_took_the_message_to_be_about(lone: Container) -> None:
    assert says(lone, "How do I reset it?").startswith("I understand this is about resetting a thermostat.")


def test_where_two_matters_are_plausible_the_customer_is_asked_which_and_understood(lone: Container) -> None:
    asked = says(lone, "it is about mine")
    assert "Which of these do you mean?" in asked
    assert "1. resetting a thermostat\n2. a late parcel" in asked
    assert lone.messenger.sent[-1].choices == ("resetting a thermostat", "a late parcel")
    says(lone, "2")
    with lone.store.read() as unit:
        latest = unit.decisions.latest(conversation(lone))
    assert latest is not None
    assert latest.signals.intent.value == "parcel"


def test_after_two_questions_back_a_person_takes_over(lone: Container) -> None:
    says(lone, "it is about mine")
    assert "Which of these" in says(lone, "hm. it is about mine, you know")
    told = says(lone, "well. it is about mine, I said")
    assert "takes over" in told
    assert kinds(lone, EffectKind.TICKET_CREATE) == [EffectState.SENT]


def test_every_automatic_message_has_the_way_out_and_only_the_first_the_disclosure(lone: Container) -> None:
    first, second = says(lone, "How do I reset it?"), says(lone, "And where is the button?")
    assert first.endswith("Larkfield's virtual assistant. Reply AGENT for a person.")
    assert second.endswith("Reply AGENT for a person.")
    assert "virtual assistant" not in second


def test_it_is_disclosed_again_on_another_channel_and_after_a_day(lone: Container) -> None:
    says(lone, "How do I reset it?")
    lone.wait(hours=25)
    assert "virtual assistant" in says(lone, "How do I reset the hub?")
    lone.wait(minutes=2)
    lone.text("And the button?", channel=Channel.WHATSAPP)
    lone.drain()
    assert "virtual assistant" in lone.messenger.sent_to(EMMA_PHONE)[-1]


# ------------------------------------------------------------------ the receipt


def test_whoever_asks_why_gets_the_address_of_the_receipt(lone: Container) -> None:
    says(lone, "How do I reset it?")
    assert f"https://desk.example/receipt/{conversation(lone)}" in says(lone, "Why?")
    assert "/receipt/" in says(lone, "Why did you say that? How did you decide?")  # which sounds angry
    says(lone, "Why is it offline?")
    assert "receipt" not in lone.messenger.sent_to(EMMA_PHONE)[-1]


def test_the_receipt_tells_who_spoke_and_from_which_source_without_a_name(lone: Container) -> None:
    says(lone, "How do I reset it? Call me on +44 7700 900123")
    with lone.store.read() as unit:
        receipt = receipt_of(unit, conversation(lone))
    assert receipt is not None
    yours, ours = receipt.lines
    assert (yours.speaker, ours.speaker) == (Speaker.YOU, Speaker.ASSISTANT)
    assert [source.title for source in ours.sources] == ["Resetting your thermostat"]
    assert "900123" not in yours.text
    assert receipt.kept["phone"] == "…123"


def test_an_appeal_brings_a_person_with_a_note_and_silences_the_assistant(lone: Container) -> None:
    says(lone, "How do I reset it?")
    event = lone.event(EventKind.APPEALED, conversation(lone), "appeal-1")
    assert lone.happens(event) == "appeal"
    lone.drain()
    with lone.store.read() as unit:
        found = unit.conversations.get(conversation(lone))
    assert found is not None
    assert (found.owner.kind, found.owner.name) == (OwnerKind.TEAM, "Customer care")
    notes = [write.changes.get("note", "") for write in lone.helpdesk.writes]
    assert any("asks a person to look at it again" in note for note in notes)
    assert any("look at a decision again" in post.text for post in lone.desk.posts)
    before = len(lone.messenger.sent)
    says(lone, "How do I reset it once more?")
    assert len(lone.messenger.sent) == before
