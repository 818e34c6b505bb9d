"""The policy's values for telephone calls."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """`numbers` maps a group to the telephone that rings there, `other` is rung where a group has none (empty: nobody
    can be put through, and a call back is promised). `languages` are those that calls are answered in, the first where
    nothing tells another. What a recogniser is less sure of than `least_confidence` is asked again. `filler` and
    `patience` are how long a caller waits for an answer before a word and before a person. `dispositions` maps an
    intent to the code that a call about it is closed with."""

    numbers: Mapping[str, str] = field(default_factory=dict)
    other: str = ""
    languages: tuple[str, ...] = ("en",)
    ring: timedelta = timedelta(seconds=20)
    filler: timedelta = timedelta(seconds=8)
    patience: timedelta = timedelta(seconds=20)
    least_confidence: float = 0.35
    transcribe: bool = False
    dispositions: Mapping[str, str] = field(default_factory=dict)
    tag: str = "handrail_call"
    callback_tag: str = "handrail_callback"

    def number_of(self, group: str) -> str:
        """The telephone of a group; empty where nobody can be rung."""
        return self.numbers.get(group, self.other)
