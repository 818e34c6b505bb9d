"""Whether an action may be done for this customer now: identity, inputs, records, rules, limits, each fail closed."""

import os
import subprocess
import sys
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from typing import Any

import pytest

from connectors.sql.store import SqlStore
from core.actions.examine import MOST_KEPT, Standing, spec_digest
from core.model.action import ActionRun, RunState
from core.policy import PolicyError
from core.policy.actions import ActionInput, ActionSpec, Approver, InputKind, Limits
from tests.core import people
from tests.core.actions.shop import Asking, kept, policy


def test_what_is_allowed_shows_before_and_after_and_keeps_the_record(store: SqlStore) -> None:
    made = Asking(store).ask(amount="20")
    assert made.allowed
    assert made.call.changes == {"Paid back": ("0.00", "20.00")}
    assert (made.call.amount, made.call.currency, made.call.before["order"]["paid"]) == (2000, "GBP", 50.0)


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        ({"order": "A-2", "amount": "5"}, "own"),
        ({"amount": "50.01"}, "left"),
        ({"order": "A-9"}, "record"),
        ({"order": "../A-2"}, "input"),
        ({"amount": "-5"}, "input"),
        ({"colour": "red"}, "input"),
    ],
)
def test_what_stands_against_it_has_a_name(store: SqlStore, given: dict[str, Any], rule: str) -> None:
    assert Asking(store).refused(**given) == [rule]


def test_nothing_is_looked_at_before_it_is_proved_who_asks(store: SqlStore) -> None:
    asking = Asking(store)
    made = asking.ask(proved=False)
    assert [each.rule for each in made.refused] == ["identity"]
    assert "order" not in made.facts


def test_who_is_known_to_nobody_changes_nothing_of_anybody(store: SqlStore) -> None:
    asking = Asking(store, close={"identity": "known"})
    stranger = people.customer(identities=())
    assert asking.refused("close", proved=False) == []
    assert asking.refused("close", who=stranger, proved=False) == ["identity"]


@pytest.mark.parametrize("rest", ["a lot", 0, -5, 10.001, None, True, float("inf"), [5], "", 1e12])
def test_a_record_that_tells_nonsense_for_an_input_is_asked_about_and_not_believed(store: SqlStore, rest: Any) -> None:
    """A negative sum would make room in the day's limit, nought would be paid back as a refund."""
    asking = Asking(store)
    asking.shop.orders["A-1"]["rest"] = rest
    made = asking.ask()
    assert (made.allowed, made.missing, made.refused) == (False, ("amount",), ())


def test_a_sum_that_may_be_left_out_is_no_sum_without_a_word(store: SqlStore) -> None:
    asking = Asking(store, refund={"input": {"order": {"kind": "id"}, "amount": {"kind": "money", "optional": True}}})
    assert "record" in asking.refused()


def test_a_rule_over_a_field_that_is_gone_does_not_hold(store: SqlStore) -> None:
    asking = Asking(store)
    del asking.shop.orders["A-1"]["customer"]
    assert asking.refused(amount="5") == ["own"]


def test_a_record_that_is_too_long_to_keep_is_refused(store: SqlStore) -> None:
    asking = Asking(store)
    asking.shop.orders["A-1"]["notes"] = "x" * MOST_KEPT
    made = asking.ask(amount="5")
    assert [each.rule for each in made.refused] == ["record"]
    assert made.call.before == {}


@pytest.mark.parametrize(
    ("limits", "amount", "why"),
    [
        ({"most": 10}, "10.01", "more than 10 at once"),
        ({"per_day": 30}, "15.02", "more than 30 in one day"),
        ({"times": 1}, "1", "1 times today already, 1 are allowed"),
        ({"most": 10, "tiers": {"plus": {"most": 20}}}, "20", "more than 10 at once"),
    ],
)
def test_a_limit_says_which_it_is(store: SqlStore, limits: dict[str, Any], amount: str, why: str) -> None:
    asking = Asking(store, refund=limits)
    if "most" not in limits:
        kept(asking, amount="14.99")
    assert [each.why for each in asking.ask(amount=amount).refused] == [why]


def test_a_tier_has_limits_of_its_own_and_the_actions_where_it_says_nothing(store: SqlStore) -> None:
    asking = Asking(store, refund={"most": 10, "per_day": 30, "tiers": {"business": {"most": 40}}})
    business = people.customer(tier="business")
    assert asking.refused(amount="20", who=business) == []
    assert asking.refused(amount="40", who=business) == ["limit"]  # 40 is more than 30 in one day


def test_a_day_is_one_of_utc_and_what_was_not_done_counts_no_more(store: SqlStore) -> None:
    asking = Asking(store, refund={"times": 1})
    run = kept(asking, amount="5")
    assert asking.refused(amount="5") == ["limit"]
    for state, counts in ((RunState.UNCLEAR, True), (RunState.REFUSED, False), (RunState.EXPIRED, False)):
        with store.begin() as unit:
            unit.actions.save(replace(run, state=state))
        assert asking.refused(amount="5") == (["limit"] if counts else []), state
    with store.begin() as unit:
        unit.actions.save(run)
    asking.clock.forward(timedelta(hours=11, minutes=59))
    assert asking.refused(amount="5") == ["limit"]
    asking.clock.forward(timedelta(minutes=1))
    assert asking.refused(amount="5") == []


@pytest.mark.parametrize(("amount", "asked"), [("20", Approver.NOBODY), ("20.01", Approver.TWO), ("50", Approver.TWO)])
def test_a_small_sum_asks_nobody(store: SqlStore, amount: str, asked: Approver) -> None:
    made = Asking(store, refund={"approve": "two", "alone_up_to": 20}).ask(amount=amount)
    assert (made.approver, made.call.approvers) == (asked, 2 if asked is Approver.TWO else 0)


# ---------------------------------------------------------------- in the moment in which it is done


def standing(asking: Asking, run: ActionRun) -> Standing:
    return asking.actions.standing(asking.actions.policy.actions[run.call.action], run, people.customer())


def test_what_nobody_has_touched_stands_as_it_was_agreed_to(store: SqlStore) -> None:
    asking = Asking(store)
    assert standing(asking, kept(asking, amount="20")) == Standing()


@pytest.mark.parametrize(
    ("changes", "rules"),
    [
        ({"refunded": 5.0}, ["changed"]),
        ({"refunded": 20.0}, ["changed"]),  # as it would be after it
        ({"refunded": 40.0}, ["left", "changed"]),
        ({"customer": "user-olga"}, ["own"]),
        ({"refunded": "?"}, ["left", "record"]),
        ({"paid": 60.0}, []),
    ],
)
def test_what_is_not_as_it_was_shown_is_another_thing(
    store: SqlStore, changes: dict[str, Any], rules: list[str]
) -> None:
    asking = Asking(store)
    run = kept(asking, amount="20")
    asking.shop.orders["A-1"].update(changes)
    found = standing(asking, run)
    assert ([each.rule for each in found.refused], found.there) == (rules, False)


def test_a_state_is_there_whoever_brought_it_about(store: SqlStore) -> None:
    asking = Asking(store)
    made = asking.ask("close")
    run = replace(kept(asking, amount="5"), call=made.call)
    assert not standing(asking, run).there
    asking.shop.orders["A-1"]["status"] = "closed"
    assert standing(asking, run).there


def test_the_digest_covers_what_was_shown_and_how_the_action_is_declared(store: SqlStore) -> None:
    asking = Asking(store)
    first = asking.ask(amount="20").call.digest
    assert asking.ask(amount="20").call.digest == first
    others = {asking.ask(amount="21").call.digest}
    asking.shop.orders["A-1"]["refunded"] = 1.0
    others.add(asking.ask(amount="20").call.digest)
    asking.shop.orders["A-1"]["refunded"] = 0.0
    looser = Asking(store, refund={"most": 500})
    others.add(looser.ask(amount="20").call.digest)
    assert len(others - {first}) == 3


def test_what_was_agreed_to_in_one_process_is_known_again_in_another() -> None:
    """An action for several matters: the order of a set hangs on the process."""
    code = (
        "from core.actions.examine import spec_digest; from core.policy.actions import ActionSpec; "
        "print(spec_digest(ActionSpec(name='x', intents=frozenset('abcdefgh'))))"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(told) == 1


def test_a_sum_in_another_currency_than_the_limits_is_not_done(store: SqlStore) -> None:
    asking = Asking(store, refund={"limits_in": "EUR", "most": 100})
    made = asking.ask(amount="1.00")
    assert [(each.rule, each.why) for each in made.refused] == [
        ("limit", "its limits are in EUR, and this is in GBP"),
    ]
    assert not Asking(store, refund={"limits_in": "GBP", "most": 100}).ask(amount="1.00").refused


def test_limits_in_a_currency_need_a_record_that_tells_it() -> None:
    with pytest.raises(PolicyError, match="nothing tells in which currency it is"):
        policy(close={"limits_in": "EUR"})
    with pytest.raises(PolicyError, match="three capital letters"):
        policy(refund={"limits_in": "euros"})


@dataclass(frozen=True, slots=True, kw_only=True)
class LaterSpec(ActionSpec):
    """As a later version declares actions: with one more key."""

    later: str = ""


def test_a_key_of_a_later_version_ends_no_approval_and_a_changed_limit_does() -> None:
    spec = ActionSpec(name="refund", input={"amount": ActionInput(kind=InputKind.MONEY)}, limits=Limits(most=20))
    told = {each.name: getattr(spec, each.name) for each in fields(spec)}
    assert spec_digest(LaterSpec(**told)) == spec_digest(spec)
    assert spec_digest(LaterSpec(**told, later="x")) != spec_digest(spec)
    assert spec_digest(replace(spec, limits=Limits(most=21))) != spec_digest(spec)
    assert spec_digest(replace(spec, limits_in="GBP")) != spec_digest(spec)
    assert spec_digest(replace(spec, input={"amount": ActionInput(kind=InputKind.MONEY, optional=True)})) != (
        spec_digest(spec)
    )
