"""Where sentences, list items and table rows begin and end in the plain form of an article."""

import re
from dataclasses import dataclass
from enum import StrEnum


class Shape(StrEnum):
    PROSE = "prose"
    STEP = "step"  # an item of a numbered list: it means little without its neighbours
    ITEM = "item"
    ROW = "row"
    HEADING = "heading"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One unit that can be quoted: `text` is exactly `source[start:end]`. Lines of one `block` belong together."""

    start: int
    end: int
    text: str
    shape: Shape
    block: int


HEADING = re.compile(r"(#{1,6})\s+(\S.*)")
_STEP = re.compile(r"\d{1,3}[.)]\s+\S")
_ITEM = re.compile(r"[-*•]\s+\S")
_LONGEST_HEADING = 300  # characters; what is longer is a text that was set as a heading
# Chinese and Japanese leave no space behind a sentence.
_ENDS = re.compile(r"[.!?…؟۔।][\"'”’)\]]*(?=\s|$)|[。！？｡][\"'”’」』）)\]]*")
_FOLLOWING = re.compile(r"\s*(\S)")
# A full stop after these does not end a sentence.
_ABBREVIATIONS = frozenset(
    """e.g i.e etc vs approx no nos min max mr mrs ms dr prof st ltd inc co corp dept est fig tel ext p.m a.m
    u.s u.k vol art sec ca bzw z.b d.h u.a o.ä usw inkl zzgl ggf evtl str nr tel mind max abs ziff sog vgl bspw
    sr sra ud uds pág núm aprox p.ej av mme mlle mm env p.ex cf réf""".split()  # noqa: SIM905 - words are read as a text
)
# "etc." and "usw." do end a sentence when a capital follows.
_MAY_END = frozenset({"etc", "usw", "p.m", "a.m", "inc", "ltd"})
_LONGEST_WORD = 40


def lines(text: str) -> list[Line]:
    """Every unit of a text in order; the offsets are exact."""
    found: list[Line] = []
    block = 0
    place = 0
    before = None
    for raw in text.split("\n"):
        start, place = place, place + len(raw) + 1
        if not raw.strip():
            before = None
            continue
        shape = shape_of(raw.strip())
        if shape is not before or shape in (Shape.PROSE, Shape.HEADING):
            block += 1
        before = shape
        found += _units(text, start, start + len(raw), shape, block)
    return found


def shape_of(line: str) -> Shape:
    if len(line) <= _LONGEST_HEADING and HEADING.match(line):
        return Shape.HEADING
    if _STEP.match(line):
        return Shape.STEP
    if _ITEM.match(line):
        return Shape.ITEM
    return Shape.ROW if " | " in line else Shape.PROSE


def _units(text: str, start: int, end: int, shape: Shape, block: int) -> list[Line]:
    spans = sentence_spans(text, start, end) if shape is Shape.PROSE else [_trimmed(text, start, end)]
    return [Line(start=a, end=b, text=text[a:b], shape=shape, block=block) for a, b in spans if b > a]


def sentence_spans(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """(start, end) of each sentence of one paragraph, without the space around it."""
    spans: list[tuple[int, int]] = []
    opened = start
    for stop in _ENDS.finditer(text, start, end):
        if _is_end(text, opened, stop, end):
            spans.append(_trimmed(text, opened, stop.end()))
            opened = stop.end()
    rest = _trimmed(text, opened, end)
    return [*spans, rest] if rest[1] > rest[0] else spans


def _is_end(text: str, opened: int, stop: re.Match[str], end: int) -> bool:
    # Places, not slices: what follows and what went before may be megabytes.
    found = _FOLLOWING.match(text, stop.end(), end)
    if found is None or stop[0][0] in "。！？｡":
        return True
    following = found[1]
    if following.islower():
        return False
    if stop.group() != ".":
        return True
    word = _word_before(text, opened, stop.start())
    if not word:
        return True
    if word in _ABBREVIATIONS:
        return word in _MAY_END and following.isupper()
    # "am 3. Mai", "J. Smith": a lone number or letter before a stop is rarely the end.
    lone = (word.isdigit() and len(word) <= 2 and following.isupper()) or (len(word) == 1 and word.isalpha())
    return not lone or _starts_anew(text, opened, stop.start(), word)


def _word_before(text: str, opened: int, stop: int) -> str:
    """The word that the full stop at `stop` ends, in small letters; empty where it is no plain word."""
    earliest = max(opened, stop - _LONGEST_WORD)
    start = stop
    while start > earliest and (text[start - 1].isalnum() or text[start - 1] in "._"):
        start -= 1
    alone = start == opened or text[start - 1].isspace() or text[start - 1] == "("
    return text[start:stop].casefold().strip(".") if alone else ""


def _starts_anew(text: str, opened: int, stop: int, word: str) -> bool:
    """ "… in step 3. Choose" ends a sentence, "am 3. Mai" does not: a German date has its article before it."""
    place = stop - len(word)
    before = text[max(opened, place - _LONGEST_WORD) : place].rstrip().casefold()
    return word.isdigit() and not re.search(r"(?:^|\s)(?:am|vom|zum|bis|ab|dem|der|den|und|zwischen)$", before)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
