"""`handrail outreach list|show|status|pause|resume|stop`."""

import json
import sys
from collections.abc import Callable
from datetime import datetime

import click

from apps.outreach.lines import plain, row, shown, switch, under_way
from apps.policy.here import BY, container_here
from core.errors import ConfigurationError
from core.govern import pause as everything
from core.model.campaign import ASKED, SENDING, CampaignState, Standing
from core.model.ids import ApprovalId
from core.outreach.sending import steer
from core.ports import Unit

JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object.")
MAYBE = click.argument("campaign", required=False)
OPEN = (CampaignState.PREPARING, *ASKED, *SENDING)


@click.command(name="list")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000), help="How many, newest first.")
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
        standing = known(unit, campaign)
        progress, votes = unit.campaigns.progress(standing.campaign.id), unit.campaigns.votes(standing.campaign.id)
    if as_json:
        click.echo(json.dumps(plain(standing, progress)))
    else:
        click.echo("\n".join(shown(standing, progress, votes)))


@click.command()
@JSON
def status(*, as_json: bool) -> None:
    """Whether sending is on, and the campaigns that are not over."""
    with container_here().store.read() as unit:
        paused, found = everything.paused(unit), unit.campaigns.in_state(*OPEN)
        ways = [unit.campaigns.progress(each.campaign.id) for each in found]
    told = list(zip(found, ways, strict=True))
    if as_json:
        off = {"by": paused.by, "why": paused.why, "at": paused.at.isoformat()} if paused else None
        click.echo(json.dumps({"paused": off, "campaigns": [plain(*each) for each in told]}))
        return
    click.echo("\n".join([switch(paused), *(under_way(*each) for each in told)]))


@click.command()
@MAYBE
@BY
@click.option("--why", default="", help="For those who find it paused.")
def pause(campaign: str | None, by: str, why: str) -> None:
    """Pause one CAMPAIGN, or all that leaves by itself; it holds from the moment this command ends."""
    if campaign is not None:
        _steer(campaign, lambda unit, name, now: steer.paused(unit, name, by, why, now), "paused", "running")
        return
    from apps.bootstrap import now

    with container_here().store.begin() as unit:
        known = everything.paused(unit)
        standing = everything.pause(unit, by, why, now())
    click.echo(switch(standing) if known is None else f"It was paused already. {switch(standing)}")


@click.command()
@MAYBE
@BY
def resume(campaign: str | None, by: str) -> None:
    """Let one CAMPAIGN, or all that leaves by itself, go on."""
    if campaign is not None:
        _steer(campaign, lambda unit, name, now: steer.resumed(unit, name, by, now), "running again", "paused")
        return
    from apps.bootstrap import now

    with container_here().store.begin() as unit:
        due = everything.resume(unit, by, now())
    click.echo("Nothing was paused." if due is None else f"Sending is on; {due} messages that waited leave now.")


@click.command()
@click.argument("campaign")
@BY
@click.option("--why", default="", help="For the card and the ledger.")
def stop(campaign: str, by: str, why: str) -> None:
    """Stop a CAMPAIGN for good: what has not left never does."""
    _steer(campaign, lambda unit, name, now: steer.stopped(unit, name, by, why, now), "stopped", "under way")


def _steer(name: str, change: Callable[[Unit, ApprovalId, datetime], Standing | None], done: str, needs: str) -> None:
    from apps.bootstrap import now

    with container_here().store.begin() as unit:
        before = known(unit, name)
        after = change(unit, before.campaign.id, now())
    if after is None:
        click.echo(f"{name} is {before.state}, not {needs}; nothing was changed.", err=True)
        sys.exit(1)
    click.echo(f"{name} ({before.campaign.play}) is {done}.")


def known(unit: Unit, name: str) -> Standing:
    standing = unit.campaigns.get(ApprovalId(name))
    if standing is None:
        raise ConfigurationError(f"there is no campaign {name}; see handrail outreach list")
    return standing
