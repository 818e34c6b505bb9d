"""Who says yes to an action: people whom the policy names, by the card's buttons, to exactly what it shows."""

from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.sql.store import SqlStore
from core.govern.action_approvals import effect_of, settle_action
from core.govern.approvers import Settled
from core.model.action import ActionRun, RunState
from core.model.effect_payloads import ActionPayload
from core.model.outreach import Click, Verdict
from tests.core.actions.shop import Asking, kept

PRIYA, MARIA = "priya@larkfield.example", "maria@larkfield.example"


class Card:
    """A run that waits for `approve`, and people who click."""

    def __init__(self, store: SqlStore, approve: str = "supervisor") -> None:
        self.asking = Asking(store, refund={"approve": approve})
        made = kept(self.asking, amount="20")
        self.run = replace(made, state=RunState.AWAITING)
        with store.begin() as unit:
            unit.actions.save(self.run)

    def click(
        self, who: str | None = PRIYA, verdict: Verdict = Verdict.APPROVE, digest: str = "", name: str = "Priya"
    ) -> Settled:
        one = Click(
            approval_id=self.run.id,
            verdict=verdict,
            digest=digest or self.run.call.digest,
            user_id="U1",
            user_name=name,
            channel="C1",
            ts="1.0",
            reason="not today" if verdict is Verdict.REJECT else "",
            event_id=f"ev_{who}_{verdict}",
        )
        with self.asking.store.begin() as unit:
            settled, _ = settle_action(unit, one, who, self.asking.actions.policy, self.asking.clock())
        return settled

    @property
    def now(self) -> ActionRun:
        with self.asking.store.read() as unit:
            found = unit.actions.get(self.run.id)
        assert found is not None
        return found


def leaves(settled: Settled) -> list[ActionPayload]:
    return [each.payload for each in settled.effects if isinstance(each.payload, ActionPayload)]


def test_a_supervisors_yes_lets_it_leave_once_with_what_it_covers(store: SqlStore) -> None:
    card = Card(store)
    (left,) = leaves(card.click())
    assert (left.run, left.digest) == (card.run.id, card.run.call.digest)
    assert (card.now.state, [each.email for each in card.now.yes]) == (RunState.READY, [PRIYA])
    again = card.click(MARIA)
    assert (again.result, leaves(again)) == ("settled_before", [])


@pytest.mark.parametrize("who", [None, "", "olga@larkfield.example", "priya@larkfield.example.evil.example"])
def test_whom_the_policy_does_not_name_changes_nothing_and_is_told_so(store: SqlStore, who: str | None) -> None:
    card = Card(store)
    denied = card.click(who)
    assert (denied.result, leaves(denied), card.now) == ("not_allowed", [], card.run)
    assert [each.payload.ephemeral_to for each in denied.effects] == ["U1"]  # type: ignore[union-attr]


def test_two_are_two_different_people(store: SqlStore) -> None:
    card = Card(store, "two")
    assert card.click().result == "one_of_two"
    same = card.click(PRIYA.upper())
    assert (same.result, leaves(same), card.now.state) == ("one_of_two", [], RunState.AWAITING)
    assert leaves(card.click(MARIA, name="Maria"))
    assert {each.name for each in card.now.yes} == {"Priya", "Maria"}


def test_the_no_of_one_ends_what_another_said_yes_to(store: SqlStore) -> None:
    card = Card(store, "two")
    card.click()
    assert card.click(MARIA, Verdict.REJECT).result == "rejected"
    assert (card.now.state, card.now.error) == (RunState.REJECTED, "not today")
    assert card.click().result == "settled_before"


@pytest.mark.parametrize("state", [each for each in RunState if each is not RunState.AWAITING])
def test_what_is_settled_is_settled_by_no_click(store: SqlStore, state: RunState) -> None:
    card = Card(store)
    settled = replace(card.run, state=state)
    with store.begin() as unit:
        unit.actions.save(settled)
    for verdict in (Verdict.APPROVE, Verdict.REJECT):
        clicked = card.click(verdict=verdict)
        assert (clicked.result, leaves(clicked), card.now.state) == ("settled_before", [], state)


def test_what_has_lapsed_is_no_yes_even_before_the_sweep_has_seen_it(store: SqlStore) -> None:
    card = Card(store)
    card.asking.clock.forward(timedelta(hours=2))
    lapsed = card.click()
    assert (lapsed.result, leaves(lapsed), card.now.state) == ("expired", [], RunState.AWAITING)


@pytest.mark.parametrize("verdict", [Verdict.APPROVE, Verdict.REJECT])
def test_a_card_that_shows_something_else_is_no_word_on_this(store: SqlStore, verdict: Verdict) -> None:
    card = Card(store)
    other = card.click(verdict=verdict, digest="another")
    assert (other.result, leaves(other), card.now.state) == ("digest_differs", [], RunState.AWAITING)


def test_a_button_that_no_card_of_an_action_has_does_nothing(store: SqlStore) -> None:
    card = Card(store)
    others = [each for each in Verdict if each not in (Verdict.APPROVE, Verdict.REJECT)]
    assert {card.click(verdict=each).result for each in others} == {"no_such_button"}
    assert card.now == card.run


def test_each_word_is_on_the_ledger_with_who_and_what(store: SqlStore) -> None:
    card = Card(store)
    card.click("olga@larkfield.example")
    card.click()
    with store.read() as unit:
        told = [(each.kind, each.facts) for each in unit.ledger.records(0, 10)]
        assert unit.ledger.verify() is None
    kinds = [kind for kind, _ in told]
    assert kinds == ["approval_denied", "approval"]
    assert card.run.call.digest in str(told[1][1])


def test_it_leaves_under_the_word_of_whoever_asked(store: SqlStore) -> None:
    card = Card(store)
    assert effect_of(card.run).authority.rule == "action"
    assert effect_of(replace(card.run, asked_by="Maria Lopez")).authority.rule == "agent_action"
    assert effect_of(card.run).id == effect_of(replace(card.run, state=RunState.READY)).id, "one run leaves once"


def test_whoever_asked_for_it_says_no_yes_to_it(store: SqlStore) -> None:
    card = Card(store)
    with store.begin() as unit:
        unit.actions.save(replace(card.run, asked_by="Priya@larkfield.example"))
    own = card.click()
    assert (own.result, leaves(own), card.now.state, card.now.yes) == ("own_request", [], RunState.AWAITING, ())
    assert card.click(MARIA, name="Maria").result == "approved"


def test_whoever_asked_for_it_may_take_it_back(store: SqlStore) -> None:
    card = Card(store, approve="two")
    with store.begin() as unit:
        unit.actions.save(replace(card.run, asked_by=PRIYA))
    assert card.click(verdict=Verdict.REJECT).result == "rejected"
