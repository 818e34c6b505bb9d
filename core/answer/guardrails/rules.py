"""What a company lets nobody promise: limits, phrases that must not and phrases that must be there."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """Who speaks of one of `words` (as they begin) may name `most` at the most: "60 GBP", "30 days", "20 %"."""

    name: str
    words: tuple[str, ...]
    most: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Required:
    """A text that speaks of one of `words`, or answers one of `intents`, must contain `text`."""

    text: str
    words: tuple[str, ...] = ()
    intents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseRules:
    """The rules of one company; without any, only what holds everywhere is checked."""

    limits: tuple[Limit, ...] = ()
    required: tuple[Required, ...] = ()
    forbidden: tuple[str, ...] = ()


NO_RULES = HouseRules()
