"""`handrail route tiers`: between which tiers conversations moved, and by which rules."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import click

from core.model.decision import Decision
from core.ports import Store

AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """So many conversations moved from tier to tier by a rule, to a team."""

    before: int
    after: int
    rule: str
    group: str
    count: int


@click.command()
@click.option(
    "--days", default=30, show_default=True, type=click.IntRange(1, 3650), metavar="DAYS", help="How many days back."
)
@click.option("--json", "in_json", is_flag=True, help="Print JSON instead.")
def tiers(days: int, in_json: bool) -> None:
    """Between which tiers conversations moved, most frequent first."""
    from apps.bootstrap import now
    from apps.installed import container_here

    since = now() - timedelta(days=days)
    found = movements(decisions(container_here().store, since))
    if in_json:
        click.echo(json.dumps([{name: getattr(each, name) for name in each.__slots__} for each in found], indent=1))
    elif not found:
        click.echo("No conversation moved from one tier to another.", err=True)
    else:
        for each in found:
            click.echo(f"{each.count:6}  tier {each.before} → {each.after}  {each.rule:30}  {each.group}")


def decisions(store: Store, since: datetime) -> Iterator[Decision]:
    """Oldest first, a portion at a time."""
    serial = 0
    while True:
        with store.read() as unit:
            rows = unit.decisions.since(serial, AT_ONCE)
        yield from (decision for _, decision in rows if decision.at >= since)
        if not rows:
            return
        serial = rows[-1][0]


def movements(decided: Iterable[Decision]) -> list[Movement]:
    counts = Counter(
        (decision.tier_before, decision.tier, decision.disposition.rule, _group(decision))
        for decision in decided
        if decision.moved
    )
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], str(pair[0])))
    return [
        Movement(before=before or 0, after=after or 0, rule=rule, group=group, count=count)
        for (before, after, rule, group), count in ranked
    ]


def _group(decision: Decision) -> str:
    return decision.routed.group if decision.routed else decision.disposition.owner.name
