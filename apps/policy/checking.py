"""`handrail policy check`: what is wrong in a policy file, and what in it can never happen."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path

import click

from apps.intents_file import read_intents
from apps.policy.files import file_here
from apps.policy.here import FILE
from apps.policy_file import Written, check_policy, parse_policy, read_text
from apps.policy_lint import lint
from apps.settings import settings_here
from core.policy import Policy, PolicyError
from core.policy.lint import Level, Remark
from core.policy.problem import spell


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """`version` is empty where the file could not be taken over; then the problems are the remarks. Without
    `intents_seen` nobody knew which intents there are."""

    file: str
    version: str
    remarks: tuple[tuple[int, Remark], ...]
    intents_seen: bool

    def count(self, level: Level) -> int:
        return sum(remark.level is level for _, remark in self.remarks)


@click.command()
@click.argument("file", required=False, type=FILE)
@click.option("--intents", type=FILE, help="The intents file. Default: that of the settings, where one is set.")
@click.option("--strict", is_flag=True, help="Exit code 1 on warnings too.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead.")
def check(file: Path | None, intents: Path | None, strict: bool, as_json: bool) -> None:
    """Read FILE (default: the policy of the settings) and name what is wrong, with its line.

    An error cannot work as written; a warning never comes into play or is seldom meant.
    Exit code 0 when there is no error, 1 when there is one, 2 when the file cannot be read at all."""
    path = file_here(file)
    found = check_whole(parse_policy(read_text(path), str(path)), _intents(intents))
    click.echo(json.dumps(as_object(found), indent=2) if as_json else "\n".join(describe_findings(found)))
    sys.exit(1 if found.count(Level.ERROR) or (strict and found.remarks) else 0)


def check_whole(found: Written, known_intents: frozenset[str] | None) -> Checked:
    """Everything there is to say about a file, in its order."""
    version, said = "", []
    try:
        policy: Policy = check_policy(found)
    except PolicyError as error:
        said = [(p.line, Remark(level=Level.ERROR, place=p.place, text=p.text)) for p in error.problems]
    else:
        version = policy.version
        said = [(found.source.line(remark.place), remark) for remark in lint(policy, known_intents)]
        said.sort(key=lambda pair: pair[0])
    return Checked(file=found.source.name, version=version, remarks=tuple(said), intents_seen=known_intents is not None)


def _intents(path: Path | None) -> frozenset[str] | None:
    """The names of the intents that are recognised. None: no file says."""
    name = str(path) if path else settings_here(needed=()).intents
    return frozenset(read_intents(name).examples) if name else None


def describe_findings(found: Checked) -> list[str]:
    lines = [
        f"{found.file}{f':{line}' if line else ''}: {remark.level}: {spell(remark.place)}: {remark.text}"
        for line, remark in found.remarks
    ]
    if not found.version:
        return [*lines, f"{_counted(len(lines), 'error')}. The file cannot be used; what is reached was not looked at."]
    if not found.intents_seen:
        lines.append("No intents file is set (--intents), so the names of intents were not checked.")
    errors, warnings = found.count(Level.ERROR), found.count(Level.WARNING)
    verdict = f"{_counted(errors, 'error')}, {_counted(warnings, 'warning')}" if found.remarks else "Nothing is wrong"
    return [*lines, f"{verdict}. Policy {found.version}."]


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def as_object(found: Checked) -> dict[str, object]:
    return {
        "file": found.file,
        "version": found.version or None,
        "errors": found.count(Level.ERROR),
        "warnings": found.count(Level.WARNING),
        "intents_checked": found.intents_seen,
        "remarks": [
            {"line": line, "level": remark.level.value, "key": spell(remark.place), "text": remark.text}
            for line, remark in found.remarks
        ],
    }
