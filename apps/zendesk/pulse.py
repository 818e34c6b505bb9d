"""The weekly pulse in the sidebar: one question, put off or answered with one click."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from flask import Response, jsonify
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate, validates_schema

from apps.zendesk.body import sent
from apps.zendesk.parts import Route
from apps.zendesk.session import Visitor
from core.measure.pulse import due, person_in, summary, week_of
from core.model.agent import SCALE, Asked
from core.ports import Now, Store

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
        given = DidSchema().load(sent())
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
