"""Which alerts a turn raises: pure, from the decision and what was sensed."""

from collections.abc import Iterator

from core.alerts.raising import about
from core.decide.triggers import said_just_now, shown_evidence
from core.decide.turn import Turn
from core.model.alert import AlertKind, Raised
from core.model.conversation import CaseContext
from core.model.decision import Decision
from core.model.ids import ConversationId
from core.policy import Policy

TRIGGER = "trigger:"
UPSET = "upset"
# What a trigger is to supervisors; every other one is a handover as any.
KINDS = {
    "legal_threat": AlertKind.LEGAL,
    "vulnerable_customer": AlertKind.VULNERABLE,
    "health_urgency": AlertKind.DISTRESS,
    "mood_drop": AlertKind.DISTRESS,
    "distress": AlertKind.DISTRESS,
    UPSET: AlertKind.DISTRESS,
}


def kind_of(rule: str) -> AlertKind:
    return KINDS.get(rule.removeprefix(TRIGGER), AlertKind.HANDOFF)


def key_of(kind: AlertKind, conversation_id: ConversationId) -> str:
    """One card for each kind and conversation."""
    return f"{kind}:{conversation_id}"


def alerts_of(case: CaseContext, decision: Decision, policy: Policy) -> list[Raised]:
    """For the rule that decided, where it is one that supervisors are told of; besides, for the triggers of the policy
    with `alert` that were heard just now though another rule decided, and for a mood under the policy's limit."""
    found: dict[AlertKind, Raised] = {}
    for raised in (*_decided(case, decision, policy), *_heard(case, decision, policy), *_mood(case, decision, policy)):
        if raised.kind not in policy.alerts.off:
            found.setdefault(raised.kind, raised)
    return list(found.values())


def _decided(case: CaseContext, decision: Decision, policy: Policy) -> Iterator[Raised]:
    disposition, card, customer = decision.disposition, decision.handoff, case.customer
    if not disposition.alert:
        return
    to = f" was handed to {disposition.owner.name}" if card is not None else ""
    words = _evidence(decision, disposition.rule.removeprefix(TRIGGER))
    facts = {"Wants": card.wants if card else "", "Rule": disposition.rule}
    yield _raised(case, decision, kind_of(disposition.rule), f"{customer.name}{to}: {disposition.reason}", words, facts)


def _heard(case: CaseContext, decision: Decision, policy: Policy) -> Iterator[Raised]:
    turn = Turn(case=case, signals=decision.signals, draft=None, policy=policy)
    for name, trigger in policy.triggers.items():
        risk = decision.signals.risk(name)
        if name not in KINDS or not trigger.alert or risk is None or risk.confidence < trigger.threshold:
            continue
        if said_just_now(turn, name):
            text = f"{case.customer.name}: {trigger.why}"
            yield _raised(case, decision, kind_of(name), text, shown_evidence(risk), {"Rule": f"{TRIGGER}{name}"})


def _mood(case: CaseContext, decision: Decision, policy: Policy) -> Iterator[Raised]:
    limit, mood = policy.alerts.distress, decision.signals.mood
    if limit is None or mood > limit:
        return
    latest = case.latest
    words = f"“{latest.text[:200]}”" if latest else ""
    text = f"{case.customer.name} is in distress (mood {mood:+.2f})"
    yield _raised(case, decision, AlertKind.DISTRESS, text, words, {})


def _evidence(decision: Decision, trigger: str) -> str:
    found = decision.signals.risk(trigger) or decision.signals.fact(trigger)
    return shown_evidence(found) if found is not None else ""


def _raised(
    case: CaseContext,
    decision: Decision,
    kind: AlertKind,
    text: str,
    why: str,
    facts: dict[str, str],
) -> Raised:
    key, source = key_of(kind, case.conversation.id), f"{decision.id}:alert:{kind}"
    raised = Raised(kind=kind, key=key, source=source, text=text, why=why, facts=facts)
    return about(raised, case.conversation, case.customer)
