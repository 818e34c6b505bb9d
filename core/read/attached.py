"""The files that came with the turn: what was read of them, and which ones only a person can look at."""

from collections.abc import Iterable

from core.model.conversation import Attachment, CaseContext
from core.model.signals import Scored

MADE_BY = "record:attachment"
SEEN, DESCRIBED, UNSEEN = "read", "described by a model", "not seen by the assistant"


def read_attachments(case: CaseContext) -> Iterable[Scored]:
    """A fact `attachment` for each file: label = type, records = its name and what became of it, amount = bytes."""
    for message in case.unanswered:
        for each in message.attachments:
            yield Scored(
                value="attachment",
                label=each.type or "unknown type",
                confidence=1.0,
                records=(each.name, describe_seen(each)),
                amount=None if each.size is None else float(each.size),
                made_by=MADE_BY,
            )


def describe_seen(attachment: Attachment) -> str:
    if attachment.described:
        return DESCRIBED
    return SEEN if attachment.is_seen else UNSEEN


def describe_file(attachment: Attachment) -> str:
    """For the person who takes over: `Photo box.jpg, 240 kB, not seen by the assistant`."""
    kind = "Photo" if attachment.is_image else "File"
    size = "" if attachment.size is None else f", {size_words(attachment.size)}"
    return f"{kind} {attachment.name}{size}, {describe_seen(attachment)}"


def size_words(size: int) -> str:
    if size < 1_000:
        return f"{size} bytes"
    return f"{size / 1_000:.0f} kB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"
