"""The company's own systems → inbox: /signals, with an API key."""

import json
from collections.abc import Iterable

from flask import Blueprint, Request, Response, request

from core.model.event import Event, EventKind
from core.ports import Signature
from webhooks.intake import Intake
from webhooks.signals.schema import SignalSchema

SOURCE = "signals"
PLAIN = (str, int, float, bool)


def signal_webhooks(intake: Intake, signature: Signature) -> Blueprint:
    blueprint = Blueprint("signal_webhooks", __name__)

    @blueprint.post("/signals")
    def signals() -> Response:
        return intake.take(SOURCE, request, signature, _signal, Response(status=202))

    def _signal(incoming: Request, body: bytes) -> Iterable[Event]:
        fields = SignalSchema().load(json.loads(body))
        facts = {name: value for name, value in fields["facts"].items() if isinstance(value, PLAIN)}
        now = intake.now()
        return [
            Event(
                source=SOURCE,
                delivery_id=fields["id"],
                kind=EventKind.BUSINESS_SIGNAL,
                subject=fields["kind"],
                occurred_at=fields["at"] or now,
                received_at=now,
                payload={"kind": fields["kind"], **{k: v for k, v in facts.items() if k != "kind"}},
            )
        ]

    return blueprint
