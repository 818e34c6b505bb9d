"""What customers first wrote in a history of tickets: JSON Lines or CSV, without personal data."""

import csv
import gzip
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from core.errors import ConfigurationError
from core.privacy.mask import redacted
from core.read.words import spoken

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
        _shortened(redacted(text).strip())
        for number, row in _rows(path)
        if (text := spoken(_words(row, f"{path.name}, line {number}")))
    )
    return [text for text in found if text]


def _shortened(text: str) -> str:
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


def _words(row: Mapping[str, Any], where: str) -> str:
    if isinstance(row.get("messages"), list):
        said = (m for m in row["messages"] if isinstance(m, dict) and m.get("role") == "customer")
        return str(next(said, {}).get("text") or "")
    column = next((name for name in COLUMNS if name in row), None)
    if column is None:
        raise ConfigurationError(f"{where} has neither messages nor one of {', '.join(COLUMNS)}")
    subject = str(row.get("subject") or "") if column in ("description", "body") else ""
    return "\n".join(part for part in (subject, str(row[column] or "")) if part)
