"""What a conversation needs of whoever takes it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """`skills` are what an agent's skill may be named by: the intents, the trigger that fired. `senior`: seniors come
    first. `owner` is the id or name of an agent who has the conversation already. `helped` maps the id or the name of
    an agent to their last word to this customer."""

    at: datetime
    intent: str = ""
    skills: tuple[str, ...] = ()
    language: str = ""
    complexity: float = 0.0
    senior: bool = False
    owner: str = ""
    helped: Mapping[str, datetime] = field(default_factory=dict)
