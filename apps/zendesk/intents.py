"""The company's intents, and an agent's word on what a customer really wanted."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flask import Response, jsonify
from marshmallow import EXCLUDE, Schema, fields, validate

from apps.zendesk.body import sent
from apps.zendesk.parts import Route
from apps.zendesk.session import Visitor
from core.measure.correct import CorrectIntent
from core.model.ids import TicketId
from core.ports import Now


class IntentSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    intent = fields.String(required=True, validate=validate.Length(min=1, max=200))
    decision = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=200))


@dataclass(frozen=True, slots=True, kw_only=True)
class Intents:
    correcting: CorrectIntent
    labels: Callable[[], Mapping[str, str]]
    now: Now

    def routes(self) -> Sequence[Route]:
        return (
            Route("intents", "GET", self.listed),
            Route("tickets/<ticket_id>/intent", "POST", self.corrected),
        )

    def listed(self, _: Visitor) -> Response:
        """What an agent may correct an intent to."""
        return jsonify({"intents": [{"value": name, "label": label} for name, label in self.labels().items()]})

    def corrected(self, who: Visitor, ticket_id: str) -> Response:
        """What the customer really wanted. It counts from the next message on."""
        wish = IntentSchema().load(sent())
        self.correcting.correct(TicketId(ticket_id), wish["intent"], who.name, self.now(), wish["decision"])
        return Response(status=204)
