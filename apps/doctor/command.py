"""`handrail doctor`."""

import json
import os
import sys
from collections.abc import Sequence
from importlib.metadata import version
from shutil import get_terminal_size
from textwrap import wrap

import click

from apps.bootstrap import now
from apps.doctor.examine import CHECKS, NOT_SET, choose, examine
from apps.doctor.installation import Installation
from apps.doctor.lines import Line, State
from apps.installed import open_installation
from apps.settings import examine_settings, toml_here

CODES = {State.OK: 0, State.SKIPPED: 0, State.WARNING: 1, State.FAILING: 2}
COLOURS = {State.OK: "green", State.WARNING: "yellow", State.FAILING: "red", State.SKIPPED: "bright_black"}
TITLES = {
    "machine": "This machine",
    "address": "The public address",
    "zendesk": "Zendesk",
    "twilio": "Twilio",
    "messaging": "Zendesk messaging",
    "slack": "Slack",
    "model": "Language model",
    "search": "Search",
    "actions": "Actions",
}
WIDTH = max(len(check.name) for check in CHECKS) + 2
INDENT = " " * (2 + 9 + WIDTH)
NARROWEST = 40


def doctor_here(only: Sequence[str], *, as_json: bool, within: float) -> int:
    """Look, tell, and return the exit code."""
    checks = choose(only)
    installation = installation_here()
    if not as_json and sys.stderr.isatty():
        click.echo(f"Looking at {len(checks)} things …", err=True)
    lines = examine(installation, checks, within)
    click.echo(as_object(lines) if as_json else "\n".join(report(lines, get_terminal_size((120, 24)).columns)))
    return max((CODES[line.seen.state] for line in lines), default=0)


def probe_model_here() -> None:
    """Try the language model out, and keep what it is trusted with."""
    from apps.doctor.probe import probe_here

    container = installation_here().container
    open_installation(container)
    models = container.policy.models
    probe_here(container.model, container.model_role, models.light, models.currency, now())


def installation_here() -> Installation:
    """From the environment and `handrail.toml`, as far as they can be read."""
    settings, problems = examine_settings(os.environ, toml_here())
    return Installation(settings=settings, now=now, problems=tuple(problems))


def as_object(lines: list[Line]) -> str:
    worst = max((line.seen.state for line in lines), key=lambda state: CODES[state], default=State.OK)
    rows = [
        {
            "section": line.section,
            "check": line.check,
            "state": line.seen.state.value,
            "found": line.seen.found,
            "fix": line.seen.fix,
        }
        for line in lines
    ]
    return json.dumps({"version": version("handrail"), "state": worst.value, "lines": rows}, indent=2)


def report(lines: list[Line], columns: int = 120) -> list[str]:
    """The lines as a person reads them, by section, and a sum at the end."""
    said: list[str] = []
    section, width = "", max(columns - len(INDENT), NARROWEST)
    for line in _sum_up(lines):
        if line.section != section:
            section = line.section
            said += ["", click.style(TITLES[section], bold=True)]
        seen = line.seen
        state = click.style(f"{seen.state.value:<9}", fg=COLOURS[seen.state])
        found, *more = wrap(seen.found, width) or [""]
        said += [f"  {state}{line.check:<{WIDTH}}{found}", *(INDENT + each for each in more)]
        for number, each in enumerate(wrap(seen.fix, width - 2)):
            said.append(f"{INDENT}{'  ' if number else '→ '}{each}")
    counts = {state: sum(line.seen.state is state for line in lines) for state in State}
    tally = ", ".join(f"{count} {state.value}{_plural(state, count)}" for state, count in counts.items() if count)
    return [*said, "", f"{tally}."]


def _plural(state: State, count: int) -> str:
    return "s" if state is State.WARNING and count != 1 else ""


def _sum_up(lines: list[Line]) -> list[Line]:
    """A section in which nothing could be looked at is one line: the settings that are not there."""
    summed: list[Line] = []
    for section in dict.fromkeys(line.section for line in lines):
        mine = [line for line in lines if line.section == section]
        if len(mine) > 1 and all(line.seen.found.startswith(NOT_SET) for line in mine):
            first = min(mine, key=lambda line: len(line.seen.found))
            summed.append(Line(section=section, check=f"{len(mine)} checks", seen=first.seen))
        else:
            summed += mine
    return summed
