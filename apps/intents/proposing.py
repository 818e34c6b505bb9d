"""`handrail intents propose TICKETS`: intents from what customers wrote, for a person to name and weed."""

import csv
import gzip
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
import yaml

from apps.cache import cache_option
from core.errors import ConfigurationError
from core.improve.message_groups import ALIKE, SEARCHED, Group, group_texts
from core.privacy.mask import redact
from core.read.turn_input import spoken_words

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
