"""What every format's reader gives back."""

from dataclasses import dataclass, field


class UnreadableError(Exception):
    """The file cannot be read; the message says why, as the rest of a sentence about the file."""


class WithheldError(UnreadableError):
    """The file can be read, but not who may see what it says, or it says nothing: no version of it is to be shown.

    `named` is the id that it gives its article, if any."""

    def __init__(self, message: str, *, named: str = "") -> None:
        super().__init__(message)
        self.named = named


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a file says: `facts` are what it states about itself (`locale`, `audience` …), as strings or lists."""

    title: str = ""
    text: str
    facts: dict[str, object] = field(default_factory=dict)
