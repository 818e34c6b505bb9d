"""Campaigns as they are printed."""

from collections.abc import Iterator
from typing import Any

from core.measure.outreach.results import LEFT
from core.model.campaign import SENDING, Standing, Vote
from core.model.outreach import Pause
from core.ports import Progress

WIDTH = 12


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


def shown(standing: Standing, progress: Progress, votes: list[Vote]) -> Iterator[str]:
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
            yield f"{kind:<{WIDTH}}" + ", ".join(f"{name} {count:,}" for name, count in sorted(counts.items()))


def under_way(standing: Standing, progress: Progress) -> str:
    """One line of `status`."""
    of = progress.recipients
    left = sum(of.get(name, 0) for name in LEFT)
    unsure = of.get("unknown", 0) + of.get("parked", 0)
    unclear = f", {unsure:,} of them without an answer" if unsure else ""
    return f"{row(standing)}: {left:,} of {standing.campaign.treated:,} have left{unclear}"


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
