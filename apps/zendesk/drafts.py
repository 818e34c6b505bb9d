"""What an agent does with a draft or another text we have for them: takes it over, rates it, looks at its proof."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, jsonify
from marshmallow import EXCLUDE, Schema, fields, validate

from apps.zendesk.parts import Route, read_body
from apps.zendesk.session import Visitor
from apps.zendesk.writing import LONGEST
from core.assist.agent_actions import AgentActions, Taken
from core.errors import RejectedError
from core.knowledge.around import around
from core.knowledge.link import link_to_quote
from core.model.ids import DraftId, TicketId
from core.model.insertion import InsertedFrom
from core.model.knowledge import Citation
from core.ports import Now, Store

REASONS = ("wrong", "outdated", "not_this_case", "tone", "missing")
MOST = 200  # characters of an id


class RatingSchema(Schema):
    """A thumb for the draft, for one of its sentences, or for one of its sources (by the article's id)."""

    class Meta:
        unknown = EXCLUDE

    thumb = fields.String(required=True, validate=validate.OneOf(["up", "down"]))
    reasons = fields.List(fields.String(validate=validate.OneOf(REASONS)), load_default=list)
    reason = fields.String(load_default="", validate=validate.Length(max=500))
    sentence = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(min=0))
    source = fields.String(load_default=None, allow_none=True, validate=validate.Length(min=1, max=MOST))


class InsertedSchema(Schema):
    """Without a text only that something of the draft was taken."""

    class Meta:
        unknown = EXCLUDE

    text = fields.String(load_default="", validate=validate.Length(max=2 * LONGEST))
    source = fields.Enum(InsertedFrom, by_value=True, load_default=InsertedFrom.DRAFT)
    ref = fields.String(load_default="", validate=validate.Length(max=MOST))
    note = fields.String(load_default="", validate=validate.Length(max=LONGEST))
    left_out = fields.List(fields.Integer(validate=validate.Range(min=0)), load_default=list)
    confirmed = fields.List(fields.String(validate=validate.Length(max=MOST)), load_default=list)
    copied = fields.Boolean(load_default=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafts:
    store: Store
    actions: Callable[[], AgentActions]  # under the policy that is in force at each call
    now: Now

    def routes(self) -> Sequence[Route]:
        draft = "tickets/<ticket_id>/drafts/<draft_id>"
        return (
            Route("tickets/<ticket_id>/inserted", "POST", self.taken),
            Route(f"{draft}/inserted", "POST", self.insert),
            Route(f"{draft}/rating", "POST", self.rating),
            Route(f"{draft}/sentences/<number>/source", "GET", self.source),
        )

    def insert(self, who: Visitor, ticket_id: str, draft_id: str = "") -> Response:
        """Some of a draft went into the reply."""
        told: dict[str, Any] = InsertedSchema().load(read_body())
        told |= {name: tuple(told[name]) for name in ("left_out", "confirmed")}
        drafted = DraftId(draft_id) if draft_id else None
        taken = Taken(agent=who.name, agent_id=who.agent_id, draft_id=drafted, **told)
        self.actions().note_insertion(TicketId(ticket_id), taken, self.now())
        return Response(status=204)

    def taken(self, who: Visitor, ticket_id: str) -> Response:
        """From an article, a macro, another answer: from whatever is no draft of ours."""
        return self.insert(who, ticket_id)

    def rating(self, who: Visitor, ticket_id: str, draft_id: str) -> Response:
        """Kept are all reasons that were ticked, the first as the one to count by, and the agent's own words."""
        told: dict[str, Any] = RatingSchema().load(read_body())
        words = told.pop("reason")
        counted = next(iter(told["reasons"]), "other" if words else "")
        rating = {**told, "reason": counted, "words": words}
        self.actions().note_rating(TicketId(ticket_id), DraftId(draft_id), who.name, rating, self.now())
        return Response(status=204)

    def source(self, _: Visitor, ticket_id: str, draft_id: str, number: str) -> Response:
        """What a sentence rests on, in its place in the article: the words before it, itself, and after it."""
        with self.store.read() as unit:
            conversation = unit.conversations.by_ticket(TicketId(ticket_id))
            decisions = unit.decisions.of_conversation(conversation.id) if conversation else []
            drafts = (d.draft for d in decisions if d.draft is not None and d.draft.id == draft_id)
            sentences = next((draft.sentences for draft in drafts), ())
            named = (sentence for at, sentence in enumerate(sentences) if str(at) == number)
            citation = next((sentence.citation for sentence in named), None)
            if citation is None:
                raise RejectedError("There is no such source on this ticket.")
            article = unit.articles.get(citation.passage.article_id)
        placed = around(citation, article.text if article else "")
        return jsonify(
            {
                **_article(citation),
                "before": placed.before,
                "quote": placed.quote,
                "after": placed.after,
                "changed": placed.changed,
            }
        )


def _article(citation: Citation) -> dict[str, Any]:
    passage = citation.passage
    return {
        "article_id": passage.article_id,
        "title": passage.title,
        "link": link_to_quote(citation),
        "audience": passage.audience,
        "updated_at": passage.updated_at.isoformat() if passage.updated_at else None,
    }
