"""What a file that a customer sent says: its text where it has one, within bounds; pictures only through a model."""

import shlex
import subprocess
from dataclasses import replace
from pathlib import PurePath

from connectors.encoding import NotTextError, decode_text
from connectors.local.reading.apart import read_apart
from connectors.local.reading.pdf import text_of, without_running_titles
from connectors.local.reading.written import UnreadableError
from core.errors import ConfigurationError, TransientError
from core.model.conversation import Attachment
from core.ports import ImageReader
from core.text.html import from_html, tidy

# ------------------------------------------------------------------
# A virus scanner as a command: it gets the file on its standard input and tells by its exit code.

SCAN_SECONDS = 20.0  # an event is leased for a minute
CLEAN, INFECTED = 0, 1  # as ClamAV's own commands end


class CommandScanner:
    """Implements `core.ports.Scanner`."""

    def __init__(self, command: str) -> None:
        self._command = shlex.split(command)
        if not self._command:
            raise ValueError("a scanner needs a command")

    def is_clean(self, content: bytes) -> bool:
        """Raises TransientError when it takes too long or fails; ConfigurationError when it cannot be started."""
        try:
            done = subprocess.run(  # noqa: S603 - the command is the operator's own setting, no shell reads it
                self._command, input=content, capture_output=True, timeout=SCAN_SECONDS, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise TransientError("the virus scanner takes too long") from error
        except OSError as error:
            raise ConfigurationError(f"the virus scanner cannot be started: {self._command[0]}") from error
        if done.returncode not in (CLEAN, INFECTED):
            raise TransientError(f"the virus scanner ended with {done.returncode}")
        return done.returncode == CLEAN


# ------------------------------------------------------------------

LARGEST = 2_000_000  # bytes; a larger file is left for a person
LONGEST = 8_000  # characters of a file that are kept
MARKED_UP = 200_000  # characters of HTML that are read: deep lists take long
SECONDS = 8.0  # a customer is waiting
PLAIN = frozenset(
    {"text/plain", "text/csv", "text/markdown", "text/x-log", "application/json", "text/tab-separated-values"}
)
PLAIN_ENDS = frozenset({".txt", ".csv", ".log", ".md", ".json", ".tsv"})
KINDS = {
    "application/pdf": "pdf",
    "text/html": "html",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
}
ENDS = {".pdf": "pdf", ".html": "html", ".htm": "html", ".docx": "docx"}
PICTURES = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"})


class SentFiles:
    """Implements `core.ports.FileReader`. Without `eyes` no picture is looked at, and none leaves the house."""

    def __init__(self, eyes: ImageReader | None = None) -> None:
        self._eyes = eyes

    def wants(self, attachment: Attachment) -> bool:
        if attachment.size is not None and attachment.size > LARGEST:
            return False
        return bool(kind_of(attachment)) or (self._eyes is not None and attachment.type in PICTURES)

    def read(self, attachment: Attachment, content: bytes) -> Attachment:
        """The attachment with its text; as it was where there is none, or the file is broken.

        Raises the errors of `core.errors` where a model did not look at a picture; it may do so another time."""
        if len(content) > LARGEST:
            return attachment
        try:
            if self._eyes is not None and attachment.type in PICTURES:
                words = self._eyes.describe(content, attachment.type)
                return replace(attachment, text=words[:LONGEST], described=self._eyes.name if words else "")
            return replace(attachment, text=_text(kind_of(attachment), content).strip()[:LONGEST])
        except (UnreadableError, NotTextError):
            return attachment


def kind_of(attachment: Attachment) -> str:
    """plain, html, pdf or docx; empty for what is not text. The name decides where the type says nothing."""
    end = PurePath(attachment.name).suffix.casefold()
    media = attachment.type.split(";")[0].strip().casefold()
    if media in PLAIN or (end in PLAIN_ENDS and not media.startswith(("image/", "audio/", "video/"))):
        return "plain"
    return KINDS.get(media) or (ENDS.get(end, "") if media in ("", "application/octet-stream") else "")


def _text(kind: str, content: bytes) -> str:
    if kind == "plain":
        return decode_text(content)
    if kind == "html":
        return from_html(decode_text(content)[:MARKED_UP])
    if kind == "docx":
        return from_html(str(read_apart("docx_html.py", content, SECONDS)["html"])[:MARKED_UP])
    if kind == "pdf":
        found = read_apart("pdf_lines.py", content, SECONDS)
        pages = [[(size, tidy(line)) for size, line in page] for page in found["pages"]]
        return text_of(without_running_titles(pages))
    return ""
