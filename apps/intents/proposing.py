"""`handrail intents propose TICKETS`: intents from what customers wrote, for a person to name and weed."""

import csv
import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np
import yaml

from apps.cache import cache_option
from core.errors import ConfigurationError
from core.ports import Vector
from core.privacy.mask import redact
from core.read.turn_input import spoken_words
from core.text.stems import STOP, stem

# Where a row's text may lie; the first that is there counts.
COLUMNS = ("text", "description", "body", "message")
LONGEST = 500  # characters of a ticket that are looked at: what it is about comes first
LARGEST_CELL = 1_000_000


def texts_of(path: Path) -> list[str]:
    """The first words of each customer, once each, in the order of the file; personal data is taken out.

    It is taken out before the words are cut to `LONGEST`, so that no half of a number stays. Numbers and addresses are
    found by their form; of names only what is written like one (after a greeting, under a closing): others may stay.

    A row is a conversation as `handrail run` reads it (`messages`), or has its words in one of `text`, `description`,
    `body`, `message`; a `subject` comes before a description or body.

    Raises:
        ConfigurationError: when the file cannot be read, or a row has no such column; with the line's number.
    """
    found = dict.fromkeys(
        _shorten(redact(text).strip())
        for number, row in _rows(path)
        if (text := spoken_words(_row_words(row, f"{path.name}, line {number}")))
    )
    return [text for text in found if text]


def _shorten(text: str) -> str:
    """At most LONGEST characters, without the half of a word or of a placeholder at the end."""
    if len(text) <= LONGEST:
        return text
    return re.sub(r"(?:\[[^\[\]]{0,40}|\S+)\Z", "", text[: LONGEST + 1]).strip() or text[:LONGEST]


def _rows(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    plain = path.name.removesuffix(".gz")
    csv.field_size_limit(LARGEST_CELL)
    try:
        with (
            gzip.open(path, "rt", encoding="utf-8-sig", newline="")
            if path.suffix == ".gz"
            else path.open(encoding="utf-8-sig", newline="") as lines
        ):
            if plain.endswith(".csv"):
                reader = csv.DictReader(lines)
                yield from ((reader.line_num, row) for row in reader)
            else:
                yield from ((number, _row(line, path, number)) for number, line in enumerate(lines, 1) if line.strip())
    except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
        raise ConfigurationError(f"{path.name} cannot be read: {error}") from error


def _row(line: str, path: Path, number: int) -> Mapping[str, Any]:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise ConfigurationError(f"{path.name}, line {number} is not JSON: {error}") from error
    if not isinstance(row, dict):
        raise ConfigurationError(f"{path.name}, line {number} is not an object")
    return row


def _row_words(row: Mapping[str, Any], where: str) -> str:
    if isinstance(row.get("messages"), list):
        said = (m for m in row["messages"] if isinstance(m, dict) and m.get("role") == "customer")
        return str(next(said, {}).get("text") or "")
    column = next((name for name in COLUMNS if name in row), None)
    if column is None:
        raise ConfigurationError(f"{where} has neither messages nor one of {', '.join(COLUMNS)}")
    subject = str(row.get("subject") or "") if column in ("description", "body") else ""
    return "\n".join(part for part in (subject, str(row[column] or "")) if part)


ALIKE = 0.6  # cosine to a group's middle from which a ticket belongs to it
FEWEST = 5
ROUNDS = 12
SEARCHED = 20_000  # tickets among which groups are sought: comparing each with each costs their square
AT_ONCE = 512  # tickets that are compared in one step: what bounds the memory
MERGED = 0.85  # cosine of two groups' middles from which they are one
_WORD = re.compile(r"[^\W\d_]{3,}")
_PLACEHOLDER = re.compile(r"\[[a-z_ ]+\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Tickets that want the same, those nearest to the middle first."""

    name: str
    texts: tuple[str, ...]


def group_texts(texts: Sequence[str], vectors: Vector, alike: float = ALIKE) -> tuple[list[Group], list[str]]:
    """(groups of five tickets or more, the largest first; the tickets left over). Of more than SEARCHED tickets the
    groups are sought in so many of them, evenly through the file; the others join the group that they are near to."""
    some = np.linspace(0, len(texts) - 1, SEARCHED).astype(int) if len(texts) > SEARCHED else slice(None)
    middles = _middles(vectors[some], alike) if texts else []
    if not len(middles):
        return [], list(texts)
    nearest, fits = _assign(vectors, np.stack(middles), alike)
    members = [np.flatnonzero(fits & (nearest == place)) for place in range(len(middles))]
    members = sorted((m for m in members if len(m) >= FEWEST), key=lambda m: (-len(m), int(m[0])))
    ordered = [m[np.argsort(-(vectors[m] @ _unit(vectors[m].mean(axis=0))), kind="stable")] for m in members]
    names = _names([[texts[place] for place in places] for places in ordered])
    inside = {int(place) for places in ordered for place in places}
    groups = [Group(name=n, texts=tuple(texts[p] for p in places)) for n, places in zip(names, ordered, strict=True)]
    return groups, [text for place, text in enumerate(texts) if place not in inside]


def _middles(vectors: Vector, alike: float) -> Sequence[Vector]:
    """Of each group; none where nothing is alike."""
    middles = _seeds(vectors, alike)
    for _ in range(ROUNDS):
        if not len(middles):
            return []
        nearest, fits = _assign(vectors, np.stack(middles), alike)
        kept = [place for place in range(len(middles)) if (fits & (nearest == place)).sum() >= FEWEST]
        middles = _merge([_unit(vectors[fits & (nearest == place)].mean(axis=0)) for place in kept])
    return middles


def _seeds(vectors: Vector, alike: float) -> Sequence[Vector]:
    """One ticket after another either is near a seed or becomes one, those with the most neighbours first; whoever has
    too few of them for a group becomes none."""
    crowd = np.concatenate([(some @ vectors.T >= alike).sum(axis=1) for some in _chunks(vectors)])
    left = crowd >= FEWEST
    seeds = []
    for place in np.argsort(-crowd, kind="stable"):
        if left[place]:
            seeds.append(vectors[place])
            left &= vectors @ vectors[place] < alike
    return seeds


def _assign(vectors: Vector, middles: Vector, alike: float) -> tuple[np.ndarray, np.ndarray]:
    cosines = (some @ middles.T for some in _chunks(vectors))
    nearest, best = zip(*((each.argmax(axis=1), each.max(axis=1)) for each in cosines), strict=True)
    return np.concatenate(nearest), np.concatenate(best) >= alike


def _chunks(vectors: Vector) -> Iterator[Vector]:
    return (vectors[start : start + AT_ONCE] for start in range(0, len(vectors), AT_ONCE))


def _merge(middles: Sequence[Vector]) -> Sequence[Vector]:
    kept: list[Vector] = []
    for middle in middles:
        if all(float(middle @ other) < MERGED for other in kept):
            kept.append(middle)
    return kept


def _names(groups: Sequence[Sequence[str]]) -> list[str]:
    """The words that set each group apart from the others; a number makes two alike names differ."""
    counts = [Counter(stem_ for text in group for stem_ in set(_stems(text))) for group in groups]
    total: Counter[str] = Counter()
    for count in counts:
        total.update(count)
    spelt = Counter((stem(word), word) for group in groups for text in group for word in _words(text))
    names: list[str] = []
    for group, count in zip(groups, counts, strict=True):
        ranked = sorted(count, key=lambda s: (-(count[s] / len(group)) * (count[s] / total[s]) ** 0.5, s))
        best = [
            max((w for (s, w) in spelt if s == chosen), key=lambda w: (spelt[chosen, w], w)) for chosen in ranked[:3]
        ]
        name = "_".join(best) or "group"
        names.append(name if name not in names else f"{name}_{len(names) + 1}")
    return names


def _stems(text: str) -> list[str]:
    return [stem(word) for word in _words(text)]


def _words(text: str) -> list[str]:
    return [word for word in _WORD.findall(_PLACEHOLDER.sub(" ", text.lower())) if word not in STOP]


def _unit(vector: Vector) -> Vector:
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-9), dtype=np.float32)


SHOWN = 15  # examples of an intent
LEFT_OVER = 10  # examples of what fits no group


@click.command()
@click.argument("tickets", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--alike",
    type=click.FloatRange(0.3, 0.95),
    metavar="SHARE",
    default=ALIKE,
    show_default=True,
    help="How alike the tickets of one group are: the higher, the more and the finer the groups.",
)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Where the YAML goes. Default: standard output."
)
@cache_option
def propose(tickets: Path, alike: float, out: Path | None, cache: Path) -> None:
    """Group TICKETS, a history of tickets, into intents with examples, as the YAML that HANDRAIL_INTENTS names.

    TICKETS is JSON Lines or CSV (also .gz); what the customer wrote is under `text`, `description`, `body` or
    `message`. The names are the words that set a group apart: change them. Personal data is taken out as far as its
    form tells it: a name that nothing marks as one may stay, so read before you share."""
    from apps.bootstrap.classifiers import encoder_of

    texts = texts_of(tickets)
    cache.mkdir(parents=True, exist_ok=True)
    if len(texts) > SEARCHED:
        click.echo(f"Groups are sought in {SEARCHED:,} of {len(texts):,} tickets; the others join them.", err=True)
    groups, left = group_texts(texts, encoder_of(cache).encode(texts), alike)
    written = _as_yaml(groups, left, len(texts))
    if out is None:
        click.echo(written, nl=False)
    else:
        out.write_text(written, encoding="utf-8")
    inside = sum(len(group.texts) for group in groups)
    click.echo(
        f"{len(groups)} intents hold {inside:,} of {len(texts):,} tickets; {len(left):,} are left over", err=True
    )


def _as_yaml(groups: list[Group], left: list[str], total: int) -> str:
    parts = [f"# Proposed from {total:,} tickets. Rename, merge and weed before use.", "intents:"]
    if not groups:
        parts[-1] = "intents: []"
    for group in groups:
        row = {
            "name": group.name,
            "label": group.name.replace("_", " ").capitalize(),
            "examples": list(group.texts[:SHOWN]),
        }
        parts.append(f"# {len(group.texts):,} tickets")
        parts.append(yaml.safe_dump([row], allow_unicode=True, sort_keys=False, width=1_000).rstrip())
    parts.append(f"# {len(left):,} tickets fit no group, for example:")
    parts += [f"#   {' '.join(text.split())}" for text in left[:LEFT_OVER]]
    return "\n".join([*parts, ""])
