"""`handrail intents check FILE`: what is wrong with the examples, or how well others are read after them."""

import json
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from apps.cache import cache_option
from apps.extras import require_extra
from apps.intents_file import FEWEST, Intents, Labelled, intents_in
from core.model.signals import OUT_OF_SCOPE

PAIRS = 10  # confused pairs that are listed
OVERLAP = 0.1  # share of an intent's examples that are taken for one other from which on they overlap


@dataclass(frozen=True, slots=True, kw_only=True)
class Confused:
    """`count` of the `examples` of one intent are taken for another by a model of all the other examples."""

    intent: str
    other: str
    count: int
    examples: int
    text: str

    @property
    def overlap(self) -> bool:
        return self.count >= max(2, OVERLAP * self.examples)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """`thin`: intents with too few examples; `twice`: texts under two labels."""

    thin: dict[str, int]
    twice: dict[str, list[str]]
    confused: tuple[Confused, ...]
    accuracy: float | None

    @property
    def sound(self) -> bool:
        return not self.thin and not self.twice


def check_examples(intents: Intents, judged: Callable[[Sequence[Labelled]], Sequence[str]]) -> Checked:
    """`judged` gives for each example the intent that a model of all the others reads in it."""
    rows = [Labelled(text=text, label=name) for name, texts in intents.examples.items() for text in texts]
    rows += [Labelled(text=text, label=OUT_OF_SCOPE) for text in intents.out_of_scope]
    labels: dict[str, list[str]] = {}
    for row in rows:
        known = labels.setdefault(" ".join(row.text.casefold().split()), [])
        known += [row.label] if row.label not in known else []
    several = len({row.label for row in rows}) > 1
    said = list(judged(rows)) if several else [row.label for row in rows]
    right = sum(row.label == found for row, found in zip(rows, said, strict=True))
    return Checked(
        thin={name: len(intents.examples[name]) for name in intents.thin},
        twice={text: names for text, names in labels.items() if len(names) > 1},
        confused=tuple(_most_confused(rows, said)),
        accuracy=right / len(rows) if several else None,
    )


def _most_confused(rows: Sequence[Labelled], said: Sequence[str]) -> list[Confused]:
    sizes = Counter(row.label for row in rows)
    pairs: dict[tuple[str, str], list[str]] = {}
    for row, found in zip(rows, said, strict=True):
        if row.label != found:
            pairs.setdefault((row.label, found), []).append(row.text)
    worst = sorted(pairs, key=lambda pair: (-len(pairs[pair]), pair))[:PAIRS]
    return [
        Confused(intent=a, other=b, count=len(pairs[a, b]), examples=sizes[a], text=pairs[a, b][0]) for a, b in worst
    ]


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--test",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Messages that the model has not learned from, with their intents.",
)
@click.option(
    "--oos-label", default="", metavar="LABEL", help="With --test: the label of messages that have none of the intents."
)
@click.option(
    "--svg",
    type=click.Path(dir_okay=False, path_type=Path),
    help="With --test: draw into this file which intents are taken for which.",
)
@click.option("--json", "machine", is_flag=True, help="Print one JSON object instead.")
@cache_option
@click.pass_context
def check(
    context: click.Context, file: Path, test: Path | None, oos_label: str, svg: Path | None, machine: bool, cache: Path
) -> None:
    """Look for too few examples, the same words under two intents, and intents that overlap. Ends with 1 where there
    is something that must be mended.

    With --test, measure instead how the messages of that file are read after learning from FILE. Both are then CSV
    files with the columns `text` and `label`."""
    if test is not None:
        require_extra("eval")
        from apps.evaluate.intents import command

        context.invoke(command, train=file, test=test, oos_label=oos_label, machine=machine, svg=svg)
        return

    from apps.bootstrap.classifiers import cross_label

    cache.mkdir(parents=True, exist_ok=True)
    found = check_examples(intents_in(str(file)), lambda rows: cross_label(rows, cache))
    click.echo(_as_json(found) if machine else "\n".join(_as_lines(found)))
    sys.exit(0 if found.sound else 1)


def _as_json(found: Checked) -> str:
    pairs = [
        {"intent": c.intent, "other": c.other, "count": c.count, "examples": c.examples, "overlap": c.overlap}
        for c in found.confused
    ]
    row = {"sound": found.sound, "too_few": found.thin, "two_labels": found.twice, "confused": pairs}
    return json.dumps({**row, "accuracy": found.accuracy}, indent=2, ensure_ascii=False)


def _as_lines(found: Checked) -> list[str]:
    lines = [f"too few examples: {name} has {n}, needed are {FEWEST}" for name, n in found.thin.items()]
    lines += [f"under two labels ({', '.join(names)}): {text}" for text, names in found.twice.items()]
    lines += [
        f"{'overlap' if c.overlap else 'confused'}: {c.count} of {c.examples} examples of {c.intent} are taken for "
        f"{c.other}, for example: {c.text}"
        for c in found.confused
    ]
    if found.accuracy is not None:
        lines.append(f"{found.accuracy:.1%} of the examples are recognised by a model that was not shown them")
    return lines
