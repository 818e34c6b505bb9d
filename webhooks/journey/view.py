"""The beacon → inbox: /journey/steps and /journey/answers, from browsers on the company's own pages."""

from collections.abc import Callable, Iterable

from flask import Blueprint, Request, Response, request

from core.model.event import Event, EventKind
from core.model.event_payloads import OfferAnswered, PageStep
from core.model.journey import JourneyStepKind, OfferState
from webhooks.intake import Intake, json_object
from webhooks.journey.origin import KnownOrigin
from webhooks.journey.schema import AnswerSchema, StepSchema

SOURCE = "journey"
# Made once: a new schema copies all its fields.
STEP, ANSWER = StepSchema(), AnswerSchema()
LARGEST = 4096


def journey_webhooks(intake: Intake, origin: KnownOrigin) -> Blueprint:
    blueprint = Blueprint("journey_webhooks", __name__, url_prefix="/journey")

    def taken(parse: Callable[[Request, bytes], Iterable[Event]]) -> Response:
        if (request.content_length or 0) > LARGEST:
            return Response("too_large\n", status=413, mimetype="text/plain")
        return intake.take(SOURCE, request, origin, parse, Response(status=202))

    @blueprint.post("/steps")
    def steps() -> Response:
        return taken(step)

    @blueprint.post("/answers")
    def answers() -> Response:
        return taken(answer)

    def step(_: Request, body: bytes) -> Iterable[Event]:
        fields = STEP.load(json_object(body))
        told = PageStep(
            kind=JourneyStepKind(fields["kind"]),
            page=fields["page"],
            name=fields["name"],
            seconds=fields["seconds"],
            language=fields["language"],
        )
        return [event(fields["visitor"], f"{fields['visitor']}:{fields['number']}", told)]

    def answer(_: Request, body: bytes) -> Iterable[Event]:
        fields = ANSWER.load(json_object(body))
        told = OfferAnswered(offer=fields["offer"], answer=OfferState(fields["answer"]))
        return [event(fields["visitor"], f"{told.offer}:{told.answer}", told)]

    def event(visitor: str, delivery_id: str, payload: PageStep | OfferAnswered) -> Event:
        now = intake.now()
        return Event(
            source=SOURCE,
            delivery_id=delivery_id,
            kind=EventKind.JOURNEY_STEP,
            subject=visitor,
            occurred_at=now,
            received_at=now,
            payload=payload,
        )

    return blueprint
