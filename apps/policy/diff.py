"""`handrail policy diff`: which of the last decisions another policy would have taken otherwise."""

import json
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from apps.installed import container_here
from apps.policy.here import FILE, in_force_here
from apps.policy_file import check_policy, parse_policy, read_policy
from core.errors import ConfigurationError
from core.model.decision import Disposition
from core.policy import Policy

if TYPE_CHECKING:
    from apps.bootstrap import Knowledge
    from core.measure.replay import Comparison, PolicyOf, Replayed

SHOWN = 50  # flips in the table; JSON has them all


@click.command()
@click.argument("new", type=FILE)
@click.option(
    "--last",
    "conversations",
    type=click.IntRange(min=1),
    default=200,
    show_default=True,
    metavar="N",
    help="How many conversations, the newest ones.",
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON object instead, with every decision that changes."
)
def diff(new: Path, conversations: int, as_json: bool) -> None:
    """Take the decisions of the last N conversations again: under the policy in force, and under NEW.

    Works on what is stored; nothing is read anew and nothing is sent.

    Exit code 0 when decisions were compared, 1 when none could be, 2 when it could not be tried."""
    from core.measure.replay import compare, last_decisions

    container = container_here()
    version = in_force_here(container)
    stored = stored_policies(container)
    running, wanted = stored(version), read_policy(new)
    if running is None:
        raise ConfigurationError(f"policy {version} is in force but this Handrail cannot read it")
    with container.store.read() as unit:
        found = list(last_decisions(unit, conversations))
    comparison = compare(found, running, wanted, stored)
    looked_at = len({each.decision.conversation_id for each in found})
    if as_json:
        about = {"in_force": version, "new": wanted.version, "decisions": len(found), "conversations": looked_at}
        click.echo(json.dumps(about | as_object(comparison)))
    else:
        click.echo("\n".join(_lines(comparison, len(found), looked_at)))
    sys.exit(0 if comparison.replayed else 1)


def stored_policies(container: "Knowledge") -> "PolicyOf":
    """The policy of a version from its stored text; each is read once. None: not stored, or not readable."""

    @cache
    def policy(version: str) -> Policy | None:
        with container.store.read() as unit:
            stored = unit.policies.text(version)
        try:
            return check_policy(parse_policy(stored.text, f"policy {version}")) if stored else None
        except ConfigurationError:
            return None

    return policy


def as_object(comparison: "Comparison") -> dict[str, Any]:
    return {
        "replayed": len(comparison.replayed),
        "flips": len(comparison.flips) if comparison.replayed else None,  # nobody knows
        "kinds": dict(comparison.kinds),
        "same_by_another_rule": comparison.by_other_rule,
        "not_replayed": dict(comparison.unfaithful),
        "flipped": [_flip(each) for each in comparison.flips],
    }


def _flip(each: "Replayed") -> dict[str, Any]:
    decision = each.of.decision
    return {
        "conversation_id": decision.conversation_id,
        "ticket_id": each.of.ticket_id,
        "decision_id": decision.id,
        "at": decision.at.isoformat(),
        "kind": each.kind,
        "before": _disposition(each.before),
        "after": _disposition(each.after),
    }


def _disposition(made: Disposition) -> dict[str, Any]:
    return {
        "action": made.action.value,
        "owner": made.owner.name or made.owner.kind.value,
        "tier": made.tier,
        "rule": made.rule,
        "reason": made.reason,
        "alert": made.alert,
        "first": made.first,
    }


def _lines(comparison: "Comparison", decisions: int, conversations: int) -> Iterator[str]:
    flips = comparison.flips
    yield _headline(comparison, decisions, conversations)
    yield from (f"  {count:>5}  {kind}" for kind, count in comparison.kinds.items())
    if comparison.by_other_rule:
        yield f"  {comparison.by_other_rule:>5}  come to the same by another rule"
    left = sum(comparison.unfaithful.values())
    if left:
        yield f"{left} could not be taken again as they were, and are not counted:"
        yield from (f"  {count:>5}  {why}" for why, count in comparison.unfaithful.items())
    for each in flips[:SHOWN]:
        ticket, decision = each.of.ticket_id, each.of.decision
        where = f"ticket {ticket}" if ticket else f"conversation {decision.conversation_id}"
        yield ""
        yield f"{where}, {decision.at:%Y-%m-%d %H:%M} UTC: {each.kind}"
        yield f"  before  {_said(each.before)}"
        yield f"  after   {_said(each.after)}"
    if len(flips) > SHOWN:
        yield f"\n… and {len(flips) - SHOWN} more; --json has them all."


def _headline(comparison: "Comparison", decisions: int, conversations: int) -> str:
    """How many of those that were compared: of the others nobody knows."""
    compared, of = len(comparison.replayed), f"of {decisions} in your last {conversations} conversations"
    if not decisions:
        return "nothing has been decided yet that could be taken again"
    if not compared:
        return f"nothing is known of what changes: no decision could be taken again ({of})"
    return f"flips {len(comparison.flips)} of the {compared} decisions that could be taken again ({of})"


def _said(made: Disposition) -> str:
    owner = made.owner.name or made.owner.kind.value
    return f"{made.action.value} by {made.rule}, {owner}, tier {made.tier}: {made.reason}"
