"""The policies of the installation that the settings name. Only what says where the store and the file are is used."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from core.errors import ConfigurationError, RejectedError

if TYPE_CHECKING:
    from apps.bootstrap import Knowledge
    from core.govern.enact import Enacter

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def enacter_of(container: "Knowledge", file: Path) -> "Enacter":
    """`file` is named in messages."""
    from apps.bootstrap import enacter, now

    return enacter(container.store, now, str(file))


def file_of(container: "Knowledge", file: Path | None) -> Path:
    """The file that was named, else that of the settings."""
    return file or container.settings.policy


def in_force_here(container: "Knowledge") -> str:
    """The version in force. Raises ConfigurationError where there is none yet."""
    with container.store.read() as unit:
        version = unit.policies.version()
    if version is None:
        raise ConfigurationError("no policy is in force yet: start Handrail once, or handrail policy apply --by YOU@…")
    return version


def address(_: click.Context, __: click.Parameter, value: str) -> str:
    if not _ADDRESS.fullmatch(value):
        raise click.BadParameter("write an e-mail address, such as priya.nair@larkfield.example")
    return value


BY = click.option(
    "--by", metavar="EMAIL", required=True, callback=address, help="Your e-mail address, as the policy names you."
)


@contextmanager
def refusals() -> Iterator[None]:
    """A refusal is a message and exit 1, in contrast to 2 for what could not be tried."""
    try:
        yield
    except RejectedError as error:
        click.echo(str(error), err=True)
        click.get_current_context().exit(1)
