"""What leaves with a customer's yes, and what follows when it is known what came of it."""

from dataclasses import replace
from typing import Any

import pytest

from connectors.sql.store import SqlStore
from core.actions.examine import CHANGED
from core.answer.style import StyleCard
from core.execute.actions import MOST_ANSWER, ActionCourier, action_failed, describe_run
from core.execute.plan import Planner
from core.execute.planning import DeliverySettings
from core.model.action import ActionRun, RunState
from core.model.conversation import CaseContext, Control, Message
from core.model.customer import Channel
from core.model.decision import Action, Decision, Outcome, Progress
from core.model.draft import Sentence, SentenceKind
from core.model.effect_payloads import (
    ControlPayload,
    MessagePayload,
    Said,
    TicketCreatePayload,
    TicketUpdatePayload,
)
from core.model.outbound import Effect, EffectKind
from core.text.action_lines import ACTION_LINES
from tests.core import people, samples
from tests.core.actions.shop import Asking, kept
from tests.core.people import NOW

SID = "CA" + "1a" * 16
LINES = ACTION_LINES["en"]
DONE = "£20.00 of A-1 are paid back."


def turn(store: SqlStore, channel: Channel, *, approvers: int = 0) -> tuple[CaseContext, Decision, Planner]:
    """The customer has said yes with this turn."""
    asking = Asking(store)
    waits = LINES.waiting if approvers else ""
    call = replace(asking.ask(amount="20").call, done=DONE, waiting=waits, failed=LINES.failed, approvers=approvers)
    address = SID if channel is Channel.VOICE else people.EMMA_PHONE
    case = samples.case(samples.message(1, channel=channel, address=address, text="Yes."))
    text = Sentence(text=waits or DONE, kind=SentenceKind.COURTESY)
    led = Progress(procedure="money", version="1", outcome=Outcome.DONE, say=(waits or DONE,), call=call)
    decision = samples.decision(
        Action.AUTO_REPLY,
        disposition=samples.disposition(Action.AUTO_REPLY, rule="action:refund"),
        draft=samples.draft(sentences=(text,), composer="procedure"),
        procedure=led,
        policy_version=asking.actions.policy.version,
    )
    style = StyleCard(company="Larkfield")
    return case, decision, Planner(policy=asking.actions.policy, settings=DeliverySettings(), style=style)


def said(run: ActionRun | None) -> list[str]:
    assert run is not None
    return [each.payload.body for each in run.said]


@pytest.mark.parametrize("channel", [Channel.SMS, Channel.VOICE])
def test_nothing_is_said_before_it_is_done_and_then_what_was_agreed_to(store: SqlStore, channel: Channel) -> None:
    case, decision, planner = turn(store, channel)
    effects, run = planner.effects(case, decision), planner.run(case, decision)
    assert run is not None
    assert [each.kind for each in effects if each.message] == []
    assert (run.state, run.call.done) == (RunState.READY, DONE)
    assert len(run.said) == 1


def test_who_waits_for_a_yes_hears_so_and_later_what_was_done(store: SqlStore) -> None:
    case, decision, planner = turn(store, Channel.SMS, approvers=1)
    effects, run = planner.effects(case, decision), planner.run(case, decision)
    (now,) = [each.message.body for each in effects if each.message]
    assert now.startswith(LINES.waiting)
    assert run is not None
    assert (run.state, said(run)[0].startswith(DONE)) == (RunState.AWAITING, True)


@pytest.mark.parametrize("approvers", [0, 1])
def test_in_a_call_it_is_heard_without_what_is_to_be_written(store: SqlStore, approvers: int) -> None:
    case, decision, planner = turn(store, Channel.VOICE, approvers=approvers)
    run = planner.run(case, decision)
    assert run is not None
    for body in (*said(run), run.call.failed):
        assert "\n" not in body
        assert "AGENT" not in body
    assert run.call.failed == LINES.failed


def test_without_the_rule_of_an_action_nothing_is_agreed_to(store: SqlStore) -> None:
    """What stands against speaking stands against doing."""
    case, decision, planner = turn(store, Channel.SMS)
    for action in (Action.HANDOFF, Action.SUGGEST):
        other = replace(decision, disposition=samples.disposition(action), handoff=samples.card())
        assert planner.run(case, other) is None
    rule = samples.disposition(Action.AUTO_REPLY, rule="procedure:money")
    assert planner.run(case, replace(decision, disposition=rule)) is None


# ---------------------------------------------------------------- the courier


def courier(asking: Asking) -> ActionCourier:
    return ActionCourier(actions=asking.actions)


def test_an_answer_that_is_long_is_kept_by_its_id(store: SqlStore) -> None:
    asking = Asking(store)
    run = kept(asking, amount="20")
    asking.shop.says = {"note": "x" * MOST_ANSWER}
    receipt = courier(asking).carry(run.id)
    assert receipt.facts == {"answer": '{"id": "T-1"}'}


def test_a_run_is_named_to_the_system_by_its_own_id(store: SqlStore) -> None:
    asking = Asking(store)
    run = kept(asking, amount="20")
    courier(asking).carry(run.id)
    assert [key for _, _, key in asking.shop.told] == [run.id]


@pytest.mark.parametrize("state", [each for each in RunState if each is not RunState.READY])
def test_what_is_not_ready_is_told_to_nobody(store: SqlStore, state: RunState) -> None:
    asking = Asking(store)
    run = kept(asking, amount="20")
    with store.begin() as unit:
        unit.actions.save(replace(run, state=state))
    with pytest.raises(Exception, match=f"it is {state}"):
        courier(asking).carry(run.id)
    assert asking.shop.told == []


def test_another_declaration_is_not_what_was_agreed_to(store: SqlStore) -> None:
    asking = Asking(store)
    run = kept(asking, amount="20")
    other = Asking(store, refund={"call": {"system": "orders", "post": "/orders/{input.order}/everything"}})
    with pytest.raises(Exception, match="the policy has changed") as refused:
        ActionCourier(actions=replace(asking.actions, policy=other.actions.policy)).carry(run.id)
    assert getattr(refused.value, "code", "") == CHANGED


# ---------------------------------------------------------------- when it was not done


SMS = samples.message(1, text="Please pay it back")


def failed(store: SqlStore, said: Message = SMS, **conversation: Any) -> list[Effect]:
    """The effects of a run that came to nothing, after what the customer had said."""
    asking = Asking(store)
    run = kept(asking, amount="20")
    words = MessagePayload(channel=Channel.SMS, body=DONE, ai_generated=True)
    told = (Said(kind=EffectKind.MESSAGE, target=people.EMMA_PHONE, payload=words),)
    with store.begin() as unit:
        call = replace(run.call, failed=LINES.failed)
        unit.actions.save(replace(run, call=call, said=told, customer="Emma Clarke"))
        known = unit.conversations.get(run.conversation_id)
        assert known is not None
        unit.conversations.save(replace(known, **conversation))
        unit.conversations.add_message(said)
    with store.begin() as unit:
        return action_failed(unit, run.id, "it is away", asking.actions.policy, NOW, unclear=True)


def test_a_new_ticket_says_in_the_customers_name_what_they_said_and_the_rest_in_a_note(store: SqlStore) -> None:
    told = failed(store)
    (made,) = [each.payload for each in told if isinstance(each.payload, TicketCreatePayload)]
    assert "Please pay it back" in made.text
    assert "may or may not" not in made.text
    assert made.then is not None
    assert "may or may not have been done: it is away" in (made.then.note or "")
    assert (made.then.group, made.then.status) == ("Billing", "open")


def test_a_ticket_that_is_there_is_opened_again_with_the_note(store: SqlStore) -> None:
    told = failed(store, ticket_id="100")
    (changes,) = [each.payload for each in told if isinstance(each.payload, TicketUpdatePayload)]
    assert (changes.status, "Paid back: 0.00 GBP → 20.00 GBP" in (changes.note or "")) == ("open", True)
    assert [each.authority.rule for each in told if each.message] == ["handoff_notice"]


def test_on_messaging_a_person_gets_control_and_the_ticket_that_the_helpdesk_opens_gets_the_note(
    store: SqlStore,
) -> None:
    told = failed(store, replace(SMS, channel=Channel.CHAT, address="sc_1", vendor_ref="sunshine:1"))
    (passed,) = [each.payload for each in told if isinstance(each.payload, ControlPayload)]
    assert (passed.to, passed.tags) == (Control.AGENTS, ("handrail_co_one",))
    assert passed.then is not None
    assert "may or may not" in (passed.then.note or "")


def test_what_a_person_reads_tells_what_was_agreed_to_and_where_it_stands(store: SqlStore) -> None:
    run = kept(Asking(store), amount="20")
    told = describe_run(replace(run, state=RunState.UNCLEAR, error="no answer"))
    assert told.splitlines() == [
        "“Refund” may or may not have been done: no answer. Look into the system before you do it again.",
        "With: order A-1, amount 20.00 GBP",
        "Paid back: 0.00 GBP → 20.00 GBP",
        "Asked for by the customer, who said yes to exactly this.",
    ]
