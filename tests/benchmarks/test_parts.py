"""The benchmarks at their smallest size: that each measures and loses nothing, not how fast anything is."""

import importlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from apps.demo.launch import Demo
from benchmarks import conversations, outreach_send, parts, sidebar, voice
from benchmarks.figures import Figure, percentile
from benchmarks.stack import LARGER_PLAN, start_stack
from tests.stack import warmed

ROOT = Path(__file__).parents[2]
BROKEN = "tests.benchmarks.broken_part"
STACK = ROOT / "var" / "test-benchmarks"
ON_STACK = ("sidebar", "voice", "conversations", "outreach_send")
IN_BROWSER = ("sidebar_render",)
OF_ITS_OWN = ("year_through_vendors",)  # has tests beside this file
# What counts failures is none at any size.
FAILURES = ("errors", "accepted but not", "decisions that no page showed")


@pytest.mark.timeout(300)  # some encode all articles with nothing in their caches
@pytest.mark.parametrize("name", [name for name in parts.PARTS if name not in (*ON_STACK, *IN_BROWSER, *OF_ITS_OWN)])
def test_each_part_measures_at_its_smallest_size(name: str, tmp_path: Path) -> None:
    part: Any = importlib.import_module(f"benchmarks.{name}")
    warmed(tmp_path)
    figures = part.measure(tmp_path, part.QUICK)
    failures = {figure.name: figure.value for figure in figures if figure.name.startswith(FAILURES)}
    assert figures
    assert not any(failures.values()), failures
    assert all(figure.value > 0 for figure in figures if figure.promise and figure.name not in failures)


@pytest.fixture(scope="module")
def stack() -> Iterator[Demo]:
    """One start for all parts that measure a running demo; caches are kept between runs, state is not."""
    warmed(STACK / "demo")
    with start_stack(STACK, rate=outreach_send.QUICK.rate, sandbox_more=LARGER_PLAN) as running:
        yield running


def by_name(figures: list[Figure]) -> dict[str, float]:
    return {figure.name: figure.value for figure in figures}


def test_every_email_gets_its_decision(stack: Demo) -> None:
    figures = by_name(sidebar.measure_on(stack, sidebar.QUICK))
    assert figures["events"] == sidebar.QUICK.rate * sidebar.QUICK.seconds
    assert figures["events without a decision"] == 0
    assert figures["slowest"] > 0


def test_a_few_calls_are_answered_while_the_workers_decide_about_what_is_said(stack: Demo) -> None:
    figures = by_name(voice.measure_on(stack, voice.QUICK))
    assert [value for name, value in figures.items() if name.startswith("errors")] == [0]
    said = [value for name, value in figures.items() if name.startswith("said on calls")]
    assert sum(said) == voice.QUICK.calls * voice.QUICK.turns


def test_of_a_few_conversations_none_is_lost_doubled_or_out_of_order(stack: Demo) -> None:
    figures = conversations.measure_on(stack, conversations.QUICK)
    values, kept = by_name(figures), {figure.name: figure.kept for figure in figures}
    amiss = [values[name] for name in ("answers lost", "answers doubled", "conversations answered out of order")]
    assert amiss == [0, 0, 0], str(values)  # whole: pytest cuts what is no text
    # Who is handed to a person writes no more.
    most, handed = conversations.QUICK.conversations * conversations.QUICK.turns, values["customers handed to a person"]
    assert most - handed * (conversations.QUICK.turns - 1) <= values["turns"] <= most, values
    assert kept["texts accepted"], values


def test_each_recipient_of_a_campaign_gets_one_message(stack: Demo) -> None:
    figures = by_name(outreach_send.measure_on(stack, outreach_send.QUICK, "SQLite"))
    assert figures["recipients, SQLite"] == outreach_send.QUICK.people
    assert figures["recipients with two messages, SQLite"] == 0
    assert figures["Slack not answered, SQLite"] == 0


def test_a_part_that_breaks_off_costs_its_own_figures_and_no_others(capfd: pytest.CaptureFixture[str]) -> None:
    broken, whole = parts.measure_apart([BROKEN, "benchmarks.decisions"], "quick")
    assert (broken.part, broken.figures) == ("broken_part", None)
    assert "no column for 1 people" in capfd.readouterr().err
    assert whole.figures
    assert whole.figures[0].value > 0


def bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "benchmarks", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100, check=False)


def test_the_record_keeps_what_was_not_measured_anew(tmp_path: Path) -> None:
    out = tmp_path / "figures.json"
    out.write_text(json.dumps({"voice": {"date": "2026-01-01", "figures": []}}))
    ran = bench("--quick", "--only", "decisions", "--set", "seconds=0.1", "--date", "2026-11-22", "--out", str(out))
    assert ran.returncode == 0, ran.stdout + ran.stderr
    record = json.loads(out.read_text())
    assert record["voice"] == {"date": "2026-01-01", "figures": []}
    assert (record["decisions"]["date"], record["decisions"]["size"]) == ("2026-11-22", "quick")
    assert record["decisions"]["figures"][0]["value"] > 0


def test_a_part_that_breaks_off_is_named_and_the_command_fails(tmp_path: Path) -> None:
    out = tmp_path / "figures.json"
    ran = bench("--quick", "--only", "decisions", "--set", "clicks=3", "--out", str(out))
    assert ran.returncode == 1
    assert "clicks is no number of this part's size: seconds, times" in ran.stderr
    assert "decisions broke off" in ran.stdout
    assert not out.exists()


@pytest.mark.parametrize(("percent", "value"), [(0, 1), (50, 2), (51, 3), (75, 3), (99, 4), (100, 4)])
def test_a_percentile_is_one_of_the_values(percent: float, value: float) -> None:
    assert percentile([3, 1, 4, 2], percent) == value


def test_nothing_has_no_percentile() -> None:
    with pytest.raises(ValueError, match="nothing"):
        percentile([], 50)


def test_a_promise_says_whether_it_is_kept() -> None:
    assert Figure(group="g", name="n", value=49.9, most=50).kept
    assert Figure(group="g", name="n", value=50, most=50).kept is False
    assert Figure(group="g", name="n", value=0.6, least=0.6).kept
    assert Figure(group="g", name="n", value=1).kept is None
