"""When a campaign is over: nobody answered its card, its time has passed, or every line has come to its end."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from core.model.campaign import ASKED, SENDING, CampaignState, Standing
from core.model.event import Event, EventKind
from core.model.event_payloads import SignalStated
from core.policy import Policy
from core.ports import Unit
from core.ports.outreach import Progress

NOBODY_ANSWERED = "nobody answered in time"
LATE = "its time has passed"
OPEN = ("planned", "pending", "held", "sending", "unknown")
SOURCE = "outreach"


def expire_unanswered(unit: Unit, standing: Standing, now: datetime) -> Standing | None:
    """A card whose time is up, as EXPIRED; None where it is not, or somebody was faster."""
    if standing.state not in ASKED or now < standing.campaign.expires_at:
        return None
    return _ended(unit, standing, CampaignState.EXPIRED, NOBODY_ANSWERED, now)


def complete_campaign(
    unit: Unit, standing: Standing, progress: Progress, policy: Policy, now: datetime
) -> Standing | None:
    """DONE where every line has ended, or what has not may leave no more. What a play has follow is announced."""
    late = now >= standing.campaign.not_after
    if standing.state not in SENDING or not (late or _all_ended(standing, progress)):
        return None
    done = _ended(unit, standing, CampaignState.DONE, LATE if late and not _all_ended(standing, progress) else "", now)
    if done is None:
        return None
    if late:
        unit.campaigns.stop(standing.campaign.id, LATE, now)
    follow_up(unit, done, policy, now)
    return done


def _all_ended(standing: Standing, progress: Progress) -> bool:
    running = standing.state is CampaignState.RUNNING
    return running and not any(progress.recipients.get(name, 0) for name in OPEN)


def _ended(unit: Unit, standing: Standing, state: CampaignState, reason: str, now: datetime) -> Standing | None:
    ended = unit.campaigns.save(replace(standing, state=state, reason=reason, changed_at=now, ended_at=now))
    if ended is not None:
        facts = {"campaign": standing.campaign.id, "state": state, "why": reason}
        unit.ledger.append("campaign_ended", facts, now)
    return ended


def follow_up(unit: Unit, standing: Standing, policy: Policy, now: datetime) -> Event | None:
    """The signal of the play that comes after this one, to be handled when its time has come; kept with the end of the
    campaign, so that neither is without the other."""
    campaign = standing.campaign
    play = policy.outreach.plays.get(campaign.play)
    if play is None or play.follow_up is None or play.follow_up.play not in policy.outreach.plays:
        return None
    after = policy.outreach.plays[play.follow_up.play]
    at = now + play.follow_up.after
    facts: dict[str, Any] = {**campaign.facts}
    if after.matter.fact:
        # What ties the two together, whatever the first one's signal said: by anything else nobody would be found.
        facts[after.matter.fact] = campaign.matter
    event = Event(
        source=SOURCE,
        delivery_id=f"follow_up:{campaign.id}:{play.follow_up.play}",
        kind=EventKind.BUSINESS_SIGNAL,
        subject=campaign.matter,
        occurred_at=at,
        received_at=at,
        payload=SignalStated(kind=after.signal or play.follow_up.play, facts=facts),
    )
    if not unit.events.add(event):
        return None
    unit.events.wait(event.id, now, at)
    return event
