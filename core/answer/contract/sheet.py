"""A text while it is being read: what was understood is blanked out."""

import re
from collections.abc import Iterator
from functools import cached_property

from core.knowledge.numerals import ANY_SHADE, ARTICLES

_START = re.compile(rf"{ANY_SHADE}|(?<!\w)(?:{'|'.join(sorted(ARTICLES))})(?=\s)", re.IGNORECASE)


class Sheet:
    """A text from which what has been read is blanked out, so that nothing is read twice."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.left = text
        self.shade = ""

    def take(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        """Every match of a pattern in what is left, blanked out as it is given."""
        for match in pattern.finditer(self.left):
            if match.group().strip():
                self.blank(match)
                yield match

    def take_shaded(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        """As `take`, for a pattern with numerals in it. Its groups hold shades: read the words from `text`."""
        for match in pattern.finditer(self.shade):
            self.blank(match)
            yield match

    def take_numbers(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        """As `take_shaded`, for a pattern that begins with a numeral: tried only where there is one."""
        for place in self._starts:
            match = pattern.match(self.shade, place)
            if match is not None:
                self.blank(match)
                yield match

    def words(self, match: re.Match[str], group: str) -> str:
        """What a group of a match over the shaded text stands for; empty when it took part in nothing."""
        return self.text[slice(*match.span(group))] if match[group] else ""

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        return tuple(match.start() for match in _START.finditer(self.shade))

    def blank(self, match: re.Match[str]) -> None:
        """Take a match out of what is left."""
        gap = "\0" * len(match.group())
        self.left = self.left[: match.start()] + gap + self.left[match.end() :]
        if self.shade:
            self.shade = self.shade[: match.start()] + gap + self.shade[match.end() :]
