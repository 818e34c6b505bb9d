"""`handrail people add|list|remove`: whose keys prove who gives a command."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from apps.installed import Begin, container_here
from apps.policy.here import address
from apps.proof import key_file, make_key, prove
from core.errors import ConfigurationError, RejectedError
from core.govern import proof
from core.model.proof import Person

if TYPE_CHECKING:
    from apps.bootstrap import Knowledge

EMAIL = click.argument("email", callback=address)
BY = click.option(
    "--by", default="", metavar="EMAIL", help="You, where somebody else is added and Slack is not connected."
)
KEY = click.option(
    "--key",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Your key file. Default: the one in your own settings folder.",
)


@click.command()
@EMAIL
@BY
@KEY
@click.option(
    "--file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where the new key goes. Default: into your own settings folder.",
)
def add(email: str, by: str, key: Path | None, file: Path | None) -> None:
    """Make a key for the person with this EMAIL address, and know them by it; an earlier one of theirs is void.

    The first person is whoever sets Handrail up. A key is replaced by its owner alone. Where Slack is connected each
    further person confirms there that it is them; else somebody who has a key adds them (--by)."""
    container = container_here(Begin.NAMED)
    made_at = file or key_file(email)
    with container.store.read() as unit:
        known = proof.people(unit)
    who = _prover(container, known, email.lower(), by.lower())
    if made_at.exists() and who != email.lower():
        raise ConfigurationError(f"{made_at} is there already; name another place with --file.")
    if who:
        prove(container, who, key, f"people add {email.lower()}")
    from apps.bootstrap import now

    with container.store.begin() as unit:
        if set(proof.people(unit)) != set(known):
            raise RejectedError("Somebody was added or removed meanwhile; nothing was changed. Try again.")
        proof.add_person(unit, email, make_key(made_at), who, now())
    click.echo(f"{email} is known by the key in {made_at}. Whoever has that file is taken for them.")


def _prover(container: "Knowledge", known: Mapping[str, Person], email: str, by: str) -> str:
    """Whose proof it takes: nobody could sign as a colleague by making a key for them. Empty for the first person."""
    if not known:
        return ""
    if email in known or container.settings.slack.bot_token:
        if by not in ("", email):
            raise RejectedError(f"Nobody but {email} makes their key: it takes their own proof, so leave out --by.")
        return email
    if not by:
        raise ConfigurationError(f"{' or '.join(sorted(known))} can add people: say who you are with --by.")
    return by


@click.command(name="list")
def list_people() -> None:
    """Who has a key."""
    with container_here().store.read() as unit:
        known = proof.people(unit)
    for email, person in sorted(known.items()):
        by = f", added by {person.added_by}" if person.added_by else ", the first"
        click.echo(f"{email}  key {person.key[:12]}…  since {person.at[:16].replace('T', ' ')} UTC{by}")
    if not known:
        click.echo("Nobody has a key: handrail people add YOU@…")


@click.command()
@EMAIL
@click.option("--by", metavar="EMAIL", required=True, callback=address, help="Your e-mail address.")
@KEY
def remove(email: str, by: str, key: Path | None) -> None:
    """Void the key of the person with this EMAIL address."""
    from apps.bootstrap import now

    container = container_here()
    prove(container, by, key, f"people remove {email.lower()}")
    with container.store.begin() as unit:
        removed = proof.remove_person(unit, email, by, now())
    click.echo(f"The key of {email} is void." if removed else f"{email} has no key.", err=not removed)
    if not removed:
        sys.exit(1)
