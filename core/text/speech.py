"""A text as it is spoken: short, without addresses of pages, numbers digit by digit."""

import re
from collections.abc import Iterable, Sequence

MOST_SENTENCES = 3
LONGEST = 420  # characters: about half a minute
_ADDRESS = re.compile(r"\(?(?:https?://|www\.)\S+", re.IGNORECASE)
_EMAIL = re.compile(r"(\S+)@(\S+)\.(\w+)")
_LONG_NUMBER = re.compile(r"(?<![\d.,])\+?\d{5,}(?![\d])")
_MARKS = re.compile(r"[*_#`|>\[\]{}]+|[–—]{2,}")
_BULLET = re.compile(r"(?m)^\s*(?:[-•·]|\d{1,2}[.)])\s+")
_BLANKS = re.compile(r"\s+")


def speakable(text: str) -> str:
    """One text as it is said aloud."""
    said = _ADDRESS.sub("", _BULLET.sub("", text))
    said = _EMAIL.sub(r"\1 at \2 dot \3", said)
    said = _LONG_NUMBER.sub(lambda found: " ".join(found[0].lstrip("+")), said)
    return _BLANKS.sub(" ", _MARKS.sub(" ", said)).strip()


def brief(sentences: Iterable[str], most: int = MOST_SENTENCES, longest: int = LONGEST) -> str:
    """The first sentences that one can listen to, whole ones; the first is never left out."""
    kept: list[str] = []
    for sentence in filter(None, map(speakable, sentences)):
        if len(kept) == most or (kept and len(" ".join([*kept, sentence])) > longest):
            break
        kept.append(sentence)
    return " ".join(kept)


def links(urls: Sequence[str]) -> tuple[str, ...]:
    """Addresses of pages, each once."""
    return tuple(dict.fromkeys(url for url in urls if url))
