"""What the timers look for."""

from dataclasses import dataclass

from core.model.conversation import OwnerKind, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """Open conversations of such an owner in which the last public word is one of `said_by`; what was decided to need
    no answer is no word. `asked`: that word is the timer's question (or counts as it), False: the timer has not looked
    at it yet; None: whether or not."""

    owner: OwnerKind = OwnerKind.ASSISTANT
    said_by: Role = Role.ASSISTANT
    asked: bool | None = None
