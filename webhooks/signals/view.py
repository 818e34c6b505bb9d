"""The company's own systems → inbox: /signals, with an API key; one signal, or a list of them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, jsonify, request
from marshmallow import ValidationError

from core.errors import TransientError
from core.model.event import Event, EventKind
from core.model.event_payloads import SignalStated
from core.outreach.signals.needs import NO_NAME, find_misnamed, kinds, unmet
from core.policy import Policy
from core.ports import Signature
from webhooks.intake import AGAIN_AFTER, Intake, faults, json_value
from webhooks.signals.schema import CUSTOMER, MOST_AT_ONCE, PEOPLE, PLAIN, SignalSchema

SOURCE = "signals"
AHEAD = timedelta(days=1)  # that a sender's clock may be wrong, or in another zone than it says
# Made once: a new schema copies all its fields.
SIGNAL = SignalSchema()

Problems = Sequence[tuple[str, str]]


def signal_webhooks(intake: Intake, signature: Signature, policy: Callable[[], Policy] | None = None) -> Blueprint:
    """Where the `policy` is known, a signal that none of its plays could speak about is refused at once."""
    blueprint = Blueprint("signal_webhooks", __name__)

    @blueprint.post("/signals")
    def signals() -> Response:
        refusal = intake.refusal(SOURCE, request, signature)
        if refusal is not None:
            return refusal
        try:
            rows = _rows(json_value(request.get_data()))
        except ValidationError as error:
            return _refused(intake, HTTPStatus.BAD_REQUEST, "malformed", list(faults(error.messages)))
        events = [_event(row, intake) for row in rows]
        problems = list(_unmet(zip(events, rows, strict=True), policy() if policy else None))
        if problems:
            return _refused(intake, HTTPStatus.UNPROCESSABLE_ENTITY, "not_usable", problems)
        try:
            again = intake.keep(SOURCE, events)
            others = [(f"id {e.delivery_id}", DIFFERS) for e in _differing(intake, again, rows)]
        except TransientError:
            return _refused(intake, HTTPStatus.SERVICE_UNAVAILABLE, "unavailable", [("", "please send it again")])
        if others:
            return _refused(intake, HTTPStatus.CONFLICT, "conflict", others)
        answer = jsonify(accepted=len(events) - len(again), repeated=len(again))
        answer.status_code = HTTPStatus.ACCEPTED
        return answer

    return blueprint


DIFFERS = "was accepted before with another content, and that stays; a new signal needs an id of its own"


def _rows(value: Any) -> list[dict[str, Any]]:
    """One signal, or several. Raises ValidationError, which tells where in the list."""
    if not isinstance(value, list):
        if not isinstance(value, dict):
            raise ValidationError({"body": ["is neither a JSON object nor a list of them"]})
        return [SIGNAL.load(value)]
    if not 1 <= len(value) <= MOST_AT_ONCE:
        raise ValidationError({"body": [f"holds {len(value)} signals, expected 1 to {MOST_AT_ONCE}"]})
    rows: list[dict[str, Any]] = SIGNAL.load(value, many=True)
    names = [row["id"] for row in rows]
    twice = {name: ["stands in the list twice"] for name in names if names.count(name) > 1}
    if twice:
        raise ValidationError(twice)
    return rows


def _event(row: Mapping[str, Any], intake: Intake) -> Event:
    now = intake.now()
    # `kind` is the signal's own, and no fact says another.
    facts = {name: value for name, value in plain(row["facts"]).items() if name != "kind"}
    return Event(
        source=SOURCE,
        delivery_id=row["id"],
        kind=EventKind.BUSINESS_SIGNAL,
        subject=row["kind"],
        occurred_at=row["at"] or now,
        received_at=now,
        payload=SignalStated(kind=row["kind"], facts=facts),
    )


def _unmet(signals: Iterable[tuple[Event, Mapping[str, Any]]], policy: Policy | None) -> Iterator[tuple[str, str]]:
    """Why nothing could come of a signal: its time, its kind, or what it does not state."""
    for event, row in signals:
        if event.occurred_at > event.received_at + AHEAD:
            yield f"id {event.delivery_id}: at", "lies in the future"
        if policy is None:
            continue
        if event.subject not in kinds(policy):
            known = ", ".join(kinds(policy)) or "none"
            yield f"id {event.delivery_id}: kind", f"no play of the policy is for {event.subject!r}; it has: {known}"
        for play, missing in unmet(policy, event.subject, event.payload_as(SignalStated).facts).items():
            yield f"id {event.delivery_id}: facts", f"play {play!r} needs {', '.join(missing)}"
        # What is too deep to be kept is looked at as it came.
        for play, fact in find_misnamed(policy, event.subject, {**row["facts"], **plain(row["facts"])}).items():
            yield f"id {event.delivery_id}: facts.{fact}", f"names the matter of play {play!r} and {NO_NAME}"


def _differing(intake: Intake, again: Sequence[Event], rows: Sequence[Mapping[str, Any]]) -> Iterator[Event]:
    """Those under whose id something else was accepted. One without a time of its own was of any time."""
    timed = {row["id"] for row in rows if row["at"]}
    for event in again:
        before = intake.inbox.get_accepted(event.id)
        if before is None:
            continue
        moved = event.delivery_id in timed and before.occurred_at != event.occurred_at
        if moved or before.payload != event.payload:
            yield event


def _refused(intake: Intake, status: HTTPStatus, result: str, problems: Problems) -> Response:
    """Which fields are wrong and how; no value that was sent is repeated, but for ids."""
    intake.count(SOURCE, result)
    answer = jsonify(error=result, problems=[{"where": where, "what": what} for where, what in problems])
    answer.status_code = status
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        answer.headers["Retry-After"] = AGAIN_AFTER
    return answer


def plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts that a text can state: plain values, and lists of them as one line; anything deeper is left out, but
    for the `people`, each of whom has plain facts of their own."""
    joined = {name: _one_line(value) if isinstance(value, list) else value for name, value in facts.items()}
    kept: dict[str, Any] = {name: value for name, value in joined.items() if isinstance(value, PLAIN)}
    people = facts.get(PEOPLE)
    if isinstance(people, list):
        kept[PEOPLE] = [{**row, CUSTOMER: str(row[CUSTOMER])} for row in people]
    return kept


def _one_line(values: list[Any]) -> str | None:
    return ", ".join(map(str, values)) if all(isinstance(value, PLAIN) for value in values) else None
