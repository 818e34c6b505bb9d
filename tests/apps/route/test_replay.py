from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from apps.route.figures import block_of, differences, measure
from apps.route.files import Arrival, Member
from apps.route.replay import Misreading, Ours, Replay, RoundRobin, Routes, StaticSkill, choose_misread, replay
from core.model.agent import Agent
from core.policy import Routing
from core.routing import HandleTimes, learn_handle_times

NINE = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
ROUTING = Routing(capacity=2)


def member(number: int, *skills: str, **changes: Any) -> Member:
    hours = {name: changes.pop(name) for name in ("opens", "closes") if name in changes}
    skilled = frozenset(skills or ("refund",))
    return Member(agent=Agent(id=str(number), name=f"Agent {number}", skills=skilled, **changes), **hours)


def arrival(number: int, minute: float = 0, **changes: Any) -> Arrival:
    at = NINE + timedelta(minutes=minute)
    return Arrival(**{"number": number, "at": at, "intent": "refund", "minutes": 10.0, **changes})


def run(
    arrivals: list[Arrival], members: list[Member], routes: Routes | None = None, world: HandleTimes | None = None
) -> Replay:
    routes = routes or RoundRobin(ROUTING)
    return replay(arrivals, members, routes, ROUTING, world or HandleTimes(), timedelta(minutes=5))


def waits(replay: Replay) -> list[float]:
    return [each.waited.total_seconds() / 60 for each in replay.served]


def test_one_agent_takes_one_after_the_other() -> None:
    replay = run([arrival(n) for n in range(3)], [member(1)])
    assert waits(replay) == [0, 10, 20]
    assert [each.queued for each in replay.served] == [False, False, True]
    assert sum(replay.busy["1"].values()) == 30


def test_a_flagged_one_goes_before_those_that_wait() -> None:
    arrivals = [arrival(0), arrival(1), arrival(2, 1, first=True)]
    assert waits(run(arrivals, [member(1, capacity=5)])) == [0, 20, 9]


def test_what_somebody_cannot_do_is_passed_on_and_costs_their_time() -> None:
    replay = run([arrival(0)], [member(1, "devices"), member(2, "refund")])
    (served,) = replay.served
    assert (served.agent_id, served.transfers, served.waited) == ("2", 1, timedelta(minutes=5))
    assert (sum(replay.busy["1"].values()), sum(replay.busy["2"].values())) == (5, 10)


def test_a_language_that_is_not_spoken_is_passed_on_too() -> None:
    members = [member(1, languages=frozenset({"en"})), member(2, languages=frozenset({"de"}))]
    (served,) = run([arrival(0, language="de")], members).served
    assert (served.agent_id, served.transfers) == ("2", 1)


def test_where_nobody_has_the_skill_whoever_has_it_does_it() -> None:
    (served,) = run([arrival(0)], [member(1, "devices")]).served
    assert (served.agent_id, served.transfers) == ("1", 0)


def test_nobody_is_given_anything_before_they_come_to_work() -> None:
    (served,) = run([arrival(0)], [member(1, opens=time(10), closes=time(12))]).served
    assert served.waited == timedelta(hours=1)


def test_what_comes_after_hours_waits_for_the_morning() -> None:
    (served,) = run([arrival(0, 5 * 60)], [member(1, opens=time(10), closes=time(12))]).served
    assert served.waited == timedelta(hours=20)


def test_another_team_is_not_asked() -> None:
    members = [member(1, groups=frozenset({"Care"})), member(2, groups=frozenset({"Night"}))]
    replay = run([arrival(n, group="Night") for n in range(3)], members)
    assert {each.agent_id for each in replay.served} == {"2"}


@pytest.mark.parametrize("kind", ["ours", "round robin", "static skill"])
def test_every_arrival_is_served_once_and_nobody_holds_more_than_they_may(kind: str) -> None:
    arrivals = [arrival(n, n * 1.5, intent=("refund", "devices")[n % 2], customer=f"c{n % 7}") for n in range(120)]
    members = [member(1, "refund"), member(2, "devices"), member(3, "refund", "devices", capacity=1)]
    routes: dict[str, Routes] = {
        "ours": Watched(Ours(ROUTING, arrivals)),
        "round robin": Watched(RoundRobin(ROUTING)),
        "static skill": Watched(StaticSkill(ROUTING)),
    }
    replay = run(arrivals, members, routes[kind])
    assert [each.arrival.number for each in replay.served] == list(range(120))


class Watched:
    """Lets a routing choose, and looks that the chosen one has room."""

    def __init__(self, inner: Routes) -> None:
        self.inner, self.name = inner, inner.name

    def pick(self, arrival: Arrival, team: Any, now: datetime) -> Agent | None:
        chosen = self.inner.pick(arrival, team, now)
        if chosen is not None:
            assert chosen.open < (chosen.capacity or ROUTING.capacity)
        return chosen

    def note_end(self, arrival: Arrival, agent: Agent, now: datetime) -> None:
        self.inner.note_end(arrival, agent, now)


def test_ours_knows_nothing_of_what_is_still_to_come() -> None:
    """The same beginning gives the same choices, however the history goes on."""
    past = [arrival(n, n * 12, agent=str(1 + n % 2), minutes=4 + 8 * (n % 2)) for n in range(120)]
    other = [arrival(n, n * 12, agent=str(2 - n % 2), minutes=9) for n in range(120, 200)]
    members = [member(1), member(2)]
    short = run(past, members, Ours(ROUTING, past))
    long = run([*past, *other], members, Ours(ROUTING, [*past, *other]))
    assert [s.agent_id for s in short.served] == [s.agent_id for s in long.served[:120]]


def test_ours_learns_who_is_quick_from_what_was_over() -> None:
    past = [arrival(n, n * 15, agent=str(1 + n % 2), minutes=(12.0, 4.0)[n % 2]) for n in range(300)]
    world = learn_handle_times(each.handled for each in past)
    late = run(past, [member(1), member(2)], Ours(ROUTING, past), world).served[150:]
    assert sum(each.agent_id == "2" for each in late) > 0.9 * len(late)


def test_a_quicker_agent_needs_less_time_for_the_same_matter() -> None:
    past = [arrival(n, n * 15, agent=str(1 + n % 2), minutes=(12.0, 4.0)[n % 2]) for n in range(400)]
    world = learn_handle_times(each.handled for each in past)
    quick = run([arrival(0, agent="1", minutes=12.0)], [member(2)], world=world)
    assert sum(quick.busy["2"].values()) == pytest.approx(4, rel=0.2)


def test_who_comes_back_is_counted_as_such() -> None:
    arrivals = [arrival(0, customer="c"), arrival(1, 30, customer="c"), arrival(2, 60, customer="c")]
    replay = run(arrivals, [member(1), member(2)], RoundRobin(ROUTING))
    assert [each.again for each in replay.served] == [None, False, True]


def test_who_comes_at_night_comes_to_nobody_and_not_to_a_full_team() -> None:
    members = [member(1, opens=time(8), closes=time(17), capacity=1)]
    (first, full, night) = run([arrival(0), arrival(1, 1), arrival(2, 12 * 60)], members).served
    assert [(each.queued, each.unstaffed) for each in (first, full, night)] == [
        (False, False),
        (True, False),
        (False, True),
    ]


def test_half_of_what_is_misread_is_hidden_and_half_taken_for_another() -> None:
    arrivals = [arrival(n, intent=("refund", "devices", "fraud")[n % 3]) for n in range(60)]
    read = choose_misread(arrivals, 0.5, seed=3)
    assert (len(read), sum(intent == "" for intent in read.values())) == (30, 15)
    assert all(arrivals[number].intent != intent for number, intent in read.items())
    assert choose_misread(arrivals, 0.0, seed=3) == {}
    assert set(choose_misread([arrival(0), arrival(1)], 1.0, seed=3).values()) == {""}


def test_whoever_passes_on_what_was_misread_says_what_it_is() -> None:
    routes = Misreading(StaticSkill(ROUTING), {0: "devices"})
    (served,) = run([arrival(0)], [member(1, "devices"), member(2, "refund")], routes).served
    assert (served.agent_id, served.transfers) == ("2", 1)


# ---------------------------------------------------------------- figures


def test_a_routing_compared_with_itself_differs_by_nothing() -> None:
    arrivals = [arrival(n, n * 7, customer=f"c{n % 5}") for n in range(90)]
    replay = run(arrivals, [member(1), member(2)])
    columns = measure(replay, block_of(replay))
    for interval in differences(columns, columns, seed=1).values():
        assert (interval.value, interval.low, interval.high) == (0, 0, 0)


def test_one_block_has_a_difference_and_no_interval() -> None:
    replay = run([arrival(0), arrival(1)], [member(1)])
    columns = measure(replay, timedelta(hours=1))
    assert differences(columns, columns, seed=1)["wait_median"].low is None


def test_blocks_in_which_nobody_began_anything_have_no_spread() -> None:
    replay = run([arrival(0, 5 * 60), arrival(1, 29 * 60)], [member(1, opens=time(10), closes=time(12))])
    columns = measure(replay, timedelta(hours=1))
    drawn = differences(columns, columns, seed=1)["load_spread"]
    assert (drawn.value, drawn.low, drawn.high) == (0, 0, 0)


def test_the_spread_is_the_deviation_of_the_busy_shares() -> None:
    replay = run([arrival(0, minutes=30.0)], [member(1), member(2)])
    figures = measure(replay, timedelta(hours=1)).whole()
    assert figures["load_mean"] == pytest.approx(0.25)
    assert figures["load_spread"] == pytest.approx(0.25)
