"""`handrail policy apply|sign|restore`: what changes the policy in force."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from apps.installed import Begin, container_here
from apps.policy.changed import list_changes
from apps.policy.diff import stored_policies
from apps.policy.here import FILE, enacter_of, file_of, refusals
from apps.policy.loosened import list_loosened
from apps.policy_file import check_policy, parse_policy, read_text
from apps.proof import prove, proved
from core.errors import ConfigurationError
from core.govern.changes import changes
from core.model.enacted import version_of
from core.policy import Policy

if TYPE_CHECKING:
    from apps.bootstrap import Knowledge
    from core.govern.enact import Applied

YES = click.option(
    "-y",
    "--yes",
    is_flag=True,
    help="Do not ask before it is put in force. Without a terminal nothing is asked, and a change that protects less "
    "is refused without this.",
)


@click.command()
@click.argument("file", required=False, type=FILE)
@proved
@click.option("--note", default="", metavar="REASON", help="Why, for the list of versions and the ledger.")
@YES
def apply(file: Path | None, by: str, key: Path | None, note: str, yes: bool) -> None:
    """Show what FILE (default: the policy of the settings) changes, ask, and put it in force.

    What protects less than before stands first, in red. Refuses while the file has problems, its examples do not come
    out, or a sign-off is missing."""
    container = container_here(Begin.NAMED)
    path = file_of(container, file)
    text = read_text(path)
    with refusals():
        try:
            version = version_of(parse_policy(text, str(path)).fields)
            _agree(container, text, str(path), sure=yes)
        except ConfigurationError:
            version = ""  # apply names every problem
        prove(container, by, key, f"policy apply {version or path}")
        _tell(enacter_of(container, path).apply(text, by=by, note=note))


@click.command()
@click.argument("file", type=FILE)
@click.option("--section", metavar="KEY", required=True, help="A top-level key of the file, such as triggers.")
@click.option(
    "--role", metavar="ROLE", required=True, help="The role you sign in, as `signoffs` names it, such as legal."
)
@proved
def sign(file: Path, section: str, role: str, by: str, key: Path | None) -> None:
    """Agree, in a role, to what FILE changes in one section of the policy in force."""
    container = container_here()
    text = read_text(file)
    with refusals():
        prove(container, by, key, f"policy sign {file} {section} {role}")
        signed = enacter_of(container, file).sign(text, section=section, role=role, by=by)
        click.echo(f"{signed.person} signed for {signed.role}: {signed.section} as it stands in {file}.")
        left = [duty.missing for duty in enacter_of(container, file).missing(text)]
        for line in left:
            click.echo(f"  {line}")
        if not left:
            click.echo("No sign-off is missing: handrail policy apply.")


@click.command()
@click.argument("version")
@proved
@click.option("--reason", required=True, metavar="REASON", help="Why, for the list of versions and the ledger.")
@YES
def restore(version: str, by: str, key: Path | None, reason: str, yes: bool) -> None:
    """Show what changes, ask, and put a VERSION in force again that was in force before.

    It needs no new sign-offs, except where its rules of signing (signoffs) are not those in force: then write it to a
    file (handrail policy show VERSION) and let that section be signed."""
    container = container_here()
    with container.store.read() as unit:
        stored = unit.policies.text(version)
    name = f"policy {version}"
    with refusals():
        if stored is not None:
            _agree(container, stored.text, name, sure=yes)
        prove(container, by, key, f"policy restore {version}")
        _tell(enacter_of(container, Path(name)).restore(version, by=by, reason=reason))


def _agree(container: "Knowledge", text: str, name: str, *, sure: bool) -> None:
    """Show what would change, and ask. A file with problems shows nothing: whoever applies it is told those.

    Ends the command with 1 where whoever is asked says no, or nobody can be asked about what protects less."""
    from apps.install.talk import at_terminal

    reading = enacter_of(container, Path(name)).reading
    fields = parse_policy(text, name).fields
    with container.store.read() as unit:
        version = unit.policies.version()
        stored = unit.policies.text(version) if version else None
    try:
        found = changes(
            reading.outline(stored.version, stored.text) if stored else None, reading.candidate(text).outline
        )
    except ConfigurationError:
        return
    if stored is None or not found:
        return
    running = stored_policies(container)(stored.version)
    loosened = list_loosened(running, check_policy(parse_policy(text, name))) if running else []
    click.echo(f"{name} changes the policy in force ({stored.version}):")
    if loosened:
        click.secho("  It protects less than before:", fg="red", bold=True)
    for line in loosened:
        click.secho(f"    {line}", fg="red")
    for line in list_changes(found, _fields(stored.text), fields):
        click.echo(f"  {line}")
    for line in _on_suite(container, running, text, name):
        click.echo(line)
    asks = not sure and at_terminal()
    if loosened and not sure and not asks:
        click.echo("Nobody can be asked here, and it protects less than before: read it, then say --yes.", err=True)
    elif not asks or click.confirm("Put this in force?", default=not loosened, err=True):
        return
    click.echo("Nothing was changed.", err=True)
    click.get_current_context().exit(1)


def _on_suite(container: "Knowledge", running: Policy | None, text: str, name: str) -> Iterator[str]:
    """What it does to the regression suite. The readers are loaded only where there are cases."""
    from apps.suite import effect_lines

    return effect_lines(container, running, check_policy(parse_policy(text, name)))


def _fields(text: str) -> Mapping[str, Any]:
    """As parsed; nothing where what is in force cannot be read here: that must not keep a better one out."""
    try:
        return parse_policy(text, "the policy in force").fields
    except ConfigurationError:
        return {}


def _tell(applied: "Applied") -> None:
    version, replaced = applied.enactment.version, applied.enactment.replaced
    if not applied.changes:
        click.echo(f"Policy {version} is in force already; nothing changes.")
    elif replaced is None:
        click.echo(f"Policy {version} is in force, the first of this store; sign-offs were not asked.")
    else:
        click.echo(f"Policy {version} is in force, after {replaced}. Running processes take it over within seconds.")
