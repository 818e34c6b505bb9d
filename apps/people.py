"""`handrail people add|list|remove`: whose keys prove who gives a command."""

import sys
from collections.abc import Mapping
from pathlib import Path

import click

from apps.installed import Begin, container_here
from apps.policy.here import address
from apps.proof import key_file, make_key, prove
from core.errors import ConfigurationError, RejectedError
from core.govern import proof
from core.model.proof import Person

EMAIL = click.argument("email", callback=address)
BY = click.option("--by", default="", help="Who adds or removes them; needed once somebody has a key.")
KEY = click.option("--key", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="The key of --by.")


@click.command()
@EMAIL
@BY
@KEY
@click.option("--file", type=click.Path(dir_okay=False, path_type=Path), help="Where the new key goes.")
def add(email: str, by: str, key: Path | None, file: Path | None) -> None:
    """Make a key for the person with this EMAIL address, and know them by it; an earlier one of theirs is void.

    The first person is whoever sets Handrail up. Each further one is added by somebody who proves who they are. Whoever
    is handed a key makes a new one with it, `--by` themselves, which nobody else has seen."""
    container = container_here(Begin.NAMED)
    made_at = file or key_file(email)
    with container.store.read() as unit:
        known = proof.people(unit)
    replaced = known.get(email.lower())
    own = by.lower() == email.lower() and replaced is not None
    if made_at.exists() and not own:
        raise ConfigurationError(f"{made_at} is there already; name another place with --file.")
    if known:
        if not by:
            raise ConfigurationError(f"{_names(known)} can add people: say who you are with --by.")
        prove(container, by, key, f"people add {email.lower()}")
    public = make_key(made_at)
    from apps.bootstrap import now

    with container.store.begin() as unit:
        if set(proof.people(unit)) != set(known):
            raise RejectedError("Somebody was added or removed meanwhile; nothing was changed. Try again.")
        proof.add_person(unit, email, public, by, now())
    click.echo(f"{email} is known by the key in {made_at}. Whoever has that file is taken for them.")


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
@click.option("--by", required=True, callback=address, help="Your e-mail address.")
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


def _names(known: Mapping[str, Person]) -> str:
    return " or ".join(sorted(known))
