"""`handrail knowledge check`: what is wrong with the articles, and how it is printed."""

import sys
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from apps.knowledge.here import knowledge_here, output, progress_output
from apps.knowledge.listing import as_json
from core.knowledge.check import Check, Fault, Kind, Place
from core.knowledge.stale import STALE_AFTER

LONGEST = 400  # characters of a span shown on the screen; JSON has all of it


def fault_row(fault: Fault) -> dict[str, Any]:
    return {"kind": fault.kind.value, "reason": fault.reason, "places": [place_row(place) for place in fault.places]}


def place_row(place: Place) -> dict[str, Any]:
    article = place.article
    return {
        "article": article.id,
        "title": article.title,
        "url": article.url,
        "locale": article.locale,
        "audience": article.audience.value,
        "updated_at": article.updated_at.isoformat() if article.updated_at else None,
        "start": place.start,
        "end": place.end,
        "text": place.text,
    }


def print_faults(faults: Sequence[Fault], out: Console, limit: int) -> None:
    """By kind, at most `limit` of each; then how many of each there are."""
    counts = Counter(fault.kind for fault in faults)
    for kind in Kind:
        some = [fault for fault in faults if fault.kind is kind]
        if not some:
            continue
        out.rule(f"[bold]{kind.value}[/bold]  {len(some)}", align="left")
        alone = [fault for fault in some[:limit] if len(fault.places) == 1]
        if alone:
            out.print(_alone(alone))
        for fault in some[:limit]:
            if len(fault.places) > 1:
                out.print(_beside(fault))
        if len(some) > limit:
            out.print(f"… and {len(some) - limit} more: --limit {len(some)} shows them, --json has them all.")
        out.print()
    total = ", ".join(f"{counts[kind]} {kind.value}" for kind in Kind if counts[kind])
    out.print(f"{len(faults)} finding{'s' if len(faults) != 1 else ''}: {total}." if faults else "Nothing was found.")


def _alone(faults: Sequence[Fault]) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(overflow="fold")
    table.add_column(ratio=2, overflow="fold")
    table.add_column(ratio=3, overflow="fold")
    for fault in faults:
        (place,) = fault.places
        words = Text(f"\n“{_short(place)}” at {place.start}", style="dim") if place.text else Text()
        head = Text.assemble(place.article.title, (f"  {place.article.locale}", "dim"))
        table.add_row(Text(place.article.id), head, Text.assemble(fault.reason, words))
    return table


def _beside(fault: Fault) -> Table:
    table = Table(title=fault.reason, title_justify="left", title_style="", expand=True, show_lines=False)
    for place in fault.places:
        changed = f"{place.article.updated_at:%Y-%m-%d}" if place.article.updated_at else "no date"
        about = f"{place.article.id}  {place.article.audience}  {changed}"
        table.add_column(Text.assemble((place.article.title, "bold"), (f"\n{about}", "dim")), ratio=1, overflow="fold")
    table.add_row(*(Text(_short(place)) for place in fault.places))
    table.add_row(*(Text(f"characters {place.start}–{place.end}", style="dim") for place in fault.places))
    return table


def _short(place: Place) -> str:
    words = place.text
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…"


DAYS = STALE_AFTER.days


@click.command()
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    type=click.Choice([kind.value for kind in Kind]),
    help="Only this kind of fault; may be given more than once. Default: all.",
)
@click.option(
    "--stale-after",
    default=DAYS,
    show_default=True,
    type=click.IntRange(1),
    metavar="DAYS",
    help="Days without a change after which an article is stale.",
)
@click.option(
    "--limit",
    default=20,
    show_default=True,
    type=click.IntRange(1),
    metavar="N",
    help="How many are shown of each kind.",
)
@click.option("--json", "in_json", is_flag=True, help="Print JSON instead.")
def check(kinds: tuple[str, ...], stale_after: int, limit: int, in_json: bool) -> None:
    """Find articles that are stale, expired, contradicting, doubled, orphaned or unreadable.

    Exit code 0 when there are none, 1 when there are."""
    from apps.bootstrap import now

    container = knowledge_here()
    looked_for = frozenset(map(Kind, kinds)) or frozenset(Kind)
    beside = container.vectors_beside
    checking = Check(now=now(), stale_after=timedelta(days=stale_after), kinds=looked_for, beside=beside)
    with progress_output().status("Looking through the articles …"), container.store.read() as unit:
        faults = list(checking.faults(unit.articles, container.encoder.name))
    if in_json:
        click.echo(as_json([fault_row(fault) for fault in faults]))
    else:
        print_faults(faults, output(), limit)
    sys.exit(1 if faults else 0)
