"""One message that left, held against its record, its row in the outbox, and the line of its manifest."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from core.model.campaign import Arm, Campaign, message_to
from core.model.ids import EffectId
from core.model.outbound import Effect, EffectState, OutboxRow, as_first
from core.ports import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave:
    """Under what a message left: a seal, the record with that serial, or what needs no manifest: a standing rule, or an
    approval of the time before there were seals."""

    sealed_at: int = 0
    not_after: datetime | None = None


def about_message(unit: Unit, said: Mapping[str, Any], leave: Leave | None, campaign: Campaign | None) -> Iterator[str]:
    """What is wrong with it, each in a few words."""
    if leave is None:
        by = f"approval {said['approval']}" if said.get("approval") else f"rule {said.get('rule')!r}"
        yield f"it left without leave: {by} was not in force when it was recorded"
    row = _row(unit, EffectId(str(said.get("effect"))))
    if row is None:
        yield "its row in the outbox is gone or cannot be read"
        return
    yield from _differing(said, row)
    if leave is not None and leave.not_after and row.first_sent_at and row.first_sent_at >= leave.not_after:
        yield "it left after its time had passed"
    if campaign is not None and not _in_manifest(unit, campaign, row.effect):
        yield "it is not in the manifest that was sealed"


def _row(unit: Unit, effect_id: EffectId) -> OutboxRow | None:
    try:
        return unit.outbox.get(effect_id)
    except (ValueError, KeyError, TypeError):  # stored text that is no effect any more
        return None


def _differing(said: Mapping[str, Any], row: OutboxRow) -> Iterator[str]:
    """Each thing that the record and the row say otherwise."""
    effect = row.effect
    recorded: Mapping[str, Any] = {
        "effect": effect.id,
        "kind": effect.kind,
        "target": effect.target,
        "rule": effect.authority.rule,
        "approval": effect.authority.approval_id,
        "policy": effect.authority.policy_version,
        "ref": row.vendor_ref,
    }
    names = sorted(name for name, value in recorded.items() if said.get(name) != value)
    if effect.digest != said.get("digest"):
        names.append("text")
    if row.state is not EffectState.SENT:
        names.append("state")
    if names:
        yield f"its row in the outbox was changed: {', '.join(names)}"


def _in_manifest(unit: Unit, campaign: Campaign, effect: Effect) -> bool:
    first = as_first(effect)
    try:
        line = unit.campaigns.line(campaign.id, effect.target)
        if line is None or line.arm is not Arm.TREATED:
            return False
        sealed = message_to(campaign, line, first.created_at)
    except (ValueError, KeyError, TypeError):  # stored text that is no recipient of it any more
        return False
    return first == replace(sealed, created_at=first.created_at, not_before=first.not_before)
