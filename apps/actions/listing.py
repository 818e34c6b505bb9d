"""`handrail actions list`: the actions of the policy in force, and what was done by them."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from apps.installed import container_here
from apps.policy.diff import stored_policies
from apps.policy.here import in_force_here
from core.errors import ConfigurationError
from core.model.action import ActionRun
from core.policy import Policy
from core.policy.actions import ActionSpec, Approver, Identity, InputKind, Limits

if TYPE_CHECKING:
    from apps.bootstrap import Knowledge

WHO = {
    Identity.PROVED: "a customer who has proved who they are",
    Identity.KNOWN: "a customer whom the helpdesk knows",
    Identity.ANYONE: "anyone",
}
YES = {
    Approver.NOBODY: "nobody else",
    Approver.AGENT: "the agent who starts it",
    Approver.SUPERVISOR: "a supervisor",
    Approver.TWO: "two people",
}
NONE = "The policy in force declares no action."
NO_RUNS = "Nothing was done yet: no action was agreed to."
PERSON = "by a person: it has no call"


def policy_here(container: "Knowledge") -> Policy:
    """The one in force. Raises ConfigurationError where there is none that this Handrail can read."""
    version = in_force_here(container)
    found = stored_policies(container)(version)
    if found is None:
        raise ConfigurationError(f"policy {version} is in force but this Handrail cannot read it")
    return found


@click.command(name="list")
@click.option("--runs", is_flag=True, help="What was done instead, newest first.")
@click.option(
    "--limit", default=50, show_default=True, type=click.IntRange(1, 1000), metavar="N", help="With --runs: how many."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead.")
def list_actions(limit: int, *, runs: bool, as_json: bool) -> None:
    """Every action of the policy in force: for what, for whom, within which limits, who says yes, where, its undo."""
    container = container_here()
    if runs:
        with container.store.read() as unit:
            found = unit.actions.listed([], limit)
        if as_json:
            click.echo(json.dumps({"runs": [_run(each) for each in found]}))
        else:
            click.echo("\n".join(map(run_line, found)) or NO_RUNS)
        return
    specs = list(policy_here(container).actions.values())
    if as_json:
        click.echo(json.dumps({"actions": [_plain(each) for each in specs]}))
    else:
        click.echo("\n\n".join("\n".join(_lines(each)) for each in specs) or NONE)


def _lines(spec: ActionSpec) -> Iterator[str]:
    yield f"{spec.name}  {spec.label}"
    if spec.intents:
        yield f"  for       {', '.join(sorted(spec.intents))}"
    yield f"  done      {f'in {spec.call.system}' if spec.call else PERSON}"
    yield f"  whose     {WHO[spec.identity]}"
    for tier in ("", *spec.tiers):
        if told := describe_limits(spec, spec.limits_of(tier)):
            yield f"  limits    {told}{f' ({tier})' if tier else ''}"
    yield f"  yes from  {describe_yes(spec)}"
    if spec.undo:
        minutes = spec.undo_within.total_seconds() / 60
        yield f"  undo      {spec.undo}, for {minutes:g} minutes"


def describe_limits(spec: ActionSpec, limits: Limits) -> str:
    """In the unit of what it counts; empty where there is none."""
    told = [f"{limits.most:g} at once"] if limits.most is not None else []
    told += [f"{limits.per_day:g} a day"] if limits.per_day is not None else []
    told += [f"{limits.times} times a day"] if limits.times is not None else []
    of = spec.counts and f" of {spec.input[spec.counts].says or spec.counts}"
    return f"{', '.join(told)}{of if spec.counts and limits.most is not None else ''}"


def describe_yes(spec: ActionSpec) -> str:
    asked = "the customer, then " if spec.confirm and spec.question else ""
    alone = ""
    if spec.alone_up_to is not None and spec.approve is not Approver.NOBODY:
        alone = f" (up to {spec.alone_up_to:g}: nobody else)"
    return f"{asked}{YES[spec.approve]}{alone}"


def _plain(spec: ActionSpec) -> dict[str, Any]:
    def limits(of: Limits) -> dict[str, Any]:
        return {"most": of.most, "per_day": of.per_day, "times": of.times}

    return {
        "name": spec.name,
        "says": spec.label,
        "intents": sorted(spec.intents),
        "identity": spec.identity.value,
        "input": {
            name: {"kind": each.kind.value, **({"of": list(each.of)} if each.kind is InputKind.CHOICE else {})}
            for name, each in spec.input.items()
        },
        "limits": limits(spec.limits),
        "tiers": {tier: limits(spec.limits_of(tier)) for tier in spec.tiers},
        "counts": spec.counts or None,
        "asks_customer": bool(spec.confirm and spec.question),
        "approve": spec.approve.value,
        "alone_up_to": spec.alone_up_to,
        "system": spec.call.system if spec.call else None,
        "undo": spec.undo or None,
    }


def run_line(run: ActionRun) -> str:
    """Whose it was by their id, what they said and where they live by nothing."""
    yes = f"  yes from {', '.join(each.email for each in run.yes)}" if run.yes else ""
    why = f"  {run.error}" if run.error else ""
    return (
        f"{run.id}  {run.created_at:%Y-%m-%d %H:%M} UTC  {run.state:<8}  {run.call.action}  {run.customer_id}  "
        f"asked by {run.asked_by or 'the customer'}{yes}{why}"
    )


def _run(run: ActionRun) -> dict[str, Any]:
    return {
        "id": run.id,
        "at": run.created_at.isoformat(),
        "action": run.call.action,
        "customer": run.customer_id,
        "state": run.state.value,
        "asked_by": run.asked_by or None,
        "yes": [each.email for each in run.yes],
        "error": run.error or None,
        "settled_at": run.settled_at.isoformat() if run.settled_at else None,
    }
