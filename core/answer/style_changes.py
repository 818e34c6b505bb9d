"""What people accepted since the style card was written, laid over it: each change taken back by itself."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum

from core.answer.style import StyleCard
from core.model.outbound import digest
from core.ports import Unit

CURSOR = "style_changes"  # holds the accepted changes, oldest first


class Step(StrEnum):
    """LINE: one of the card's lines in a language says something else (empty: it is left out). WORDS: words that no
    draft may have, and what to write instead. VOICE: a line of how the company sounds."""

    LINE = "line"
    WORDS = "words"
    VOICE = "voice"


# The lines of the card that may be changed: what must be said by law or for safety is not among them.
LINES = ("greeting", "greeting_unnamed", "empathy", "opening", "closing")


@dataclass(frozen=True, slots=True, kw_only=True)
class StyleChange:
    """Of a LINE `name` says which and `language` in which language; of WORDS `name` holds the words.

    Raises ValueError for a line that may not be changed so, and for one with a place that nobody fills."""

    step: Step
    text: str
    name: str = ""
    language: str = ""
    proposal: str = ""

    def __post_init__(self) -> None:
        if self.step is Step.LINE and self.name not in LINES:
            raise ValueError(f"the line {self.name!r} is not one that a proposal may change")
        if self.step is Step.LINE:
            try:
                self.text.format(name="")
            except (KeyError, IndexError, ValueError) as error:
                raise ValueError(f"only {{name}} is filled in, not {error}") from error
        if self.step is Step.WORDS and not self.name.strip():
            raise ValueError("which words are not to be used is missing")


def accepted_changes(unit: Unit) -> tuple[StyleChange, ...]:
    return read_changes(unit.cursors.get(CURSOR) or "")


def read_changes(kept: str) -> tuple[StyleChange, ...]:
    rows = json.loads(kept or "[]")
    return tuple(StyleChange(**{**row, "step": Step(row["step"])}) for row in rows)


def keep_changes(unit: Unit, changes: Sequence[StyleChange]) -> None:
    unit.cursors.set(CURSOR, json.dumps([asdict(change) for change in changes]))


def changed(card: StyleCard, changes: Sequence[StyleChange]) -> StyleCard:
    """The card with all changes, for each of its brands too."""
    if not changes:
        return card
    before = card.version
    for change in changes:
        card = _step(card, change)
    version = digest({"card": before, "changes": [asdict(change) for change in changes]})[:12]
    brands = {name: changed(own, changes) for name, own in card.brands.items()}
    return replace(card, version=version, brands=brands)


def _step(card: StyleCard, change: StyleChange) -> StyleCard:
    if change.step is Step.VOICE:
        return replace(card, voice=(*card.voice, change.text))
    if change.step is Step.WORDS:
        instead = {**card.instead, **({change.name: change.text} if change.text else {})}
        return replace(card, restricted=tuple(dict.fromkeys([*card.restricted, change.name])), instead=instead)
    if change.language not in card.languages:
        return card
    lines = replace(card.languages[change.language], **{change.name: change.text})
    return replace(card, languages={**card.languages, change.language: lines})
