"""Pause, resume or stop a campaign under way. What is said here holds from the commit on: the gate looks at the
campaign's state as each message leaves."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from core.govern.campaign_gate import ON_HOLD
from core.govern.passed_facts import PASSED, SEEN
from core.model.campaign import SENDING, CampaignState, Standing
from core.model.ids import ApprovalId
from core.ports import Unit

STOPPED = "stopped by {by}"


def pause_campaign(unit: Unit, campaign_id: ApprovalId, by: str, why: str, now: datetime) -> Standing | None:
    """RUNNING → PAUSED. `by` is an e-mail address, or what of ours did it. None: it is not running, or somebody else
    changed it at this moment."""
    return _moved(unit, campaign_id, frozenset({CampaignState.RUNNING}), CampaignState.PAUSED, by, why, now)


def resume_campaign(unit: Unit, campaign_id: ApprovalId, by: str, now: datetime) -> Standing | None:
    """PAUSED → RUNNING; what was held meanwhile is due at once. None as in `paused`."""
    paused, seen = frozenset({CampaignState.PAUSED}), {SEEN: now.isoformat()}
    standing = _moved(unit, campaign_id, paused, CampaignState.RUNNING, by, "", now, seen)
    if standing is not None:
        unit.outbox.hurry(ON_HOLD, now)
        unit.outbox.hurry(PASSED, now)
    return standing


def stop_campaign(unit: Unit, campaign_id: ApprovalId, by: str, why: str, now: datetime) -> Standing | None:
    """RUNNING or PAUSED → STOPPED: what has not left never does. None as in `paused`."""
    reason = why or STOPPED.format(by=by)
    standing = _moved(unit, campaign_id, SENDING, CampaignState.STOPPED, by, reason, now)
    if standing is not None:
        unit.campaigns.stop(campaign_id, reason, now)
    return standing


def _moved(
    unit: Unit,
    campaign_id: ApprovalId,
    out_of: frozenset[CampaignState],
    to: CampaignState,
    by: str,
    why: str,
    now: datetime,
    facts: Mapping[str, Any] = MappingProxyType({}),
) -> Standing | None:
    standing = unit.campaigns.get(campaign_id)
    if standing is None or standing.state not in out_of:
        return None
    ended = now if to is CampaignState.STOPPED else None
    after = replace(standing, state=to, reason=why, changed_at=now, ended_at=ended, facts={**standing.facts, **facts})
    moved = unit.campaigns.save(after)
    if moved is not None:
        told = {"campaign": campaign_id, "state": to, "by": by, "why": why}
        unit.ledger.append(f"campaign_{to}", told, now)
    return moved
