"""The policy's values for texts that come in a row."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Burst:
    """How long a customer must have been `quiet` before their texts are answered together; `unfinished` where the
    newest looks as if more will follow. Never `longest` after the first of them. `quiet` of 0: nobody waits, each text
    is a turn of its own."""

    quiet: timedelta = timedelta(seconds=1.2)
    unfinished: timedelta = timedelta(seconds=5)
    longest: timedelta = timedelta(seconds=10)
