"""What an agent does with a draft: takes it over, rates it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import Response
from marshmallow import EXCLUDE, Schema, fields, validate

from apps.zendesk.body import sent
from apps.zendesk.parts import Route
from apps.zendesk.session import Visitor
from core.execute.agent import AgentActions
from core.model.ids import DraftId
from core.ports import Now


class RatingSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    thumb = fields.String(required=True, validate=validate.OneOf(["up", "down"]))
    reason = fields.String(load_default="", validate=validate.Length(max=500))
    sentence = fields.Integer(load_default=None, allow_none=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafts:
    actions: Callable[[], AgentActions]  # under the policy that is in force at each call
    now: Now

    def routes(self) -> Sequence[Route]:
        return (
            Route("tickets/<ticket_id>/drafts/<draft_id>/inserted", "POST", self.inserted),
            Route("tickets/<ticket_id>/drafts/<draft_id>/rating", "POST", self.rating),
        )

    def inserted(self, who: Visitor, ticket_id: str, draft_id: str) -> Response:
        self.actions().inserted(DraftId(draft_id), who.name, self.now())
        return Response(status=204)

    def rating(self, who: Visitor, ticket_id: str, draft_id: str) -> Response:
        self.actions().rated(DraftId(draft_id), who.name, RatingSchema().load(sent()), self.now())
        return Response(status=204)
