"""What every format's reader gives back."""

from dataclasses import dataclass, field


class UnreadableError(Exception):
    """The file cannot be read; the message says why, as the rest of a sentence about the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a file says: `facts` are what it states about itself (`locale`, `audience` …), as strings or lists."""

    title: str = ""
    text: str
    facts: dict[str, object] = field(default_factory=dict)
