"""`handrail policy apply|sign|restore`: what changes the policy in force."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from apps.installed import Begin, container_here
from apps.policy.changed import list_changes
from apps.policy.here import BY, FILE, enacter_of, file_of, refusals
from apps.policy_file import parse_policy, read_text
from core.errors import ConfigurationError

if TYPE_CHECKING:
    from apps.bootstrap import Knowledge
    from core.govern.enact import Applied


@click.command()
@click.argument("file", required=False, type=FILE)
@BY
@click.option("--note", default="", help="Why, for the list of versions and the ledger.")
def apply(file: Path | None, by: str, note: str) -> None:
    """Put FILE (default: the policy of the settings) in force.

    Refuses while the file has problems, its examples do not come out, or a sign-off is missing."""
    container = container_here(Begin.NAMED)
    path = file_of(container, file)
    before = _fields_in_force(container)
    text = read_text(path)
    with refusals():
        applied = enacter_of(container, path).apply(text, by=by, note=note)
        _tell(applied, before, parse_policy(text, str(path)).fields)


@click.command()
@click.argument("file", type=FILE)
@click.option("--section", required=True, help="A top-level key of the file, such as triggers.")
@click.option("--role", required=True, help="The role you sign in, such as legal.")
@BY
def sign(file: Path, section: str, role: str, by: str) -> None:
    """Agree, in a role, to what FILE changes in one section of the policy in force."""
    container = container_here()
    with refusals():
        signed = enacter_of(container, file).sign(read_text(file), section=section, role=role, by=by)
        click.echo(f"{signed.person} signed for {signed.role}: {signed.section} as it stands in {file}.")
        left = [duty.missing for duty in enacter_of(container, file).missing(read_text(file))]
        for line in left:
            click.echo(f"  {line}")
        if not left:
            click.echo("No sign-off is missing: handrail policy apply.")


@click.command()
@click.argument("version")
@BY
@click.option("--reason", required=True, help="Why; it stands in the list of versions and in the ledger.")
def restore(version: str, by: str, reason: str) -> None:
    """Put a VERSION in force again that was in force before.

    It needs no new sign-offs, except where its rules of signing (signoffs) are not those in force: then write it to a
    file (handrail policy show VERSION) and let that section be signed."""
    container = container_here()
    before = _fields_in_force(container)
    with refusals():
        applied = enacter_of(container, Path(f"policy {version}")).restore(version, by=by, reason=reason)
        _tell(applied, before, _fields_in_force(container))


def _fields_in_force(container: "Knowledge") -> Mapping[str, Any]:
    """As parsed; nothing where none is in force yet, or it cannot be read here: that must not keep a better one out."""
    with container.store.read() as unit:
        version = unit.policies.version()
        stored = unit.policies.text(version) if version else None
    try:
        return parse_policy(stored.text, f"policy {stored.version}").fields if stored else {}
    except ConfigurationError:
        return {}


def _tell(applied: "Applied", before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    version, replaced = applied.enactment.version, applied.enactment.replaced
    if not applied.changes:
        click.echo(f"Policy {version} is in force already; nothing changes.")
        return
    if replaced is None:
        click.echo(f"Policy {version} is in force, the first of this store; sign-offs were not asked.")
        return
    click.echo(f"Policy {version} is in force, after {replaced}. Running processes take it over within seconds.")
    for line in list_changes(applied.changes, before, after):
        click.echo(f"  {line}")
