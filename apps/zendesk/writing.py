"""Help with the agent's own words: in other words, held against the rules, or drafted anew while they watch.

All of it needs a request to a language model that may take long; a few at a time, so that webhooks never wait for it.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import BoundedSemaphore
from typing import Any

from flask import Response, jsonify
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from apps.zendesk.body import sent
from apps.zendesk.parts import Route, plainly
from apps.zendesk.session import Visitor
from apps.zendesk.together import Piece
from apps.zendesk.view import draft_view, finding_view, sentence_view
from core.answer.answer import Answer
from core.answer.guard import Setting, deviations
from core.answer.rewrite import Revision, Rewriter, Rewritten
from core.answer.streaming import Done, Event, Refused, Replaced, Shown, live
from core.answer.style import StyleCard
from core.context.case import case_of
from core.errors import HandrailError, RejectedError, TransientError
from core.knowledge.passages import heading
from core.model.conversation import CaseContext, Role
from core.model.decision import Decision
from core.model.draft import Finding
from core.model.ids import TicketId
from core.model.signals import Signals
from core.ports import Now, Store, Unit
from core.privacy.known import of_customer

AT_ONCE = 2
LONGEST = 8000  # characters of an agent's text
BUSY = "Other texts are being written; please try again in a moment."

Json = dict[str, Any]


class TextSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    text = fields.String(required=True, validate=validate.Length(min=1, max=LONGEST))


class RevisionSchema(TextSchema):
    revision = fields.Enum(Revision, by_value=True, required=True)
    to = fields.String(load_default="", validate=validate.Regexp(r"([a-z]{2})?\Z"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """`answer` is asked for at the first use: a web process that never writes loads no model."""

    store: Store
    answer: Callable[[], Answer]
    rewriter: Callable[[], Rewriter]
    style: StyleCard
    now: Now
    turns: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(AT_ONCE))

    def routes(self) -> Sequence[Route]:
        return (
            Route("writing", "GET", self.help),
            Route("tickets/<ticket_id>/rewrite", "POST", self.rewrite),
            Route("tickets/<ticket_id>/review", "POST", self.review),
            Route("tickets/<ticket_id>/compose", "POST", self.compose),
        )

    def help(self, _: Visitor) -> Response:
        """What can be done here, and why not where it cannot."""
        return jsonify(self._help())

    def pieces(self) -> Mapping[str, Piece]:
        return {"writing": lambda _: self._help()}

    def _help(self) -> Json:
        return {"rewrite": {"unavailable": self.rewriter().unavailable, "ways": list(Revision)}}

    def rewrite(self, _: Visitor, ticket_id: str) -> Response:
        """The text in other words; unchanged, with the reason, when the revision would change what it says."""
        wish = RevisionSchema().load(sent())
        if wish["revision"] is Revision.TRANSLATE and not wish["to"]:
            raise ValidationError({"to": ["a translation needs a language to go to"]})
        case, signals = self._case(ticket_id)
        rewriter = self.rewriter().for_case(case)
        language = self.style.language(signals.language.value, case.customer.locale)
        spoken = self.style.of(case.brand).courtesies(language)
        rewriter = replace(rewriter, courtesies=frozenset({spoken.empathy, spoken.opening, spoken.closing}))
        self._begin()
        try:
            result = rewriter.rewrite(wish["text"], wish["revision"], language=language, to=wish["to"])
        finally:
            self.turns.release()
        reason, caution = ("", result.caution) if isinstance(result, Rewritten) else (result.reason, "")
        return jsonify({"text": result.text, "changed": not reason, "reason": reason, "caution": caution})

    def review(self, _: Visitor, ticket_id: str) -> Response:
        """What the style card and the guard have to say about the agent's text."""
        text = TextSchema().load(sent())["text"]
        found = _deviations(*self._decided(ticket_id), text, self.style)
        return jsonify({"findings": [finding_view(finding) for finding in found]})

    def compose(self, _: Visitor, ticket_id: str) -> Response:
        """A draft as it is being written: one JSON object a line, the last one with the whole draft."""
        case, signals = self._case(ticket_id)
        self._begin()

        def lines() -> Iterator[str]:
            try:
                for event in live(self.answer(), case, signals):
                    yield json.dumps(_told(event)) + "\n"
            except HandrailError as error:
                yield json.dumps({"event": "failed", "reason": plainly(error)}) + "\n"

        response = Response(lines(), mimetype="application/x-ndjson", headers={"X-Accel-Buffering": "no"})
        # Also when the agent has gone before the first line.
        response.call_on_close(self.turns.release)
        return response

    def _begin(self) -> None:
        if not self.turns.acquire(blocking=False):
            raise TransientError(BUSY)

    def _case(self, ticket_id: str) -> tuple[CaseContext, Signals]:
        case, decision = self._decided(ticket_id)
        return case, decision.signals

    def _decided(self, ticket_id: str) -> tuple[CaseContext, Decision]:
        with self.store.read() as unit:
            read = _read(unit, TicketId(ticket_id), self.now())
        if read is None:
            raise RejectedError("Handrail has not read this ticket yet.")
        return read


def found_in(store: Store, ticket_id: TicketId, text: str, style: StyleCard, now: datetime) -> tuple[str, ...]:
    """What style card and guard have to say about a text for this ticket, in words; nothing where it was not read."""
    with store.read() as unit:
        read = _read(unit, ticket_id, now)
    return tuple(finding.text for finding in _deviations(*read, text, style)) if read else ()


def _read(unit: Unit, ticket_id: TicketId, now: datetime) -> tuple[CaseContext, Decision] | None:
    conversation = unit.conversations.by_ticket(ticket_id)
    customer = unit.customers.get(conversation.customer_id) if conversation else None
    decision = unit.decisions.latest(conversation.id) if conversation else None
    if conversation is None or customer is None or decision is None:
        return None
    return case_of(unit, customer, conversation, now), decision


def _deviations(case: CaseContext, decision: Decision, text: str, style: StyleCard) -> Sequence[Finding]:
    card = style.of(case.brand)
    return deviations(text, style=card, source=_quoted(decision), setting=_around(case, decision.signals, card))


def _quoted(decision: Decision) -> str:
    """What the draft for this case rests on; nothing where there is none."""
    sentences = decision.draft.sentences if decision.draft else ()
    return "\n".join(f"{heading(s.citation.passage)}\n{s.citation.quote}" for s in sentences if s.citation)


def _around(case: CaseContext, signals: Signals, card: StyleCard) -> Setting:
    """The customer's words are those of the whole case; what anybody else has said in it counts as the record."""
    return Setting(
        customer="\n".join(m.text for m in case.timeline if m.role is Role.CUSTOMER),
        record="\n".join(m.text for m in case.timeline if m.role is not Role.CUSTOMER),
        language=card.language(signals.language.value, case.customer.locale),
        intent=signals.intent.value if signals.intents else "",
        brand=case.brand,
        rules=card.rules,
        known=of_customer(case.customer),
    )


def _told(event: Event) -> Json:
    match event:
        case Shown():
            return {"event": "sentence", "sentence": sentence_view(event.sentence)}
        case Refused():
            return {"event": "struck", "text": event.struck.text, "reason": event.struck.reason}
        case Replaced():
            return {"event": "replaced", "reason": event.reason}
        case Done():
            draft = event.answered.draft
            return {
                "event": "done",
                "draft": draft_view(draft, "offered") if draft else None,
                "abstained": event.answered.abstained,
            }
