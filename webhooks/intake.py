"""What every receiver shares: read the raw bytes, verify them, parse them, accept the events, answer, count."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, TypeVar

from flask import Request, Response
from marshmallow import ValidationError, fields, validate
from prometheus_client import CollectorRegistry, Counter

from core.errors import RejectedError, TransientError
from core.model.event import Event
from core.ports import Inbox, Now, Signature, SignedRequest
from core.text.outside import read_json, read_moment

LARGEST = 1024 * 1024
AGAIN_AFTER = "5"  # seconds; Zendesk tries again after a 503 that names less than 60

Parse = Callable[[Request, bytes], Iterable[Event]]
Read = TypeVar("Read")


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """`public_url` is what the vendors were told; behind a proxy the Host header says something else."""

    inbox: Inbox
    now: Now
    public_url: str
    received: Counter

    def take(self, source: str, request: Request, signature: Signature, parse: Parse, answer: Response) -> Response:
        """Verify, parse, accept. 4xx with a reason where the request is not one of the vendor's, or not readable;
        503 where the store cannot keep it now."""
        refusal = self.refusal(source, request, signature)
        if refusal is not None:
            return refusal
        try:
            events = list(parse(request, request.get_data()))
        except ValidationError as error:
            return self.refuse_malformed(source, error)
        except ValueError as error:
            return self._refuse(source, 400, "malformed", str(error))
        try:
            self.keep(source, events)
        except TransientError:
            return self._refuse(source, 503, "unavailable", "please send it again")
        return answer

    def refusal(self, source: str, request: Request, signature: Signature) -> Response | None:
        """The answer to a request that is too large or not the vendor's; None where it may be read."""
        length = request.content_length
        if length is None or length > LARGEST:
            return self._refuse(source, 413 if length else 411, "too_large" if length else "no_length")
        try:
            signature.check(self._signed(request, request.get_data(cache=True)), self.now())
        except RejectedError as error:
            return self._refuse(source, 401, "bad_signature", str(error))
        return None

    def refuse_malformed(self, source: str, error: ValidationError) -> Response:
        return self._refuse(source, 400, "malformed", _told(error))

    def keep(self, source: str, events: Sequence[Event]) -> list[Event]:
        """Accept and count; those that were here before. Raises TransientError where the store cannot keep them now."""
        again: list[Event] = []
        for event in events:
            fresh = self.inbox.accept(event)
            again += [] if fresh else [event]
            self.count(source, "accepted" if fresh else "duplicate")
        if not events:
            self.count(source, "ignored")
        return again

    def count(self, source: str, result: str) -> None:
        self.received.labels(source=source, result=result).inc()

    def _signed(self, request: Request, body: bytes) -> SignedRequest:
        query = f"?{request.query_string.decode('latin-1')}" if request.query_string else ""
        url = f"{self.public_url}{request.path}{query}"
        return SignedRequest(url=url, headers=dict(request.headers), body=body)

    def _refuse(self, source: str, status: int, result: str, reason: str = "") -> Response:
        self.count(source, result)
        text = f"{result}: {reason}\n" if reason else f"{result}\n"
        headers = {"Retry-After": AGAIN_AFTER} if status == HTTPStatus.SERVICE_UNAVAILABLE else None
        return Response(text, status=status, headers=headers, mimetype="text/plain")


def read_record(parse: Callable[[Mapping[str, Any], datetime, datetime], Read]) -> Callable[..., Read]:
    """The same reading for what a vendor's list tells in the words of its webhook. RejectedError: it cannot be read."""

    def read(form: Mapping[str, Any], occurred_at: datetime, received_at: datetime) -> Read:
        try:
            return parse(form, occurred_at, received_at)
        except ValidationError as error:
            raise RejectedError(_told(error), code="malformed") from error

    return read


def counter(registry: CollectorRegistry) -> Counter:
    """Requests by source and result; one series per vendor and outcome."""
    return Counter("handrail_received", "Webhook events by source and result", ["source", "result"], registry=registry)


def json_object(body: bytes) -> dict[str, Any]:
    """Raises ValidationError where the body is not one JSON object in UTF-8 that can be stored again."""
    value = json_value(body)
    if not isinstance(value, dict):
        raise ValidationError({"body": ["is not a JSON object"]})
    return value


def json_value(body: bytes) -> Any:
    """Raises ValidationError where the body is not JSON in UTF-8 that can be stored again."""
    try:
        return read_json(body.decode())
    except ValueError as error:
        raise ValidationError({"body": ["is not JSON"]}) from error


class Moment(fields.AwareDateTime):
    """A moment of the years that we know."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> datetime:
        try:
            return read_moment(super()._deserialize(value, attr, data, **more))
        except ValueError as error:
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE) from error


def name_field(longest: int) -> validate.And:
    """An id or a name as a field: some text, and none of the characters (NUL, half an emoji) that name nothing."""
    return validate.And(validate.Length(min=1, max=longest), _printable)


def _printable(text: str) -> None:
    if not text.isprintable():
        raise ValidationError("Has characters that cannot be shown.")


def _told(error: ValidationError) -> str:
    """Which fields are wrong and how; no value that was sent is repeated."""
    return "; ".join(f"{path}: {said}" for path, said in faults(error.messages)) or "invalid"


def faults(messages: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Each field that is wrong, by its path, and how."""
    if isinstance(messages, dict):
        for name, said in messages.items():
            yield from faults(said, f"{path}.{name}" if path else str(name))
        return
    # Of several checks of one field each tells its own, and one that looks inside tells it by its places.
    within = [each for each in messages if isinstance(each, dict)]
    for each in within:
        yield from faults(each, path)
    said = [str(each) for each in messages if not isinstance(each, dict)]
    if said:
        yield path, " ".join(said)
