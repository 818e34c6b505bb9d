"""What the sidebar shows, part by part; the names are those that the app reads."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from apps.zendesk.view import ticket_view
from core.model.conversation import Attachment, Owner, OwnerKind, Role
from core.model.customer import Channel, Customer
from core.model.decision import Action, Disposition, Expected, Handoff
from core.model.draft import DraftState
from core.model.ids import CustomerId, DraftId, TicketId
from core.model.signals import Evidence, Scored, Signals
from tests.apps.zendesk.desk import DRAFT, TICKET, Desk
from tests.clock import NOW
from tests.connectors.sql.samples import SECOND, decision
from tests.core import samples

TYPES = Path("apps/zendesk/app/src/api/types.ts")


def test_a_ticket_that_was_never_seen_has_no_view(desk: Desk) -> None:
    with desk.store.read() as unit:
        assert ticket_view(unit, TicketId("77")) is None


def test_a_ticket_before_its_decision_is_being_worked_on(desk: Desk) -> None:
    view = desk.view()
    assert view["state"] == "working"
    assert view["ticket"] == {"id": TICKET, "subject": "Thermostat offline", "status": "open"}
    assert view["owner"] == {"kind": "assistant", "name": "Virtual assistant", "since": None}
    parts = ("signals", "draft", "handoff", "decision", "procedure", "abstained", "adoption")
    assert {name: view[name] for name in parts} == dict.fromkeys(parts)


def test_a_decided_ticket_is_ready(desk: Desk) -> None:
    desk.decide()
    assert desk.view()["state"] == "ready"


def test_a_new_message_sets_it_to_work_again(desk: Desk) -> None:
    desk.decide()
    desk.say(2)
    assert desk.view()["state"] == "working"


def test_a_note_between_agents_is_no_new_message(desk: Desk) -> None:
    desk.decide()
    desk.say(2, role=Role.AGENT, public=False, text="Ask Aisha")
    assert desk.view()["state"] == "ready"


def test_a_silent_decision_is_a_silent_ticket(desk: Desk) -> None:
    silent = Disposition(action=Action.SILENT, owner=Owner(kind=OwnerKind.NONE), rule="opted_out", reason="Asked.")
    desk.decide(disposition=silent, draft=None)
    view = desk.view()
    assert (view["state"], view["draft"]) == ("silent", None)


def test_a_ticket_without_any_message_waits_for_nothing(desk: Desk) -> None:
    desk.own(open=False)
    desk.say(2, role=Role.AGENT)
    view = desk.view()
    assert (view["state"], view["ticket"]["status"]) == ("none", "solved")


def test_the_customer_is_shown_with_the_facts_of_the_profile(desk: Desk) -> None:
    customer = desk.view()["customer"]
    assert (customer["name"], customer["tier"], customer["verified"]) == ("Dana Kim", "plus", True)
    assert (customer["email"], customer["phone"]) == ("dana@example.com", "+447700900004")
    assert customer["since"] == "2024-01-02"
    assert [(fact["label"], fact["value"]) for fact in customer["facts"]] == [
        ("Devices", "Larkfield Warm"),
        ("Region", "Eu-west"),
    ]


def test_a_customer_without_an_address_is_not_verified(desk: Desk) -> None:
    with desk.store.begin() as unit:
        unit.customers.save(Customer(id=CustomerId("cu_two"), name="+447700900005"))
    desk.own(customer_id=CustomerId("cu_two"))
    customer = desk.view()["customer"]
    assert (customer["email"], customer["verified"], customer["facts"]) == (None, False, [])


def test_signals_carry_their_confidence_and_their_words(desk: Desk) -> None:
    risk = Scored(
        value="legal_threat",
        confidence=0.9,
        label="Legal threat",
        evidence=(Evidence(start=0, end=6, words="lawyer"), Evidence(start=9, end=14, words="court")),
    )
    signals = Signals(
        language=Scored(value="en", confidence=0.98765),
        intents=(),
        sentiment=Scored(value="negative", confidence=0.7, evidence=(Evidence(start=0, end=5, words="awful"),)),
        mood=-0.61234,
        urgency=Scored(value="high", confidence=0.5),
        risks=(risk,),
    )
    desk.decide(signals=signals)
    shown = desk.view()["signals"]
    assert shown["language"] == {"value": "en", "label": "en", "confidence": 0.988, "evidence": []}
    assert (shown["intent"]["value"], shown["intent"]["label"]) == ("unknown", "Not recognised")
    assert (shown["sentiment"]["score"], shown["sentiment"]["evidence"]) == (-0.612, ["awful"])
    assert shown["risks"] == [{"kind": "legal_threat", "label": "Legal threat", "evidence": "lawyer · court"}]


def test_signs_under_the_policys_threshold_are_left_to_the_reasons_and_the_surest_comes_first(desk: Desk) -> None:
    risks = tuple(
        Scored(value=name, confidence=sure) for name, sure in (("churn", 0.6), ("fraud", 0.9), ("abuse", 0.2))
    )
    wishes = (("refund_status", 0.9), ("billing_dispute", 0.7), ("cancel_order", 0.2))
    made = decision(1)
    signals = replace(
        made.signals,
        risks=risks,
        intents=tuple(Scored(value=name, confidence=sure, label=name) for name, sure in wishes),
    )
    faint = replace(made.disposition, considered=("abuse: “silly” is 0.20 sure; the policy asks for 0.50",))
    desk.decide(signals=signals, disposition=faint)
    shown = desk.view()["signals"]
    assert [each["kind"] for each in shown["risks"]] == ["fraud", "churn"]
    assert shown["also"] == ["billing_dispute"]


def test_the_timeline_is_one_over_all_channels_oldest_first(desk: Desk) -> None:
    desk.say(2, role=Role.ASSISTANT, author="Virtual assistant", channel=Channel.SMS, delivery="sent")
    desk.say(3, channel=Channel.WHATSAPP)
    lines = [(line["channel"], line["role"], line["delivery"]) for line in desk.view()["timeline"]]
    assert lines == [("email", "customer", None), ("sms", "assistant", "sent"), ("whatsapp", "customer", None)]


def test_the_timeline_tells_what_was_read_of_a_file(desk: Desk) -> None:
    desk.say(2, attachments=(Attachment(name="hub.log", type="text/plain", size=900, text="E42 at boot"),))
    assert [line["files"] for line in desk.view()["timeline"]] == [[], ["File hub.log, 900 bytes, read: “E42 at boot”"]]


@pytest.mark.parametrize(
    ("vendors", "shown"),
    [("queued", "sent"), ("delivered", "delivered"), ("undelivered", "failed"), ("read", "read"), ("odd", None)],
)
def test_a_delivery_is_told_in_four_words(desk: Desk, vendors: str, shown: str | None) -> None:
    desk.say(2, role=Role.ASSISTANT, delivery=vendors)
    assert desk.view()["timeline"][-1]["delivery"] == shown


def test_a_drafts_quote_is_found_in_the_passage_that_is_shown(desk: Desk) -> None:
    desk.decide()
    draft = desk.view()["draft"]
    courtesy, *cited = draft["sentences"]
    assert (courtesy["kind"], courtesy["citation"]) == ("courtesy", None)
    assert len(cited) == 2
    for sentence in cited:
        citation = sentence["citation"]
        assert citation["passage"][citation["quote_start"] : citation["quote_end"]] == sentence["text"]
    assert draft["body"] == "Hello Dana,\n\nHold the button for ten seconds. The light turns blue."
    assert draft["unknown"] == ["When will it ship?"]
    (finding,) = draft["findings"]
    assert (finding["severity"], finding["rule"], finding["text"]) == ("warn", "tone", "Long sentence")
    assert (finding["sentence"], finding["span"], finding["remedy"]) == (1, None, "")


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        (DraftState.OFFERED, "offered"),
        (DraftState.INSERTED, "inserted"),
        (DraftState.USED, None),
        (DraftState.EDITED, None),
        (DraftState.IGNORED, None),
        (DraftState.WITHDRAWN, None),
    ],
)
def test_a_draft_is_shown_until_it_has_done_its_work(desk: Desk, state: DraftState, shown: str | None) -> None:
    desk.decide()
    with desk.store.begin() as unit:
        unit.decisions.set_draft_state(DraftId(DRAFT), state)
    draft = desk.view()["draft"]
    assert (draft and draft["state"]) == shown


def test_a_draft_that_the_assistant_sent_is_shown_as_sent(desk: Desk) -> None:
    disposition = Disposition(action=Action.AUTO_REPLY, owner=Owner(kind=OwnerKind.ASSISTANT), rule="r", reason="w")
    desk.decide(disposition=disposition)
    assert desk.view()["draft"]["state"] == "sent"


def test_what_became_of_a_draft_is_shown_with_its_distance(desk: Desk) -> None:
    desk.decide()
    detail = {"distance": 3, "similarity": 0.91}
    with desk.store.begin() as unit:
        unit.decisions.add_feedback(DraftId(DRAFT), "inserted", "Maria", NOW, {})
        unit.decisions.add_feedback(DraftId(DRAFT), "edited", "Maria", NOW + SECOND, detail)
        unit.decisions.add_feedback(DraftId(DRAFT), "thumb_up", "Maria", NOW + 2 * SECOND, {"thumb": "up"})
    shown = desk.view()["adoption"]
    assert {name: shown[name] for name in ("state", *detail)} == {"state": "edited", **detail}


CARD = Handoff(
    group="Specialists",
    agent="Tom Okafor",
    reason="Legal",
    wants="A refund",
    tried=("Reset",),
    open=("When?",),
    summary="One line",
    sentiment_trend=(-0.4, -0.8),
    identity="known",
)


def test_the_card_stays_when_the_customer_writes_again_and_goes_when_the_assistant_has_it_back(desk: Desk) -> None:
    desk.decide(1, handoff=CARD, draft=None)
    desk.own(owner=Owner(kind=OwnerKind.TEAM, name="Specialists"))
    desk.say(2)
    silent = Disposition(action=Action.SILENT, owner=Owner(kind=OwnerKind.TEAM), rule="person", reason="A person.")
    desk.decide(2, at=NOW + timedelta(minutes=1), disposition=silent, draft=None)
    assert desk.view()["handoff"]["tried"] == ["Reset"]
    desk.own(owner=Owner(kind=OwnerKind.ASSISTANT))
    assert desk.view()["handoff"] is None


def test_a_handoff_is_shown_as_its_card(desk: Desk) -> None:
    desk.own(owner=samples.TEAM)
    desk.decide(handoff=CARD, draft=None, abstained="No article answers this.")
    view = desk.view()
    assert view["handoff"]["sentiment_trend"] == [-0.4, -0.8]
    assert (view["handoff"]["agent"], view["handoff"]["tried"]) == ("Tom Okafor", ["Reset"])
    assert (view["draft"], view["abstained"]) == (None, "No article answers this.")


def test_the_decision_says_why(desk: Desk) -> None:
    desk.decide()
    said = desk.view()["decision"]
    assert (said["disposition"], said["rule"], said["reason"]) == ("suggest", "default", "An agent decides.")
    assert (said["policy_version"], said["timings"], said["confidence"]) == ("p-1", {"sense": 1.25}, 0.82)


def test_the_newest_decision_is_the_one_that_is_shown(desk: Desk) -> None:
    desk.decide(1)
    desk.say(2)
    desk.decide(2, at=NOW + timedelta(minutes=1))
    assert desk.view()["decision"]["id"] == "de_2"


# ---------------------------------------------------------------- the version


def test_the_version_is_a_number_that_a_browser_holds_exactly(desk: Desk) -> None:
    version = desk.view()["version"]
    assert isinstance(version, int)
    assert 0 <= version < 2**53


def test_the_version_stays_while_nothing_changes(desk: Desk) -> None:
    desk.decide()
    assert desk.view()["version"] == desk.view()["version"]


def grow(desk: Desk) -> None:
    desk.say(2)


def hand_over(desk: Desk) -> None:
    desk.own(owner=Owner(kind=OwnerKind.TEAM, id="Billing", name="Billing"))


def insert(desk: Desk) -> None:
    desk.post(f"tickets/{TICKET}/drafts/{DRAFT}/inserted", {})


def rename(desk: Desk) -> None:
    with desk.store.begin() as unit:
        found = unit.customers.get(CustomerId("cu_dana"))
        assert found is not None
        unit.customers.save(replace(found, tier="business"))


def deliver(desk: Desk) -> None:
    with desk.store.begin() as unit:
        unit.conversations.set_delivery("zendesk:comment:1", "delivered")


def adopt(desk: Desk) -> None:
    with desk.store.begin() as unit:
        unit.decisions.add_feedback(DraftId(DRAFT), "edited", "Maria", NOW, {"distance": 1, "similarity": 0.9})


@pytest.mark.parametrize("change", [grow, hand_over, insert, rename, deliver, adopt])
def test_whatever_would_show_is_another_version(desk: Desk, change: Any) -> None:
    desk.decide()
    before = desk.view()["version"]
    change(desk)
    assert desk.view()["version"] != before


def test_a_message_beyond_the_shown_ones_is_another_version(desk: Desk) -> None:
    """The timeline holds the newest 200; its length alone would say nothing."""
    for number in range(2, 203):
        desk.say(number)
    before = desk.view()["version"]
    desk.say(203)
    assert desk.view()["version"] != before


# ---------------------------------------------------------------- the contract with the app


def interface(name: str) -> dict[str, str]:
    """The fields of one TypeScript interface of the app: name → type."""
    text = TYPES.read_text(encoding="utf-8")
    body = text.split(f"export interface {name} {{", 1)[1].split("\n}", 1)[0]
    lines = [line.strip().rstrip(";") for line in body.splitlines()]
    pairs = [line.split(":", 1) for line in lines if ":" in line and not line.startswith(("/", "*"))]
    return {key.strip(): kind.strip() for key, kind in pairs}


def test_the_view_has_every_part_that_the_app_reads(desk: Desk) -> None:
    desk.decide()
    view = desk.view()
    wanted = interface("TicketView")
    assert wanted["version"] == "number"
    assert [name for name in wanted if not name.endswith("?") and name not in view] == []


def test_the_card_has_every_part_that_the_app_shows_and_no_other(desk: Desk) -> None:
    whole = replace(CARD, profile=("Language en",), reply=Expected(minutes=30, grounds="promised"))
    desk.own(owner=samples.TEAM)
    desk.decide(handoff=whole, draft=None)
    shown = desk.view()["handoff"]
    assert set(shown) == {name.rstrip("?") for name in interface("Handoff")}
    assert shown["profile"] == ["Language en"]
    assert set(shown["reply"]) == set(interface("Expected"))


def test_the_view_is_json_as_it_stands(desk: Desk) -> None:
    desk.decide()
    with desk.store.read() as unit:
        assert json.loads(json.dumps(ticket_view(unit, TicketId(TICKET))))["ticket"]["id"] == TICKET
