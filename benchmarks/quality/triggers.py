"""Every trigger of docs/triggers.md on cases by authors who had not seen the detectors (tests/scenarios/triggers).

Their second half (the odd places of each list) was never looked at while the detectors were made: it is what is
reported. Nothing is fitted here, so DATA and HELDOUT play no part.
"""

import tempfile
from pathlib import Path

from apps.evaluate.report import Score
from apps.evaluate.triggers import DEMO, LARKFIELD, Watcher, cases_of, report_of
from benchmarks.quality.sources import Sources
from core.measure.statistics import Interval

CASES = Path(__file__).parents[2] / "tests/scenarios/triggers"
RECALL, ALARMS = 0.97, 0.03
_FIGURES = (("recall", RECALL, False), ("false_alarms", ALARMS, True))


def measure(sources: Sources) -> list[Score]:
    del sources
    with tempfile.TemporaryDirectory() as folder:
        watcher = Watcher.of(policy=DEMO, intents=LARKFIELD, cache=Path(folder))
        report = report_of([watcher.judged(case) for case in cases_of(CASES)])
    return [
        _score(name, figure, row["second_half"][figure], aim, at_most)
        for name, row in report.items()
        for figure, aim, at_most in _FIGURES
    ]


def _score(name: str, figure: str, found: dict[str, float], aim: float, at_most: bool) -> Score:
    return Score(
        set="triggers",
        figure=f"{name} {figure.replace('_', ' ')}",
        system="handrail",
        value=found["value"],
        cases=int(found["cases"]),
        interval=Interval(value=found["value"], low=found["low"], high=found["high"]),
        aim=aim,
        at_most=at_most,
        part="second half",
    )
