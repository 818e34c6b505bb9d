"""What could not be delivered for certain, or not be handled at all, is shown to a person."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from core.coordinate.policy import Policy
from core.model.event import Event
from core.model.outbound import TO_CUSTOMER, Authority, Effect, EffectKind, EffectState
from core.outreach.card import plain_alert

ITSELF = frozenset({EffectKind.SLACK_POST, EffectKind.SLACK_UPDATE})
AGENT_REPLY = "agent_reply"


def alert_of(effect: Effect, state: EffectState, error: str, policy: Policy, now: datetime) -> Effect | None:
    """An alert for the supervisors when an effect came to an end that somebody must look at; none for an alert that
    itself did not get through."""
    if effect.kind in ITSELF or not _needs_person(effect, state):
        return None
    text = f"A {effect.kind.replace('_', ' ')} to {effect.target} needs a person: {error}"
    facts = {"effect": effect.id, "rule": effect.authority.rule}
    return replace(_post(effect.key, text, facts, policy, now), conversation_id=effect.conversation_id)


def event_alert(event: Event, error: str, policy: Policy, now: datetime) -> Effect:
    """An alert for an event that will not be tried again."""
    text = f"A {event.kind.replace('_', ' ')} from {event.source} could not be handled and needs a person: {error}"
    return _post(event.id, text, {"event": event.id, "about": event.subject}, policy, now)


def _post(key: str, text: str, facts: Mapping[str, str], policy: Policy, now: datetime) -> Effect:
    return Effect(
        kind=EffectKind.SLACK_POST,
        key=f"{key}:parked",
        target=policy.alert_channel,
        payload={"text": text, "blocks": list(plain_alert(text, facts))},
        authority=Authority(rule="parked_alert", policy_version=policy.version),
        created_at=now,
    )


def _needs_person(effect: Effect, state: EffectState) -> bool:
    """Parked is unclear. A refused write is a handoff or an agent's answer that reached nobody; a refused automatic
    message is the gate or an opt-out doing its work."""
    lost = effect.kind not in TO_CUSTOMER or effect.authority.rule == AGENT_REPLY
    return state is EffectState.PARKED or (state is EffectState.REFUSED and lost)
