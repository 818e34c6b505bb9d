"""Files at a provider, and a scanner, for the tests of the core."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from core.errors import RejectedError, TransientError
from core.model.conversation import Attachment


@dataclass
class FakeMedia:
    """`kept` maps an address to a content; what is asked for is counted. What happens `meanwhile` happens once, while
    something is being fetched."""

    kept: dict[str, bytes] = field(default_factory=dict)
    fetched: list[str] = field(default_factory=list)
    slow: int = 0  # so many deletes are done and not answered
    meanwhile: Callable[[], None] | None = None

    def fetch(self, ref: str) -> bytes:
        self.fetched.append(ref)
        happens, self.meanwhile = self.meanwhile, None
        if happens is not None:
            happens()
        if ref not in self.kept:
            raise RejectedError("it is gone", code="404")
        return self.kept[ref]

    def delete(self, ref: str) -> None:
        self.kept.pop(ref, None)
        if self.slow > 0:
            self.slow -= 1
            raise TransientError("no answer")


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
