"""Actions that were agreed to, on each database: kept as they were shown, counted while others count, settled once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.measures import MEASURES
from connectors.sql.store import SqlStore
from core.errors import ConflictError
from core.execute.actions import commit_run, end_unapproved
from core.govern.action_approvals import settle_action
from core.model.action import ActionRun, RunState, Yes
from core.model.ids import ApprovalId
from core.model.outreach import Click, Verdict
from tests.core import people
from tests.core.actions.shop import Asking, kept
from tests.together import together

MANY = 20
PRIYA, MARIA = "priya@larkfield.example", "maria@larkfield.example"


def state_of(store: SqlStore, name: str = "ac_1") -> ActionRun:
    with store.read() as unit:
        found = unit.actions.get(ApprovalId(name))
    assert found is not None
    return found


def test_a_run_is_read_as_it_was_kept(store: SqlStore) -> None:
    run = kept(Asking(store), amount="20")
    assert state_of(store) == run
    assert state_of(store).call.digest == run.call.digest
    yes = Yes(email=PRIYA, name="Priya", at=people.NOW)
    with store.begin() as unit:
        assert not unit.actions.add(replace(run, state=RunState.DONE))
        unit.actions.save(replace(run, state=RunState.UNCLEAR, yes=(yes,), result={"id": 7}, settled_at=people.NOW))
        unit.actions.note_post(run.id, "C1", "1.0")
    found = state_of(store)
    assert (found.state, found.yes, found.result, found.slack_ts) == (RunState.UNCLEAR, (yes,), {"id": 7}, "1.0")


def test_how_runs_end_and_how_long_a_yes_took_is_counted_once(store: SqlStore) -> None:
    run = kept(Asking(store), amount="20")
    action = run.call.action
    yes = Yes(email=PRIYA, name="Priya", at=run.created_at + timedelta(minutes=5))
    done = replace(run, state=RunState.DONE, yes=(yes,))
    before = [counted("handrail_action_runs_ended_total", action=action, state="done"), *waited()]
    for state in (replace(run, state=RunState.AWAITING), replace(done, state=RunState.READY), done, done):
        with store.begin() as unit:
            unit.actions.save(state)
    after = [counted("handrail_action_runs_ended_total", action=action, state="done"), *waited()]
    assert [one - other for one, other in zip(after, before, strict=True)] == [1, 1, 300]


def counted(name: str, **labels: str) -> float:
    return MEASURES.get_sample_value(name, labels) or 0.0


def waited() -> list[float]:
    """Approvals of actions, and the seconds that they took together."""
    name, labels = "handrail_approval_wait_seconds", {"kind": "action", "verdict": "approved"}
    return [counted(f"{name}_{part}", **labels) for part in ("count", "sum")]


def test_what_it_is_about_is_not_to_be_read_in_the_file(store: SqlStore) -> None:
    asking = Asking(store)
    asking.shop.orders["A-1"]["note"] = "Emma's own words"
    kept(asking, amount="20")
    with store.read() as unit:
        (told,) = unit.connection.exec_driver_sql("SELECT run FROM action_runs").scalars()
        assert unit.actions.of_customer(people.customer().id)[0].call.before["order"]["note"] == "Emma's own words"
    assert "Emma" not in str(told)


def test_lists_are_newest_first_and_of_one_customer_conversation_or_state(store: SqlStore) -> None:
    asking = Asking(store)
    for number in range(3):
        kept(asking, f"ac_{number}", amount="1")
    with store.begin() as unit:
        unit.actions.save(replace(state_of(store, "ac_1"), state=RunState.DONE))
    with store.read() as unit:
        table, newest = unit.actions, ["ac_2", "ac_1", "ac_0"]
        assert [run.id for run in table.of_customer(people.customer().id)] == newest
        assert [run.id for run in table.of_conversation(state_of(store).conversation_id)] == newest
        assert [run.id for run in table.listed([RunState.DONE])] == ["ac_1"]
        assert [run.id for run in table.listed([])] == newest


@pytest.mark.parametrize(
    ("limits", "fit"), [({"times": 5}, 5), ({"per_day": 35}, 3)], ids=["so often a day", "so much a day"]
)
def test_of_twenty_at_once_no_more_than_fit_are_agreed_to(
    store: SqlStore, url: str, limits: dict[str, int], fit: int
) -> None:
    """Each was examined before any was kept: the store is where they are counted."""
    asking = Asking(store, refund=limits)
    run = kept(asking, "ac_model", amount="10")
    with store.begin() as unit:
        unit.actions.save(replace(run, state=RunState.REFUSED))
    policy, now = asking.actions.policy, asking.clock()

    def agree(number: int) -> str:
        mine = replace(run, id=ApprovalId(f"ac_{number}"))
        try:
            with store.begin() as unit:
                return "agreed" if commit_run(unit, mine, "standard", policy, now) else "nothing"
        except ConflictError:
            return "full"

    came = together(MANY, agree)
    assert (came.count("agreed"), came.count("full")) == (fit, MANY - fit)
    with store.read() as unit:
        assert len(unit.actions.listed([RunState.READY])) == fit
        assert unit.ledger.verify() is None


def waiting(store: SqlStore, approvers: int = 1) -> tuple[Asking, ActionRun]:
    asking = Asking(store, refund={"approve": "two" if approvers > 1 else "supervisor"})
    run = replace(kept(asking, amount="20"), state=RunState.AWAITING)
    with store.begin() as unit:
        unit.actions.save(run)
    return asking, run


def click(run: ActionRun, verdict: Verdict, who: str) -> Click:
    return Click(
        approval_id=run.id,
        verdict=verdict,
        digest=run.call.digest,
        user_id=who,
        user_name=who,
        channel="C1",
        ts="1.0",
        event_id=f"{who}:{verdict}",
    )


@pytest.mark.parametrize("round_", range(5))
def test_of_a_yes_and_a_no_at_the_same_moment_one_is_the_word(store: SqlStore, round_: int) -> None:
    asking, run = waiting(store)

    def says(number: int) -> tuple[str, int]:
        one = click(run, *((Verdict.APPROVE, PRIYA), (Verdict.REJECT, MARIA))[number % 2])
        with store.begin() as unit:
            settled, _ = settle_action(unit, one, one.user_id, asking.actions.policy, asking.clock())
            leaves = [each for each in settled.effects if each.kind == "action"]
            return settled.result, len(leaves)

    came = together(6, says)
    words = [word for word, _ in came if word != "settled_before"]
    assert len(words) == 1
    done = state_of(store).state
    assert (words, done) in ((["approved"], RunState.READY), (["rejected"], RunState.REJECTED))
    assert sum(leaves for _, leaves in came) == (done is RunState.READY)


def test_two_who_say_yes_at_the_same_moment_are_two(store: SqlStore) -> None:
    """Of two who read "nobody yet" none overwrites the other."""
    asking, run = waiting(store, approvers=2)

    def says(number: int) -> str:
        one = click(run, Verdict.APPROVE, (PRIYA, MARIA)[number])
        with store.begin() as unit:
            return settle_action(unit, one, one.user_id, asking.actions.policy, asking.clock())[0].result

    assert sorted(together(2, says)) == ["approved", "one_of_two"]
    assert {each.email for each in state_of(store).yes} == {PRIYA, MARIA}


@pytest.mark.parametrize("round_", range(3))
def test_a_yes_in_the_last_moment_and_the_end_of_its_time_are_one_of_both(store: SqlStore, round_: int) -> None:
    """Two machines whose clocks differ by a minute, on both sides of the hour."""
    asking, run = waiting(store)
    policy, late = asking.actions.policy, run.expires_at

    def act(number: int) -> str:
        with store.begin() as unit:
            if number % 2:
                for lapsed in unit.actions.lapsed(late):
                    end_unapproved(unit, lapsed, policy, late)
                return "swept"
            one = click(run, Verdict.APPROVE, PRIYA)
            return settle_action(unit, one, PRIYA, policy, late - timedelta(minutes=1))[0].result

    came = together(4, act)
    with store.read() as unit:
        told = len([r for r in unit.outbox.of_conversation(run.conversation_id) if r.effect.kind != "slack_update"])
    if state_of(store).state is RunState.READY:
        assert (came.count("approved"), told) == (1, 0)
    else:
        assert (state_of(store).state, came.count("approved")) == (RunState.EXPIRED, 0)
