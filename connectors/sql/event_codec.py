"""The payload of an event as a column, and back."""

from collections.abc import Callable, Mapping
from typing import Any

from connectors.sql.codec import Plain, read_payload, write_payload
from core.model.conversation import Role
from core.model.event import PAYLOADS, SHAPES, EventKind
from core.model.event_payloads import EventPayload, Unreadable
from core.model.journey import OfferState


def encode_event(payload: EventPayload) -> str:
    """TypeError for what JSON cannot hold."""
    return write_payload(payload, SHAPES[type(payload)])


def decode_event(kind: EventKind, stored: str) -> EventPayload:
    """What cannot be read comes as Unreadable: whoever has the event decides what becomes of it."""
    try:
        return read_payload(PAYLOADS[kind], stored, EARLIER.get(kind, _nothing))
    except ValueError as error:
        return Unreadable(why=f"its payload cannot be read: {error}")


# ------------------------------------------------------------------
# Payloads as they were stored before they had versions: a flat object whose fields depended on the kind. An event that
# was accepted then may still wait, and one that was handled is still looked at.

Earlier = Callable[[Plain], tuple[str, Plain]]


def _nothing(_: Plain) -> tuple[str, Plain]:
    return "", {}


def _ticket(found: Plain) -> tuple[str, Plain]:
    return ("again", {"why": str(found["again"])}) if "again" in found else ("", {})


def _message(found: Plain) -> tuple[str, Plain]:
    if "again" in found:
        return "again", {"why": str(found["again"])}
    words = ("name", "person", "phone", "quotes", "visitor", "opt_out", "choice")
    others = ("control", "kind", "media", "forwarded", "at_once", "confidence", "insists")
    return "", {
        "channel": found["channel"],
        "sender": str(found["from"]),
        "text": str(found["text"]),
        "proved": [{**each, "verified": True} for each in found.get("proved") or ()],
        "attachments": [_file(place, each) for place, each in enumerate(found.get("attachments") or (), 1)],
        **{name: str(found[name]) for name in words if found.get(name)},
        **{name: found[name] for name in others if found.get(name)},
    }


def _file(place: int, found: Plain) -> Plain:
    size = found.get("size")
    words = {name: str(found.get(name) or "") for name in ("type", "ref", "text", "described", "digest")}
    return {"name": str(found.get("name") or f"file {place}"), "size": size if isinstance(size, int) else None, **words}


def _status(found: Plain) -> tuple[str, Plain]:
    error, effect = str(found.get("error") or ""), found.get("effect") or None
    return "", {"status": str(found["status"]), "error": error, "effect": effect}


def _signal(found: Plain) -> tuple[str, Plain]:
    facts = {name: value for name, value in found.items() if name != "kind"}
    return "", {"kind": str(found["kind"]), "facts": facts}


# As clicks were kept before there were more than two buttons.
VERDICTS = {"approved": "approve", "rejected": "reject"}


def _click(found: Plain) -> tuple[str, Plain]:
    words = {name: str(found[name]) for name in ("digest", "user_id", "user_name", "channel", "ts")}
    return "", {
        "approval_id": str(found["approval"]),
        "verdict": VERDICTS.get(found["verdict"], found["verdict"]),
        "revision": int(found.get("revision", 0)),
        "reason": str(found.get("reason", "")),
        "texts": {str(name): str(text) for name, text in found.get("texts", {}).items()},
        **words,
    }


def _alert_click(found: Plain) -> tuple[str, Plain]:
    return "", {
        "alert_id": str(found["alert"]),
        "wish": found["wish"],
        "user_id": str(found["user_id"]),
        "user_name": str(found["user_name"]),
        "channel": str(found.get("channel", "")),
        "text": str(found.get("text", "")),
    }


def _journey(found: Plain) -> tuple[str, Plain]:
    if found.get("answer") in (OfferState.ACCEPTED, OfferState.DECLINED):
        return "answer", {"offer": str(found["offer"]), "answer": found["answer"]}
    return "step", {
        "kind": found["kind"],
        "page": str(found["page"]),
        "name": str(found.get("name", "")),
        "seconds": float(found.get("seconds", 0.0)),
        "language": str(found.get("language", "en")),
    }


def _call(found: Plain) -> tuple[str, Plain]:
    # The fields had the names that they have now.
    return str(found["what"]), {**found, "conversation": found.get("conversation") or None}


SPEAKERS = {"inbound_track": Role.CUSTOMER.value, "outbound_track": Role.AGENT.value}


def _line(found: Plain) -> tuple[str, Plain]:
    return "", {"role": SPEAKERS[found["track"]], "text": str(found["text"]), "key": str(found["key"])}


def _agent(found: Plain) -> tuple[str, Plain]:
    return "", {"address": str(found["from"]), "text": str(found["text"]), "name": str(found.get("name") or "")}


def _asked(found: Plain) -> tuple[str, Plain]:
    words: dict[str, Any] = {name: str(found.get(name, "")) for name in ("user_name", "text", "address")}
    words |= {"text": words["text"].strip()}
    return "", {"wanted": found["asked"], "user_id": str(found["user_id"]), **words}


def _as_it_was(found: Plain) -> tuple[str, Plain]:
    return "", found


EARLIER: Mapping[EventKind, Earlier] = {
    EventKind.TICKET_CHANGED: _ticket,
    EventKind.MESSAGE_RECEIVED: _message,
    EventKind.MESSAGE_STATUS: _status,
    EventKind.BUSINESS_SIGNAL: _signal,
    EventKind.STATUS_PAGE: _signal,
    EventKind.APPROVAL_CLICKED: _click,
    EventKind.ALERT_CLICKED: _alert_click,
    EventKind.JOURNEY_STEP: _journey,
    EventKind.CALL_CHANGED: _call,
    EventKind.CALL_LINE: _line,
    EventKind.AGENT_SAID: _agent,
    EventKind.CONTROL_CHANGED: _as_it_was,
    EventKind.PEOPLE_MERGED: _as_it_was,
    EventKind.SUPERVISOR_ASKED: _asked,
}
