"""How well feelings are heard in your own labelled messages.

FILE is a CSV with the columns `text` and `label` (negative, neutral, positive), or a YAML file with a list of texts for
each label. `--emotions FILE` is a YAML file {emotion: {positive: [...], negative: [...]}}, `--languages FILE` one of
{texts: [{text, language}], unknown: [...]}; each may be given alone."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import click
import numpy as np
import yaml
from numpy.typing import NDArray
from rich.console import Console

from apps.evaluate.intents import calibration_error
from apps.evaluate.report import Score, as_json, as_table
from apps.evaluate.statistics import bootstrap, confusion_svg, counts
from apps.intents_file import read_labelled
from core.errors import ConfigurationError
from core.measure.statistics import Interval
from core.model.signals import Feeling, Scored
from core.ports import EmotionReader, LanguageReader

SYSTEM = "handrail"
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One message: the feeling it has, the one that was heard, and how sure."""

    wanted: str
    said: str
    confidence: float


def read_all(rows: Sequence[tuple[str, str]], read: Callable[[str], Scored]) -> tuple[list[Heard], float]:
    """(each message judged, median milliseconds a message)."""
    found, times = [], []
    for text, label in rows:
        start = time.perf_counter()
        scored = read(text)
        times.append(time.perf_counter() - start)
        found.append(Heard(wanted=label, said=str(scored.value), confidence=scored.confidence))
    return found, median(times) * 1000


def _spread(pairs: Sequence[tuple[str, str]]) -> Interval:
    """`macro_f1_of_labels` with its interval: the same sum over numbers, since it is done two thousand times."""
    labels = sorted({wanted for wanted, _ in pairs})
    names = [*labels, *sorted({said for _, said in pairs} - set(labels))]
    cells = np.array([len(names) * names.index(wanted) + names.index(said) for wanted, said in pairs])

    def figure(chosen: NDArray[np.int64]) -> float:
        table = np.bincount(cells[chosen], minlength=len(names) ** 2).reshape(len(names), len(names))
        f1 = 2 * np.diag(table) / np.maximum(table.sum(axis=0) + table.sum(axis=1), 1)
        return float(f1[: len(labels)].mean())

    return bootstrap(len(pairs), figure)


def figures(
    name: str, cases: Sequence[Heard], system: str = SYSTEM, *, part: str = "", aims: Mapping[str, float] | None = None
) -> list[Score]:
    """Macro-F1 with its interval, recall and precision of each feeling, calibration."""
    pairs = [(case.wanted, case.said) for case in cases]
    spread = _spread(pairs)
    found = [("macro F1", spread.value)]
    for label in sorted({wanted for wanted, _ in pairs}):
        told = counts([said == label for _, said in pairs], [wanted == label for wanted, _ in pairs])
        found += [(f"{label} recall", told.recall), (f"{label} precision", told.precision)]
    right = [wanted == said for wanted, said in pairs]
    found.append(("ECE", calibration_error([case.confidence for case in cases], right)))
    return [
        Score(
            set=name,
            figure=figure,
            system=system,
            value=value,
            cases=len(cases),
            interval=spread if figure == "macro F1" else None,
            aim=(aims or {}).get(figure),
            part=part,
        )
        for figure, value in found
    ]


def emotion_figures(name: str, cases: Mapping[str, Any], reader: EmotionReader) -> list[Score]:
    """Recall and false alarms of each emotion on its own positive and near-miss sentences."""
    found = []
    for emotion, parts in cases.items():
        shown, missed = (
            [any(e.value == emotion for e in reader.emotions(text)) for text in parts[key]]
            for key in ("positive", "negative")
        )
        told = counts([*shown, *missed], [*[True] * len(shown), *[False] * len(missed)])
        alarms = sum(missed) / len(missed) if missed else 0.0
        for figure, value in (("recall", told.recall), ("false alarms", alarms), ("F1", told.f1)):
            cases_of = len(shown) + len(missed)
            found.append(
                Score(set=name, figure=f"{emotion} {figure}", system=SYSTEM, value=value, cases=cases_of, part="")
            )
    return found


def language_figures(
    name: str, cases: Mapping[str, Any], reader: LanguageReader, aim: float | None = None
) -> list[Score]:
    """Share of texts whose language is right, and of the unknown that are not guessed at."""
    right = [reader.language(row["text"]).value == row["language"] for row in cases.get("texts", ())]
    kept = [reader.language(text).value == "unknown" for text in cases.get("unknown", ())]
    return [
        Score(set=name, figure=figure, system=SYSTEM, value=sum(hits) / len(hits), cases=len(hits), aim=wanted)
        for figure, hits, wanted in (("language right", right, aim), ("unknown left unknown", kept, aim))
        if hits
    ]


def labelled_rows(path: Path) -> list[tuple[str, str]]:
    """(text, feeling) of a CSV or YAML file. ConfigurationError names what cannot be used."""
    if path.suffix in (".yaml", ".yml"):
        rows = [(str(text), str(label)) for label, texts in mapping(path).items() for text in texts or ()]
    else:
        rows = [(row.text, row.label) for row in read_labelled(path)]
    known = {str(feeling) for feeling in Feeling}
    if wrong := sorted({label for _, label in rows} - known):
        raise ConfigurationError(f"{path.name}: {wrong[0]!r} is no feeling; wanted are {', '.join(sorted(known))}")
    if not rows:
        raise ConfigurationError(f"{path.name} has no rows")
    return rows


def mapping(path: Path) -> dict[str, Any]:
    """A YAML file that is a mapping; ConfigurationError otherwise."""
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ConfigurationError(f"{path.name} cannot be read as YAML: {error}") from error
    if not isinstance(found, dict):
        raise ConfigurationError(f"{path.name} is no mapping of names to lists")
    return found


@click.command(help=__doc__)
@click.argument("file", type=_FILE, required=False)
@click.option("--emotions", type=_FILE, help="A YAML file of sentences with and without each emotion.")
@click.option("--languages", type=_FILE, help="A YAML file of texts with their languages.")
@click.option("--json", "machine", is_flag=True, help="Print one JSON object instead of a table.")
@click.option(
    "--svg",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Draw into this file which feelings are taken for which.",
)
def command(file: Path | None, emotions: Path | None, languages: Path | None, machine: bool, svg: Path | None) -> None:
    found: list[Score] = []
    if file is not None:
        found += _sentiment(file, svg)
    if emotions is not None:
        found += _emotions(emotions)
    if languages is not None:
        from apps.bootstrap import classifiers

        found += language_figures(languages.name, mapping(languages), classifiers.make_language_reader())
    if not found:
        raise click.UsageError("name a FILE, --emotions FILE or --languages FILE")
    if machine:
        click.echo(as_json(found))
    else:
        Console().print(as_table(found))


def _sentiment(file: Path, svg: Path | None) -> list[Score]:

    rows = labelled_rows(file)
    from apps.bootstrap import classifiers

    model = classifiers.make_sentiment_reader()
    cases, each = read_all(rows, lambda text: model.sentiment(text)[0])
    if svg is not None:
        svg.write_text(confusion_svg([(case.wanted, case.said) for case in cases]), encoding="utf-8")
    timed = Score(set=file.name, figure="median ms a message", system=SYSTEM, value=each, cases=len(rows))
    return [*figures(file.name, cases), timed]


def _emotions(file: Path) -> list[Score]:
    from apps.bootstrap import classifiers

    cases = mapping(file)
    if wrong := sorted(set(cases) - set(classifiers.EMOTIONS)):
        raise ConfigurationError(
            f"{file.name}: {wrong[0]!r} is no emotion; wanted are {', '.join(classifiers.EMOTIONS)}"
        )
    return emotion_figures(file.name, cases, classifiers.make_emotion_reader())
