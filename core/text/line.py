"""A text of somebody else's as a part of one line of ours."""

import re
import unicodedata

# What some program shows as the end of a line, with the blanks around it.
_ENDS = re.compile("[ \t]*[\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]+\\s*")
_JOINERS = frozenset("\u200c\u200d")  # of Persian words, of emoji made of several


def one_line(text: str) -> str:
    """The text without what would begin a line of its own, turn the way that others are read, or not be seen at all."""
    joined = _ENDS.sub(" ", text)
    if joined.isascii() and joined.isprintable():
        return joined
    return "".join(each for each in joined if not is_unseen(each))


def is_unseen(character: str) -> bool:
    """Controls, marks of direction, blanks of no width, letters that only machines read; a tab is seen."""
    return unicodedata.category(character) in ("Cc", "Cf") and character not in _JOINERS and character != "\t"
