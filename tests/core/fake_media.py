"""Files at a provider, and a scanner, for the tests of the core."""

from dataclasses import dataclass, field, replace

from core.errors import RejectedError
from core.model.conversation import Attachment


@dataclass
class FakeMedia:
    """`kept` maps an address to a content; what is asked for is counted."""

    kept: dict[str, bytes] = field(default_factory=dict)
    fetched: list[str] = field(default_factory=list)

    def fetch(self, ref: str) -> bytes:
        self.fetched.append(ref)
        if ref not in self.kept:
            raise RejectedError("it is gone", code="404")
        return self.kept[ref]

    def delete(self, ref: str) -> None:
        self.kept.pop(ref, None)


class VirusScanner:
    """Finds something in whatever has `virus` in it."""

    def is_clean(self, content: bytes) -> bool:
        return b"virus" not in content


class PlainReader:
    """Reads what is text, and nothing else."""

    def wants(self, attachment: Attachment) -> bool:
        return attachment.type == "text/plain"

    def read(self, attachment: Attachment, content: bytes) -> Attachment:
        return replace(attachment, text=content.decode())
