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
_ENDS = re.compile(r"[.!?…][\"'”’)\]]*(?=\s+|$)")
# A full stop after these does not end a sentence.
_ABBREVIATIONS = frozenset(
    """e.g i.e etc vs approx no nos min max mr mrs ms dr prof st ltd inc co corp dept est fig tel ext p.m a.m
    u.s u.k vol art sec ca bzw z.b d.h u.a o.ä usw inkl zzgl ggf evtl str nr tel mind max abs ziff sog vgl bspw
    sr sra ud uds pág núm aprox p.ej av mme mlle mm env p.ex cf réf""".split()  # noqa: SIM905 - words are read as a text
)
# "etc." and "usw." do end a sentence when a capital follows.
_MAY_END = frozenset({"etc", "usw", "p.m", "a.m", "inc", "ltd"})
_LAST_WORD = re.compile(r"(?:^|[\s(])([\w.]+)\.$")


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
    if HEADING.match(line):
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
    following = text[stop.end() : end].lstrip()
    if not following:
        return True
    if following[0].islower():
        return False
    if text[stop.start()] != "." or stop.group() != ".":
        return True
    last = _LAST_WORD.search(text[opened : stop.end()])
    if last is None:
        return True
    word = last[1].casefold().strip(".")
    if word in _ABBREVIATIONS:
        return word in _MAY_END and following[0].isupper()
    # "am 3. Mai", "J. Smith": a lone number or letter before a stop is rarely the end.
    lone = (word.isdigit() and len(word) <= 2 and following[0].isupper()) or (len(word) == 1 and word.isalpha())
    return not lone or _starts_anew(text, opened, stop.start(), word)


def _starts_anew(text: str, opened: int, stop: int, word: str) -> bool:
    """ "… in step 3. Choose" ends a sentence, "am 3. Mai" does not: a German date has its article before it."""
    before = text[opened : stop - len(word)].rstrip().casefold()
    return word.isdigit() and not re.search(r"(?:^|\s)(?:am|vom|zum|bis|ab|dem|der|den|und|zwischen)$", before)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
