"""`handrail policy list|show`: every version there was."""

import json

import click

from apps.installed import container_here
from core.errors import ConfigurationError
from core.model.enacted import Enactment


@click.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead.")
def list_versions(as_json: bool) -> None:
    """Every version that was in force, newest first, and whether the file differs from it."""
    from apps.bootstrap import difference

    container = container_here()
    with container.store.read() as unit:
        enactments = unit.policies.enactments()
    differs = difference(container.settings.policy, enactments[0].version) if enactments else None
    if as_json:
        click.echo(json.dumps({"versions": [_row(e) for e in enactments], "file": str(differs) if differs else None}))
        return
    if not enactments:
        click.echo("No policy is in force yet: start Handrail once, or handrail policy apply --by YOU@….")
    for number, enactment in enumerate(enactments):
        mark = "in force" if number == 0 else ""
        note = f"  {enactment.note}" if enactment.note else ""
        when = f"{enactment.at:%Y-%m-%d %H:%M}"
        click.echo(f"{enactment.version}  {when} UTC  {enactment.how:<9} {mark:<8}  {enactment.by}{note}")
    if differs is not None:
        click.echo(str(differs), err=True)


@click.command()
@click.argument("version")
def show(version: str) -> None:
    """The file of a VERSION as it was applied, comments included."""
    container = container_here()
    with container.store.read() as unit:
        stored = unit.policies.text(version)
    if stored is None:
        raise ConfigurationError(f"there is no policy {version}; see handrail policy list")
    click.echo(stored.text, nl=False)


def _row(enactment: Enactment) -> dict[str, str | None]:
    return {
        "version": enactment.version,
        "at": enactment.at.isoformat(),
        "how": enactment.how.value,
        "by": enactment.by,
        "note": enactment.note,
        "replaced": enactment.replaced,
    }
