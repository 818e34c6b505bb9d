"""`handrail eval pii FILE`: how much personal data is found in an admin's own labelled texts."""

import re
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np
from rich.console import Console

from apps.evaluate.labelled import read_labelled
from apps.evaluate.report import Score, as_json, as_table
from apps.evaluate.statistics import bootstrap
from core.errors import ConfigurationError
from core.measure.statistics import Interval
from core.privacy.find import find
from core.privacy.personal import Kind

SYSTEM = "handrail"
RECALL = "structured recall"
PRECISION = "structured precision"

# What labels of others mean here; a label that is none of these counts as unstructured (a name, a place, a date).
STRUCTURED = {
    "PHONE_NUMBER": Kind.PHONE,
    "PHONE": Kind.PHONE,
    "EMAIL_ADDRESS": Kind.EMAIL,
    "EMAIL": Kind.EMAIL,
    "CREDIT_CARD": Kind.CARD,
    "CARD": Kind.CARD,
    "IBAN_CODE": Kind.IBAN,
    "IBAN": Kind.IBAN,
    "IP_ADDRESS": Kind.IP,
    "IP": Kind.IP,
    "URL": Kind.LINK,
    "LINK": Kind.LINK,
    "DOMAIN_NAME": Kind.LINK,
    "US_SSN": Kind.ID,
    "SSN": Kind.ID,
}
KINDS = frozenset(STRUCTURED.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    start: int
    end: int
    kind: Kind | None

    def meets(self, other: "Span") -> bool:
        return self.start < other.end and other.start < self.end

    def covers(self, other: "Span") -> bool:
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text with every span that a person labelled."""

    text: str
    gold: tuple[Span, ...]

    @property
    def structured(self) -> tuple[Span, ...]:
        return tuple(span for span in self.gold if span.kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Of one text, how many spans were there and found. `true` are found ones that meet any labelled span."""

    there: int
    hit: int
    whole: int
    found: int
    true: int
    exact: int
    any_there: int
    any_hit: int


Finder = Callable[[str], Sequence[Span]]


def ours(text: str) -> list[Span]:
    """Everything that would be masked before a model; kinds that the labels do not know are left out."""
    return [Span(start=one.start, end=one.end, kind=one.kind) for one in find(text)]


def texts(rows: Iterable[dict[str, Any]]) -> list[Text]:
    """ConfigurationError with the row's number when a span does not lie in its text."""
    return [_text(row, number) for number, row in enumerate(rows, 1)]


def _text(row: dict[str, Any], number: int) -> Text:
    gold = []
    for span in row["spans"]:
        if not (isinstance(span, list) and len(span) == 3 and all(type(place) is int for place in span[:2])):
            raise ConfigurationError(f"row {number}: a span is [start, end, type], not {span!r}")
        start, end, label = span
        if not 0 <= start < end <= len(row["text"]):
            raise ConfigurationError(f"row {number}: {start}:{end} does not lie in the text")
        name = re.sub(r"[ -]", "_", str(label)).upper()
        gold.append(Span(start=start, end=end, kind=STRUCTURED.get(name)))
    return Text(text=row["text"], gold=tuple(gold))


def tally(text: Text, found: Sequence[Span]) -> Tally:
    """A labelled span counts as found when a found one of whatever kind meets it: then it is masked."""
    known = [span for span in found if span.kind in KINDS]
    wanted = text.structured
    return Tally(
        there=len(wanted),
        hit=sum(any(f.meets(g) for f in found) for g in wanted),
        whole=sum(any(f.covers(g) for f in found) for g in wanted),
        found=len(known),
        true=sum(any(f.meets(g) for g in text.gold) for f in known),
        exact=sum(any(f.meets(g) and f.kind is g.kind for g in wanted) for f in known),
        any_there=len(text.gold),
        any_hit=sum(any(f.meets(g) for f in found) for g in text.gold),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A share of spans over all texts: `of` and `among` name columns of a Tally."""

    name: str
    of: str
    among: str
    aim: float | None = None
    compared: bool = True


FIGURES = (
    Figure(name=RECALL, of="hit", among="there", aim=0.985),
    Figure(name=PRECISION, of="true", among="found", aim=0.97),
    Figure(name="structured recall, covered wholly", of="whole", among="there"),
    Figure(name="structured precision, same kind", of="exact", among="found", compared=False),
    Figure(name="recall of every label", of="any_hit", among="any_there", compared=False),
)


def share(tallies: Sequence[Tally], figure: Figure) -> Callable[[np.ndarray], float]:
    """The share over chosen texts; nought where nothing is there."""
    of = np.asarray([getattr(tally, figure.of) for tally in tallies])
    among = np.asarray([getattr(tally, figure.among) for tally in tallies])
    return lambda chosen: float(of[chosen].sum() / max(1, among[chosen].sum()))


def scores(
    tallies: Sequence[Tally],
    *,
    name: str,
    system: str = SYSTEM,
    part: str = "",
    against: tuple[str, Sequence[Tally]] = ("", ()),
) -> list[Score]:
    """One score a figure, with the paired difference to another system's tallies of the same texts."""
    other, theirs = against
    return [
        Score(
            set=name,
            figure=figure.name,
            system=system,
            value=share(tallies, figure)(np.arange(len(tallies))),
            cases=sum(getattr(tally, figure.among) for tally in tallies),
            interval=bootstrap(len(tallies), share(tallies, figure)),
            aim=figure.aim if system == SYSTEM else None,
            against=other if figure.compared else "",
            gain=_gain(tallies, theirs, figure) if other and figure.compared else None,
            part=part,
        )
        for figure in FIGURES
    ]


def _gain(mine: Sequence[Tally], theirs: Sequence[Tally], figure: Figure) -> Interval:
    ours_, other = share(mine, figure), share(theirs, figure)
    return bootstrap(len(mine), lambda chosen: ours_(chosen) - other(chosen))


def milliseconds(cases: Sequence[Text], finder: Finder) -> float:
    """Processor time for a text, on average."""
    start = time.process_time()
    for case in cases:
        finder(case.text)
    return (time.process_time() - start) / max(1, len(cases)) * 1000


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_text", is_flag=True, help="Print JSON instead of a table.")
def command(file: Path, as_text: bool) -> None:
    """How much of the personal data in FILE is found.

    FILE is JSON Lines (also .gz) with `text` and `spans`, a list of [start, end, type] with types such as
    PHONE_NUMBER, EMAIL_ADDRESS, CREDIT_CARD, IBAN_CODE, IP_ADDRESS, URL, US_SSN; other types count only for the recall
    of every label.

    \b
    {"text": "Call +44 7700 900123", "spans": [[5, 20, "PHONE_NUMBER"]]}"""
    cases = texts(read_labelled(file, {"text": str, "spans": list}))
    found = scores([tally(case, ours(case.text)) for case in cases], name=file.name)
    if as_text:
        click.echo(as_json(found))
    else:
        Console().print(as_table(found))
