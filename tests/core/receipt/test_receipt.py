"""Who said what, on what it rests and what was done, as the record has it."""

from dataclasses import replace
from typing import Any

import pytest

from connectors.sql.store import SqlStore
from core.measure.learn import learn
from core.model.action import ActionCall, ActionRun, RunState, Yes
from core.model.conversation import CaseContext, Message, Role
from core.model.customer import Channel
from core.model.ids import ApprovalId, ConversationId, CustomerId, TicketId
from core.model.insertion import InsertedFrom, Insertion
from core.model.knowledge import Audience, Citation
from core.model.outbound import EffectKind, EffectState
from core.model.outreach import Click, Verdict
from core.model.request import Request
from core.receipt.receipt import Line, Receipt, Speaker, receipt_of
from tests.core import samples
from tests.core.people import EMMA_PHONE, MINUTE, NOW
from tests.core.rules import policy
from tests.core.samples import MARIA

DRAFT = samples.draft()
CONVERSATION = ConversationId("co_one")


@pytest.fixture
def case(store: SqlStore) -> CaseContext:
    """A mail with an offered draft."""
    mail = samples.message(1, channel=Channel.EMAIL)
    case = samples.case(mail, conversation=samples.conversation(ticket_id=TicketId("100"), owner=MARIA))
    with store.begin() as unit:
        unit.customers.save(case.customer)
        unit.conversations.add(case.conversation)
        unit.conversations.add_message(mail)
        unit.decisions.add(samples.decision())
    return case


def answers(store: SqlStore, case: CaseContext, reply: str, **took: Any) -> Line:
    """Maria answers, with what she `took` from us; her line of the receipt."""
    said = samples.message(
        8,
        channel=Channel.EMAIL,
        role=Role.AGENT,
        author="Maria Lopez",
        text=reply,
        vendor_ref="zendesk:comment:8",
    )
    with store.begin() as unit:
        if took:
            insertion = {
                "conversation_id": CONVERSATION,
                "text": DRAFT.body,
                "source": InsertedFrom.DRAFT,
                "agent_id": "501",
                "agent": "Maria Lopez",
                "at": NOW + 7 * MINUTE,
                "draft_id": DRAFT.id,
            }
            unit.insertions.add(Insertion(**{**insertion, **took}))
        unit.conversations.add_message(said)
        learn(unit, replace(case, timeline=(*case.timeline, said)), said, policy(), NOW + 9 * MINUTE)
    return receipt(store).lines[-1]


def receipt(store: SqlStore) -> Receipt:
    with store.read() as unit:
        found = receipt_of(unit, CONVERSATION)
    assert found is not None
    return found


TOOK = {"source": InsertedFrom.DRAFT}
EDITED = {"source": InsertedFrom.EDITED, "text": f"{DRAFT.body} Not today."}


@pytest.mark.parametrize(
    ("text", "took", "speaker"),
    [
        (DRAFT.body, TOOK, Speaker.DRAFTED),
        (DRAFT.body, {}, Speaker.DRAFTED),
        (f"{DRAFT.body} But never in winter.", TOOK, Speaker.EDITED),
        (f"{DRAFT.body} Not today.", EDITED, Speaker.EDITED),
        (f"{DRAFT.body} Warm regards", TOOK | {"note": "Warm regards"}, Speaker.EDITED),
        ("It is on its way. Sorry.", TOOK, Speaker.PERSON),
        ("It is on its way. Sorry.", {}, Speaker.PERSON),
        (DRAFT.body, {"source": InsertedFrom.MACRO, "draft_id": None, "ref": "7"}, Speaker.DRAFTED),
        (
            "A macro's words.",
            {"source": InsertedFrom.MACRO, "draft_id": None, "text": "A macro's words."},
            Speaker.PERSON,
        ),
        ("Worded live.", {"source": InsertedFrom.LIVE, "draft_id": None, "text": "Worded live."}, Speaker.DRAFTED),
    ],
)
def test_an_agents_reply_says_whether_the_assistant_drafted_it_and_whether_a_word_was_changed(
    store: SqlStore, case: CaseContext, text: str, took: dict[str, Any], speaker: Speaker
) -> None:
    line = answers(store, case, text, **took)
    assert (line.speaker, line.author) == (speaker, "Maria Lopez")


def test_the_sources_are_those_of_what_was_left_in(store: SqlStore, case: CaseContext) -> None:
    line = answers(store, case, DRAFT.body, **TOOK)
    assert [source.title for source in line.sources] == ["Resetting your thermostat"]


def test_a_source_whose_sentence_was_taken_out_is_not_named(store: SqlStore, case: CaseContext) -> None:
    assert answers(store, case, "Hello Emma, hold the button.", **TOOK).sources == ()


def test_an_internal_source_is_marked(store: SqlStore) -> None:
    inner = Citation(passage=samples.passage(audience=Audience.INTERNAL), start=0, end=32)
    case = samples.case(samples.message(1, channel=Channel.EMAIL))
    sentences = tuple(replace(s, citation=inner) if s.citation else s for s in DRAFT.sentences)
    with store.begin() as unit:
        unit.customers.save(case.customer)
        unit.conversations.add(case.conversation)
        unit.decisions.add(samples.decision(draft=replace(DRAFT, sentences=sentences)))
    assert [source.internal for source in answers(store, case, DRAFT.body, **TOOK).sources] == [True]


def test_a_customers_message_says_what_was_decided_about_it(store: SqlStore, case: CaseContext) -> None:
    basis = receipt(store).lines[0].basis
    assert basis is not None
    assert (basis.action, basis.rule, basis.reason) == ("suggest", "suggest", "Because.")
    assert basis.policy_version == policy().version


def agreed(**changes: Any) -> ActionRun:
    call = ActionCall(
        action="change_phone",
        label="Change a number",
        arguments={"number": EMMA_PHONE},
        spec="s",
        changes={"Number": ("none", EMMA_PHONE)},
        done=f"We now call you at {EMMA_PHONE}.",
    )
    return ActionRun(
        **{
            "id": ApprovalId("ac_one"),
            "call": call,
            "customer_id": CustomerId("cu_emma"),
            "conversation_id": CONVERSATION,
            "policy_version": policy().version,
            "created_at": NOW,
            "expires_at": NOW + 60 * MINUTE,
            "state": RunState.DONE,
            "yes": (Yes(email="priya@larkfield.example", name="Priya Nair", at=NOW + MINUTE),),
            "settled_at": NOW + 2 * MINUTE,
            **changes,
        }
    )


def test_what_was_done_is_told_masked(store: SqlStore, case: CaseContext) -> None:
    with store.begin() as unit:
        unit.actions.add(agreed())
    (run,) = receipt(store).actions
    assert (run.state, [each.name for each in run.yes]) == (RunState.DONE, ["Priya Nair"])
    assert run.call.changes == {"Number": ("none", "[phone]")}
    assert EMMA_PHONE not in run.call.done


def test_a_message_of_an_action_names_who_approved_it(store: SqlStore, case: CaseContext) -> None:
    sent = samples.effect(EffectKind.MESSAGE, "ac_one:done:said", conversation_id=CONVERSATION)
    said: Message = samples.message(3, role=Role.ASSISTANT, author="", text="Hello", vendor_ref="twilio:SM3")
    with store.begin() as unit:
        unit.actions.add(agreed())
        unit.outbox.add(sent)
        unit.outbox.mark(sent.id, EffectState.SENT, NOW, vendor_ref="SM3")
        unit.conversations.add_message(said)
    basis = receipt(store).lines[-1].basis
    assert basis is not None
    assert (basis.rule, basis.approval, basis.approved_by) == ("automatic_reply", "ac_one", ("Priya Nair",))


@pytest.mark.parametrize(("text", "approved_by"), [("Words.", ("Priya Nair",)), ("Other words.", None)])
def test_a_reply_that_a_supervisor_approved_names_them_unless_it_was_changed_afterwards(
    store: SqlStore, case: CaseContext, text: str, approved_by: tuple[str, ...] | None
) -> None:
    asked = Request(
        id=ApprovalId("rq_one"),
        conversation_id=CONVERSATION,
        ticket_id=TicketId("100"),
        customer="Emma Clarke",
        text="Words.",
        asked_by="Maria Lopez",
        asked_by_id="501",
        policy_version="v7",
        created_at=NOW,
        expires_at=NOW + 60 * MINUTE,
    )
    click = Click(
        approval_id=asked.id,
        verdict=Verdict.APPROVE,
        digest=asked.digest,
        user_id="U-PRIYA",
        user_name="Priya Nair",
        channel="C1",
        ts="1.0",
    )
    with store.begin() as unit:
        unit.requests.add(asked)
        assert unit.requests.settle(click, NOW + MINUTE)
    line = answers(store, case, text, source=InsertedFrom.APPROVED, draft_id=None, ref="rq_one", text="Words.")
    assert (line.basis.approved_by if line.basis else None) == approved_by
    assert line.speaker is Speaker.PERSON
