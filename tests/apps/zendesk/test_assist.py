"""What the sidebar shows beside the draft, over a real store."""

from dataclasses import replace
from typing import Any

import pytest

from core.knowledge.library import Library
from core.model.campaign import CampaignState
from core.model.conversation import Role
from core.model.customer import Channel
from core.model.ids import ApprovalId, ArticleId, CustomerId, TicketId
from core.model.knowledge import Article, Audience
from core.model.outbound import EffectState
from core.model.signals import Scored
from tests.apps.zendesk.desk import TICKET, Desk
from tests.connectors.sql.samples import NOW, conversation, customer, decision, message
from tests.core.assist.cases import risk
from tests.core.campaigns import asked as put_to_supervisors
from tests.core.campaigns import campaign, line, sending, variant

WHERE = f"tickets/{TICKET}"


def asked(desk: Desk, path: str) -> dict[str, Any]:
    answer = desk.get(f"{WHERE}/{path}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


def stored(desk: Desk, *articles: Article) -> None:
    Library(store=desk.store, encoder=desk.encoder).add(list(articles))


def solved(number: str, title: str, asked_for: str, answered: str) -> Article:
    return Article(
        id=ArticleId(f"zendesk:ticket:{number}"),
        title=title,
        text=f"## Question\n\n{asked_for}\n\n## Answer\n\n{answered}",
        audience=Audience.INTERNAL,
        origin="zendesk_tickets",
        updated_at=NOW,
    )


def macro(number: str, title: str, text: str) -> Article:
    return Article(
        id=ArticleId(f"zendesk:macro:{number}"),
        title=title,
        text=text,
        audience=Audience.INTERNAL,
        origin="zendesk_macros",
    )


@pytest.mark.parametrize("path", ["assist", "assist/similar", "assist/macros", "elsewhere", "why"])
def test_nothing_is_told_without_a_sign_in_or_of_an_unknown_ticket(desk: Desk, path: str) -> None:
    assert desk.get(f"{WHERE}/{path}", bearer="no").status_code == 401
    assert desk.get(f"tickets/unknown/{path}").status_code == 404


def test_before_anything_is_decided_there_is_nothing_to_do(desk: Desk) -> None:
    assert asked(desk, "assist") == {"steps": [], "scripts": []}


def test_steps_and_lines_come_with_their_reasons(desk: Desk) -> None:
    signals = decision(1).signals
    desk.decide(1, signals=replace(signals, risks=(risk("legal_threat"),)))
    found = asked(desk, "assist")
    first = found["steps"][0]
    assert (first["kind"], first["about"], first["evidence"]) == ("escalate", "Specialists", ["my lawyer"])
    assert first["act"] == {"doing": "escalate", "to": "Specialists"}
    (line,) = [line for line in found["scripts"] if line["must_say"]]
    assert (line["because"], line["said_by"]) == ("legal threat", None)


def test_a_colleagues_answer_to_the_like_is_found_and_is_named_by_its_ticket(desk: Desk) -> None:
    stored(
        desk,
        solved("71", "Thermostat offline", "My thermostat is offline. Message 1", "Unplug the hub for 30 seconds."),
        solved("72", "Invoice", "Where do I find an invoice of last year?", "Under Account, Payments."),
        macro("9", "Thermostat offline", "Thermostat offline: unplug the hub."),
    )
    (found,) = asked(desk, "assist/similar")["tickets"]
    assert (found["ticket"], found["title"]) == ("71", "Thermostat offline")
    assert found["asked"] == "My thermostat is offline. Message 1"
    assert found["answered"] == "Unplug the hub for 30 seconds."


def test_a_ticket_is_not_like_itself(desk: Desk) -> None:
    stored(desk, solved(TICKET, "Thermostat offline", "Thermostat offline. Message 1", "Solved."))
    assert asked(desk, "assist/similar")["tickets"] == []


def test_only_a_macro_that_fits_is_offered_and_new_ones_are_seen(desk: Desk) -> None:
    assert asked(desk, "assist/macros")["macros"] == []
    stored(
        desk,
        macro("8", "Devices › Thermostat offline", "Hello …,\n\nthe thermostat is offline."),
        macro("9", "Billing › Charge explained", "Every payment is under Account."),
    )
    (found,) = asked(desk, "assist/macros")["macros"]
    assert (found["id"], found["title"]) == ("8", "Devices › Thermostat offline")
    assert found["text"].startswith("Hello …,")


def test_the_customers_other_conversations_are_told_but_nobody_elses(desk: Desk) -> None:
    with desk.store.begin() as unit:
        unit.customers.save(customer("eve", id=CustomerId("cu_eve"), identities=()))
        unit.conversations.add(conversation("two", subject="Second leak", ticket_id=TicketId("77")))
        unit.conversations.add(conversation("eve", customer_id=CustomerId("cu_eve")))
        there = {"conversation_id": conversation("two").id, "channel": Channel.SMS}
        unit.conversations.add_message(message(11, **there))
        unit.conversations.add_message(message(12, role=Role.AGENT, author="Jonas Weber", text="Sent.", **there))
    found = asked(desk, "elsewhere")
    (other,) = found["conversations"]
    assert (other["ticket"], other["subject"], other["status"]) == ("77", "Second leak", "open")
    assert [entry["text"] for entry in other["entries"]] == ["Message 11", "Sent."]
    assert (found["contact"]["author"], found["contact"]["ticket"]) == ("Jonas Weber", "77")


def test_what_zendesk_does_not_show_the_agent_is_told_on_no_panel_beside_another_ticket(desk: Desk) -> None:
    desk.decide()
    with desk.store.begin() as unit:
        unit.conversations.add(conversation("two", subject="Second leak", ticket_id=TicketId("77")))
        unit.conversations.add(conversation("texts", subject="By text", ticket_id=None))
        there = {"conversation_id": conversation("two").id, "channel": Channel.SMS}
        unit.conversations.add_message(message(12, role=Role.AGENT, author="Jonas Weber", text="Sent.", **there))
    desk.access.hidden = {("501", "77")}
    for path in ("elsewhere", "threads", "assist", "beside?of=elsewhere,threads,assist"):
        shown = desk.get(f"tickets/{TICKET}/{path}").get_data(as_text=True)
        assert "Second leak" not in shown
        assert "Jonas Weber" not in shown
    assert "By text" in desk.get(f"tickets/{TICKET}/threads").get_data(as_text=True)


def test_the_mood_of_each_message_is_told(desk: Desk) -> None:
    desk.decide(1)
    assert asked(desk, "elsewhere")["moods"] == {"me_1": -0.4}


def test_what_supervisors_let_out_to_the_customer_is_told_and_a_refused_one_is_not(desk: Desk) -> None:
    leaves(desk, "one", CampaignState.RUNNING)
    leaves(desk, "two", CampaignState.REJECTED)
    (found,) = asked(desk, "elsewhere")["outreach"]
    assert (found["channel"], found["delivery"]) == ("sms", "delivered")
    assert found["text"].startswith("The cloud app is slow.")


def leaves(desk: Desk, name: str, state: CampaignState) -> None:
    """A campaign to one of the customer's numbers, and what became of it."""
    words = variant(text="The cloud app is slow. Your devices keep working.")
    of = campaign(id=ApprovalId(f"ap_{name}"), variants=(words,), created_at=NOW)
    to = line(of, customer_id=customer().id, address="+447700900004")
    with desk.store.begin() as unit:
        if state is CampaignState.REJECTED:
            put_to_supervisors(unit, of, [to])
            return
        (effect,) = sending(unit, of, [to], now=NOW)
        unit.outbox.mark(effect.id, EffectState.SENT, NOW, vendor_ref="SM1")
        unit.outbox.set_delivery(effect.id, "delivered", None)


def test_an_unsure_intent_calls_for_no_line(desk: Desk) -> None:
    signals = decision(1).signals
    unsure = Scored(value="formal_complaint", confidence=0.1, label="Formal complaint")
    desk.decide(1, signals=replace(signals, intents=(unsure,)))
    assert asked(desk, "assist")["scripts"] == []
