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
LOOPBACK = frozenset({"127.0.0.1", "::1"})
LONGEST_ADDRESS = 64
Wait = Callable[[str], float]


def address_of(incoming: Request) -> str:
    """Whose request it is: behind a proxy on this machine, as it is set up to be, whoever the proxy itself saw. What
    stands before that in the header is the visitor's own word."""
    peer = incoming.remote_addr or ""
    seen = incoming.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return seen[:LONGEST_ADDRESS] if seen and peer in LOOPBACK else peer


def journey_webhooks(intake: Intake, origin: KnownOrigin, wait: Wait) -> Blueprint:
    """`wait(visitor's address)` tells how many seconds somebody who asks too often has to be quiet; 0: none."""
    blueprint = Blueprint("journey_webhooks", __name__, url_prefix="/journey")

    def taken(parse: Callable[[Request, bytes], Iterable[Event]]) -> Response:
        seconds = wait(address_of(request))
        if seconds > 0:
            return Response("too_often\n", status=429, headers={"Retry-After": f"{seconds:.0f}"}, mimetype="text/plain")
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
