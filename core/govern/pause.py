"""One switch for all that leaves by itself. It is looked at as each message leaves, so it holds from that moment on."""

import json
from dataclasses import asdict, replace
from datetime import datetime, timedelta

from core.govern.refusal import Refusal, hold_until, refuse
from core.model.campaign import CampaignState
from core.model.customer import Channel
from core.model.outbound import TO_CUSTOMER, Effect, EffectKind
from core.model.outreach import Pause
from core.ports import Unit

CURSOR = "sending_paused"
PAUSED = "all sending is paused"
RESTORE = "handrail restore"  # who paused: what was said after the backup is not known then
CODE = "paused"  # in core.execute.failures
ITSELF = TO_CUSTOMER | {EffectKind.ACTION}
LOOK_AGAIN = timedelta(seconds=30)  # resuming makes what was held due at once, so this is only for what it missed
LONGEST = timedelta(minutes=15)
# What a person wrote and waits to see leave, and the word that an opt-out was heard, which the law wants at once.
STILL_LEAVES = frozenset({"agent_reply", "opt_out_confirmation"})
# Said late is as good. Any other answer that comes after LONGEST comes to somebody who has given up on it.
PATIENT = frozenset({"follow_up", "instruction"})


def current_pause(unit: Unit) -> Pause | None:
    """None where sending is on."""
    kept = unit.cursors.get(CURSOR)
    if not kept:
        return None
    fields = json.loads(kept)
    return Pause(by=fields["by"], why=fields["why"], at=datetime.fromisoformat(fields["at"]))


def pause(unit: Unit, by: str, why: str, now: datetime) -> Pause:
    """From this transaction's commit on nothing leaves by itself, anywhere. Of two who pause, the first stands; only
    RESTORE takes the place of the pause that was in the backup, for it refuses more."""
    known = current_pause(unit)
    if known is not None:
        if by != RESTORE:
            return known
        if known.by != RESTORE:
            why = f"{why}, and paused before by {known.by}" + (f": {known.why}" if known.why else "")
    made = Pause(by=by, why=why, at=now)
    unit.cursors.set(CURSOR, json.dumps(asdict(made) | {"at": now.isoformat()}))
    unit.ledger.append("sending_paused", {"by": by, "why": why}, now)
    return made


def resume(unit: Unit, by: str, now: datetime) -> int | None:
    """How many messages that were held are due now; None where nothing was paused. After a restore each campaign waits
    to be resumed by itself."""
    known = current_pause(unit)
    if known is None:
        return None
    unit.cursors.set(CURSOR, "")
    if known.by == RESTORE:
        _pause_campaigns(unit, known, now)
    due = unit.outbox.hurry(PAUSED, now)
    facts = {"by": by, "paused_by": known.by, "paused_at": known.at.isoformat(), "due": due}
    unit.ledger.append("sending_resumed", facts, now)
    return due


def _pause_campaigns(unit: Unit, restored: Pause, now: datetime) -> None:
    """What is left of them may have left after the backup. One that a person approved since the restore goes on."""
    for standing in unit.campaigns.in_state(CampaignState.RUNNING):
        began = standing.began_at
        if standing.campaign.standing or began is None or began <= restored.at:
            paused = replace(standing, state=CampaignState.PAUSED, reason=restored.why, changed_at=now)
            if unit.campaigns.save(paused) is not None:
                told = {"campaign": standing.campaign.id, "state": paused.state, "by": RESTORE, "why": restored.why}
                unit.ledger.append("campaign_paused", told, now)


def refuse_while_paused(unit: Unit, effect: Effect, now: datetime) -> Refusal | None:
    """What the switch says to one effect."""
    if effect.kind not in ITSELF or effect.authority.rule in STILL_LEAVES:
        return None
    paused = current_pause(unit)
    if paused is None:
        return None
    if paused.by == RESTORE and effect.authority.approval_id is None:
        return refuse(f"{PAUSED}, {paused.why}: it may have been said already, a person looks", CODE)
    if effect.channel is Channel.VOICE:
        return refuse(PAUSED, CODE)  # a caller does not wait in silence for half a minute
    waits = effect.authority.approval_id is not None or effect.authority.rule in PATIENT
    if not waits and now - effect.created_at > LONGEST:
        return refuse(f"{PAUSED}, and an answer is no good after {LONGEST.total_seconds() / 60:.0f} minutes", CODE)
    return hold_until(PAUSED, now + LOOK_AGAIN)
