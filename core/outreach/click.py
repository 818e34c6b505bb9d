"""A click as the inbox kept it, read back into a value."""

from core.errors import RejectedError
from core.model.event import Event
from core.model.ids import ApprovalId
from core.model.outreach import ApprovalState, Click


def click_of(event: Event) -> Click:
    """Raises RejectedError when the stored click lacks a field: it was not made by one of our cards."""
    payload = event.payload
    try:
        return Click(
            approval_id=ApprovalId(str(payload["approval"])),
            verdict=ApprovalState(payload["verdict"]),
            digest=str(payload["digest"]),
            user_id=str(payload["user_id"]),
            user_name=str(payload["user_name"]),
            channel=str(payload["channel"]),
            ts=str(payload["ts"]),
            reason=str(payload.get("reason", "")),
        )
    except (KeyError, ValueError) as error:
        raise RejectedError(f"this click is not from an approval card: {error}") from error
