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
AWAITED = frozenset(
    {
        "automatic_reply",
        "procedure",
        "handoff_notice",
        "clarifying_question",
        "appointment",
        "receipt",
        "verification_code",
    }
)
OPTED_OUT = frozenset({"21610", "opted_out"})  # the messenger's code for a number that has opted out, and ours


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


def is_waited_for(effect: Effect, code: str) -> bool:
    """Whether somebody counts on this message: the agent whose answer it is, or the customer, unless they opted out."""
    rule = effect.authority.rule
    return rule == AGENT_REPLY or (rule in AWAITED and code not in OPTED_OUT)


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
    """Parked is unclear. A refused write is a handoff that reached nobody, a refused message one that somebody counts
    on, unless a person has the customer; a refused closing or a message that nobody waited for is the gate doing its
    work."""
    lost = effect.kind not in TO_CUSTOMER and effect.authority.rule != AUTO_CLOSE
    missed = is_waited_for(effect, code) and error != TAKEN
    return state is EffectState.PARKED or (state is EffectState.REFUSED and (lost or missed))
