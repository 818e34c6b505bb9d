"""`handrail intents check A.csv --test B.csv`: how well intents are recognised, on your own labelled messages.

Both files have the columns `text` and `label`. With `--oos-label` the rows of that label are about none of your
intents: the model learns to refuse them, and a message of yours that it refuses counts as wrong.
"""

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import click
import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from apps.evaluate.report import Score, as_json, as_table
from apps.evaluate.statistics import confusion_svg, counts, difference, interval, macro_f1_of_labels
from apps.intents_file import Labelled, read_labelled
from core.measure.statistics import Interval

SURE_ENOUGH = 0.95
BINS = 15
TIMED = 100  # messages whose time is taken one by one


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One message: its own intent (None where it has none of ours), the likeliest one, how sure, and whether the
    message was refused as none of ours."""

    wanted: str | None
    likeliest: str
    confidence: float
    refused: bool = False

    @property
    def right(self) -> bool:
        return (self.wanted is None) if self.refused else self.likeliest == self.wanted


def figures(
    name: str,
    cases: Sequence[Judged],
    system: str = "handrail",
    *,
    part: str = "",
    aims: dict[str, float] | None = None,
) -> list[Score]:
    """Everything that can be said of these cases; the figures of refusal only where some should be refused."""
    inside = [case for case in cases if case.wanted is not None]
    if not inside:
        raise ValueError("no message has an intent")
    sure = [case.confidence for case in inside]
    best = [case.likeliest == case.wanted for case in inside]
    found: list[tuple[str, float, Interval | None]] = [
        ("accuracy", *_with_interval([float(case.right) for case in inside])),
        ("macro F1", macro_f1_of(inside), None),
        ("ECE", calibration_error(sure, best), None),
        (f"coverage at {SURE_ENOUGH:.0%} accuracy", coverage(sure, best), None),
    ]
    if len(inside) < len(cases):
        told = counts([case.refused for case in cases], [case.wanted is None for case in cases])
        found += [("out of scope recall", told.recall, None), ("out of scope precision", told.precision, None)]
    wanted = aims or {}
    return [
        Score(
            set=name,
            figure=figure,
            system=system,
            value=value,
            cases=len(cases),
            interval=spread,
            aim=wanted.get(figure),
            at_most=figure == "ECE",
            part=part,
        )
        for figure, value, spread in found
    ]


def gain(ours: Sequence[Judged], theirs: Sequence[Judged]) -> Interval:
    """By how much more often ours are right, on the same messages."""
    return difference([float(case.right) for case in ours], [float(case.right) for case in theirs])


def macro_f1_of(cases: Sequence[Judged]) -> float:
    """Of messages that have an intent; a refusal is a miss."""
    return macro_f1_of_labels([(case.wanted, None if case.refused else case.likeliest) for case in cases])


def coverage(confidences: Sequence[float], right: Sequence[bool], least: float = SURE_ENOUGH) -> float:
    """The largest share of messages, the surest first, of which this share is right."""
    order = np.argsort(-np.asarray(confidences), kind="stable")
    hits = np.asarray(right, dtype=float)[order]
    accuracies = np.cumsum(hits) / np.arange(1, len(hits) + 1)
    enough = np.flatnonzero(accuracies >= least)
    return float((enough[-1] + 1) / len(hits)) if len(enough) else 0.0


def calibration_error(confidences: Sequence[float], right: Sequence[bool]) -> float:
    """The expected calibration error over 15 bins of equal width (Guo and others 2017)."""
    sure, hits = np.asarray(confidences), np.asarray(right, dtype=float)
    bins: NDArray[np.int64] = np.minimum((sure * BINS).astype(np.int64), BINS - 1)
    gaps = [abs(sure[bins == b].mean() - hits[bins == b].mean()) * (bins == b).sum() for b in np.unique(bins)]
    return float(sum(gaps) / len(sure))


def _with_interval(values: Sequence[float]) -> tuple[float, Interval]:
    spread = interval(values)
    return spread.value, spread


@click.command(help=__doc__)
@click.option("--train", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--test", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--oos-label", default="", help="The label of messages that have none of the intents.")
@click.option("--json", "machine", is_flag=True, help="Print one JSON object instead of a table.")
@click.option("--svg", type=click.Path(dir_okay=False, path_type=Path), help="Draw which intents are taken for which.")
def command(train: Path, test: Path, oos_label: str, machine: bool, svg: Path | None) -> None:
    known, asked = read_labelled(train), read_labelled(test)
    judged, took, each = _measure(known, asked, oos_label)
    found = figures(test.name, judged, part=f"{len(asked):,} messages, fitted on {len(known):,}")
    found += [
        Score(set=test.name, figure="training s", system="handrail", value=took, cases=len(known)),
        Score(set=test.name, figure="median ms a message", system="handrail", value=each, cases=min(TIMED, len(asked))),
    ]
    if svg is not None:
        pairs = [(case.wanted or oos_label, oos_label if case.refused else case.likeliest) for case in judged]
        svg.write_text(confusion_svg(pairs), encoding="utf-8")
    if machine:
        click.echo(as_json(found))
    else:
        Console().print(as_table(found))


def _measure(known: Sequence[Labelled], asked: Sequence[Labelled], oos: str) -> tuple[list[Judged], float, float]:
    """(each message judged, seconds of training with all encoding, milliseconds a message)."""
    from apps.bootstrap.classifiers import make_intent_reader

    with tempfile.TemporaryDirectory() as folder:
        reader = make_intent_reader(known, oos, Path(folder))
        start = time.perf_counter()
        reader.warm()
        took = time.perf_counter() - start
        times, judged = [], []
        for row in asked:
            start = time.perf_counter()
            (guess,) = reader.guesses([row.text])
            times.append(time.perf_counter() - start)
            judged.append(
                Judged(
                    wanted=None if oos and row.label == oos else row.label,
                    likeliest=guess.intent,
                    confidence=guess.confidence,
                    refused=bool(oos) and not guess.in_scope,
                )
            )
    return judged, took, 1000 * median(times[:TIMED])
