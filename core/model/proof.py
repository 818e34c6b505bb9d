"""Who gives commands: the key that somebody is known by, and the question whether a command is theirs."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What somebody at a command line says they are and want; `user_id` is Slack's name of who confirmed it, empty
    while nobody has. `at` is when it was asked."""

    code: str
    by: str
    what: str
    at: datetime
    user_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """`key` is the public half of an Ed25519 key, in hexadecimal; `added_by` is empty for the first of all."""

    key: str
    added_by: str
    at: str
