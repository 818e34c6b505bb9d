"""`handrail pilot stop`: back to the policy from before the pilot."""

from pathlib import Path

import click

from apps.pilot.here import Here
from apps.pilot.scope import keep, running_pilot
from apps.policy.here import BY, enacter_of, refusals


@click.command()
@click.option("--reason", required=True, help="Why; it stands in the list of versions and in the ledger.")
@click.option("--keep", "kept", is_flag=True, help="Leave the pilot's policy in force; only the counting ends.")
@BY
def stop(reason: str, kept: bool, by: str) -> None:
    """Back to the policy from before.

    It is in force again with all that it allowed, and with its examples."""
    from apps.bootstrap import now

    here = Here()
    with here.container.store.read() as unit:
        pilot = running_pilot(unit)
    with refusals():
        if not kept:
            enacter_of(here.container, Path(f"policy {pilot.base}")).restore(pilot.base, by=by, reason=reason)
        facts = {"channel": pilot.channel.value, "intents": list(pilot.intents), "by": by, "reason": reason}
        with here.container.store.begin() as unit:
            keep(unit, None)
            unit.ledger.append("pilot_stopped", facts | {"kept": kept}, now())
        rest = "its policy stays in force" if kept else f"policy {pilot.base} is in force again"
        click.echo(f"The pilot of {pilot.about} has ended; {rest}.")
