"""An admin's own labelled rows: JSON Lines, packed with gzip or not, with the line named when one cannot be read."""

import gzip
import json
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import click

from core.errors import ConfigurationError

# Of the files that articles are read from.
ENDINGS = frozenset({".md", ".markdown", ".txt", ".html", ".htm", ".pdf", ".docx"})


def read_labelled(path: Path, columns: Mapping[str, type | tuple[type, ...]]) -> list[dict[str, Any]]:
    """All rows, each with these columns of these types.

    Raises:
        ConfigurationError: when the file cannot be read, has no rows, or a row lacks a column; with the line's number.
    """
    rows: list[dict[str, Any]] = []
    try:
        with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    rows.append(_row(line, columns, f"{path.name}, line {number}"))
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path.name} cannot be read as JSON Lines in UTF-8: {error}") from error
    if not rows:
        raise ConfigurationError(f"{path.name} has no rows")
    return rows


def find_named(names: Iterable[str], known: frozenset[str]) -> frozenset[str]:
    """The ids meant by these names: a file's path counts with its ending and without. A name that is none stays."""
    bare: dict[str, set[str]] = {}
    for each in known:
        bare.setdefault(_bare(each), set()).add(each)
    return frozenset(one for name in names for one in _meant(name, known, bare))


def tell_left_out(bad: Iterable[object]) -> None:
    """What could not be read of the articles, on standard error: the rest is measured all the same."""
    for each in bad:
        click.echo(f"left out: {each}", err=True)


def _meant(name: str, known: frozenset[str], bare: Mapping[str, set[str]]) -> set[str]:
    if name in known:
        return {name}
    return bare.get(name) or bare.get(_bare(name)) or {name}


def _bare(name: str) -> str:
    """Without a file's ending; the dot of "plan 2.5" ends no name."""
    path = PurePosixPath(name)
    return path.with_suffix("").as_posix() if path.suffix.lower() in ENDINGS else name


def _row(line: str, columns: Mapping[str, type | tuple[type, ...]], where: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise ConfigurationError(f"{where} is not JSON: {error}") from error
    if not isinstance(row, dict):
        raise ConfigurationError(f"{where} is not an object with columns")
    for name, kind in columns.items():
        if name not in row:
            raise ConfigurationError(f"{where} has no column {name!r}; wanted are {', '.join(columns)}")
        if not isinstance(row[name], kind):
            raise ConfigurationError(f"{where}: {name!r} is {type(row[name]).__name__}, wanted {_name_type(kind)}")
    return row


def _name_type(kind: type | tuple[type, ...]) -> str:
    return " or ".join(one.__name__ for one in (kind if isinstance(kind, tuple) else (kind,)))
