"""Asking a supervisor for their word on a reply, and how that stands."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, jsonify
from marshmallow import fields

from apps.zendesk.body import sent
from apps.zendesk.parts import Route
from apps.zendesk.session import Visitor
from apps.zendesk.together import Piece
from apps.zendesk.writing import TextSchema, found_in
from core.answer.style import StyleCard
from core.govern.requests import Requests, Wish, outdated
from core.model.ids import ApprovalId, ConversationId, DraftId, TicketId
from core.model.knowledge import Audience
from core.model.request import OPEN, Request, Ruling
from core.policy import Policy
from core.ports import Now, Store, Unit

Json = dict[str, Any]


class AskSchema(TextSchema):
    draft = fields.String(load_default=None, allow_none=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestViews:
    store: Store
    requests: Callable[[], Requests]  # under the policy that is in force at each call
    style: StyleCard
    now: Now

    def routes(self) -> Sequence[Route]:
        one = "tickets/<ticket_id>/request/<request_id>"
        return (
            Route("tickets/<ticket_id>/request", "GET", self.newest),
            Route("tickets/<ticket_id>/request", "POST", self.ask),
            Route(f"{one}/use", "POST", self.use),
            Route(f"{one}/withdraw", "POST", self.withdraw),
        )

    def newest(self, _: Visitor, ticket_id: str) -> Response:
        with self.store.read() as unit:
            conversation = unit.conversations.by_ticket(TicketId(ticket_id))
            return jsonify(self._newest(unit, conversation.id) if conversation else {"request": None})

    def pieces(self) -> Mapping[str, Piece]:
        return {"request": lambda look: self._newest(look.unit, look.conversation.id)}

    def ask(self, who: Visitor, ticket_id: str) -> Response:
        asked = AskSchema().load(sent())
        wish = Wish(
            ticket_id=TicketId(ticket_id),
            text=asked["text"],
            agent=who.name,
            agent_id=who.agent_id,
            draft_id=DraftId(asked["draft"]) if asked["draft"] else None,
            findings=found_in(self.store, TicketId(ticket_id), asked["text"], self.style, self.now()),
        )
        ruling = self.requests().ask(wish, self.now())
        return self._answer(ruling)

    def use(self, who: Visitor, ticket_id: str, request_id: str) -> Response:
        """Whether exactly these words may be put into the reply now: an approval is spent once."""
        granted, ruling = self.requests().use(TicketId(ticket_id), ApprovalId(request_id), who.name, self.now())
        return self._answer(ruling, granted=granted)

    def withdraw(self, who: Visitor, ticket_id: str, request_id: str) -> Response:
        return self._answer(self.requests().withdraw(TicketId(ticket_id), ApprovalId(request_id), who.name, self.now()))

    def _answer(self, ruling: Ruling, **more: bool) -> Response:
        with self.store.read() as unit:
            return jsonify({"request": self._view(unit, ruling, self.requests().policy), **more})

    def _newest(self, unit: Unit, conversation_id: ConversationId) -> Json:
        ruling = unit.requests.latest(conversation_id)
        return {"request": self._view(unit, ruling, self.requests().policy) if ruling else None}

    def _view(self, unit: Unit, ruling: Ruling, policy: Policy) -> Json:
        request, state = ruling.request, ruling.at(self.now())
        return {
            "id": request.id,
            "state": state,
            "text": request.text,
            "draft": request.draft_id,
            "asked_by": request.asked_by,
            "asked_at": request.created_at.isoformat(),
            "expires_at": request.expires_at.isoformat(),
            "decided_by": ruling.decided_name,
            "decided_at": ruling.decided_at.isoformat() if ruling.decided_at else None,
            "reason": ruling.reason,
            "channel": policy.outreach.channel,
            "outdated": state in OPEN and outdated(unit, ruling, policy),
            "internal": _internal(request),
        }


def _internal(request: Request) -> list[Json]:
    """The articles under the words that no customer may read: they are warned of before the words are taken."""
    inside = {each.article_id: each.title for each in request.sources if each.audience is not Audience.PUBLIC}
    return [{"article_id": article, "title": title} for article, title in inside.items()]
