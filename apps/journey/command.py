"""`handrail journey`: what the offers on the company's pages did."""

import json
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import click

from apps.bootstrap import House, now
from apps.settings import settings_here
from core.journey.measure import RuleResult, results
from core.measure.share import Share

NEEDED = frozenset({"policy"})


def tell(days: int, *, as_json: bool) -> None:
    """Print what was offered, seen and answered in the last `days`, and who wrote to us, against the held out."""
    house = House(settings_here(needed=NEEDED))
    house.open_store()
    with house.store.read() as unit:
        found = results(unit.journey.counts(now() - timedelta(days=days)))
    if as_json:
        click.echo(json.dumps({"days": days, "rules": [_row(each) for each in found]}, indent=2))
        return
    if not found:
        click.echo(f"No offer in the last {days} days: see `journey` in the policy and docs/connect/journey.md.")
    for each in found:
        click.echo(_told(each))


def _told(result: RuleResult) -> str:
    return "\n".join(
        (
            f"{result.rule}: {result.offered} offered, {result.held_out} held out",
            f"  seen              {result.shown}",
            f"  wanted help       {result.accepted}",
            f"  declined          {result.declined}",
            f"  wrote to us       {result.wrote}",
            f"  … when held out   {result.wrote_held_out}",
        )
    )


def _row(result: RuleResult) -> dict[str, Any]:
    return {name: _share(value) if isinstance(value, dict) else value for name, value in asdict(result).items()}


def _share(share: dict[str, int]) -> dict[str, float | int | None]:
    made = Share(**share)
    return {**share, "value": made.value, "low": made.low, "high": made.high}
