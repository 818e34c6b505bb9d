"""`handrail agent-survey`: what the weekly question came to."""

import json
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

import click

from core.measure.pulse import FEWEST, PulseWeek, summary, week_of
from core.model.agent import SCALE


def print_weeks(weeks: int, *, as_json: bool) -> None:
    """Print the last weeks, newest first."""
    from apps.bootstrap import now
    from apps.installed import container_here

    since = week_of(now() - timedelta(weeks=weeks - 1))
    with container_here().store.read() as unit:
        found = summary(unit.pulse.since(since), week_of(now()))
    if as_json:
        click.echo(json.dumps({"weeks": [_row(each) for each in found]}))
    else:
        click.echo("\n".join(_lines(found)))


def _lines(weeks: Sequence[PulseWeek]) -> Iterator[str]:
    if not weeks:
        yield "Nobody was asked yet. The sidebar asks each agent once a week, after a reply of theirs."
        return
    yield "week      say it helps (4 or 5)                answers    " + "  ".join(f"{step:>2}" for step in SCALE)
    for each in weeks:
        answers = f"{each.answered} of {each.asked}"
        if each.helps is None or each.counts is None:
            why = "not told before the week is over" if each.answered >= FEWEST else f"not told under {FEWEST} answers"
            yield f"{each.week}  {why:<36} {answers}"
        else:
            counts = "  ".join(f"{each.counts[step]:>2}" for step in SCALE)
            yield f"{each.week}  {each.helps!s:<36} {answers:<9}  {counts}"
    yield f"1 is not at all, {SCALE[-1]} very much. Ranges are 95 % intervals; “of” counts who saw the question."


def _row(each: PulseWeek) -> dict[str, Any]:
    helps = each.helps
    return {
        "week": each.week,
        "asked": each.asked,
        "answered": each.answered,
        "counts": dict(each.counts) if each.counts is not None else None,
        "helps": {"value": helps.value, "low": helps.low, "high": helps.high} if helps else None,
    }
