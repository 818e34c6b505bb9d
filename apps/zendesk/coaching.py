"""Hints on the agent's own words: while they write in the helpdesk's reply, and after the matter, to them alone.

What is typed is read by rules and forgotten: it is written to no store and no log."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, jsonify

from apps.zendesk.panels import Panel, StoredTicket, read_ticket
from apps.zendesk.parts import Route, read_body
from apps.zendesk.session import Visitor
from apps.zendesk.writing import TextSchema, list_deviations
from core.answer.style import StyleCard
from core.assist.case import TurnSources
from core.assist.coaching import Hint, afterwards, of_whole_matter, while_writing
from core.assist.scripts import lines_for
from core.context.reader import case_of
from core.measure.quality import quality_of
from core.model.decision import Decision
from core.model.draft import Finding
from core.model.quality import Part
from core.policy import Policy
from core.ports import Now, Store, TicketAccess

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class CoachingViews:
    """`policy` is asked for with each request: it may have changed."""

    store: Store
    policy: Callable[[], Policy]
    style: StyleCard
    access: TicketAccess
    now: Now

    def routes(self) -> Sequence[Route]:
        return (
            Route("tickets/<ticket_id>/coaching", "GET", self.show),
            Route("tickets/<ticket_id>/coaching", "POST", self.typed),
        )

    def panels(self) -> Mapping[str, Panel]:
        return {"coaching": self.coaching_of}

    def show(self, who: Visitor, ticket_id: str) -> Response:
        """Whether hints are given while they write, and those of a matter that has ended and that they answered in."""
        with self.store.read() as unit:
            return jsonify(self.coaching_of(read_ticket(unit, who, ticket_id, self.access, self.now())))

    def coaching_of(self, stored: StoredTicket) -> Json:
        wanted, case = self.policy().coaching, self._case(stored)
        found = self._afterwards(stored, case) if case is not None and wanted.afterwards else None
        return {
            "while_writing": wanted.while_writing and case is not None,
            "afterwards": None if found is None else [_view(hint) for hint in found],
        }

    def typed(self, who: Visitor, ticket_id: str) -> Response:
        """Hints on a text that is being written; none where the policy wants none."""
        text = TextSchema().load(read_body())["text"]
        if not self.policy().coaching.while_writing:
            return jsonify({"hints": []})
        with self.store.read() as unit:
            stored = read_ticket(unit, who, ticket_id, self.access, self.now())
            case = self._case(stored)
            hints: tuple[Hint, ...] = ()
            if case is not None:
                style = self.style.of(case.conversation.brand)
                found = self._review(stored, case.decision, text)
                hints = while_writing(text, case, lines_for(case, style), found)
        return jsonify({"hints": [_view(hint) for hint in hints]})

    def _afterwards(self, stored: StoredTicket, case: TurnSources) -> tuple[Hint, ...] | None:
        if stored.reader is None or stored.conversation.open:
            return None
        return afterwards(
            stored.reader.name,
            case,
            lines_for(of_whole_matter(case), self.style.of(case.conversation.brand)),
            lambda text: self._review(stored, case.decision, text),
            quality_of(stored.unit, stored.conversation).of(Part.COMPLETE),
            stored.unit.decisions.moods(stored.conversation.id),
        )

    def _review(self, stored: StoredTicket, decision: Decision, text: str) -> Sequence[Finding]:
        case = case_of(stored.unit, stored.known_customer, stored.conversation, stored.now)
        return list_deviations(case, decision, text, self.style)

    def _case(self, stored: StoredTicket) -> TurnSources | None:
        """None while nothing was decided about the ticket."""
        if stored.customer is None or stored.decision is None:
            return None
        return TurnSources(
            conversation=stored.conversation,
            customer=stored.customer,
            timeline=stored.timeline,
            decision=stored.decision,
            policy=self.policy(),
            now=stored.now,
        )


def _view(hint: Hint) -> Json:
    return {
        "kind": hint.kind.value,
        "text": hint.text,
        "words": hint.words,
        "remedy": hint.remedy,
        "about": hint.about,
    }
