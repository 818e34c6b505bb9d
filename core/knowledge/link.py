"""From a citation to the very words on the published page: addresses with a text fragment.

A browser that knows text fragments (`#:~:text=[prefix-,]start[,end][,-suffix]`) opens the page at the first place
that fits and marks it; others open the page. What stands in the plain form but not on the page (`## `, `1. `, ` | `)
is never part of a fragment, and words are only taken from one block each.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice, product
from urllib.parse import quote

from core.model.knowledge import Citation

Span = tuple[int, int]
_MARK = re.compile(r"(?:#{1,6}|[-*•]|\d{1,3}[.)])\s+")
_WORD = re.compile(r"\S+")
_LONGEST = 150  # characters quoted whole; longer ones by their first and last words
_ENDS = 6  # words
_CONTEXTS = (0, 3, 8, 20)  # words before or behind that tell a place from others like it
_AROUND = sorted(product(_CONTEXTS, repeat=2), key=sum)
_PAGES = 256  # that are remembered: an answer quotes the same few passages sentence after sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Fragment:
    """Words as they stand on the page. `end` is empty where `start` is all of it."""

    start: str
    end: str = ""
    prefix: str = ""
    suffix: str = ""

    def __str__(self) -> str:
        parts = [f"{_escaped(self.prefix)}-" if self.prefix else "", _escaped(self.start), _escaped(self.end)]
        parts.append(f"-{_escaped(self.suffix)}" if self.suffix else "")
        return ":~:text=" + ",".join(filter(None, parts))


def link_to_quote(citation: Citation, text: str = "") -> str:
    """The address of the article at the cited words; the bare address when it has none that they could be added to.

    `text` is the article's text, in which the words are made sure to be the first of their kind; without it they are
    only told from the rest of the passage."""
    passage = citation.passage
    shift = 0 if text else passage.start
    return address_at(passage.url, text or passage.text, citation.start - shift, citation.end - shift)


def address_at(url: str, text: str, start: int, end: int) -> str:
    """The address `url`, opened at `text[start:end]`."""
    found = fragment(text, start, end) if url.startswith(("http://", "https://")) else None
    if found is None:
        return url
    return f"{url}{'' if '#' in url else '#'}{found}"


def fragment(text: str, start: int, end: int) -> Fragment | None:
    """What leads to `text[start:end]` and nowhere else; None when there are no words in it.

    Where the same words stand in the same surroundings more than once, the first of them is led to."""
    page = _page(text)
    runs = page.within(start, end)
    if not runs:
        return None
    goal = (runs[0][0], runs[-1][1])
    candidates = (
        Fragment(start=head, end=tail, prefix=page.before(goal[0], before), suffix=page.after(goal[1], after))
        for head, tail in page.quoted(runs)
        for before, after in _AROUND
    )
    plainest = next(candidates)
    return next((each for each in chain([plainest], candidates) if page.found(each) == goal), plainest)


class _Page:
    """The words of a text as they stand on its page: `runs` are the spans of blocks and cells."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.runs = list(_runs(text))
        folded = [" "] * len(text)
        for number, (start, end) in enumerate(self.runs):
            folded[start:end] = _folded(text[start:end])
            if number:
                folded[start - 1] = "\n"  # words are not looked for across blocks
        self.folded = "".join(folded)

    def within(self, start: int, end: int) -> list[Span]:
        """The parts of the span that are on the page."""
        parts = ((max(a, start), min(b, end)) for a, b in self.runs if a < end and b > start)
        trimmed = ((a + len(t) - len(t.lstrip()), a + len(t.rstrip())) for a, b in parts if (t := self.text[a:b]))
        return [(a, b) for a, b in trimmed if a < b]

    def quoted(self, runs: list[Span]) -> Iterator[tuple[str, str]]:
        """(start, end) in words, shorter ones first."""
        first, last = (self.text[a:b] for a, b in (runs[0], runs[-1]))
        if len(runs) == 1 and len(first) <= _LONGEST:
            yield first, ""
            return
        for count in (_ENDS, 3 * _ENDS):
            head, tail = _first_words(first, count), _last_words(last, count)
            if len(runs) > 1 or len(head) + len(tail) < len(first):
                yield head, tail
        yield (first, last) if len(runs) > 1 else (first, "")

    def before(self, place: int, count: int) -> str:
        """The last words before `place` in its block, or in the one before when it begins its block."""
        for start, end in reversed([run for run in self.runs if run[0] < place]):
            if words := self.text[start : min(end, place)].strip():
                return _last_words(words, count) if count else ""
        return ""

    def after(self, place: int, count: int) -> str:
        for start, end in (run for run in self.runs if run[1] > place):
            if words := self.text[max(start, place) : end].strip():
                return _first_words(words, count) if count else ""
        return ""

    def found(self, sought: Fragment) -> Span | None:
        for start in self._starts(sought):
            behind = start + len(sought.start)
            ends = (place + len(sought.end) for place in self._places(sought.end, behind)) if sought.end else [behind]
            for end in ends:
                if not sought.suffix or self._follows(sought.suffix, end):
                    return start, end
        return None

    def _starts(self, sought: Fragment) -> Iterator[int]:
        if not sought.prefix:
            yield from self._places(sought.start, 0)
            return
        for place in self._places(sought.prefix, 0):
            start = self._next(place + len(sought.prefix))
            if self._stands(sought.start, start):
                yield start

    def _places(self, words: str, start: int) -> Iterator[int]:
        sought = _folded(words)
        place = self.folded.find(sought, start)
        while place >= 0:
            if self._stands(words, place):
                yield place
            place = self.folded.find(sought, place + 1)

    def _follows(self, words: str, place: int) -> bool:
        return self._stands(words, self._next(place))

    def _next(self, place: int) -> int:
        while place < len(self.folded) and self.folded[place].isspace():
            place += 1
        return place

    def _stands(self, words: str, place: int) -> bool:
        """Whether these are the words there, whole ones."""
        end = place + len(words)
        if self.folded[place:end] != _folded(words):
            return False
        return not (self._inside_a_word(place) or self._inside_a_word(end))

    def _inside_a_word(self, place: int) -> bool:
        return 0 < place < len(self.folded) and self.folded[place - 1].isalnum() and self.folded[place].isalnum()


def _runs(text: str) -> Iterator[Span]:
    place = 0
    for line in text.split("\n"):
        mark = _MARK.match(line)
        start = place + (mark.end() if mark else 0)
        for cell in text[start : place + len(line)].split(" | "):
            if cell.strip():
                yield start, start + len(cell)
            start += len(cell) + len(" | ")
        place += len(line) + 1


@lru_cache(maxsize=_PAGES)
def _page(text: str) -> _Page:
    return _Page(text)


def _folded(words: str) -> str:
    """In small letters, each in its place."""
    if words.isascii():
        return words.lower()
    return "".join(lower if len(lower := each.lower()) == 1 else each for each in words)


def _first_words(text: str, count: int) -> str:
    words = list(islice(_WORD.finditer(text), count + 1))
    return text[: words[count - 1].end()] if count < len(words) else text


def _last_words(text: str, count: int) -> str:
    rest, *words = text.rsplit(maxsplit=count)
    return text[len(rest) :].lstrip() if len(words) == count else text


def _escaped(words: str) -> str:
    # A hyphen, comma or ampersand has a meaning of its own in a fragment.
    return quote(words, safe="").replace("-", "%2D")
