"""The whole package of a handoff, and what of it a team may not see."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from connectors.sql.store import SqlStore
from connectors.sql.tables import outbox
from core.handoff.card import file_line, note_text
from core.handoff.package import as_told, pack
from core.model.conversation import Attachment, CaseContext, Earlier, Role
from core.model.customer import Channel, Identity, IdentityKind
from core.model.decision import Action, Decision, Handoff, Outcome, Progress, Taken
from core.model.ids import ConversationId, TicketId
from core.model.outbound import Authority, Effect, EffectKind, EffectState
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
RECORD = Identity(kind=IdentityKind.HELPDESK, value="user-emma", verified=True)
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
    case = replace(CASE, customer=customer(identities=(RECORD, PHONE)))
    with store.read() as unit:
        made = pack(unit, decided(), case, rules.policy(verification__intents=["billing", "close_account"])).handoff
    assert made is not None
    assert made.proof == "their verified number, by SMS; enough for billing, close account"


def test_the_number_of_a_newcomer_proves_nobody_that_we_know(store: SqlStore) -> None:
    case = replace(CASE, customer=customer(identities=(PHONE, RECORD)))  # the record was made of the number
    with store.read() as unit:
        made = pack(unit, decided(), case, rules.policy()).handoff
    assert made is not None
    assert made.proof.startswith("the number that they write from, which no record of ours has: ask before")


def test_a_number_that_the_policy_takes_for_no_proof_is_told_as_none(store: SqlStore) -> None:
    case = replace(CASE, customer=customer(identities=(RECORD, PHONE)))
    with store.read() as unit:
        made = pack(unit, decided(), case, rules.policy(verification__accept=["code"])).handoff
    assert made is not None
    assert made.proof.startswith("their number, which the policy takes for no proof: ask before")


def test_the_latest_word_on_consent_is_told(store: SqlStore) -> None:
    (line,) = card_of(store).consent
    assert line.startswith("service by SMS: NO, ")


def test_the_note_has_what_a_person_without_the_sidebar_needs_each_once(store: SqlStore) -> None:
    case = replace(
        CASE, customer=replace(EMMA, identities=(RECORD, PHONE), attributes={"last_order": "LK-7: 1 × Hub, sent"})
    )
    note = note_text(replace(card_of(store, case), identity="verified"), case, "v1", "trigger:fault")
    said = [line.partition(":")[0] for line in note.splitlines()]
    whole = [
        "Handed over to Customer care",
        "Wants",
        "Done so far",
        "Next",
        "Diagnostics",
        "Bought",
        "Customer",
        "Told",
    ]
    assert said[:-1] == whole
    assert "identity verified by their verified number, by SMS" in note
    assert "Told: an answer within 30 working minutes (promised: 30 minutes)" in note
    assert "Which colour is the ring? → amber" in note
    assert "Error codes: E14, E42" in note
    assert "sidebar" in note


@pytest.mark.parametrize(
    ("text", "known", "line"),
    [
        ("Where is LK-10405?", "LK-10405: 1 × Hub, sent", "Order: LK-10405: 1 × Hub, sent"),
        ("Where is LK-10405?", "LK-20001: 1 × Door, sent", "Order: LK-10405"),
        ("Where is it?", "LK-20001: 1 × Door, sent", "Last order: LK-20001: 1 × Door, sent"),
        (f"Call {EMMA_PHONE}", "", ""),
    ],
)
def test_the_order_that_the_customer_named_comes_before_their_last(text: str, known: str, line: str) -> None:
    case = samples.case(message(1, text=text), customer=replace(EMMA, attributes={"last_order": known}))
    made = decided().handoff
    assert made is not None
    card = replace(made, wants="“Any news?”", history=())
    told = [each for each in note_text(card, case, "v1", "rule").splitlines() if "rder: " in each]
    assert told == ([line] if line else [])


def test_the_note_tells_nothing_that_the_ticket_or_the_sidebar_shows(store: SqlStore) -> None:
    note = note_text(card_of(store), CASE, "v1", "trigger:fault")
    for elsewhere in ("Restart it.", "between us", "Doorbell is dark", "Devices", "service by SMS"):
        assert elsewhere not in note


def test_the_longest_note_has_twelve_lines(store: SqlStore) -> None:
    card = replace(card_of(store), tried=("a", "b", "c"), open=("d", "e"), options=("f", "g"), withheld=("profile",))
    assert len(note_text(card, CASE, "v1", "rule", "Customer care: nobody is there").splitlines()) == 12


def test_of_who_was_told_no_time_the_note_claims_none(store: SqlStore) -> None:
    note = note_text(replace(card_of(store), reply=None), CASE, "v1", "rule")
    assert "Told no time for an answer" in note
    assert "30" not in note.partition("Told")[2]


def test_what_a_step_asked_is_not_told_again_as_an_answer_that_was_tried(store: SqlStore) -> None:
    asked = ("The assistant answered by SMS: “Which colour is the ring? Reply AGENT”", "Maria answered: “Restart it”")
    made = decided()
    assert made.handoff is not None
    with store.read() as unit:
        packed = pack(unit, replace(made, handoff=replace(made.handoff, tried=asked)), CASE, rules.policy()).handoff
    assert packed is not None
    assert packed.tried == asked[1:]


def test_a_caller_who_is_put_through_at_once_is_told_no_time(store: SqlStore) -> None:
    caller = samples.case(message(1, channel=Channel.VOICE, text="A person please"), customer=EMMA)
    rung = rules.policy(voice__numbers={"Customer care": "+442079460200"})
    with store.read() as unit:
        made = pack(unit, decided(), caller, rung).handoff
    assert made is not None
    assert made.reply is None


@pytest.mark.parametrize(
    ("part", "field"),
    [
        ("profile", "profile"),
        ("activity", "activity"),
        ("activity", "last_issue"),
        ("orders", "history"),
        ("consent", "consent"),
        ("diagnostics", "diagnostics"),
    ],
)
def test_a_part_that_a_team_may_not_see_is_not_there_and_that_is_said(store: SqlStore, part: str, field: str) -> None:
    assert getattr(card_of(store), field)
    card = card_of(store, may_see=[each for each in PARTS if each != part])
    assert not getattr(card, field)
    assert card.withheld == (part,)
    assert f"Not for this team: {part}" in note_text(card, CASE, "v1", "rule")


def test_a_team_that_may_not_see_the_profile_reads_no_tier_and_no_order_in_the_note(store: SqlStore) -> None:
    case = replace(CASE, customer=replace(EMMA, attributes={"last_order": "LK-7: 1 × Hub, sent"}))
    hidden = card_of(store, case, may_see=[each for each in PARTS if each != "profile"])
    shown = note_text(replace(card_of(store, case), history=()), case, "v1", "rule")
    note = note_text(replace(hidden, history=()), case, "v1", "rule")
    for part in (f", {EMMA.tier.capitalize()};", "LK-7"):
        assert part in shown
        assert part not in note


def test_a_team_that_may_not_see_diagnostics_reads_nothing_of_a_file(store: SqlStore) -> None:
    line = file_line(LOG)
    made = decided()
    assert made.handoff is not None
    made = replace(made, handoff=replace(made.handoff, open=(line, "“Still dark”")))
    case = replace(CASE, timeline=CASE.timeline[:1])
    hidden = {"groups": {"Customer care": {"may_see": [each for each in PARTS if each != "diagnostics"]}}}
    with store.read() as unit:
        whole, cut = (pack(unit, made, case, rules.policy(**more)).handoff for more in ({}, hidden))
    assert whole is not None
    assert cut is not None
    assert (whole.open, cut.open) == ((line, "“Still dark”"), ("“Still dark”",))


def test_a_team_that_may_see_no_addresses_reads_none_wherever_they_stand(store: SqlStore) -> None:
    assert EMMA_PHONE in str(card_of(store))
    card = card_of(store, may_see=[each for each in PARTS if each != "contact"])
    assert EMMA_PHONE not in str(card)


def test_a_decision_without_a_card_is_left_alone(store: SqlStore) -> None:
    plain = samples.decision(Action.SUGGEST)
    with store.read() as unit:
        assert pack(unit, plain, CASE, rules.policy()) is plain


@pytest.mark.parametrize(
    ("state", "delivery", "claimed"),
    [
        (EffectState.SENT, "delivered", True),
        (EffectState.PENDING, None, True),
        (EffectState.SENT, "undelivered", False),
        (EffectState.REFUSED, None, False),
        (EffectState.PARKED, None, False),
    ],
)
def test_a_time_is_claimed_only_where_what_tells_it_reached_the_customer(
    store: SqlStore, state: EffectState, delivery: str | None, *, claimed: bool
) -> None:
    card, here = card_of(store), samples.conversation().id
    notice = Effect(
        kind=EffectKind.MESSAGE,
        key="notice",
        target=EMMA_PHONE,
        payload=samples.text(),
        authority=Authority(rule="handoff_notice", policy_version="v1"),
        created_at=NOW,
        conversation_id=here,
    )
    with store.begin() as unit:
        assert as_told(unit, card, here) == card
        unit.customers.save(customer())
        unit.conversations.add(samples.conversation())
        unit.outbox.add(notice)
        unit.connection.execute(outbox.update().values(state=state, delivery=delivery))
        assert (as_told(unit, card, here).reply is not None) is claimed
