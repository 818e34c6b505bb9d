"""`handrail knowledge check`: what makes answers wrong. Exit code 0 when nothing was found, 1 when something was."""

import sys
from datetime import timedelta

import click

from apps.knowledge.faults import fault_row, print_faults
from apps.knowledge.here import aside, knowledge_here, told
from apps.knowledge.listing import as_json
from core.answer.check import Check, Kind
from core.answer.stale import STALE_AFTER

DAYS = STALE_AFTER.days


@click.command()
@click.option(
    "--kind", "kinds", multiple=True, type=click.Choice([kind.value for kind in Kind]), help="Only this kind."
)
@click.option("--stale-after", default=DAYS, show_default=True, type=click.IntRange(1), help="Days until stale.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1), help="Shown of each kind.")
@click.option("--json", "in_json", is_flag=True, help="Print JSON.")
def check(kinds: tuple[str, ...], stale_after: int, limit: int, in_json: bool) -> None:
    """Find articles that are stale, expired, contradicting, doubled, orphaned or unreadable.

    Exit code 0 when there are none, 1 when there are."""
    from apps.bootstrap import now

    container = knowledge_here()
    looked_for = frozenset(map(Kind, kinds)) or frozenset(Kind)
    checking = Check(now=now(), stale_after=timedelta(days=stale_after), kinds=looked_for)
    with aside().status("Looking through the articles …"), container.store.read() as unit:
        faults = list(checking.faults(unit.articles, container.encoder.name))
    if in_json:
        click.echo(as_json([fault_row(fault) for fault in faults]))
    else:
        print_faults(faults, told(), limit)
    sys.exit(1 if faults else 0)
