"""`handrail outreach results`: what came of a campaign."""

import json
import textwrap
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import click

from apps.outreach.command import JSON, known
from apps.outreach.lines import heading
from apps.policy.here import container_here
from core.coordinate.policy import Policy
from core.errors import ConfigurationError
from core.measure.outreach.difference import Difference
from core.measure.outreach.harm import ALPHA
from core.measure.outreach.results import Result, Span
from core.measure.outreach.said import UNKNOWN_PLAY, sentences
from core.measure.share import Share
from core.model.campaign import Standing
from core.model.spend import MICRO
from core.outreach.sending.measured import result_of

WIDTH = 100
NAMES = 34


@click.command()
@click.argument("campaign")
@JSON
def results(campaign: str, *, as_json: bool) -> None:
    """What came of a CAMPAIGN: who contacted us of those written to and of those left alone, and what that is worth."""
    from apps.bootstrap import now
    from apps.bootstrap.outreach import PolicyUnder

    with container_here().store.read() as unit:
        standing = known(unit, campaign)
        if standing.began_at is None:
            raise ConfigurationError(f"{campaign} is {standing.state}: nothing of it has left, so nothing came of it")
        policy = PolicyUnder()(unit, standing.campaign.policy_version)
        found = None if policy is None else result_of(unit, standing, policy, now())
    if policy is None or found is None:
        raise ConfigurationError(UNKNOWN_PLAY)
    click.echo(json.dumps(as_plain(standing, found, policy)) if as_json else "\n".join(lines(standing, found, policy)))


def lines(standing: Standing, result: Result, policy: Policy) -> Iterator[str]:
    campaign = standing.campaign
    matter = policy.outreach.plays[campaign.play].matter
    about = ", ".join(sorted(matter.intents)) or "anything"
    yield heading(standing)
    yield f"counted: contacts about {about}, by policy {campaign.policy_version}, which it was sent under"
    yield ""
    yield f"{'':<{NAMES}}{'people':>10}{'contacted us':>14}   share (95 %)"
    yield _row("to be written to", result.treated)
    yield _row("left alone by lot (holdout)", result.held_out)
    if result.difference.told and result.over:
        yield f"{'difference':<{NAMES + 24}}   {_points(result.difference)}"
    yield _row("for comparison: message arrived", result.arrived)
    yield ""
    for sentence in sentences(result, policy.outreach, when):
        yield from textwrap.wrap(sentence, WIDTH)
    if result.harm is not None:
        yield from textwrap.wrap(
            f"Harm check: at most {result.harm.against:,.1f} to 1 for harm; sending stops at {1 / ALPHA:.0f} to 1.",
            WIDTH,
        )


def when(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def as_plain(standing: Standing, result: Result, policy: Policy) -> dict[str, Any]:
    """For --json; money in the policy's currency."""
    difference = result.difference
    cost = None if result.cost_each is None else result.cost_each.times(1 / MICRO)
    return {
        "id": standing.campaign.id,
        "play": standing.campaign.play,
        "state": standing.state.value,
        "policy": standing.campaign.policy_version,
        "days": result.days,
        "until": result.until.isoformat(),
        "final": result.over,
        "treated": _share(result.treated),
        "holdout": _share(result.held_out),
        "arrived": _share(result.arrived),
        "difference": _ends(difference.value, difference.low, difference.high) if result.over else None,
        "verdict": result.verdict.value,
        "spared": _span(result.spared),
        "cost": result.spent / MICRO,
        "cost_each": _span(cost),
        "currency": policy.outreach.currency,
        "left": result.left,
        "replied": result.replied,
        "replied_about": result.replied_about,
        "opted_out": result.opted_out,
        "harm": None if result.harm is None else result.harm.against,
    }


def _row(name: str, share: Share) -> str:
    told = (
        "none"
        if share.value is None
        else f"{100 * share.value:.1f} % ({100 * share.low:.1f} to {100 * share.high:.1f})"
    )
    return f"{name:<{NAMES}}{share.cases:>10,}{share.hits:>14,}   {told}"


def _points(difference: Difference) -> str:
    value, low, high = (100 * each for each in (difference.value or 0.0, difference.low, difference.high))
    return f"{value:+.1f} points ({low:+.1f} to {high:+.1f})"


def _share(share: Share) -> dict[str, Any]:
    return {"people": share.cases, "contacted": share.hits, **_ends(share.value, share.low, share.high)}


def _span(span: Span | None) -> dict[str, Any] | None:
    return None if span is None else _ends(span.value, span.low, span.high)


def _ends(value: float | None, low: float, high: float) -> dict[str, Any]:
    return {"value": value, "low": low, "high": high}
