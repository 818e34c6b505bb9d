import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.figures import Figure, percentile

ROOT = Path(__file__).parents[2]
COUNTS_OF_FAILURES = ("errors", "accepted but not")


@pytest.mark.timeout(110)
def test_a_quick_run_measures_and_loses_nothing(tmp_path: Path) -> None:
    out = tmp_path / "results.json"
    command = [sys.executable, "-m", "benchmarks", "--quick", "--out", str(out)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    figures = {row["name"]: row["value"] for row in json.loads(out.read_text())["figures"]}
    failures = {name: value for name, value in figures.items() if name.startswith(COUNTS_OF_FAILURES)}
    measured = {name: value for name, value in figures.items() if name not in failures}
    assert len(failures) == 4
    assert not any(failures.values()), failures
    assert {"handrail --help", "web process ready", "Handrail : minimal"} <= measured.keys()
    assert all(value > 0 for value in measured.values()), measured


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
