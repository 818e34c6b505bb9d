"""A ticket changes hands: escalated to a group, given back to the assistant; and the engineering brief of a ticket, for
whoever looks into the fault."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, jsonify
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate, validates_schema

from apps.zendesk.panels import read_ticket
from apps.zendesk.parts import LONGEST_NAME, PRINTABLE, Route, read_body
from apps.zendesk.session import Visitor
from core.assist.agent_actions import AgentActions, HandBack, HandBackWay
from core.assist.engineering import BriefWay, status_of, ways_of
from core.assist.related import SolvedBefore, text_to_compare
from core.context.reader import case_of
from core.handoff.brief import Brief, FaultStatus, brief_of, update_for
from core.model.ids import ArticleId, TicketId
from core.ports import Now, Store, TicketAccess

LONGEST_SAID = 5000  # characters


class EscalateSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    group = fields.String(required=True, validate=[validate.Length(min=1, max=LONGEST_NAME), PRINTABLE])
    note = fields.String(load_default="", validate=validate.Length(max=2000))


class HandBackSchema(Schema):
    """`text`, what is said as it is, belongs to SAY and `article` to GO_ON."""

    class Meta:
        unknown = EXCLUDE

    how = fields.Enum(HandBackWay, by_value=True, required=True)
    text = fields.String(load_default="", validate=validate.Length(max=LONGEST_SAID))
    article = fields.String(load_default="", validate=[validate.Length(max=500), PRINTABLE])

    @validates_schema
    def check_words(self, data: dict[str, Any], **_: Any) -> None:
        if data["how"] is HandBackWay.SAY and not data["text"].strip():
            raise ValidationError("there are no words to say", "text")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeOfHands:
    store: Store
    actions: Callable[[], AgentActions]  # under the policy that is in force at each call
    now: Now

    def routes(self) -> Sequence[Route]:
        return (
            Route("tickets/<ticket_id>/escalate", "POST", self.escalate),
            Route("tickets/<ticket_id>/hand_back", "POST", self.hand_back),
            Route("tickets/<ticket_id>/take_over", "POST", self.take_over),
        )

    def escalate(self, who: Visitor, ticket_id: str) -> Response:
        wish = EscalateSchema().load(read_body())
        self.actions().escalate(TicketId(ticket_id), wish["group"], wish["note"], who.name, self.now())
        return Response(status=202)

    def hand_back(self, who: Visitor, ticket_id: str) -> Response:
        wish = HandBackSchema().load(read_body())
        given = HandBack(
            how=wish["how"],
            agent=who.name,
            agent_id=who.agent_id,
            text=wish["text"].strip(),
            article=ArticleId(wish["article"]) if wish["article"] else None,
        )
        self.actions().hand_back(TicketId(ticket_id), given, self.now())
        return Response(status=202)

    def take_over(self, who: Visitor, ticket_id: str) -> Response:
        self.actions().take_over(TicketId(ticket_id), who.name, who.agent_id, self.now())
        return Response(status=202)


class PassOnSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    to = fields.Enum(BriefWay, by_value=True, load_default=BriefWay.NOTE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Briefs:
    store: Store
    actions: Callable[[], AgentActions]
    solved: SolvedBefore
    access: TicketAccess
    now: Now

    def routes(self) -> Sequence[Route]:
        return (
            Route("tickets/<ticket_id>/brief", "GET", self.brief),
            Route("tickets/<ticket_id>/brief", "POST", self.pass_on),
        )

    def brief(self, who: Visitor, ticket_id: str) -> Response:
        """The brief as it is now, where it can go, how the fault stands with engineering, and a suggestion of what to
        tell the customer about it."""
        made, language, status = self._make(who, ticket_id)
        return jsonify(
            {
                "title": made.title,
                "text": made.text,
                "file": f"ticket-{ticket_id}-brief.md",
                "missing": list(made.missing),
                "ways": list(ways_of(self.actions().policy)),
                "status": status,
                "update": update_for(language, status),
            }
        )

    def pass_on(self, who: Visitor, ticket_id: str) -> Response:
        """The same to engineering: as an internal note with the tag by which they find it, and where else it is to
        go."""
        wish = PassOnSchema().load(read_body())
        made, _, _ = self._make(who, ticket_id)
        self.actions().pass_brief_on(TicketId(ticket_id), made, wish["to"], who.name, self.now())
        return Response(status=202)

    def _make(self, who: Visitor, ticket_id: str) -> tuple[Brief, str, FaultStatus]:
        with self.store.read() as unit:
            stored = read_ticket(unit, who, ticket_id, self.access, self.now())
            conversation, decision = stored.conversation, stored.decision
            case = case_of(unit, stored.known_customer, conversation, self.now())
            runs = unit.actions.of_conversation(conversation.id)
            status = status_of(unit, conversation.id)
            words = text_to_compare(conversation, stored.timeline)
        found = self.solved.like(words, brand=conversation.brand, besides=ticket_id)
        similar = [f"#{each.ticket} {each.title}" for each in found if stored.may_read(TicketId(each.ticket))]
        signals, progress = (decision.signals, decision.procedure) if decision else (None, None)
        made = brief_of(case, signals, progress, runs=runs, similar=similar)
        return made, decision.signals.language.value if decision else "en", status
