"""What a company lets nobody promise: limits, phrases that must not and phrases that must be there."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """Who speaks of one of `words` (as they begin) may name `most` at the most: "60 GBP", "30 days", "20 %".

    Without words it holds for every sentence, whatever it speaks of."""

    name: str
    words: tuple[str, ...]
    most: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Required:
    """A text that speaks of one of `words`, or answers one of `intents`, must contain `text`; `translations` holds it
    in further languages."""

    text: str
    words: tuple[str, ...] = ()
    intents: tuple[str, ...] = ()
    translations: Mapping[str, str] = field(default_factory=dict)

    def said(self, language: str) -> str:
        """The phrase in a language, or as it was written first."""
        return self.translations.get(language, self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseRules:
    """The rules of one company; without any, only what holds everywhere is checked."""

    limits: tuple[Limit, ...] = ()
    required: tuple[Required, ...] = ()
    forbidden: tuple[str, ...] = ()


NO_RULES = HouseRules()
