"""What agents tell us: the intent that a customer really had, the source that they opened, the answer to the weekly
survey."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from flask import Response, jsonify
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate, validates_schema

from apps.zendesk.parts import Route, read_body
from apps.zendesk.session import Visitor
from core.errors import RejectedError
from core.measure.correct import CorrectIntent
from core.measure.pulse import due, person_in, summary, week_of
from core.model.agent import SCALE, Asked
from core.model.ids import DraftId, TicketId
from core.ports import Now, Store


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
            Route("intents", "GET", self.list),
            Route("tickets/<ticket_id>/intent", "POST", self.correct),
        )

    def list(self, _: Visitor) -> Response:
        """What an agent may correct an intent to."""
        return jsonify({"intents": [{"value": name, "label": label} for name, label in self.labels().items()]})

    def correct(self, who: Visitor, ticket_id: str) -> Response:
        """What the customer really wanted; who waits is decided about afresh."""
        wish = IntentSchema().load(read_body())
        self.correcting.correct(TicketId(ticket_id), wish["intent"], who.name, self.now(), wish["decision"])
        return Response(status=204)


OPENED = "opened"


class OpenedSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    sentence = fields.Integer(required=True, validate=validate.Range(min=0))


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedSources:
    store: Store
    now: Now

    def routes(self) -> Sequence[Route]:
        return (Route("tickets/<ticket_id>/drafts/<draft_id>/opened", "POST", self.note),)

    def note(self, who: Visitor, ticket_id: str, draft_id: str) -> Response:
        """Once for each sentence and agent, however often they look. RejectedError for a draft of another ticket."""
        detail = {"sentence": OpenedSchema().load(read_body())["sentence"], "agent": who.agent_id}
        with self.store.begin() as unit:
            conversation = unit.conversations.by_ticket(TicketId(ticket_id))
            decisions = unit.decisions.of_conversation(conversation.id) if conversation else []
            if not any(each.draft is not None and each.draft.id == draft_id for each in decisions):
                raise RejectedError("there is no such draft on this ticket")
            known = unit.decisions.feedback(DraftId(draft_id))
            if (OPENED, detail) not in [(kind, dict(kept)) for kind, kept in known]:
                unit.decisions.add_feedback(DraftId(draft_id), OPENED, who.name, self.now(), detail)
        return Response(status=204)


WEEK = timedelta(days=7)


class DidSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    did = fields.String(required=True, validate=validate.OneOf(["shown", "later", "answered"]))
    helps = fields.Integer(load_default=None, allow_none=True, validate=validate.OneOf(list(SCALE)))

    @validates_schema
    def complete(self, given: dict[str, Any], **_: Any) -> None:
        if (given["did"] == "answered") != (given.get("helps") is not None):
            raise ValidationError("an answer, and only an answer, has helps", "helps")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """`secret` keeps apart who the agents are from what they say."""

    store: Store
    secret: str
    now: Now

    def routes(self) -> Sequence[Route]:
        return (Route("pulse", "GET", self.asks), Route("pulse", "POST", self.did))

    def asks(self, who: Visitor) -> Response:
        """Whether to put the question to this agent now, and what the week before came to."""
        now = self.now()
        week, before = week_of(now), week_of(now - WEEK)
        with self.store.read() as unit:
            asked = unit.pulse.of(week, self._person(week, who))
            rows = unit.pulse.since(before)
        last = next((each for each in summary(rows, week) if each.week == before and each.helps is not None), None)
        told = (
            {"helps": last.helps.value, "answered": last.answered, "asked": last.asked} if last and last.helps else None
        )
        return jsonify(due=due(asked), last=told)

    def did(self, who: Visitor) -> Response:
        given = DidSchema().load(read_body())
        week = week_of(self.now())
        person = self._person(week, who)
        with self.store.begin() as unit:
            asked = unit.pulse.of(week, person) or Asked(week=week, person=person)
            unit.pulse.save(_after(asked, given))
        return Response(status=204)

    def _person(self, week: str, who: Visitor) -> str:
        return person_in(week, who.agent_id, self.secret)


def _after(asked: Asked, given: dict[str, Any]) -> Asked:
    """The first answer of a week stays: another browser tab may still show the question."""
    if given["did"] == "shown":
        return replace(asked, shown=asked.shown + 1)
    if given["did"] == "later":
        return replace(asked, later=True)
    return asked if asked.helps is not None else replace(asked, helps=given["helps"])
