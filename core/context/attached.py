"""The files that a text message brought along, as its event states them."""

from collections.abc import Mapping
from typing import Any

from core.model.conversation import Attachment


def attachments_of(payload: Mapping[str, Any]) -> tuple[Attachment, ...]:
    """What is listed under `attachments`: each with `ref` and `type`, and what was read of it where somebody did."""
    return tuple(_file(place, each) for place, each in enumerate(payload.get("attachments") or (), 1))


def _file(place: int, row: Mapping[str, Any]) -> Attachment:
    size = row.get("size")
    return Attachment(
        name=str(row.get("name") or f"file {place}"),
        type=str(row.get("type", "")),
        size=size if isinstance(size, int) else None,
        ref=str(row.get("ref", "")),
        text=str(row.get("text", "")),
        described=str(row.get("described", "")),
    )
