"""The whole package of a handoff, and what of it a team may not see."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from connectors.sql.store import SqlStore
from core.handoff.card import note_text
from core.handoff.package import pack
from core.model.conversation import Attachment, CaseContext, Earlier, Role
from core.model.customer import Channel, Identity, IdentityKind
from core.model.decision import Action, Decision, Handoff, Outcome, Progress, Taken
from core.model.ids import ConversationId, TicketId
from core.policy.known import PARTS
from tests.core import rules, samples
from tests.core.people import EMMA_PHONE, NOW, consent, customer
from tests.core.samples import message, scored, signals

EMMA = customer(attributes={"devices": "hub", "region": "north"}, consents=(consent(), consent(granted=False)))
LOG = Attachment(name="hub.log", type="text/plain", text="ERROR E42 at boot")
PAST = Earlier(
    id=ConversationId("co_old"),
    subject="Doorbell is dark",
    words="",
    at=NOW - timedelta(days=7),
    escalated=True,
    satisfaction="bad",
    ticket_id=TicketId("7"),
)
STEPS = Progress(
    procedure="offline",
    version="1",
    outcome=Outcome.PERSON,
    taken=(
        Taken(step="a", kind="ask", what="Which colour is the ring?", result="amber"),
        Taken(step="b", kind="branch", what="ring == amber", result="yes, on to look"),
        Taken(step="look", kind="check", what="order_number", result="LK-1"),
    ),
)
PHONE = Identity(kind=IdentityKind.PHONE, value=EMMA_PHONE, verified=True)
CASE = samples.case(
    message(1, channel=Channel.SMS, text=f"App version 4.1.0 shows E14, call {EMMA_PHONE}", attachments=(LOG,)),
    message(2, role=Role.ASSISTANT, channel=Channel.SMS, author="Virtual assistant", text="Restart it."),
    message(3, role=Role.AGENT, author="Maria", text="between us", public=False),
    message(4, channel=Channel.SMS, text="Still dark", address=EMMA_PHONE),
    customer=EMMA,
    past=(PAST,),
)


def decided(notify: bool = True) -> Decision:
    card = Handoff(
        group="Customer care",
        agent=None,
        reason=f"They ask to be called on {EMMA_PHONE}",
        wants="“Still dark”",
        tried=(),
        open=(),
        summary=f"Emma wrote: “call {EMMA_PHONE}”",
        sentiment_trend=(0.0,),
        identity="known",
        history=("Order 1",),
    )
    read = signals(intents=(scored("fault", label="A fault"),))
    told = samples.disposition(Action.HANDOFF, notify_customer=notify)
    return samples.decision(Action.HANDOFF, signals=read, handoff=card, procedure=STEPS, disposition=told)


def card_of(store: SqlStore, case: CaseContext = CASE, **groups: Any) -> Handoff:
    policy = rules.policy(groups={"Customer care": {"reply_within": "30 minutes", **groups}})
    with store.read() as unit:
        made = pack(unit, decided(), case, policy).handoff
    assert made is not None
    return made


def test_it_holds_everything_that_the_next_person_needs(store: SqlStore) -> None:
    card = card_of(store)
    assert card.intent == "A fault"
    assert card.steps == ("Which colour is the ring? → amber", "order number → LK-1")
    assert card.diagnostics[0].endswith("version 4.1.0")
    assert "Error codes: E14, E42" in card.diagnostics
    assert any("hub.log: 1 lines" in line for line in card.diagnostics)
    assert "Devices: hub" in card.profile
    assert card.activity == ("ticket 7 of 3 March 2026: Doorbell is dark (solved, with a person, rated bad)",)
    assert card.last_issue == "Doorbell is dark"
    assert card.proof == "their verified number, by SMS"
    assert len(card.sources) == 2
    assert card.reply is not None
    assert card.reply.minutes == 30


def test_where_the_customer_is_told_nothing_the_card_claims_nothing(store: SqlStore) -> None:
    with store.read() as unit:
        made = pack(unit, decided(notify=False), CASE, rules.policy()).handoff
    assert made is not None
    assert (made.reply, made.ways) == (None, ())


def test_a_proof_says_by_what_and_for_what(store: SqlStore) -> None:
    case = replace(CASE, customer=customer(identities=(PHONE,)))
    with store.read() as unit:
        made = pack(unit, decided(), case, rules.policy(verification__intents=["billing", "close_account"])).handoff
    assert made is not None
    assert made.proof == "their verified number, by SMS; enough for billing, close account"


def test_a_number_that_the_policy_takes_for_no_proof_is_told_as_none(store: SqlStore) -> None:
    case = replace(CASE, customer=customer(identities=(PHONE,)))
    with store.read() as unit:
        made = pack(unit, decided(), case, rules.policy(verification__accept=["code"])).handoff
    assert made is not None
    assert made.proof.startswith("their number, which the policy takes for no proof: ask before")


def test_the_latest_word_on_consent_is_told(store: SqlStore) -> None:
    (line,) = card_of(store).consent
    assert line.startswith("service by SMS: NO, ")


def test_the_transcript_tells_what_was_said_in_public(store: SqlStore) -> None:
    said = "\n".join(card_of(store).transcript)
    assert "Restart it." in said
    assert "between us" not in said


def test_the_note_shows_the_package(store: SqlStore) -> None:
    note = note_text(card_of(store), CASE, "v1", "trigger:fault")
    for words in ("About: A fault", "Step: Which colour", "Recognised by:", "Earlier: ticket 7", "Said so far:"):
        assert words in note
    assert "Customer told to expect: 30 working minutes (promised: 30 minutes)." in note


@pytest.mark.parametrize(
    ("part", "field"),
    [
        ("profile", "profile"),
        ("activity", "activity"),
        ("activity", "last_issue"),
        ("orders", "history"),
        ("consent", "consent"),
        ("diagnostics", "diagnostics"),
        ("transcript", "transcript"),
    ],
)
def test_a_part_that_a_team_may_not_see_is_not_there_and_that_is_said(store: SqlStore, part: str, field: str) -> None:
    assert getattr(card_of(store), field)
    card = card_of(store, may_see=[each for each in PARTS if each != part])
    assert not getattr(card, field)
    assert card.withheld == (part,)
    assert f"Not for this team: {part}" in note_text(card, CASE, "v1", "rule")


def test_a_team_that_may_see_no_addresses_reads_none_wherever_they_stand(store: SqlStore) -> None:
    assert EMMA_PHONE in str(card_of(store))
    card = card_of(store, may_see=[each for each in PARTS if each != "contact"])
    assert EMMA_PHONE not in str(card)
    assert "Restart it." in str(card.transcript)


def test_a_decision_without_a_card_is_left_alone(store: SqlStore) -> None:
    plain = samples.decision(Action.SUGGEST)
    with store.read() as unit:
        assert pack(unit, plain, CASE, rules.policy()) is plain
