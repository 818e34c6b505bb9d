"""Zendesk messaging → inbox: the app's webhook at /webhooks/sunshine, several events in one body."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from flask import Blueprint, Request, Response, request
from marshmallow import Schema, ValidationError

from core.model.conversation import Attachment, Control
from core.model.customer import Channel, Identity, IdentityKind
from core.model.event import Event, EventKind
from core.model.event_payloads import (
    NOTHING,
    AgentSaid,
    ControlChanged,
    EventPayload,
    MessageReceived,
    MessageStatus,
    PeopleMerged,
)
from core.model.ids import EffectId
from core.ports import Signature
from webhooks.intake import Intake, json_object
from webhooks.sunshine.schema import (
    BodySchema,
    ControlSchema,
    DeliverySchema,
    EventSchema,
    MergeSchema,
    PressedSchema,
    ReadSchema,
    SaidSchema,
)

SOURCE = "sunshine"
AGENTS = "zd:agentWorkspace"
# Every other way is our own window, on web or mobile.
CHANNELS = {"messenger": Channel.MESSENGER, "instagram": Channel.INSTAGRAM}
VERIFIED = "embed"  # an e-mail address that came with a signed sign-in
EFFECT = "handrail_effect"  # in the metadata of what we sent ourselves
VISITOR = "handrail_visitor"  # in the metadata of a message or of its conversation
LONGEST_VISITOR = 100
SAID = frozenset({EventKind.MESSAGE_RECEIVED, EventKind.AGENT_SAID})
STATUSES = {"channel": "sent", "user": "delivered", "failure": "failed"}
Row = Mapping[str, Any]
# Made once: a new schema copies all its fields.
BODY, EVENT, SAID_SCHEMA = BodySchema(), EventSchema(), SaidSchema()


def sunshine_webhooks(intake: Intake, signature: Signature, integration_id: str) -> Blueprint:
    """`integration_id` is ours: who else is active in the switchboard has control instead of us."""
    blueprint = Blueprint("sunshine_webhooks", __name__, url_prefix="/webhooks/sunshine")
    events = partial(_events, intake, integration_id)

    @blueprint.post("")
    def receive() -> Response:
        return intake.take(SOURCE, request, signature, events, Response(status=200))

    return blueprint


def _events(intake: Intake, ours: str, incoming: Request, body: bytes) -> list[Event]:
    """The events of the body that are for us. One that cannot be read is counted; it is refused with the body only
    where none of it can."""
    at, found, wrong = intake.now(), [], []
    rows = BODY.load(json_object(body))["events"]
    for row in rows:
        try:
            found.append(_event(EVENT.load(row), ours, at))
        except ValidationError as error:
            wrong.append(error)
    if wrong and not found:
        raise wrong[0]
    for _ in wrong:
        intake.received.labels(source=SOURCE, result="malformed").inc()
    return [event for event in found if event is not None]


def recorded_message(
    ours: str, payload: Mapping[str, Any], occurred_at: datetime, received_at: datetime
) -> tuple[Event, ...]:
    """What was said, from a list of messages; nothing for our own. `ours` as above. Raises ValidationError."""
    row = {"id": "listed", "type": "conversation:message", "createdAt": occurred_at}
    event = _said(_Told(row=row, payload=SAID_SCHEMA.load(payload), ours=ours, at=received_at))
    return (event,) if event is not None and event.kind in SAID else ()


def _event(row: Row, ours: str, at: datetime) -> Event | None:
    known = next((parts for start, parts in PARSERS.items() if row["type"].startswith(start)), None)
    if known is None:
        return None
    schema, parse = known
    return parse(_Told(row=row, payload=schema.load(row["payload"]), ours=ours, at=at))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """One event of the body, its payload parsed."""

    row: Row
    payload: Row
    ours: str
    at: datetime

    @property
    def id(self) -> str:
        return str(self.row["id"])

    @property
    def control(self) -> Control:
        return _control(self.payload["conversation"], self.ours)

    @property
    def address(self) -> str:
        return str(self.payload["conversation"]["id"])

    def event(self, kind: EventKind, subject: str, payload: EventPayload, occurred_at: datetime | None = None) -> Event:
        # The vendor's clock may be ahead of ours: nothing has happened later than now.
        occurred = min(occurred_at or self.row["createdAt"] or self.at, self.at)
        return Event(
            source=SOURCE,
            # What was said goes by the message's own id, as the list of messages has it.
            delivery_id=f"message:{subject}" if kind in SAID and subject != self.id else self.id,
            kind=kind,
            subject=subject,
            occurred_at=occurred,
            received_at=self.at,
            payload=payload,
        )


def _said(told: _Told) -> Event | None:
    message = told.payload["message"]
    if message["author"]["type"] == "user":
        return _received(told, message)
    effect = (message["metadata"] or {}).get(EFFECT)
    if effect:  # our own: it has arrived there, whatever the answer to our request told us
        arrived = MessageStatus(status="sent", effect=EffectId(str(effect)))
        return told.event(EventKind.MESSAGE_STATUS, message["id"], arrived)
    if message["source"].get("type") != AGENTS:
        return None  # another bot's
    name, text = str(message["author"]["displayName"] or ""), text_of(message["content"])
    said = AgentSaid(address=told.address, name=name, text=text)
    return told.event(EventKind.AGENT_SAID, message["id"], said, message["received"])


def _received(told: _Told, message: Row) -> Event | None:
    author, content = message["author"], message["content"]
    user = author["user"] or {"id": author["userId"]}
    if not user["id"]:
        return None
    quoted = (message["quotedMessage"] or {}).get("message") or {}
    said = replace(
        _from(told, user, author["displayName"], message["source"], text_of(content)),
        attachments=files_of(content),
        quotes=f"{SOURCE}:{quoted['id']}" if quoted.get("id") else "",
        at_once=bool(content.get("payload")),
        visitor=_visitor(told, message),
    )
    return told.event(EventKind.MESSAGE_RECEIVED, message["id"], said, message["received"])


def _visitor(told: _Told, message: Row) -> str:
    """The random name that our script on the company's pages has given who writes, where their window tells it."""
    places = (message["metadata"], told.payload["conversation"]["metadata"])
    named = (str((place or {}).get(VISITOR) or "") for place in places)
    return next((name[:LONGEST_VISITOR] for name in named if name), "")


def _pressed(told: _Told) -> Event | None:
    """A button that says something to us, and nothing in the customer's own window."""
    button, user = told.payload["postback"], told.payload["user"]
    text = button["displayName"] or button["text"] or button["payload"]
    if not text:
        return None
    said = replace(_from(told, user, "", told.payload["source"], text), at_once=True)
    return told.event(EventKind.MESSAGE_RECEIVED, told.id, said)


def _from(told: _Told, user: Row, shown: str | None, source: Row, text: str) -> MessageReceived:
    profile = user.get("profile") or {}
    full = " ".join(filter(None, (profile.get("givenName"), profile.get("surname"))))
    return MessageReceived(
        channel=CHANNELS.get(str(source.get("type")), Channel.CHAT),
        sender=told.address,
        text=text,
        name=full or shown or "",
        person=user["id"],
        proved=tuple(Identity(kind=kind, value=value, verified=True) for kind, value in _proved(user)),
        control=told.control,
    )


def _proved(user: Row) -> list[tuple[IdentityKind, str]]:
    """What the vendor vouches for: who is logged in. What a visitor typed about themselves proves nothing."""
    if not user.get("authenticated"):
        return []
    found = [(IdentityKind.HELPDESK, str(user["zendeskId"]))] if user.get("zendeskId") else []
    if user.get("externalId"):
        found.append((IdentityKind.EXTERNAL, f"account:{user['externalId']}"))
    # Who is logged in may still have typed somebody else's address into the window before.
    mails = [
        (each["value"] or "").lower()
        for each in user.get("identities") or ()
        if each["type"] == "email" and each["verification"] == VERIFIED
    ]
    return [*found, *((IdentityKind.EMAIL, each) for each in mails if each)]


def _delivered(told: _Told) -> Event | None:
    status = STATUSES.get(str(told.row["type"]).rpartition(":")[2])
    if status is None:
        return None
    error = (told.payload["error"] or {}).get("code") or ""
    payload = MessageStatus(status=status, error=error)
    return told.event(EventKind.MESSAGE_STATUS, told.payload["message"]["id"], payload)


def _read(told: _Told) -> Event | None:
    by_customer = told.payload["activity"]["author"]["type"] == "user"
    return told.event(EventKind.CONVERSATION_READ, told.address, NOTHING) if by_customer else None


def _switched(told: _Told) -> Event | None:
    return told.event(EventKind.CONTROL_CHANGED, told.address, ControlChanged(control=told.control))


def _merged(told: _Told) -> Event | None:
    users = told.payload["mergedUsers"]
    merged = PeopleMerged(surviving=users["surviving"]["id"], discarded=users["discarded"]["id"])
    return told.event(EventKind.PEOPLE_MERGED, merged.surviving, merged)


def _control(conversation: Row, ours: str) -> Control:
    active = conversation.get("activeSwitchboardIntegration")
    if not active:
        return Control.NOBODY
    if active["integrationType"] == AGENTS:
        return Control.AGENTS
    return Control.ASSISTANT if active["integrationId"] == ours else Control.OTHER


# By how a type begins, the more exact first; what is not here is not for us.
PARSERS: Mapping[str, tuple[Schema, Callable[[_Told], Event | None]]] = {
    "conversation:message:delivery:": (DeliverySchema(), _delivered),
    "conversation:message": (SAID_SCHEMA, _said),
    "conversation:postback": (PressedSchema(), _pressed),
    "conversation:read": (ReadSchema(), _read),
    "switchboard:": (ControlSchema(), _switched),
    "user:merge": (MergeSchema(), _merged),
}

# ------------------------------------------------------------------
# What a customer's message says, whatever kind it is of, in words.


LONGEST = 500  # characters of an address, a name or a type
MOST_FIELDS = 40
FILES = frozenset({"image", "file"})
MAP = "https://maps.google.com/maps?q={lat},{long}"


def text_of(content: Mapping[str, Any]) -> str:
    """The words; of what has none, what was sent, in brackets."""
    kind, said = str(content.get("type") or "text"), str(content.get("text") or "")
    if kind == "location":
        return _location(content) or said
    if kind == "formResponse":
        return "\n".join(_fields(content.get("fields"))) or said
    if said:
        return said
    return "(sent a picture or file)" if kind in FILES else f"(sent a {kind})"


def files_of(content: Mapping[str, Any]) -> tuple[Attachment, ...]:
    """The file of a message, as its event tells it; nothing is fetched."""
    address = str(content.get("mediaUrl") or "")
    if str(content.get("type")) not in FILES or not address:
        return ()
    name, kind = str(content.get("altText") or "file 1"), str(content.get("mediaType") or "")
    return (Attachment(name=name[:LONGEST], type=kind[:LONGEST], ref=address[:LONGEST]),)


def _location(content: Mapping[str, Any]) -> str:
    where, place = content.get("coordinates"), content.get("location")
    if not isinstance(where, Mapping):
        return ""
    named = [str(place.get(key) or "") for key in ("name", "address")] if isinstance(place, Mapping) else []
    point = MAP.format(lat=where.get("lat"), long=where.get("long"))
    return ", ".join([*filter(None, named), point])


def _fields(rows: Any) -> list[str]:
    """A filled-in form, a line a field."""
    listed = [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, Sequence) else []
    return [f"{row.get('label') or row.get('name')}: {_answer(row)}" for row in listed[:MOST_FIELDS]]


def _answer(row: Mapping[str, Any]) -> str:
    chosen = row.get("select")
    if isinstance(chosen, list):
        return ", ".join(str(each.get("label") or "") for each in chosen if isinstance(each, Mapping))
    return str(row.get("text") or row.get("email") or "")
