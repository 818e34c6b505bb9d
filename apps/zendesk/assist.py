"""What helps the agent beside the draft: next steps, lines to say, colleagues' answers, macros, other conversations,
and a search over the articles.

None of it is part of the ticket itself, which never waits for it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import Response, jsonify, request

from apps.zendesk.panels import Panel, StoredTicket, read_ticket
from apps.zendesk.parts import Route
from apps.zendesk.session import Visitor
from apps.zendesk.view import DELIVERIES, entry_view, passage_view
from core.answer.search import Search
from core.answer.style import StyleCard
from core.assist.case import TurnSources
from core.assist.elsewhere import Contact, Elsewhere, elsewhere
from core.assist.related import Solved, SolvedBefore, Wording, Wordings, text_to_compare
from core.assist.scripts import Line, lines_for
from core.assist.steps import Step, next_steps
from core.handoff.card import quote_line
from core.handoff.package import as_told
from core.model.conversation import Conversation, Message
from core.model.ids import TicketId
from core.model.outbound import OutboxRow
from core.policy import Policy
from core.ports import Now, Store, TicketAccess


@dataclass(frozen=True, slots=True, kw_only=True)
class Articles:
    store: Store
    search: Search
    now: Now

    def routes(self) -> Sequence[Route]:
        return (Route("search", "GET", self.find),)

    def find(self, _: Visitor) -> Response:
        """Where the ticket is known, what its brand's customers may be told; else of every brand."""
        with self.store.read() as unit:
            conversation = unit.conversations.by_ticket(TicketId(request.args.get("ticket", "")[:100]))
        brand = conversation.brand if conversation else ""
        hits = self.search.find(request.args.get("q", "")[:400], limit=8, brand=brand)
        return jsonify({"results": [passage_view(hit.passage, hit.score, self.now()) for hit in hits]})


Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assist:
    """`policy` is asked for with each request: it may have changed."""

    store: Store
    policy: Callable[[], Policy]
    style: StyleCard
    solved: SolvedBefore
    wordings: Wordings
    access: TicketAccess
    now: Now

    def routes(self) -> Sequence[Route]:
        return (
            Route("tickets/<ticket_id>/assist", "GET", self.steps),
            Route("tickets/<ticket_id>/assist/similar", "GET", self.similar),
            Route("tickets/<ticket_id>/assist/macros", "GET", self.macros),
            Route("tickets/<ticket_id>/elsewhere", "GET", self.elsewhere),
        )

    def panels(self) -> Mapping[str, Panel]:
        return {"assist": self.steps_of, "elsewhere": self.elsewhere_of}

    def steps(self, who: Visitor, ticket_id: str) -> Response:
        """What to do next, and what must or may be said about this matter."""
        with self.store.read() as unit:
            return jsonify(self.steps_of(read_ticket(unit, who, ticket_id, self.access, self.now())))

    def elsewhere(self, who: Visitor, ticket_id: str) -> Response:
        """The customer besides this ticket, as far as the agent may see it, and the mood of each of its messages."""
        with self.store.read() as unit:
            return jsonify(self.elsewhere_of(read_ticket(unit, who, ticket_id, self.access, self.now())))

    def similar(self, who: Visitor, ticket_id: str) -> Response:
        """Tickets that a person solved and that were about the like, of those that the helpdesk shows this agent."""
        with self.store.read() as unit:
            stored = read_ticket(unit, who, ticket_id, self.access, self.now())
            words = text_to_compare(stored.conversation, stored.timeline)
        found = self.solved.like(words, brand=stored.conversation.brand, besides=ticket_id)
        shown = [each for each in found if stored.may_read(TicketId(each.ticket))]
        return jsonify({"tickets": [_solved_view(each) for each in shown]})

    def macros(self, who: Visitor, ticket_id: str) -> Response:
        """The team's own wordings for the like."""
        with self.store.read() as unit:
            stored = read_ticket(unit, who, ticket_id, self.access, self.now())
            words = text_to_compare(stored.conversation, stored.timeline)
        return jsonify({"macros": [_wording(each) for each in self.wordings.for_words(words)]})

    def steps_of(self, stored: StoredTicket) -> Json:
        """Nothing while nothing was decided about the ticket."""
        customer, decision = stored.known_customer, stored.decision
        if decision is None:
            return {"steps": [], "scripts": []}
        if decision.handoff is not None:
            told = as_told(stored.unit, decision.handoff, stored.conversation.id)
            decision = replace(decision, handoff=told)
        case = TurnSources(
            conversation=stored.conversation,
            customer=customer,
            timeline=stored.timeline,
            decision=decision,
            policy=self.policy(),
            now=stored.now,
            others=stored.others,
        )
        lines = lines_for(case, self.style.of(case.conversation.brand))
        steps = next_steps(case)
        return {"steps": [_step(step) for step in steps], "scripts": [_line(line) for line in lines]}

    def elsewhere_of(self, stored: StoredTicket) -> Json:
        return _elsewhere(
            elsewhere(stored.unit, stored.conversation, stored.timeline, stored.known_customer, stored.others)
        )


def _step(step: Step) -> Json:
    return {
        "kind": step.kind,
        "about": step.about,
        "why": step.why,
        "evidence": list(step.evidence),
        "act": {"doing": step.act.doing, "to": step.act.to} if step.act else None,
        "by": step.by.isoformat() if step.by else None,
    }


def _line(line: Line) -> Json:
    return {
        "name": line.name,
        "text": line.text,
        "must_say": line.must_say,
        "because": line.because,
        "said_by": line.said_by or None,
        "drafted": line.drafted,
    }


def _solved_view(found: Solved) -> Json:
    at = found.article.updated_at
    return {
        "ticket": found.ticket,
        "title": found.title,
        "asked": found.asked,
        "answered": found.answered,
        "locale": found.article.locale,
        "at": at.isoformat() if at else None,
        "likeness": round(found.similarity, 3),
    }


def _wording(found: Wording) -> Json:
    return {"id": found.id, "title": found.title, "text": found.text, "likeness": round(found.similarity, 3)}


def _elsewhere(found: Elsewhere) -> Json:
    return {
        "moods": {message_id: round(mood, 3) for message_id, mood in found.moods.items()},
        "contact": _contact(found.contact) if found.contact else None,
        "conversations": [_conversation(conversation, messages) for conversation, messages in found.others],
        "outreach": [_outreach(row) for row in found.outreach],
    }


def _contact(contact: Contact) -> Json:
    return {
        "at": contact.at.isoformat(),
        "channel": contact.message.channel,
        "role": contact.message.role,
        "author": contact.message.author,
        "text": quote_line(contact.message.text),
        "subject": contact.subject,
        "ticket": contact.ticket,
    }


def _conversation(conversation: Conversation, messages: Sequence[Message]) -> Json:
    return {
        "id": conversation.id,
        "ticket": conversation.ticket_id,
        "subject": conversation.subject,
        "status": "open" if conversation.open else "solved",
        "channel": conversation.channel,
        "at": conversation.updated_at.isoformat(),
        "entries": [entry_view(message) for message in messages],
    }


def _outreach(row: OutboxRow) -> Json:
    sent = row.first_sent_at or row.effect.created_at
    return {
        "id": row.effect.id,
        "at": sent.isoformat(),
        "channel": row.effect.channel,
        "text": row.effect.message.body if row.effect.message else "",
        "state": row.state,
        "delivery": DELIVERIES.get(row.delivery or ""),
    }
