"""What could not be delivered for certain, or not be handled at all, is shown to a person."""

import re
from collections.abc import Mapping
from datetime import datetime

from core.alerts.raising import alert_effect
from core.govern.gate import AUTO_CLOSE, TAKEN
from core.model.alert import AlertKind, Raised
from core.model.event import Event
from core.model.ids import ConversationId, EffectId
from core.model.outbound import TO_CUSTOMER, Effect, EffectKind, EffectState
from core.policy import Policy

ITSELF = frozenset({EffectKind.SLACK_POST, EffectKind.SLACK_UPDATE})
AGENT_REPLY = "agent_reply"
PARKED = "parked_alert"
LISTED = {"Send again or dismiss": "/handrail parked"}
COMPARED = 120  # characters of an error by which it is known again
_NUMBERED = re.compile(r"\S*\d\S*")
# The customer wrote, and waits for it.
AWAITED = frozenset(
    {
        "automatic_reply",
        "procedure",
        "handoff_notice",
        "clarifying_question",
        "appointment",
        "action",
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
    if effect.kind is EffectKind.ACTION:
        text = f"The action “{effect.target.replace('_', ' ')}” needs a person: {error}"
    settled_by = LISTED if state is EffectState.PARKED and effect.kind in TO_CUSTOMER else {}
    return _of_effect(effect, f"{effect.kind}:{alike(error)}", f"{effect.key}:parked", text, settled_by, policy, now)


def failure_alert(effect: Effect, code: str, text: str, policy: Policy, now: datetime) -> Effect:
    """An alert for a text that the provider did not deliver; all of one code are one."""
    return _of_effect(effect, f"code:{code}", f"failure:{code}:{effect.id}", text, {"Code": code}, policy, now)


def unreadable_alert(effect_id: EffectId, error: str, policy: Policy, now: datetime) -> Effect:
    """An alert for an effect whose stored row cannot be read, so that nothing more is known of it than its id."""
    facts = {"Effect": effect_id}
    return _of_the_house(AlertKind.DELIVERY, alike(error), effect_id, f"{effect_id}: {error}", facts, policy, now)


def event_alert(event: Event, error: str, policy: Policy, now: datetime) -> Effect:
    """An alert for an event that will not be tried again."""
    text = f"A {event.kind.replace('_', ' ')} from {event.source} could not be handled and needs a person: {error}"
    key = f"{event.kind}:{event.source}:{alike(error)}"
    return _of_the_house(AlertKind.EVENT, key, event.id, text, {"Event": event.id, "About": event.subject}, policy, now)


def policy_alert(version: str, error: str, running: Policy, now: datetime) -> Effect:
    """An alert for a policy that is in force in the store and that this Handrail cannot read; one for each version."""
    text = f"Policy {version} is in force but this Handrail cannot read it; {running.version} stays: {error}"
    facts = {"Policy": version, "Running": running.version}
    return _of_the_house(AlertKind.POLICY, version, f"policy:{version}", text, facts, running, now)


def timer_alert(conversation_id: ConversationId, error: str, policy: Policy, now: datetime) -> Effect:
    """An alert for a conversation that the policy's timers cannot handle; one for each."""
    text = f"A conversation could not be followed up, closed or given back and needs a person: {error}"
    facts = {"Conversation": conversation_id}
    return _of_the_house(AlertKind.TIMERS, alike(error), f"timers:{conversation_id}", text, facts, policy, now)


def alike(error: str) -> str:
    """What the same error has in common for two effects: not its numbers and ids."""
    return _NUMBERED.sub("#", error)[:COMPARED]


def is_waited_for(effect: Effect, code: str) -> bool:
    """Whether somebody counts on this message: the agent whose answer it is, or the customer, unless they opted out."""
    rule = effect.authority.rule
    return rule == AGENT_REPLY or (rule in AWAITED and code not in OPTED_OUT)


def _of_effect(
    effect: Effect, key: str, source: str, text: str, more: Mapping[str, str], policy: Policy, now: datetime
) -> Effect:
    raised = Raised(
        kind=AlertKind.DELIVERY,
        key=f"delivery:{key}",
        source=source,
        text=text,
        conversation_id=effect.conversation_id,
        facts={"Message": effect.id, **more},
    )
    return alert_effect(raised, policy, now, PARKED)


def _of_the_house(
    kind: AlertKind, key: str, source: str, text: str, facts: Mapping[str, str], policy: Policy, now: datetime
) -> Effect:
    raised = Raised(kind=kind, key=f"{kind}:{key}", source=f"{source}:parked", text=text, facts=facts)
    return alert_effect(raised, policy, now, PARKED)


def _needs_person(effect: Effect, state: EffectState, error: str, code: str) -> bool:
    """Parked is unclear. A refused write is a handoff that reached nobody, a refused message one that somebody counts
    on, unless a person has the customer; a refused closing or a message that nobody waited for is the gate doing its
    work."""
    lost = effect.kind not in TO_CUSTOMER and effect.authority.rule != AUTO_CLOSE
    missed = is_waited_for(effect, code) and error != TAKEN
    return state is EffectState.PARKED or (state is EffectState.REFUSED and (lost or missed))
