"""What could not be delivered for certain, or not be handled at all, is shown to a person."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from core.coordinate.policy import Policy
from core.govern.gate import AUTO_CLOSE, TAKEN
from core.model.event import Event
from core.model.outbound import TO_CUSTOMER, Authority, Effect, EffectKind, EffectState
from core.outreach.card import plain_alert

ITSELF = frozenset({EffectKind.SLACK_POST, EffectKind.SLACK_UPDATE})
AGENT_REPLY = "agent_reply"
# The customer wrote, and waits for it.
AWAITED = frozenset({"automatic_reply", "procedure", "handoff_notice", "clarifying_question", "appointment", "receipt"})
OPTED_OUT = "21610"  # the messenger's code for a number that has opted out


def alert_of(
    effect: Effect, state: EffectState, error: str, policy: Policy, now: datetime, code: str = ""
) -> Effect | None:
    """An alert for the supervisors when an effect came to an end that somebody must look at; none for an alert that
    itself did not get through. `code` is the vendor's, where it refused."""
    if effect.kind in ITSELF or not _needs_person(effect, state, error, code):
        return None
    text = f"A {effect.kind.replace('_', ' ')} to {effect.target} needs a person: {error}"
    facts = {"effect": effect.id, "rule": effect.authority.rule}
    return replace(_post(effect.key, text, facts, policy, now), conversation_id=effect.conversation_id)


def event_alert(event: Event, error: str, policy: Policy, now: datetime) -> Effect:
    """An alert for an event that will not be tried again."""
    text = f"A {event.kind.replace('_', ' ')} from {event.source} could not be handled and needs a person: {error}"
    return _post(event.id, text, {"event": event.id, "about": event.subject}, policy, now)


def policy_alert(version: str, error: str, running: Policy, now: datetime) -> Effect:
    """An alert for a policy that is in force in the store and that this Handrail cannot read; one for each version."""
    text = f"Policy {version} is in force but this Handrail cannot read it; {running.version} stays: {error}"
    return _post(f"policy:{version}", text, {"policy": version, "running": running.version}, running, now)


def timer_alert(conversation_id: str, error: str, policy: Policy, now: datetime) -> Effect:
    """An alert for a conversation that the policy's timers cannot handle; one for each."""
    text = f"A conversation could not be followed up, closed or given back and needs a person: {error}"
    return _post(f"timers:{conversation_id}", text, {"conversation": conversation_id}, policy, now)


def _post(key: str, text: str, facts: Mapping[str, str], policy: Policy, now: datetime) -> Effect:
    return Effect(
        kind=EffectKind.SLACK_POST,
        key=f"{key}:parked",
        target=policy.alert_channel,
        payload={"text": text, "blocks": list(plain_alert(text, facts))},
        authority=Authority(rule="parked_alert", policy_version=policy.version),
        created_at=now,
    )


def _needs_person(effect: Effect, state: EffectState, error: str, code: str) -> bool:
    """Parked is unclear. A refused write is a handoff or an agent's answer that reached nobody, a refused answer of the
    assistant a customer who still waits, unless a person has them or they opted out; a refused closing or a message
    that nobody waited for is the gate doing its work."""
    rule = effect.authority.rule
    lost = (effect.kind not in TO_CUSTOMER and rule != AUTO_CLOSE) or rule == AGENT_REPLY
    unanswered = rule in AWAITED and error != TAKEN and code != OPTED_OUT
    return state is EffectState.PARKED or (state is EffectState.REFUSED and (lost or unanswered))
