"""The company's own systems → inbox: /signals, with an API key."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Blueprint, Request, Response, request

from core.model.event import Event, EventKind
from core.ports import Signature
from webhooks.intake import Intake, json_object
from webhooks.signals.schema import SignalSchema

SOURCE = "signals"
# Made once: a new schema copies all its fields.
SIGNAL = SignalSchema()
PLAIN = (str, int, float, bool)


def signal_webhooks(intake: Intake, signature: Signature) -> Blueprint:
    blueprint = Blueprint("signal_webhooks", __name__)

    @blueprint.post("/signals")
    def signals() -> Response:
        return intake.take(SOURCE, request, signature, _signal, Response(status=202))

    def _signal(incoming: Request, body: bytes) -> Iterable[Event]:
        fields = SIGNAL.load(json_object(body))
        now = intake.now()
        return [
            Event(
                source=SOURCE,
                delivery_id=fields["id"],
                kind=EventKind.BUSINESS_SIGNAL,
                subject=fields["kind"],
                occurred_at=fields["at"] or now,
                received_at=now,
                payload={**plain(fields["facts"]), "kind": fields["kind"]},
            )
        ]

    return blueprint


def plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts that a text can state: plain values, and lists of them as one line; anything deeper is left out."""
    joined = {name: _one_line(value) if isinstance(value, list) else value for name, value in facts.items()}
    return {name: value for name, value in joined.items() if isinstance(value, PLAIN)}


def _one_line(values: list[Any]) -> str | None:
    return ", ".join(map(str, values)) if all(isinstance(value, PLAIN) for value in values) else None
