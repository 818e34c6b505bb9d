"""One question a week to the agents: do the suggestions help?"""

from dataclasses import dataclass

SCALE = range(1, 6)  # 1: not at all, 5: very much


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What became of the question for one person in one week (`2026-W47`).

    `person` is a name for this week alone: it says nothing about who it is, nor that it is the one of another week.
    `shown` counts how often the question stood in their sidebar. No time is kept, for it would tell who it was."""

    week: str
    person: str
    shown: int = 0
    later: bool = False
    helps: int | None = None

    def __post_init__(self) -> None:
        if self.helps is not None and self.helps not in SCALE:
            raise ValueError(f"{self.helps} is not on the scale from {SCALE[0]} to {SCALE[-1]}")

    @property
    def settled(self) -> bool:
        return self.later or self.helps is not None
