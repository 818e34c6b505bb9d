"""The decision log: what was decided, newest serial last, for dashboards and for the sandbox's page."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, jsonify, request

from apps.bootstrap import trace_id
from core.errors import RejectedError
from core.model.agent import Considered, Ground, Routed
from core.model.decision import Decision
from core.ports import Now, Signature, SignedRequest, Store, Unit

Row = dict[str, Any]
LARGEST_SERIAL = 2**63 - 1  # what a database's integer holds


def decision_log(store: Store, key: Signature, now: Now, link: Callable[[str], str] = lambda _: "") -> Blueprint:
    """`link` says where a trace is seen, by its id."""
    blueprint = Blueprint("decisions", __name__)

    @blueprint.get("/decisions")
    def decisions() -> tuple[Response, int] | Response:
        try:
            key.check(SignedRequest(url=request.url, headers=dict(request.headers), body=b""), now())
        except RejectedError as error:
            return jsonify({"error": {"code": "unauthorized", "message": str(error)}}), 401
        after = max(0, min(request.args.get("after", default=0, type=int), LARGEST_SERIAL))
        with store.read() as unit:
            rows = [_row(unit, serial, decision, link) for serial, decision in unit.decisions.since(after)]
        return jsonify({"decisions": rows})

    return blueprint


def _row(unit: Unit, serial: int, decision: Decision, link: Callable[[str], str]) -> dict[str, Any]:
    conversation = unit.conversations.get(decision.conversation_id)
    customer = unit.customers.get(conversation.customer_id) if conversation else None
    # The channel of the message that was decided about; the conversation may have moved to another since.
    messages = unit.conversations.messages(decision.conversation_id)
    channel = next((m.channel for m in messages if m.id == decision.about), None)
    trace = trace_id(unit.decisions.trace(decision.id))
    signals, disposition, draft = decision.signals, decision.disposition, decision.draft
    return {
        "serial": serial,
        "id": decision.id,
        "at": decision.at.isoformat(),
        "ticket_id": conversation.ticket_id if conversation else None,
        "conversation_id": decision.conversation_id,
        "customer": customer.name if customer else None,
        "channel": channel or (conversation.channel if conversation else None),
        "disposition": disposition.action,
        "rule": disposition.rule,
        "reason": disposition.reason,
        "tier": decision.tier,
        "tier_before": decision.tier_before,
        "route": route_row(decision.routed) if decision.routed else None,
        "intent": signals.intent.label or signals.intent.value,
        "sentiment": signals.sentiment.value,
        "mood": signals.mood,
        "confidence": draft.confidence if draft else None,
        "abstained": decision.abstained,
        "lifts": {lift.article_id: lift.share for lift in decision.lifts},
        "policy_version": decision.policy_version,
        "timings": dict(decision.timings),
        "trace": trace or None,
        "trace_url": link(trace) or None,
        "sources": list(dict.fromkeys(c.passage.title for c in draft.cited)) if draft else [],
        "effects": [
            {"kind": row.effect.kind, "state": row.state, "delivery": row.delivery, "rule": row.effect.authority.rule}
            for row in unit.outbox.of_conversation(decision.conversation_id)
            if row.effect.key.startswith(decision.id)
        ],
    }


def route_row(routed: Routed) -> Row:
    """Who got it, with every ground and its points, and who else was there."""
    return {
        "group": routed.group,
        "agent": routed.agent or None,
        "reason": routed.reason,
        "overload": routed.overload,
        "minutes": None if routed.minutes is None else round(routed.minutes, 1),
        "grounds": [_ground(ground) for ground in routed.grounds],
        "others": [_other(other) for other in routed.alternatives],
    }


def _ground(ground: Ground) -> Row:
    return {
        "name": ground.name,
        "words": ground.words,
        "value": round(ground.value, 3),
        "weight": ground.weight,
        "points": round(ground.points, 3),
    }


def _other(other: Considered) -> Row:
    return {"agent": other.agent, "points": round(other.points, 3), "passed": other.passed}
