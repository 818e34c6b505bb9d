"""Taking articles over with somebody looking on."""

from collections.abc import Sequence

import click
from rich.console import Console
from rich.table import Table

from apps.bootstrap import Knowledge, now
from apps.installed import Begin
from apps.knowledge.here import knowledge_here, output, progress_output
from apps.progress import watch_progress
from core.errors import ConfigurationError
from core.knowledge.library import Library, Report, Step, Taken
from core.ports import Source
from core.profile.identity import sync_people

SHOWN = 50  # problems told one by one


def sync_here(*, customers: bool, whole: bool) -> int:
    """What changed at every source, and before it the helpdesk's `customers`; the exit code.

    Raises ConfigurationError where there is no source."""
    container = knowledge_here(Begin.NAMED)
    if not container.all_sources:
        raise ConfigurationError(
            "There is no source yet. Set the helpdesk (HANDRAIL_ZENDESK_SUBDOMAIN, …_EMAIL, …_TOKEN), "
            "or add a folder or a site: handrail knowledge add PATH|URL"
        )
    if customers and container.settings.zendesk.subdomain:
        with watch_progress(progress_output()) as watch:
            watch(Step(source="customers", done=0))
            people = sync_people(container.store, container.helpdesk, now())
        click.echo(f"{people} customers changed.")
    return print_report(
        take_over(container, container.all_sources, progress_output(), whole=whole), output(), progress_output()
    )


def take_over(container: Knowledge, sources: Sequence[Source], console: Console, *, whole: bool = False) -> Report:
    """One sync of these sources, with a bar for each."""
    library = Library(
        store=container.store, encoder=container.encoder, aligner=container.aligner, sources=tuple(sources)
    )
    with watch_progress(console) as watch:
        report = library.sync(now(), whole=whole, watch=watch)
        watch(Step(source="index", done=0))
        container.tend(watch)
    return report


def print_report(report: Report, out: Console, console: Console) -> int:
    """A line a source, then every problem. The exit code: 0 fine, 1 for problems, 2 where a source broke off."""
    if report.renewed:
        out.print(f"{report.renewed} articles were cut and encoded anew for this version.")
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("source")
    for name in ("stored", "unchanged", "removed", "problems"):
        table.add_column(name, justify="right")
    table.add_column("")
    for each in report.taken:
        counts = (each.stored, each.unchanged, each.removed, len(each.problems))
        table.add_row(each.source, *map(str, counts), _end(each))
    out.print(table)
    for problem in report.problems[:SHOWN]:
        console.print(f"  {problem}", markup=False, soft_wrap=True)
    if len(report.problems) > SHOWN:
        console.print(f"  … and {len(report.problems) - SHOWN} more problems")
    if any(each.failed for each in report.taken):
        return 2
    return 1 if report.problems else 0


def _end(taken: Taken) -> str:
    if taken.failed is None:
        return ""
    return f"broke off, the next sync goes on: {taken.failed}"
