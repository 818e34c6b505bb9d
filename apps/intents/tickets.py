"""What customers first wrote in a history of tickets: JSON Lines or CSV, without personal data."""

import csv
import gzip
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from core.errors import ConfigurationError
from core.privacy.mask import redacted
from core.sense.words import spoken

# Where a row's text may lie; the first that is there counts.
COLUMNS = ("text", "description", "body", "message")
LONGEST = 500  # characters of a ticket that are looked at: what it is about comes first
LARGEST_CELL = 1_000_000


def texts_of(path: Path) -> list[str]:
    """The first words of each customer, once each, in the order of the file; personal data is taken out.

    A row is a conversation as `handrail run` reads it (`messages`), or has its words in one of `text`, `description`,
    `body`, `message`; a `subject` comes before a description or body.

    Raises:
        ConfigurationError: when the file cannot be read, or a row has no such column; with the line's number.
    """
    found = dict.fromkeys(
        redacted(text[:LONGEST]).strip()
        for number, row in _rows(path)
        if (text := spoken(_words(row, f"{path.name}, line {number}")))
    )
    return [text for text in found if text]


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
