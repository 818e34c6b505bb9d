"""`handrail experiments list|status|stop`: what is tried on a part of the customers, and what came of it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from apps.installed import container_here
from apps.proof import prove_approver, proved
from core.errors import ConfigurationError
from core.measure.experiments import WORDS, Result, Verdict, measure_experiment, stop_experiment
from core.measure.statistics import FEWEST_EACH, AlwaysValid
from core.policy import Policy

JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead.")
TOLD = {
    Verdict.TOO_FEW: f"nothing can be told: an arm has fewer than {FEWEST_EACH} people whose days are over",
    Verdict.UNSURE: "nothing can be told yet: the interval holds no difference too",
    Verdict.BETTER: "better: the interval leaves out that there is no difference",
    Verdict.HARMFUL: "does harm",
}
NONE = "The policy in force has no experiments (section `experiments`, docs/experiments.md)."


def policy_here(container: Any) -> Policy:
    from apps.policy.here import in_force_here
    from apps.policy_file import check_policy, parse_policy

    version = in_force_here(container)
    with container.store.read() as unit:
        stored = unit.policies.text(version)
    if stored is None:
        raise ConfigurationError(f"policy {version} is not stored")
    return check_policy(parse_policy(stored.text, f"policy {version}"))


def describe(result: Result) -> Iterator[str]:
    """One experiment: how it stands, and each figure with its interval."""
    yield heading(result)
    experiment = result.experiment
    if result.began_at is None:
        yield "  nobody is part of it yet"
        return
    days = experiment.days.days
    yield f"  {WORDS[experiment.measure]} within {days} days, of those whose days are over:"
    yield f"    {_line(result.effect)}"
    yield f"    {TOLD[result.verdict]}"
    yield "  watched, of everybody so far (the intervals hold for all of these together, however often one looks):"
    for measure, found in result.so_far.items():
        yield f"    {WORDS[measure]}: {_line(found)}"


def heading(result: Result) -> str:
    experiment, stop = result.experiment, result.stop
    state = f"stopped {stop.at:%Y-%m-%d %H:%M} UTC by {stop.by}: {stop.why}" if stop else "running"
    began = f"since {result.began_at:%Y-%m-%d %H:%M} UTC" if result.began_at else "not begun"
    return f"{result.name}  varies {experiment.varies}, {experiment.share:.0%} treated, {began}, {state}"


def _line(found: AlwaysValid) -> str:
    arms = f"treated {found.treated.hits:,} of {found.treated.cases:,}, others {found.held_out.hits:,} of "
    told = f"{arms}{found.held_out.cases:,}"
    if not found.told or found.value is None:
        return f"{told}; too few to compare"
    return f"{told}; {100 * found.value:+.1f} points ({100 * found.low:+.1f} to {100 * found.high:+.1f})"


def plain(result: Result) -> dict[str, Any]:
    """For --json."""
    return {
        "name": result.name,
        "key": result.key,
        "varies": result.experiment.varies.value,
        "share": result.experiment.share,
        "began_at": result.began_at.isoformat() if result.began_at else None,
        "stopped": {"at": result.stop.at.isoformat(), "by": result.stop.by, "why": result.stop.why}
        if result.stop
        else None,
        "verdict": result.verdict.value,
        "measure": result.experiment.measure.value,
        "effect": _plain(result.effect),
        "watched": {measure.value: _plain(found) for measure, found in result.so_far.items()},
    }


def _plain(found: AlwaysValid) -> dict[str, Any]:
    arms = {"treated": found.treated.row(), "held_out": found.held_out.row()}
    return {**arms, "value": found.value, "low": found.low, "high": found.high, "told": found.told}


def _results(only: str | None = None) -> list[Result]:
    from apps.bootstrap import now

    container = container_here()
    policy = policy_here(container)
    if only is not None and only not in policy.experiments:
        raise ConfigurationError(f"the policy in force has no experiment {only!r}")
    with container.store.read() as unit:
        return [
            measure_experiment(unit, name, experiment, now())
            for name, experiment in policy.experiments.items()
            if only in (None, name)
        ]


@click.command(name="list")
@JSON
def list_experiments(*, as_json: bool) -> None:
    """The experiments of the policy in force, and whether they run."""
    found = _results()
    if as_json:
        click.echo(json.dumps({"experiments": [plain(each) for each in found]}))
    else:
        click.echo("\n".join(map(heading, found)) or NONE)


@click.command()
@click.argument("name", required=False)
@JSON
def status(name: str | None, *, as_json: bool) -> None:
    """What came of them so far, or of NAME alone, each figure with an interval that holds however often you look.

    Nothing is called better unless the interval leaves out that there is no difference."""
    found = _results(name)
    if as_json:
        click.echo(json.dumps({"experiments": [plain(each) for each in found]}))
    else:
        click.echo("\n".join(line for each in found for line in describe(each)) or NONE)


@click.command()
@click.argument("name")
@click.option("--why", required=True, metavar="WHY", help="Why it is stopped; it is kept with your name.")
@proved
def stop(name: str, why: str, by: str, key: Path | None) -> None:
    """Stop NAME: from now on everybody has what those have who are left without.

    What it did until then stays and is still told. To begin anew, change it in the policy."""
    from apps.bootstrap import now

    container = container_here()
    experiment = policy_here(container).experiments.get(name)
    if experiment is None:
        raise ConfigurationError(f"the policy in force has no experiment {name!r}")
    prove_approver(container, by, key, f"experiments stop {name}")
    with container.store.begin() as unit:
        stopped = stop_experiment(unit, experiment.key(name), by, why, now())
    click.echo(f"{name} is stopped." if stopped else f"{name} was stopped before.")
