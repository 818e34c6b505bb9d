"""An action in a system that is down, slow, says yes without doing it, does it twice, or answers after the work: done
once or not at all, nothing told that was not read back, and the customer never left without word."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from apps.processes import free_port
from apps.sandbox.settings import SandboxSettings
from connectors.actions.systems import HttpSystem, System
from connectors.sql.store import SqlStore
from core.actions.examine import Whose
from core.answer.style import StyleCard
from core.context.ownership import take_by_agent
from core.errors import ConflictError, TransientError, UnknownOutcome
from core.execute.actions import WAS_THERE, commit_run
from core.execute.deliver import MAX_ATTEMPTS
from core.execute.restored import doubt
from core.execute.timers import Timekeeper
from core.govern.action_approvals import effect_of
from core.govern.pause import LONGEST, pause, resume
from core.model.action import ActionRun, RunState
from core.model.ids import ApprovalId, ConversationId
from core.model.outbound import EffectKind, EffectState
from core.model.outreach import Verdict
from core.policy.actions import ActionRequest
from core.privacy.erase import Erasing
from tests.apps.sandbox.running import Sandbox, serving
from tests.core import people, samples
from tests.core.container import MARIA, PRIYA
from tests.faults.acting import FAILED, ORDER, SAM, House, policy


@pytest.fixture(scope="module")
def served() -> Iterator[Sandbox]:
    with serving(seed=SandboxSettings().seed) as sandbox:
        yield sandbox


@pytest.fixture
def house(store: SqlStore, served: Sandbox) -> Iterator[House]:
    served.world.office.begin_anew()
    served.world.faults.clear()
    yield House(store, served, policy())
    with store.read() as unit:
        assert unit.ledger.verify() is None


def test_it_is_done_once_read_back_and_then_told(house: House) -> None:
    house.agree()
    assert (house.run().state, house.journal, house.texts) == (RunState.DONE, ["order.cancel"], ["It is done."])
    house.later(2)
    assert (house.journal, house.texts) == (["order.cancel"], ["It is done."])


@pytest.mark.parametrize("fault", [{"rate_limited": 6}, {"error_5xx": 3}], ids=["busy", "broken"])
def test_a_system_that_is_away_is_tried_again_until_it_is_back(house: House, fault: dict[str, int]) -> None:
    house.agree(meanwhile=fault)
    assert (house.run().state, house.texts) == (RunState.READY, [])
    house.faults(**dict.fromkeys(fault, 0))
    house.later(3)
    assert (house.run().state, house.journal, house.texts) == (RunState.DONE, ["order.cancel"], ["It is done."])


def test_a_system_that_stays_away_ends_with_a_person_and_a_word(house: House) -> None:
    house.agree(meanwhile={"rate_limited": 1000})
    house.later(14)
    assert (house.run().state, house.journal, house.texts) == (RunState.UNCLEAR, [], [FAILED])
    assert house.with_a_person()


@dataclass
class TurnsAway:
    """Its record can be read; each change is turned away before it is looked at."""

    system: System
    wait: timedelta | None = None
    tried: int = 0

    def ask(self, request: ActionRequest, facts: Mapping[str, Any], key: str, within: timedelta) -> dict[str, Any]:
        if not key:
            return self.system.ask(request, facts, key, within)
        self.tried += 1
        raise TransientError("orders is busy (HTTP 429)", retry_after=self.wait)


def test_what_was_turned_away_each_time_and_is_not_in_the_record_is_told_as_not_done(house: House) -> None:
    full = TurnsAway(house.orders.system)
    house.orders.system = full
    house.agree()
    house.later(14)
    assert (house.ended(), full.tried) == ((RunState.REFUSED, [], [FAILED]), MAX_ATTEMPTS)
    assert "nothing was done" in house.run().error
    written = str(house.container.helpdesk.writes)
    assert ("was NOT done" in written, "may or may not" in written) == (True, False)
    assert house.with_a_person()


def test_one_attempt_without_an_answer_among_them_leaves_it_open(house: House) -> None:
    """It promises that a key does nothing twice, so it is tried on; the record may be slow all the same."""
    there = house.orders.system

    def answers_never() -> None:
        house.faults(lost=1)
        house.orders.system = LostFirst(there)

    house.orders.at_write = answers_never
    house.agree()
    house.later(20)
    assert house.ended() == (RunState.UNCLEAR, [], [FAILED])


class LostFirst(TurnsAway):
    """The first change has no answer, all others are turned away."""

    def ask(self, request: ActionRequest, facts: Mapping[str, Any], key: str, within: timedelta) -> dict[str, Any]:
        if key and not self.tried:
            self.tried += 1
            raise UnknownOutcome("orders does not answer: ReadTimeout")
        return super().ask(request, facts, key, within)


def test_a_busy_system_that_asks_for_longer_is_given_longer_and_one_that_asks_for_less_no_less(house: House) -> None:
    there = house.orders.system
    for wait, least, most in ((timedelta(seconds=45), 45, 46), (timedelta(seconds=1), 2, 3)):
        house.orders.system = TurnsAway(there, wait=wait)
        run = house.agree(run=f"ac_{least}")
        with house.container.store.begin() as unit:
            due = [
                effect_of(run).id in unit.outbox.due(house.container.clock() + timedelta(seconds=later), 50)
                for later in (least - 1, most)
            ]
        assert due == [False, True]


def test_a_yes_without_the_work_is_never_told_as_done(house: House) -> None:
    house.agree(meanwhile={"says_yes": 1000})
    house.later(20)  # each of eight attempts is looked up before the next
    assert (house.run().state, house.journal, house.texts) == (RunState.UNCLEAR, [], [FAILED])
    assert house.with_a_person()
    assert "may or may not have been done" in str(house.container.helpdesk.writes)
    (ticket,) = house.container.helpdesk.tickets.values()
    assert (ticket.subject, "may or may not" in ticket.comments[0].text) == ("Thermostat offline", False)


def test_an_odd_answer_changes_nothing_of_what_the_record_says(house: House) -> None:
    house.agree(meanwhile={"odd_answer": 1})
    house.later(3)
    assert (house.run().state, house.journal, house.texts) == (RunState.DONE, ["order.cancel"], ["It is done."])


def test_what_does_not_hold_any_more_is_refused_in_the_last_moment(house: House) -> None:
    """The address was agreed to, and before it is changed the order is cancelled."""
    address = {"line1": "12 High Street", "city": "York", "postcode": "YO1 9AA"}
    moved = house.agree("change_address", meanwhile={"rate_limited": 2}, **address)
    house.faults(rate_limited=0)
    house.agree("cancel_order", run="ac_2")
    house.later(3)
    assert (house.run().state, house.run("ac_2").state) == (RunState.REFUSED, RunState.DONE)
    assert house.journal == ["order.cancel"]
    assert house.texts == ["It is done.", FAILED]
    assert "has left already or was cancelled (not_dispatched)" in house.run().error
    assert moved.call.changes["Goes to"][1] == "12 High Street, YO1 9AA York"


def test_a_person_who_takes_over_meanwhile_has_it(house: House) -> None:
    run = house.agree(meanwhile={"rate_limited": 2})
    with house.container.store.begin() as unit:
        found = unit.conversations.get(run.conversation_id)
        assert found is not None
        unit.conversations.save(take_by_agent(found, "Maria", house.container.clock()))
    house.faults(rate_limited=0)
    house.later(3)
    assert (house.run().state, house.journal, house.texts) == (RunState.REFUSED, [], [])


def test_another_policy_is_not_what_was_agreed_to(house: House) -> None:
    house.agree(meanwhile={"rate_limited": 2})
    house.under(policy(cancel_order={"says": "Cancel it all"}))
    house.faults(rate_limited=0)
    house.later(3)
    assert (house.run().state, house.journal, house.texts) == (RunState.REFUSED, [], [FAILED])
    assert "the policy has changed" in house.run().error


# ---------------------------------------------------------------- what others do meanwhile


BUSY = {"rate_limited": 2}


def back(house: House, steps: int = 3) -> None:
    """The system is there again."""
    house.faults(rate_limited=0)
    house.later(steps)


def test_what_somebody_else_has_cancelled_is_told_as_cancelled_and_not_sent(house: House) -> None:
    """A state is true whoever brought it about."""
    house.agree(meanwhile=BUSY)
    house.by_another(f"{ORDER}/cancel", reason="by phone")
    back(house)
    assert house.ended() == (RunState.DONE, ["order.cancel"], ["It is done."])
    assert (house.run().error, house.sandbox.world.office.journal()[0]["key"]) == (WAS_THERE, None)


def test_anothers_refund_of_the_same_sum_is_not_told_as_this_one(delivered: House) -> None:
    """Nobody knows whether it was meant to be paid twice."""
    delivered.agree("refund", meanwhile=BUSY, **small())
    delivered.by_another(f"{REFUND['order']}/refunds", amount="15.00", reason="goodwill")
    back(delivered)
    assert delivered.ended() == (RunState.REFUSED, ["order.refund"], [FAILED])
    assert delivered.run().error == "the record is not as it was shown: Paid back is 15.00 now (changed)"
    assert delivered.with_a_person()


def test_anothers_refund_of_another_sum_is_not_built_upon(delivered: House) -> None:
    """The customer has seen "0.00 → 15.00": what they said yes to is another thing now."""
    delivered.agree("refund", meanwhile=BUSY, **small())
    delivered.by_another(f"{REFUND['order']}/refunds", amount="5.00", reason="goodwill")
    back(delivered)
    assert delivered.ended() == (RunState.REFUSED, ["order.refund"], [FAILED])


def test_what_was_agreed_to_a_day_ago_is_not_done_by_whoever_wakes_up(house: House) -> None:
    house.agree(meanwhile=BUSY)
    house.container.wait(days=1)
    back(house)
    assert house.ended() == (RunState.REFUSED, [], [FAILED])
    assert "too long ago" in house.run().error


def test_an_action_that_the_policy_has_no_more_is_not_done(house: House) -> None:
    house.agree(meanwhile=BUSY)
    house.under(replace(house.actions.policy, actions={}))
    back(house)
    assert house.ended() == (RunState.REFUSED, [], [FAILED])


def test_a_customer_who_is_erased_meanwhile_takes_it_with_them(house: House) -> None:
    house.agree(meanwhile=BUSY)
    erasing = Erasing(store=house.container.store, vendors=(), clean=lambda _: {}, now=house.container.clock)
    with house.container.store.read() as unit:
        sam = unit.customers.get(SAM)
    assert sam is not None
    erasing.finish(erasing.begin(sam, "dpo@larkfield.example", anyway=True))
    back(house)
    assert (house.journal, house.texts) == ([], [])
    with house.container.store.read() as unit:
        assert unit.actions.get(ApprovalId("ac_1")) is None


def test_while_all_sending_is_paused_nothing_is_done_and_after_it_all(house: House) -> None:
    with house.container.store.begin() as unit:
        pause(unit, "priya@larkfield.example", "it says odd things", house.container.clock())
    house.agree()
    assert house.ended() == (RunState.READY, [], [])
    with house.container.store.begin() as unit:
        resume(unit, "priya@larkfield.example", house.container.clock())
    house.later(1)
    assert house.ended() == (RunState.DONE, ["order.cancel"], ["It is done."])


def test_what_was_paused_for_long_is_with_a_person(house: House) -> None:
    with house.container.store.begin() as unit:
        pause(unit, "priya@larkfield.example", "it says odd things", house.container.clock())
    house.agree()
    house.container.wait(seconds=LONGEST.total_seconds())
    house.later(2)
    assert (house.run().state, house.journal, house.with_a_person()) == (RunState.REFUSED, [], True)


@pytest.mark.parametrize("left", [True, False], ids=["it had left", "it had not left"])
def test_a_store_that_was_put_back_asks_the_record_first(house: House, left: bool) -> None:
    house.agree(meanwhile=BUSY)
    if left:  # after the backup was made
        house.faults(rate_limited=0)
        house.actions.perform(house.actions.policy.actions["cancel_order"], house.run(), people.customer("sam"))
    with house.container.store.begin() as unit:
        now = house.container.clock()
        assert doubt(unit, now - timedelta(minutes=5), now) == 1
        resume(unit, "priya@larkfield.example", now)
    back(house, 4)
    assert house.ended() == (RunState.DONE, ["order.cancel"], ["It is done."])


# ---------------------------------------------------------------- answers that do not come


def test_an_answer_that_is_lost_after_the_work_is_found_and_nothing_is_done_twice(delivered: House) -> None:
    delivered.at_write(timeout_after_work=1, forgets_key=1)
    delivered.agree("refund", **small())
    assert delivered.ended() == (RunState.READY, ["order.refund"], [])
    delivered.later(3)
    assert delivered.ended() == (RunState.DONE, ["order.refund"], ["It is done."])


def test_what_was_done_and_cannot_be_read_back_is_not_asked_for_again(delivered: House) -> None:
    """It has no key to be known by: whoever asks twice pays twice."""
    delivered.under(policy(refund={"repeats": False}))
    delivered.orders.at_write = lambda: answers_then_is_away(delivered)
    delivered.agree("refund", **small())
    assert delivered.ended() == (RunState.READY, ["order.refund"], [])
    delivered.faults(rate_limited=0)
    delivered.later(3)
    assert delivered.ended() == (RunState.DONE, ["order.refund"], ["It is done."])


def answers_then_is_away(house: House) -> None:
    """The next request but one is the reading back."""
    system = house.orders.system

    class Away:
        def ask(self, request: ActionRequest, facts: Mapping[str, Any], key: str, within: timedelta) -> dict[str, Any]:
            answer = system.ask(request, facts, key, within)
            house.orders.system = system
            house.faults(rate_limited=1)
            return answer

    house.orders.system = Away()


def test_a_change_that_takes_longer_than_it_may_is_found_when_it_is_done(house: House) -> None:
    house.under(policy(cancel_order={"seconds": 1}))
    house.at_write(latency_ms=1400)
    house.agree()
    house.faults(latency_ms=0)
    assert house.ended() == (RunState.READY, [], [])
    time.sleep(0.6)
    house.later(3)
    assert house.ended() == (RunState.DONE, ["order.cancel"], ["It is done."])


def test_a_system_that_never_answers_again_leaves_nobody_waiting(house: House) -> None:
    """Not even to be read back: a person has it after minutes, and the customer hears so."""
    house.at_write(lost=10_000)
    house.agree()
    house.later(3)
    assert house.ended() == (RunState.UNCLEAR, [], [FAILED])
    assert house.with_a_person()


def test_one_that_nobody_listens_at_was_never_told_anything(house: House) -> None:
    """It does not count as an attempt of which nobody knows: it is tried again as soon as somebody listens."""
    there = house.orders.system
    nobody = f"http://127.0.0.1:{free_port(None, 0)}"
    house.orders.at_write = lambda: setattr(
        house.orders, "system", HttpSystem("orders", url=nobody, headers={}, private=True)
    )
    house.agree()
    row = house.container.row(effect_of(house.run()).id)
    assert (row.state, row.facts) == (EffectState.PENDING, {})
    house.orders.system = there
    house.later(2)
    assert house.ended() == (RunState.DONE, ["order.cancel"], ["It is done."])


def test_a_system_that_breaks_its_promise_is_found_out_and_nothing_is_claimed(delivered: House) -> None:
    """It does it twice for one key: the record shows neither what was before nor what was agreed to."""
    delivered.under(policy(refund={"seconds": 1}))
    delivered.at_write(latency_ms=2500, forgets_key=2)
    delivered.agree("refund", **small())
    delivered.faults(latency_ms=0)
    delivered.at_write(latency_ms=1500)
    delivered.later(2)  # while the system is still at the first attempt
    delivered.faults(latency_ms=0)
    time.sleep(0.8)
    delivered.later(4)
    assert delivered.journal == ["order.refund", "order.refund"]
    assert (delivered.run().state, delivered.texts) == (RunState.UNCLEAR, [FAILED])
    assert "Paid back is 30.00 now" in delivered.run().error
    assert delivered.with_a_person()


def test_a_refusal_after_an_attempt_without_an_answer_is_no_word_that_it_was_not_done(house: House) -> None:
    """A person took over between the two: what they are told is that it may have been done."""
    house.at_write(lost=1)
    run = house.agree()
    with house.container.store.begin() as unit:
        found = unit.conversations.get(run.conversation_id)
        assert found is not None
        unit.conversations.save(take_by_agent(found, "Maria", house.container.clock()))
    house.later(4)
    assert house.ended() == (RunState.UNCLEAR, [], [])


def test_a_person_who_takes_over_when_it_is_done_learns_that_it_was(house: House) -> None:
    with house.container.store.begin() as unit:
        sam = people.person("Sam Whitcombe", id="900004")
        ticket = house.container.helpdesk.writes_in(sam, "Cancel", "Please cancel it.")
        found = unit.conversations.get(ConversationId("co_one"))
        assert found is not None
        unit.conversations.save(replace(found, ticket_id=ticket))

    def taken() -> None:
        with house.container.store.begin() as unit:
            known = unit.conversations.get(ConversationId("co_one"))
            assert known is not None
            unit.conversations.save(take_by_agent(known, "Maria", house.container.clock()))

    house.orders.at_write = taken
    house.agree()
    assert house.ended() == (RunState.DONE, ["order.cancel"], [])
    assert "“Cancel an order” was done" in house.container.helpdesk.comments(ticket, public=False)[-1]


def test_a_ticket_that_is_only_being_opened_is_told_when_it_has_its_number(house: House) -> None:
    """No second one is opened for the same matter."""
    late = house.container.clock() + timedelta(hours=3)
    opens = samples.effect(EffectKind.TICKET_CREATE, "opens", conversation_id=ConversationId("co_one"), not_before=late)
    with house.container.store.begin() as unit:
        unit.outbox.add(opens)
    house.agree(meanwhile={"rate_limited": 1000})
    house.later(10)
    assert (house.run().state, dict(house.container.helpdesk.tickets)) == (RunState.UNCLEAR, {})
    house.later(10)
    assert (house.run().state, house.texts) == (RunState.UNCLEAR, [FAILED])
    assert list(house.container.helpdesk.tickets) == ["900"]
    (note,) = [each for each in house.container.helpdesk.comments("900", public=False) if "may or may not" in each]
    assert "Cancel an order" in note


# ---------------------------------------------------------------- supervisors


REFUND: dict[str, Any] = {"order": "LK-10342", "amount": "45.00", "reason": "damaged"}


def small() -> dict[str, Any]:
    """So little that nobody is asked."""
    return {**REFUND, "amount": "15.00"}


def ask(house: House, **changes: Any) -> ActionRun:
    """A refund above what needs no yes, of an order of Sam's that was delivered."""
    if changes:
        house.actions = replace(house.actions, policy=policy(refund=changes))
    return house.agree("refund", **REFUND)


@pytest.fixture
def delivered(house: House) -> House:
    row = next(
        row
        for row in yaml.safe_load(Path("apps/sandbox/company/orders.yaml").read_text(encoding="utf-8"))["orders"]
        if str(row["customer_id"]) == "900004" and row["status"] == "delivered" and row["total"] > 50
    )
    REFUND["order"] = row["id"]
    return house


def test_a_supervisor_says_yes_and_it_is_done(delivered: House) -> None:
    ask(delivered)
    assert (delivered.run().state, delivered.journal, delivered.texts) == (RunState.AWAITING, [], [])
    assert delivered.click(Verdict.APPROVE, PRIYA) == "approved"
    assert (delivered.run().state, delivered.journal) == (RunState.DONE, ["order.refund"])
    assert delivered.texts == ["It is done."]
    assert delivered.click(Verdict.REJECT, MARIA) == "settled_before"
    assert delivered.journal == ["order.refund"]


def test_a_no_is_told_to_the_customer_and_a_person_has_it(delivered: House) -> None:
    ask(delivered)
    assert delivered.click(Verdict.REJECT, PRIYA) == "rejected"
    assert (delivered.run().state, delivered.journal, delivered.texts) == (RunState.REJECTED, [], [FAILED])
    assert delivered.with_a_person()
    assert delivered.click(Verdict.APPROVE, MARIA) == "settled_before"
    assert delivered.journal == []


def test_of_two_people_the_same_one_twice_is_one(delivered: House) -> None:
    ask(delivered, approve="two")
    assert delivered.click(Verdict.APPROVE, PRIYA) == "one_of_two"
    delivered.container.wait(seconds=5)
    assert delivered.run().state is RunState.AWAITING
    assert len(delivered.run().yes) == 1


def test_nobody_in_time_is_told_as_well(delivered: House) -> None:
    ask(delivered)
    delivered.container.wait(minutes=121)
    keeper = Timekeeper(
        store=delivered.container.store, policy=delivered.actions.policy, style=StyleCard(company="Larkfield")
    )
    for effect in keeper.run(delivered.container.clock()):
        delivered.container.publisher.effect(effect.id)
    delivered.container.drain()
    assert (delivered.run().state, delivered.journal, delivered.texts) == (RunState.EXPIRED, [], [FAILED])
    assert delivered.click(Verdict.APPROVE, PRIYA) == "settled_before"
    assert delivered.journal == []


def test_another_digest_than_the_cards_is_no_yes(delivered: House) -> None:
    ask(delivered)
    assert delivered.click(Verdict.APPROVE, PRIYA, digest="another") == "digest_differs"
    assert (delivered.run().state, delivered.journal) == (RunState.AWAITING, [])


# ---------------------------------------------------------------- limits


def test_a_limit_that_others_used_up_meanwhile_is_none_to_pass(delivered: House) -> None:
    """Both were examined before either was agreed to; the second is found out where it is kept."""
    spec = delivered.actions.policy.actions["refund"]
    with delivered.container.store.read() as unit:
        sam = unit.customers.get(SAM)
    assert sam is not None
    whose = Whose(customer=sam, proved=True)
    made = delivered.actions.examine(spec, REFUND, whose)
    assert made.allowed
    small = policy(refund={"per_day": 60})
    delivered.actions = replace(delivered.actions, policy=small)
    delivered.agree("refund", **REFUND)
    late = replace(delivered.run(), id=ApprovalId("ac_2"))
    with delivered.container.store.begin() as unit, pytest.raises(ConflictError, match="more than 60 in one day"):
        commit_run(unit, late, sam.tier, small, delivered.container.clock())
    assert [r.rule for r in delivered.actions.examine(small.actions["refund"], REFUND, whose).refused] == ["limit"]
