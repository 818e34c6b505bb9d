from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from core.measure.pilot.figures import Figures
from core.measure.pilot.verdict import LEAST_TIME, THRESHOLDS, Phase, State, Threshold, Verdict, Word, verdict
from core.measure.statistics import Share

WEEK = timedelta(days=8)


def share(percent: int, cases: int = 200) -> Share:
    return Share(hits=cases * percent // 100, cases=cases)


GOOD = Figures(
    turns=200,
    conversations=200,
    drafted=share(95),
    adopted=share(85),
    used=share(50),
    edited=share(35),
    ignored=share(15),
    words=4,
    alone=share(70),
    nearly=share(92),
    blocked=share(3),
    warned=share(10),
    clear=share(90),
    escalated=share(5),
    reopened=share(5),
    answered=0,
    helped=share(92),
    recorded=share(100),
    unrecorded={},
    earlier=share(85, 100),
    later=share(85, 100),
)


def said(phase: Phase = Phase.SHADOW, running: timedelta = WEEK, broken: bool = False, **changes: Any) -> Verdict:
    return verdict(replace(GOOD, **changes), phase, running, chain_broken=broken)


@pytest.mark.parametrize("phase", list(Phase))
def test_good_figures_over_a_week_say_expand(phase: Phase) -> None:
    found = said(phase)
    assert (found.word, len(found.reasons)) == (Word.EXPAND, 1)
    assert {line.state for line in found.lines} == {State.GOOD}


def test_six_days_are_not_enough() -> None:
    found = said(running=LEAST_TIME - timedelta(seconds=1))
    assert (found.word, found.reasons) == (Word.GO_ON, ("it has run for 6 of 7 days",))


@pytest.mark.parametrize(
    ("figure", "value"),
    [
        ("adopted", share(20)),
        ("nearly", share(30)),
        ("blocked", share(60)),
        ("clear", share(20)),
        ("escalated", share(70)),
        ("reopened", share(70)),
        ("recorded", share(40)),
    ],
)
def test_one_figure_that_is_surely_bad_says_stop_and_names_it(figure: str, value: Share) -> None:
    found = said(**{figure: value})
    named = next(each.says for each in THRESHOLDS[Phase.SHADOW] if each.figure == figure)
    assert found.word is Word.STOP
    assert [reason for reason in found.reasons if reason.startswith(named)]


def test_answers_that_do_not_help_stop_a_live_pilot() -> None:
    assert said(Phase.LIVE, helped=share(40)).word is Word.STOP


def test_a_ledger_that_was_changed_says_stop_whatever_else_is_good() -> None:
    found = said(broken=True)
    assert found.word is Word.STOP
    assert "chain is broken" in found.reasons[0]


def test_too_few_cases_say_go_on_and_how_many_are_missing() -> None:
    found = said(adopted=share(100, 20))
    assert found.word is Word.GO_ON
    assert found.reasons == ("drafts used or edited: 20 cases so far, 10 more are needed to judge",)


def test_a_bad_start_of_a_few_cases_does_not_stop_it() -> None:
    assert said(adopted=Share(hits=0, cases=10)).word is Word.GO_ON


def test_a_value_on_the_right_side_is_not_enough_while_its_interval_is_not() -> None:
    found = said(adopted=share(65, 40))
    assert found.word is Word.GO_ON
    assert "not surely at least 60% yet" in found.reasons[0]


def test_handoffs_that_never_came_hold_nothing_up_but_are_told() -> None:
    found = said(clear=Share(hits=0, cases=0))
    assert found.word is Word.EXPAND
    assert "too few cases to judge: handoffs that are clear" in found.reasons[0]


def test_what_gets_worse_is_not_steady() -> None:
    found = said(earlier=share(98, 100), later=share(72, 100))
    assert found.word is Word.GO_ON
    assert "not steady" in found.reasons[0]


def test_the_three_scores_run_to_a_hundred() -> None:
    assert said().scores == {"draft quality": 85, "handoff clarity": 90, "audit compliance": 100}
    assert said(Phase.LIVE).scores["draft quality"] == 92
    assert said(clear=Share(hits=0, cases=0)).scores["handoff clarity"] is None


@pytest.mark.parametrize("threshold", [each for phase in Phase for each in THRESHOLDS[phase]], ids=lambda t: t.figure)
def test_each_threshold_is_of_a_figure_and_leaves_room_between_good_and_bad(threshold: Threshold) -> None:
    assert isinstance(getattr(GOOD, threshold.figure), Share)
    assert (threshold.good > threshold.bad) is threshold.upward
