"""`handrail outreach list|show|results|status|pause|resume|stop`: campaigns, and the switch for all sending."""

import json
import sys
import textwrap
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from apps.installed import container_here
from apps.proof import prove_approver, proved
from core.errors import ConfigurationError
from core.govern import pause as everything
from core.measure.outreach.results import LEFT, Result
from core.measure.outreach.said import UNKNOWN_PLAY, sentences
from core.measure.statistics import ALPHA, Difference, Interval, Share
from core.model.campaign import ASKED, SENDING, CampaignState, Standing, Vote
from core.model.cost import MICRO
from core.model.ids import ApprovalId
from core.model.outreach import Pause
from core.outreach.sending import steer
from core.outreach.sending.measured import result_of
from core.policy import Policy
from core.ports import Progress, Unit

if TYPE_CHECKING:
    from apps.bootstrap import Knowledge

NAME_WIDTH = 12


def row(standing: Standing) -> str:
    campaign = standing.campaign
    began = f"{campaign.created_at:%Y-%m-%d %H:%M}"
    why = f"  {standing.reason}" if standing.reason else ""
    return f"{campaign.id}  {began} UTC  {standing.state:<9}  {campaign.treated:>9,}  {campaign.play}{why}"


def switch(pause: Pause | None) -> str:
    if pause is None:
        return "Sending is on."
    why = f" ({pause.why})" if pause.why else ""
    return f"All sending is paused since {pause.at:%Y-%m-%d %H:%M} UTC by {pause.by}{why}."


def heading(standing: Standing) -> str:
    campaign = standing.campaign
    return f"{campaign.play} ({campaign.id}), {standing.state}{': ' + standing.reason if standing.reason else ''}"


def describe(standing: Standing, progress: Progress, votes: list[Vote]) -> Iterator[str]:
    """One campaign: what it says, to whom, who said yes, how far it has got."""
    campaign = standing.campaign
    yield heading(standing)
    yield f"signal {campaign.signal_id}, matter {campaign.matter}, policy {campaign.policy_version}"
    yield f"asked at {campaign.created_at:%Y-%m-%d %H:%M} UTC, no message after {campaign.not_after:%Y-%m-%d %H:%M} UTC"
    yield f"digest {campaign.digest}"
    for vote in votes:
        yield f"{'yes' if vote.yes else 'no'} from {vote.email} ({vote.role}) at {vote.at:%Y-%m-%d %H:%M} UTC"
    for variant in campaign.variants:
        yield f"\n[{variant.name}]\n{variant.text}"
    yield ""
    so_far = {"recipients": progress.recipients, "deliveries": progress.deliveries, "errors": progress.errors}
    for kind, counts in (*campaign.counts.items(), *so_far.items()):
        if counts:
            yield f"{kind:<{NAME_WIDTH}}" + ", ".join(f"{name} {count:,}" for name, count in sorted(counts.items()))


def under_way(standing: Standing, progress: Progress, now: datetime) -> str:
    """One line of `status`."""
    of = progress.recipients
    left = sum(of.get(name, 0) for name in LEFT)
    unsure = of.get("unknown", 0) + of.get("parked", 0)
    unclear = f", {unsure:,} of them without an answer" if unsure else ""
    first = progress.next_at
    still = f", the first of the others not before {first:%Y-%m-%d %H:%M} UTC" if first and first > now else ""
    return f"{row(standing)}: {left:,} of {standing.campaign.treated:,} have left{unclear}{still}"


def plain(standing: Standing, progress: Progress | None = None) -> dict[str, Any]:
    """For --json."""
    campaign = standing.campaign
    told: dict[str, Any] = {
        "id": campaign.id,
        "play": campaign.play,
        "state": standing.state.value,
        "reason": standing.reason,
        "created_at": campaign.created_at.isoformat(),
        "not_after": campaign.not_after.isoformat(),
        "recipients": campaign.treated,
        "holdout": campaign.size - campaign.treated,
        "digest": campaign.digest,
        "sending": standing.state in SENDING,
    }
    if progress is not None:
        told["progress"] = {
            "recipients": dict(progress.recipients),
            "deliveries": dict(progress.deliveries),
            "errors": dict(progress.errors),
        }
    return told


JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead.")
MAYBE = click.argument("campaign", required=False)
OPEN = (CampaignState.PREPARING, *ASKED, *SENDING)


@click.command(name="list")
@click.option(
    "--limit", default=20, show_default=True, type=click.IntRange(1, 1000), metavar="N", help="How many, newest first."
)
@JSON
def list_campaigns(limit: int, *, as_json: bool) -> None:
    """The newest campaigns: when, how they stand, to how many, by which play."""
    with container_here().store.read() as unit:
        found = unit.campaigns.recent(limit)
    if as_json:
        click.echo(json.dumps({"campaigns": [plain(each) for each in found]}))
        return
    click.echo(
        "\n".join(map(row, found)) or "There was no campaign yet: a signal that a play of the policy names starts one."
    )


@click.command()
@click.argument("campaign")
@JSON
def show(campaign: str, *, as_json: bool) -> None:
    """One CAMPAIGN: its words, its recipients by kind, who said yes, how far it has got."""
    with container_here().store.read() as unit:
        standing = find_campaign(unit, campaign)
        progress, votes = unit.campaigns.progress(standing.campaign.id), unit.campaigns.votes(standing.campaign.id)
    if as_json:
        click.echo(json.dumps(plain(standing, progress)))
    else:
        click.echo("\n".join(describe(standing, progress, votes)))


@click.command()
@JSON
def status(*, as_json: bool) -> None:
    """Whether sending is on, and the campaigns that are not over."""
    from apps.bootstrap import now

    with container_here().store.read() as unit:
        paused, found = everything.current_pause(unit), unit.campaigns.in_state(*OPEN)
        ways = [unit.campaigns.progress(each.campaign.id) for each in found]
    told = list(zip(found, ways, strict=True))
    if as_json:
        off = {"by": paused.by, "why": paused.why, "at": paused.at.isoformat()} if paused else None
        click.echo(json.dumps({"paused": off, "campaigns": [plain(*each) for each in told]}))
        return
    click.echo("\n".join([switch(paused), *(under_way(*each, now()) for each in told)]))


@click.command()
@MAYBE
@proved
@click.option("--why", default="", metavar="REASON", help="Shown to those who find it paused; also in the ledger.")
def pause(campaign: str | None, by: str, key: Path | None, why: str) -> None:
    """Pause one CAMPAIGN, or all that leaves by itself; it holds from the moment this command ends."""
    container = container_here()
    prove_approver(container, by, key, f"outreach pause {campaign or ''}".strip())
    if campaign is not None:
        _steer(
            container,
            campaign,
            lambda unit, name, now: steer.pause_campaign(unit, name, by, why, now),
            "paused",
            "running",
        )
        return
    from apps.bootstrap import now

    with container.store.begin() as unit:
        known = everything.current_pause(unit)
        standing = everything.pause(unit, by, why, now())
    click.echo(switch(standing) if known is None else f"It was paused already. {switch(standing)}")


@click.command()
@MAYBE
@proved
def resume(campaign: str | None, by: str, key: Path | None) -> None:
    """Let one CAMPAIGN, or all that leaves by itself, go on."""
    container = container_here()
    prove_approver(container, by, key, f"outreach resume {campaign or ''}".strip())
    if campaign is not None:
        _steer(
            container,
            campaign,
            lambda unit, name, now: steer.resume_campaign(unit, name, by, now),
            "running again",
            "paused",
        )
        return
    from apps.bootstrap import now

    with container.store.begin() as unit:
        due = everything.resume(unit, by, now())
    click.echo("Nothing was paused." if due is None else f"Sending is on; {due} messages that waited leave now.")


@click.command()
@click.argument("campaign")
@proved
@click.option("--why", default="", metavar="REASON", help="Shown on its card in Slack; also in the ledger.")
def stop(campaign: str, by: str, key: Path | None, why: str) -> None:
    """Stop a CAMPAIGN for good: what has not left never does."""
    container = container_here()
    prove_approver(container, by, key, f"outreach stop {campaign}")
    _steer(
        container,
        campaign,
        lambda unit, name, now: steer.stop_campaign(unit, name, by, why, now),
        "stopped",
        "under way",
    )


def _steer(
    container: "Knowledge",
    name: str,
    change: Callable[[Unit, ApprovalId, datetime], Standing | None],
    done: str,
    needs: str,
) -> None:
    from apps.bootstrap import now

    with container.store.begin() as unit:
        before = find_campaign(unit, name)
        after = change(unit, before.campaign.id, now())
    if after is None:
        click.echo(f"{name} is {before.state}, not {needs}; nothing was changed.", err=True)
        sys.exit(1)
    click.echo(f"{name} ({before.campaign.play}) is {done}.")


def find_campaign(unit: Unit, name: str) -> Standing:
    standing = unit.campaigns.get(ApprovalId(name))
    if standing is None:
        raise ConfigurationError(f"there is no campaign {name}; see handrail outreach list")
    return standing


LINE_WIDTH = 100
NAMES = 34


@click.command()
@click.argument("campaign")
@JSON
def results(campaign: str, *, as_json: bool) -> None:
    """What came of a CAMPAIGN: who contacted us of those written to and of those left alone, and what that is worth."""
    from apps.bootstrap import now
    from apps.bootstrap.outreach import PolicyUnder

    with container_here().store.read() as unit:
        standing = find_campaign(unit, campaign)
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
        yield from textwrap.wrap(sentence, LINE_WIDTH)
    if result.harm is not None:
        yield from textwrap.wrap(
            f"Harm check: at most {result.harm.against:,.1f} to 1 for harm; sending stops at {1 / ALPHA:.0f} to 1.",
            LINE_WIDTH,
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


def _span(span: Interval | None) -> dict[str, Any] | None:
    return None if span is None else _ends(span.value, span.low, span.high)


def _ends(value: float | None, low: float, high: float) -> dict[str, Any]:
    return {"value": value, "low": low, "high": high}
