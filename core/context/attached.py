"""The files that a text message brought along, as its event states them."""

from collections.abc import Mapping
from typing import Any

from core.model.conversation import Attachment


def attachments_of(payload: Mapping[str, Any]) -> tuple[Attachment, ...]:
    """What is listed under `attachments`, each with `ref` and `type`; nothing of it was looked at."""
    listed = payload.get("attachments") or ()
    return tuple(
        Attachment(name=f"file {place}", type=str(each.get("type", "")), ref=str(each.get("ref", "")))
        for place, each in enumerate(listed, 1)
    )
