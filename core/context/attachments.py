"""The files of a text, looked at before it is answered: fetched, scanned, read where they have words."""

import hashlib
from dataclasses import dataclass, replace

from core.context.reader import message_of
from core.errors import ConfigurationError, HandrailError, RejectedError, TransientError
from core.model.action import SeenPicture
from core.model.conversation import Attachment
from core.model.event import Event
from core.model.event_payloads import MessageReceived
from core.ports import FileReader, ImageReader, Media, Scanner, Store

MOST = 5  # files of one message that are fetched; the rest are named
# What customers send that somebody can use; an archive or a program is never fetched.
KINDS = ("image/", "audio/", "video/", "text/", "application/pdf", "application/json", "application/vnd.openxml")
BLOCKED = "blocked: the virus scanner found something"
TOO_LARGE = "not fetched: too large"
OTHER_KIND = "not fetched: a kind of file that is not taken"
REASONS = {"too_large": TOO_LARGE, "blocked": BLOCKED, "kind": OTHER_KIND}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetching:
    """`scanner` None: files are not scanned; `eyes` None: no model looks at pictures. The answer waits for no file:
    what cannot be had now stays unseen, and a person finds it with the message."""

    media: Media
    reader: FileReader
    scanner: Scanner | None = None
    eyes: ImageReader | None = None

    def with_files(self, event: Event) -> Event:
        """The event with what was read of its files; as it is where it has none."""
        said = event.payload_as(MessageReceived)
        seen = (self._seen(each) if place < MOST else each for place, each in enumerate(said.attachments))
        return replace(event, payload=replace(said, attachments=tuple(seen)))

    def content(self, attachment: Attachment) -> bytes:
        """Its bytes, scanned.

        Raises:
            RejectedError: it is gone, too large, of another kind, or the scanner found something (code `blocked`).
            TransientError, ConfigurationError: it cannot be had or scanned now.
        """
        if not attachment.type.startswith(KINDS):
            raise RejectedError("this kind of file is not fetched", code="kind")
        content = self.media.fetch(attachment.ref)
        if self.scanner is not None and not self.scanner.is_clean(content):
            raise RejectedError("the virus scanner found something", code="blocked")
        return content

    def examine(self, picture: Attachment, shows: str, of: str) -> SeenPicture | None:
        """Whether it shows what is claimed, of this thing; None where nobody but a person can say now."""
        if self.eyes is None or not picture.ref:
            return None
        try:
            return self.eyes.examine(self.content(picture), picture.type, shows, of)
        except HandrailError:
            return None

    def _seen(self, attachment: Attachment) -> Attachment:
        try:
            content = self.content(attachment)
            sized = replace(attachment, size=len(content), digest=hashlib.sha256(content).hexdigest())
            return self.reader.read(sized, content) if self.reader.wants(sized) else sized
        except RejectedError as error:
            why = REASONS.get(error.code or "")
            return replace(attachment, name=f"{attachment.name} ({why})") if why else attachment
        except (TransientError, ConfigurationError):
            return attachment


def inspect_files(event: Event, files: Fetching | None, store: Store) -> Event:
    """The event with its files looked at before it stands on the timeline; once, however often it is handled."""
    if files is None or not isinstance(event.payload, MessageReceived) or not event.payload.attachments:
        return event
    with store.read() as unit:
        known = unit.conversations.message(message_of(event)) is not None
    return event if known else files.with_files(event)
