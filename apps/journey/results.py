"""`handrail journey`: what the offers on the company's pages did."""

import json
from datetime import timedelta
from typing import Any

import click

from apps.bootstrap import now
from apps.installed import container_here
from core.journey.measure import RuleResult, is_comparable, results
from core.measure.statistics import Share

NOT_COMPARED = (
    "Who wrote to us is not compared with the held out: no message of anybody who had not said yes carried its "
    "visitor's name (handrail_visitor). See docs/connect/journey.md."
)


def print_results(days: int, *, as_json: bool) -> None:
    """Print what was offered, seen and answered in the last `days`, and who wrote to us against the held out, where
    that can be known."""
    with container_here().store.read() as unit:
        counts = unit.journey.counts(now() - timedelta(days=days))
    found, compared = results(counts), is_comparable(counts)
    if as_json:
        click.echo(json.dumps({"days": days, "rules": [_row(each, compared=compared) for each in found]}, indent=2))
        return
    if not found:
        click.echo(f"No offer in the last {days} days: see `journey` in the policy and docs/connect/journey.md.")
    for each in found:
        click.echo(_as_text(each, compared=compared))
    if found and not compared:
        click.echo(NOT_COMPARED)


def _as_text(result: RuleResult, *, compared: bool) -> str:
    lines = (
        f"{result.rule}: {result.offered} offered, {result.held_out} held out",
        f"  seen              {result.shown}",
        f"  wanted help       {result.accepted}",
        f"  declined          {result.declined}",
    )
    wrote = (f"  wrote to us       {result.wrote}", f"  … when held out   {result.wrote_held_out}")
    return "\n".join((*lines, *(wrote if compared else ())))


def _row(result: RuleResult, *, compared: bool) -> dict[str, Any]:
    found = ((name, getattr(result, name)) for name in RuleResult.__slots__)
    row = {name: value.row() if isinstance(value, Share) else value for name, value in found}
    return row if compared else row | {"wrote": None, "wrote_held_out": None}
