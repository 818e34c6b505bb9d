"""A copy of the whole store, made while it is used, and put back into an empty place."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from connectors.sql.engine import database_url
from core.errors import ConfigurationError

SQLITE, POSTGRESQL = "handrail.db", "handrail.dump"


def copy_store(url: str, folder: Path) -> Path:
    """The store as it is at one moment; the file that holds it. PostgreSQL's own pg_dump makes it there.

    Raises ConfigurationError where it cannot be made."""
    target = database_url(url)
    if target.get_backend_name() == "sqlite":
        return copy_sqlite(Path(str(target.database)), folder / SQLITE)
    copy = folder / POSTGRESQL
    _run(url, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={copy}")
    return copy


def copy_sqlite(database: Path, copy: Path) -> Path:
    """By SQLite's online backup: whoever writes meanwhile waits for nothing, and the copy is of one moment.

    Raises ConfigurationError for a file that is no whole database."""
    try:
        with (
            closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as source,
            closing(sqlite3.connect(copy)) as made,
        ):
            source.backup(made)
            # One file, whatever the store keeps beside its own.
            made.execute("PRAGMA journal_mode=DELETE")
            [found] = made.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as error:
        raise ConfigurationError(f"{database} cannot be copied: {error}") from error
    if found != "ok":
        raise ConfigurationError(f"the copy of {database} is damaged ({found}): so is the database")
    return copy


def put_store(copy: Path, url: str) -> None:
    """Into an empty place. Raises ConfigurationError where it cannot be put there."""
    target = database_url(url)
    kind = SQLITE if target.get_backend_name() == "sqlite" else POSTGRESQL
    if copy.name != kind:
        raise ConfigurationError(
            f"{copy} is not of the kind of database that store_url names ({target.get_backend_name()})"
        )
    if kind == SQLITE:
        place = Path(str(target.database))
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(copy, place)
    else:
        _run(url, "pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", str(copy))


def _run(url: str, *command: str) -> None:
    """A program of PostgreSQL's, on that database. The password is not given on the command line, where others on the
    machine could read it."""
    target = database_url(url).set(drivername="postgresql")
    name = target.set(password=None).render_as_string()
    password = {"PGPASSWORD": target.password} if target.password else {}
    try:
        done = subprocess.run(  # noqa: S603 - our own words
            [*command, f"--dbname={name}"], env=os.environ | password, capture_output=True, text=True, check=False
        )
    except FileNotFoundError as error:
        raise ConfigurationError(
            f"{command[0]} is not installed here: install PostgreSQL's client programs, or let the database's own "
            "backups be taken (docs/operations.md)."
        ) from error
    if done.returncode:
        raise ConfigurationError(f"{command[0]}: {done.stderr.strip()[-1000:]}")
