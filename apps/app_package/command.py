"""`handrail app package` and `handrail app check`."""

import sys
from collections import Counter
from importlib.metadata import version
from pathlib import Path

import click

from apps.app_package.checking import check as check_path
from apps.app_package.checking import check_contents
from apps.app_package.package import FOLDER, build_package, unzip
from apps.app_package.rules import Finding, Severity
from core.errors import ConfigurationError

CODES = {Severity.ERROR: 2, Severity.WARNING: 1}


@click.command()
@click.option("--out", type=click.Path(path_type=Path), help="Where the zip goes. Default: handrail-app-<version>.zip")
@click.option("--folder", type=click.Path(exists=True, file_okay=False, path_type=Path), default=FOLDER, hidden=True)
def package(out: Path | None, folder: Path) -> None:
    """Build the zip to upload at Zendesk, and check it. What Zendesk would refuse is not written."""
    content = build_package(folder)
    found = check_contents(unzip(content))
    print_findings(found)
    if any(each.severity is Severity.ERROR for each in found):
        raise ConfigurationError("No package was written: Zendesk would refuse it for what is listed above.")
    path = out or Path(f"handrail-app-{version('handrail')}.zip")
    path.write_bytes(content)
    click.echo(f"{path} is written ({len(content) / 1000:.0f} kB). `handrail connect zendesk` uploads and installs it;")
    click.echo("by hand: Admin Center › Apps and integrations › Zendesk Support apps › Upload private app.")


@click.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path), default=FOLDER)
def check(path: Path) -> None:
    """Hold the app at PATH, a folder or a zip, against the rules of Zendesk's validator; by default Handrail's own.

    Exit code: 0 nothing found, 1 warnings, 2 Zendesk would refuse it."""
    found = check_path(path)
    print_findings(found)
    counts = Counter(each.severity for each in found)
    if found:
        errors, warnings = counts[Severity.ERROR], counts[Severity.WARNING]
        click.echo(f"{path}: {errors} error{'s' * (errors != 1)}, {warnings} warning{'s' * (warnings != 1)}.")
    else:
        click.echo(f"{path}: Zendesk would take it as it is.")
    sys.exit(max((CODES[each.severity] for each in found), default=0))


def print_findings(found: list[Finding]) -> None:
    for each in found:
        place = each.file + (f", {each.key}" if each.key else "")
        click.echo(f"{each.severity:<8} {place}: {each.rule}{f' ({each.found})' if each.found else ''}")
        click.echo(f"         {each.fix}")
