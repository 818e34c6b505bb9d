"""An agent opened the source of a sentence: kept, for who trains agents and who asks whether sources are read."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response
from marshmallow import EXCLUDE, Schema, fields, validate

from apps.zendesk.body import sent
from apps.zendesk.parts import Route
from apps.zendesk.session import Visitor
from core.errors import RejectedError
from core.model.ids import DraftId, TicketId
from core.ports import Now, Store

OPENED = "opened"


class OpenedSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    sentence = fields.Integer(required=True, validate=validate.Range(min=0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    store: Store
    now: Now

    def routes(self) -> Sequence[Route]:
        return (Route("tickets/<ticket_id>/drafts/<draft_id>/opened", "POST", self.opened),)

    def opened(self, who: Visitor, ticket_id: str, draft_id: str) -> Response:
        """Once for each sentence and agent, however often they look. RejectedError for a draft of another ticket."""
        detail = {"sentence": OpenedSchema().load(sent())["sentence"], "agent": who.agent_id}
        with self.store.begin() as unit:
            conversation = unit.conversations.by_ticket(TicketId(ticket_id))
            decisions = unit.decisions.of_conversation(conversation.id) if conversation else []
            if not any(each.draft is not None and each.draft.id == draft_id for each in decisions):
                raise RejectedError("there is no such draft on this ticket")
            known = unit.decisions.feedback(DraftId(draft_id))
            if (OPENED, detail) not in [(kind, dict(kept)) for kind, kept in known]:
                unit.decisions.add_feedback(DraftId(draft_id), OPENED, who.agent_id, self.now(), detail)
        return Response(status=204)
