"""Help with the agent's own words: in other words, held against the rules, or drafted anew while they watch;
and asking a supervisor for their word on it.

Most of it asks a language model or an encoder, which takes time; a few at a time, so that webhooks never wait for it.
Without a model a text is made shorter and put right by rules.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import BoundedSemaphore
from typing import Any

from flask import Response, jsonify, request
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from apps.zendesk.panels import Panel
from apps.zendesk.parts import Route, plainly, read_body
from apps.zendesk.session import Visitor
from apps.zendesk.translator import translator_of
from apps.zendesk.view import draft_view, finding_view, sentence_view
from core.answer.answer import Answer
from core.answer.grammar import Difference, put_right
from core.answer.guard import Setting, deviations
from core.answer.rewrite import Revision, Rewriter, Rewritten
from core.answer.shorten import shorten
from core.answer.streaming import Done, Event, Refused, Replaced, Shown, live
from core.answer.style import StyleCard
from core.context.reader import case_of
from core.errors import HandrailError, RejectedError, TransientError
from core.govern.requests import Requests, Wish, is_outdated
from core.knowledge.passages import heading
from core.model.conversation import CaseContext, Role
from core.model.decision import Decision
from core.model.draft import Finding
from core.model.ids import ApprovalId, ConversationId, DraftId, TicketId
from core.model.knowledge import Audience
from core.model.request import OPEN, Request, Ruling
from core.model.signals import Signals
from core.policy import Policy
from core.ports import Encoder, Now, Store, Unit
from core.privacy.find import of_customer
from core.read.turn_input import customer_words

AT_ONCE = 2
LONGEST = 8000  # characters of an agent's text
BY_RULES = (Revision.SHORTER, Revision.GRAMMAR)  # what is done without a language model
NOTHING = "Nothing to change was found for certain."
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
    encoder: Callable[[], Encoder]
    style: StyleCard
    policy: Callable[[], Policy]
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

    def panels(self) -> Mapping[str, Panel]:
        return {"writing": lambda _: self._help()}

    def _help(self) -> Json:
        unavailable = self.rewriter().unavailable
        return {"rewrite": {"unavailable": unavailable, "ways": list(BY_RULES if unavailable else Revision)}}

    def rewrite(self, _: Visitor, ticket_id: str) -> Response:
        """The text in other words; unchanged, with the reason, when the revision would change what it says."""
        wish = RevisionSchema().load(read_body())
        if wish["revision"] is Revision.TRANSLATE and not wish["to"]:
            raise ValidationError({"to": ["a translation needs a language to go to"]})
        case, signals = self._case(ticket_id)
        rewriter = self.rewriter()
        if rewriter.unavailable and wish["revision"] in BY_RULES:
            return self._by_rules(case, wish["text"], wish["revision"])
        rewriter = rewriter.for_case(case)
        language = self.style.language(signals.language.value, case.customer.locale)
        spoken = self.style.of(case.brand).courtesies(language)
        rewriter = replace(rewriter, courtesies=frozenset({spoken.empathy, spoken.opening, spoken.closing}))
        self._begin()
        try:
            result = rewriter.rewrite(wish["text"], wish["revision"], language=language, to=wish["to"])
        finally:
            self.turns.release()
        reason, caution = ("", result.caution) if isinstance(result, Rewritten) else (result.reason, "")
        return jsonify(_revised(result.text, reason, caution))

    def _by_rules(self, case: CaseContext, text: str, revision: Revision) -> Response:
        """With each place that changed, which the agent sees beside the text."""
        if revision is Revision.GRAMMAR:
            changed, differences = put_right(text)
        else:
            self._begin()
            try:
                shortened = shorten(text, customer_words(case), self.encoder())
            finally:
                self.turns.release()
            changed, differences = shortened.text, [Difference(before=each, after="") for each in shortened.left_out]
        shown = [{"before": each.before, "after": each.after} for each in differences]
        reason = "" if differences else NOTHING
        return jsonify(_revised(changed, reason) | {"by_rules": True, "differences": shown})

    def review(self, _: Visitor, ticket_id: str) -> Response:
        """What the style card and the guard have to say about the agent's text."""
        text = TextSchema().load(read_body())["text"]
        found = list_deviations(*self._read_case(ticket_id), text, self.style)
        return jsonify({"findings": [finding_view(finding) for finding in found]})

    def compose(self, _: Visitor, ticket_id: str) -> Response:
        """A draft as it is being written: one JSON object a line, the last one with the whole draft."""
        case, signals = self._case(ticket_id)
        translator = translator_of(request.headers.get("Accept-Language", ""))
        self._begin()

        def line(event: Json) -> str:
            return json.dumps(translator.answer(event) if translator else event) + "\n"

        def lines() -> Iterator[str]:
            try:
                for event in live(self.answer(), case, signals, self.policy().known_of(case.customer)):
                    yield line(_event_view(event))
            except HandrailError as error:
                yield line({"event": "failed", "reason": plainly(error)})

        response = Response(lines(), mimetype="application/x-ndjson", headers={"X-Accel-Buffering": "no"})
        # Also when the agent has gone before the first line.
        response.call_on_close(self.turns.release)
        return response

    def _begin(self) -> None:
        if not self.turns.acquire(blocking=False):
            raise TransientError(BUSY)

    def _case(self, ticket_id: str) -> tuple[CaseContext, Signals]:
        case, decision = self._read_case(ticket_id)
        return case, decision.signals

    def _read_case(self, ticket_id: str) -> tuple[CaseContext, Decision]:
        with self.store.read() as unit:
            read = _read(unit, TicketId(ticket_id), self.now())
        if read is None:
            raise RejectedError("Handrail has not read this ticket yet.")
        return read


def _revised(text: str, reason: str, caution: str = "") -> Json:
    """`reason` says why it is as it was."""
    return {"text": text, "changed": not reason, "reason": reason, "caution": caution, "by_rules": False}


def found_in(store: Store, ticket_id: TicketId, text: str, style: StyleCard, now: datetime) -> tuple[str, ...]:
    """What style card and guard have to say about a text for this ticket, in words; nothing where it was not read."""
    with store.read() as unit:
        read = _read(unit, ticket_id, now)
    return tuple(finding.text for finding in list_deviations(*read, text, style)) if read else ()


def _read(unit: Unit, ticket_id: TicketId, now: datetime) -> tuple[CaseContext, Decision] | None:
    conversation = unit.conversations.by_ticket(ticket_id)
    customer = unit.customers.get(conversation.customer_id) if conversation else None
    decision = unit.decisions.latest(conversation.id) if conversation else None
    if conversation is None or customer is None or decision is None:
        return None
    return case_of(unit, customer, conversation, now), decision


def list_deviations(case: CaseContext, decision: Decision, text: str, style: StyleCard) -> Sequence[Finding]:
    """What style card and guard say of a text for this case, in the order of its words."""
    card = style.of(case.brand)
    return deviations(text, style=card, source=_quote(decision), setting=_around(case, decision.signals, card))


def _quote(decision: Decision) -> str:
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


def _event_view(event: Event) -> Json:
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

    def panels(self) -> Mapping[str, Panel]:
        return {"request": lambda stored: self._newest(stored.unit, stored.conversation.id)}

    def ask(self, who: Visitor, ticket_id: str) -> Response:
        asked = AskSchema().load(read_body())
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
            "outdated": state in OPEN and is_outdated(unit, ruling, policy),
            "internal": _internal(request),
        }


def _internal(request: Request) -> list[Json]:
    """The articles under the words that no customer may read: they are warned of before the words are taken."""
    inside = {each.article_id: each.title for each in request.sources if each.audience is not Audience.PUBLIC}
    return [{"article_id": article, "title": title} for article, title in inside.items()]
