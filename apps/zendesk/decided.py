"""What was read, decided and done, as the sidebar shows it."""

from collections.abc import Mapping, Sequence
from typing import Any

from core.model.cost import Cost
from core.model.decision import Decision, Expected, Handoff, Progress
from core.model.signals import Scored

Json = dict[str, Any]
LIKELY = 0.5  # of a second matter that is named beside the first


def _scored(scored: Scored) -> Json:
    return {
        "value": scored.value,
        "label": scored.label or scored.value,
        "confidence": round(scored.confidence, 3),
        "evidence": [evidence.words for evidence in scored.evidence],
    }


def signals_view(decision: Decision) -> Json:
    """What was read off the message. What the policy holds for too faint is left to "Why this?"."""
    signals = decision.signals
    faint = {line.partition(":")[0] for line in decision.disposition.considered}
    return {
        "language": _scored(signals.language),
        "intent": _scored(signals.intent),
        "also": [intent.label or intent.value for intent in signals.intents[1:] if intent.confidence >= LIKELY],
        "sentiment": _scored(signals.sentiment) | {"score": round(signals.mood, 3)},
        "urgency": _scored(signals.urgency),
        "risks": [
            {"kind": r.value, "label": r.label or r.value, "evidence": " · ".join(e.words for e in r.evidence)}
            for r in sorted(signals.risks, key=lambda risk: -risk.confidence)
            if r.value not in faint
        ],
        "emotions": [_scored(emotion) for emotion in signals.emotions],
        "facts": [_fact(fact) for fact in signals.facts],
    }


def _fact(fact: Scored) -> Json:
    """What was read off the conversation or its records, with what shows it."""
    return {
        "name": fact.value,
        "label": fact.label,
        "amount": None if fact.amount is None else round(fact.amount, 2),
        "confidence": round(fact.confidence, 3),
        "evidence": [evidence.words for evidence in fact.evidence],
        "records": list(fact.records),
    }


def handoff_view(card: Handoff) -> Json:
    return {
        "reason": card.reason,
        "group": card.group,
        "agent": card.agent,
        "wants": card.wants,
        "tried": list(card.tried),
        "open": list(card.open),
        "summary": card.summary,
        "sentiment_trend": list(card.sentiment_trend),
        "identity": card.identity,
        "options": list(card.options),
        "history": list(card.history),
        "intent": card.intent,
        "sources": list(card.sources),
        "proof": card.proof,
        "steps": list(card.steps),
        "diagnostics": list(card.diagnostics),
        "profile": list(card.profile),
        "consent": list(card.consent),
        "activity": list(card.activity),
        "last_issue": card.last_issue,
        "withheld": list(card.withheld),
        "reply": _reply(card.reply),
        "ways": list(card.ways),
    }


def _reply(reply: Expected | None) -> Json | None:
    """What the customer was told to expect; None where nothing was."""
    if reply is None or (reply.minutes is None and not reply.promise and reply.opens_at is None):
        return None
    return {
        "minutes": reply.minutes,
        "promise": reply.promise,
        "by": reply.by.isoformat() if reply.by else None,
        "opens_at": reply.opens_at.isoformat() if reply.opens_at else None,
        "grounds": reply.grounds,
    }


def procedure_view(progress: Progress) -> Json:
    return {
        "name": progress.procedure.replace("_", " "),
        "outcome": progress.outcome,
        "rounds": progress.rounds,
        "wants": list(progress.wants),
        "reason": progress.reason,
        "steps": [{"kind": s.kind, "what": s.what, "result": s.result} for s in progress.taken],
    }


def decision_view(decision: Decision) -> Json:
    timings: Mapping[str, float] = decision.timings
    return {
        "id": decision.id,
        "disposition": decision.disposition.action,
        "rule": decision.disposition.rule,
        "reason": decision.disposition.reason,
        "policy_version": decision.policy_version,
        "at": decision.at.isoformat(),
        "timings": dict(timings),
        "model": decision.draft.model if decision.draft else None,
        "confidence": round(decision.draft.confidence, 3) if decision.draft else None,
        "tier": decision.disposition.tier,
        "route": decision.routed.reason if decision.routed else None,
        "considered": list(decision.disposition.considered),
        "cost": _cost(decision.costs),
    }


def _cost(costs: Sequence[Cost]) -> Json | None:
    """What language models cost for this decision; None where none was asked."""
    if not costs:
        return None
    return {
        "amount": round(sum(cost.amount for cost in costs), 6),
        "currency": costs[0].currency,
        "tokens": sum(cost.read + cost.written for cost in costs),
    }
