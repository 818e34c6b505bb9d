"""Calls beside working workers, in a small sample: that the measuring works, not how fast it is."""

from pathlib import Path

import pytest

from benchmarks.voice import QUICK, voice
from tests.stack import warmed


@pytest.mark.timeout(300)
def test_a_few_calls_are_answered_while_the_workers_decide_about_what_is_said(tmp_path: Path) -> None:
    warmed(tmp_path / "demo")
    figures = {figure.name: figure for figure in voice(tmp_path, QUICK)}
    failed = [figure.value for name, figure in figures.items() if name.startswith("errors")]
    said = [figure.value for name, figure in figures.items() if name.startswith("said on calls")]
    assert failed == [0]
    assert sum(said) == QUICK.calls * QUICK.turns
