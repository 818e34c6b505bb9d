"""A click as the inbox kept it, read back into a value."""

from collections.abc import Mapping
from typing import Any

from core.errors import RejectedError
from core.model.event import Event
from core.model.ids import ApprovalId
from core.model.outreach import Click, Verdict

# As clicks were kept before there were more than two buttons; one may still wait in an inbox.
EARLIER = {"approved": Verdict.APPROVE, "rejected": Verdict.REJECT}


def click_of(event: Event) -> Click:
    """Raises RejectedError when the stored click lacks a field: it was not made by one of our cards."""
    payload = event.payload
    try:
        return Click(
            approval_id=ApprovalId(str(payload["approval"])),
            verdict=EARLIER.get(payload["verdict"]) or Verdict(payload["verdict"]),
            digest=str(payload["digest"]),
            user_id=str(payload["user_id"]),
            user_name=str(payload["user_name"]),
            channel=str(payload["channel"]),
            ts=str(payload["ts"]),
            revision=int(payload.get("revision", 0)),
            reason=str(payload.get("reason", "")),
            texts=_texts(payload.get("texts", {})),
            event_id=event.id,
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise RejectedError(f"this click is not from a card of ours: {error}") from error


def _texts(written: Mapping[str, Any]) -> dict[str, str]:
    return {str(name): str(text) for name, text in written.items()}
