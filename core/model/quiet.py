"""What the timers look for."""

from dataclasses import dataclass
from datetime import timedelta

from core.model.conversation import OwnerKind, Role

# After this much more time nobody is asked, and nothing is closed: timers that are switched on for the first time do
# not dig out the last year.
TOO_LATE = timedelta(days=14)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """Open conversations of such an owner in which the last public word is one of `said_by`; what was decided to need
    no answer is no word. `asked`: that word is the timer's question (or counts as it), False: the timer has not looked
    at it yet; None: whether or not."""

    owner: OwnerKind = OwnerKind.ASSISTANT
    said_by: Role = Role.ASSISTANT
    asked: bool | None = None
