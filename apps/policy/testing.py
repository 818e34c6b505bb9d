"""`handrail policy test`: the examples that stand in the policy file itself."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from apps.policy.files import file_here
from apps.policy.here import FILE
from apps.policy_file import check_policy, parse_policy, read_text
from core.decide.policy_tests import Outcome, run, show
from core.policy import Policy, Source, Way


@click.command()
@click.argument("file", required=False, type=FILE)
@click.option("--verbose", "-v", is_flag=True, help="Show those that pass too, and what no test comes to.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead.")
def test(file: Path | None, verbose: bool, as_json: bool) -> None:
    """Run the tests in FILE (default: the policy of the settings): are its examples decided as they expect?

    With --verbose also which triggers and human matters no test comes to.

    Exit code 0 when all pass, 1 when one fails, 2 when the file is wrong."""
    path = file_here(file)
    found = parse_policy(read_text(path), str(path))
    policy = check_policy(found)
    outcomes = run(policy)
    failed = [outcome for outcome in outcomes if not outcome.passed]
    if as_json:
        rows = [as_object(outcome, found.source) for outcome in outcomes]
        about = {"file": str(path), "version": policy.version, "passed": len(outcomes) - len(failed)}
        untested = list_unreached(policy, outcomes)
        click.echo(json.dumps({**about, "failed": len(failed), "tests": rows, "untested": untested}, indent=2))
    else:
        for outcome in outcomes if verbose else failed:
            click.echo("\n".join(describe_outcome(outcome, found.source)))
        if verbose:
            click.echo(f"Rules that no test comes to: {', '.join(list_unreached(policy, outcomes)) or 'none'}.")
        click.echo(verdict(len(outcomes), len(failed)))
    sys.exit(1 if failed else 0)


def describe_outcome(outcome: Outcome, source: Source) -> list[str]:
    """What was expected, what came instead, and why."""
    where = f"{source.name}:{source.line(('tests', outcome.number))}"
    if outcome.passed:
        return [f"{where}: passed: {outcome.example.name}"]
    lines = [f"{where}: failed: {outcome.example.name}"]
    lines += [f"    {wrong.key}: expected {wrong.expected}, got {wrong.got}" for wrong in outcome.mismatches]
    return [*lines, f"    because of {outcome.disposition.rule}: {outcome.disposition.reason}"]


def verdict(count: int, failed: int) -> str:
    if not count:
        return "There are no tests in this policy."
    return f"{failed} of {count} failed." if failed else f"All {count} passed."


def list_unreached(policy: Policy, outcomes: Sequence[Outcome]) -> list[str]:
    """The policy's own rules that decided none of its tests."""
    own = [f"trigger:{name}" for name in policy.triggers]
    own += [f"owner:{name}" for name, row in policy.owners.items() if row.way is Way.HUMAN]
    seen = {outcome.disposition.rule for outcome in outcomes}
    return [rule for rule in own if rule not in seen]


def as_object(outcome: Outcome, source: Source) -> dict[str, object]:
    return {
        "name": outcome.example.name,
        "line": source.line(("tests", outcome.number)),
        "passed": outcome.passed,
        "expected": dict(outcome.example.expect),
        "got": show(outcome.disposition),
        "reason": outcome.disposition.reason,
    }
