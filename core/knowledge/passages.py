"""Cutting an article into passages along its headings, lists and tables."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from html import unescape

from core.model.ids import PassageId, derive_id
from core.model.knowledge import Article, Passage
from core.text.html import from_html, marks, tidy, without_comments

# ------------------------------------------------------------------
# Where sentences, list items and table rows begin and end in the plain form of an article.


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


# ------------------------------------------------------------------
# Articles come as HTML or Markdown; everything behind this file reads one plain form.
#
# The plain form: a heading is a line `## …` (more `#` for deeper ones), a list item `- …` or `1. …`, a table row has
# its cells joined by ` | `, and a blank line stands between blocks.

__all__ = ["from_html", "from_markdown", "plain", "tidy"]

# The tags that make a text HTML; a stray inline one in Markdown does not.
_BLOCK_TAG = re.compile(r"<(?:p|div|h[1-6]|ul|ol|li|table|section|article|body|html)\b[^<>]*>", re.IGNORECASE)
_INLINE_TAG = re.compile(r"</?(?:span|strong|em|a|img|b|i|u|sub|sup|small|code|kbd|font|br)\b[^<>]*>", re.IGNORECASE)
_FENCE = ("```", "~~~")
_BULLET = re.compile(r"[-*+•·]\s+(?=\S)")
_NUMBER = re.compile(r"(\d{1,3})[.)]\s+(?=\S)")
_RULE = re.compile(r"(?:[-*_]\s*){3,}")
# None of these looks further than once for what closes it: a long line takes time in proportion.
_INLINE = (
    (re.compile(r"!\[([^\[\]]*)\]\((?:[^()]|\([^()]*\))*\)"), r"\1"),
    (re.compile(r"\[([^\[\]]+)\]\((?:[^()]|\([^()]*\))*\)"), r"\1"),
    (re.compile(r"\*\*(.{1,2000}?)\*\*"), r"\1"),
    (re.compile(r"(?<!\w)__(.{1,2000}?)__(?!\w)"), r"\1"),
    (re.compile(r"(?<![\w*])\*(\S(?:[^*]{0,2000}[^\s*])?)\*(?![\w*])"), r"\1"),
    (re.compile(r"(?<!\w)_((?!\s)(?:[^_]|(?<=\w)_(?=\w)){1,2000}(?<!\s))_(?!\w)"), r"\1"),
    (re.compile(r"`([^`]+)`"), r"\1"),
)


def plain(text: str) -> str:
    """The plain form of an article body in HTML or Markdown (plain text is Markdown without marks)."""
    return from_html(text) if _BLOCK_TAG.search(text) else from_markdown(text)


def from_markdown(text: str) -> str:
    """The plain form of a Markdown body. Never raises, and takes time in proportion to the text's length."""
    lines = without_comments(text).splitlines()
    return tidy("\n".join(_line(line.strip()) for line in lines if not _only_marks(line.strip())))


def _only_marks(line: str) -> bool:
    """Whether the line only marks code or the head of a table."""
    return line.startswith(_FENCE) or ("|" in line and "--" in line and not line.strip("|:- \t"))


def _line(line: str) -> str:
    if not line or _RULE.fullmatch(line):
        return ""
    level = len(line) - len(line.lstrip("#"))
    if 0 < level <= 6 and line[level : level + 1].isspace():
        return f"\n{marks(level)} {_inline(line[level:].rstrip().rstrip('#'))}\n"
    if bullet := _BULLET.match(line):
        return f"- {_inline(line[bullet.end() :])}"
    if number := _NUMBER.match(line):
        return f"{number[1]}. {_inline(line[number.end() :])}"
    if line.count("|") >= 2 and line.startswith("|"):
        return " | ".join(_inline(cell.strip()) for cell in line.strip("|").split("|"))
    return _inline(line)


def _inline(text: str) -> str:
    if "<" in text:
        text = unescape(_INLINE_TAG.sub(_seen, text))
    for pattern, kept in _INLINE:
        text = pattern.sub(kept, text)
    return text.strip()


def _seen(tag: re.Match[str]) -> str:
    return "\n" if tag[0].lower().startswith("<br") else ""


# ------------------------------------------------------------------

LONGEST = 900  # characters: about 200 tokens, which the encoder reads whole
_LIST = (Shape.STEP, Shape.ITEM, Shape.ROW)
_WHOLE = 2  # times LONGEST: a sentence up to this length is not cut, half a sentence can say the opposite
# Scripts whose characters are about a token each.
_DENSE = re.compile(
    "[\u0e00-\u0fff\u1000-\u11ff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\U0001f000-\U0003ffff]+"
)
_DENSITY = 3
# Where a sentence too long to keep is cut, if it can be: behind a clause, else between words.
_CLAUSE = re.compile(r"[,;:，、；：]\s?|\s(?=\S)")
Span = tuple[int, int]


@dataclass(slots=True)
class _Section:
    path: tuple[str, ...]
    blocks: list[list[Line]]


def passages_of(article: Article) -> tuple[Passage, ...]:
    """The passages in reading order. Each is exactly `article.text[start:end]` and lies under one heading.

    A list stays whole, with the sentence that introduces it, as long as it fits."""
    return tuple(
        _passage(article, section.path, start, end)
        for section in _sections(lines(article.text))
        for start, end in _packed(article.text, section.blocks)
    )


def searchable(passage: Passage) -> str:
    """What is encoded for search: the passage under its title and headings."""
    return f"{heading(passage)}\n{passage.text}"


def heading(passage: Passage) -> str:
    """Title and headings as one line."""
    return " – ".join((passage.title, *passage.path))


def _passage(article: Article, path: tuple[str, ...], start: int, end: int) -> Passage:
    text = article.text[start:end]
    return Passage(
        id=PassageId(derive_id("passage", article.id, str(start), text)),
        article_id=article.id,
        title=article.title,
        path=path,
        text=text,
        start=start,
        end=end,
        url=article.url,
        section=article.section,
        locale=article.locale,
        audience=article.audience,
        updated_at=article.updated_at,
        brand=article.brand,
        about=article.about,
        expires_at=article.expires_at,
    )


def _sections(units: Sequence[Line]) -> list[_Section]:
    sections = [_Section(path=(), blocks=[])]
    open_headings: list[tuple[int, str]] = []
    for line in units:
        if line.shape is Shape.HEADING:
            open_headings = _under(open_headings, line.text)
            sections.append(_Section(path=tuple(title for _, title in open_headings), blocks=[]))
            continue
        blocks = sections[-1].blocks
        if blocks and blocks[-1][-1].block == line.block:
            blocks[-1].append(line)
        else:
            blocks.append([line])
    return [_Section(path=s.path, blocks=_with_intro(s.blocks)) for s in sections if s.blocks]


def _under(open_headings: list[tuple[int, str]], text: str) -> list[tuple[int, str]]:
    match = HEADING.match(text)
    level, title = (len(match[1]), match[2]) if match else (2, text)
    return [*((depth, name) for depth, name in open_headings if depth < level), (level, title)]


def _with_intro(blocks: Sequence[list[Line]]) -> list[list[Line]]:
    """Join a paragraph that ends in a colon to the list or table that it introduces."""
    joined: list[list[Line]] = []
    for block in blocks:
        introduced = joined and joined[-1][-1].text.endswith(":") and block[0].shape in _LIST
        if introduced and block[-1].end - joined[-1][0].start <= LONGEST:
            joined[-1] = joined[-1] + block
        else:
            joined.append(block)
    return joined


def _packed(text: str, blocks: Sequence[list[Line]]) -> list[Span]:
    """Spans of at most LONGEST characters, fewer in scripts that say more with each; a longer sentence is kept whole
    unless it is much longer."""
    spans: list[Span] = []
    room = 0
    for block in blocks:
        for start, end in _pieces(text, block):
            size = _size(text, start, end)
            gap = start - spans[-1][1] if spans else 0
            if spans and gap + size <= room:
                spans[-1] = (spans[-1][0], end)
                room -= gap + size
            else:
                spans.append((start, end))
                room = LONGEST - size
    return spans


def _pieces(text: str, block: Sequence[Line]) -> Iterator[Span]:
    whole = (block[0].start, block[-1].end)
    if _size(text, *whole) <= LONGEST:
        yield whole
        return
    for line in block:
        for start, end in [(line.start, line.end)] if _fits(text, line) else sentence_spans(text, line.start, line.end):
            yield from _cut(text, start, end)


def _fits(text: str, line: Line) -> bool:
    return _size(text, line.start, line.end) <= LONGEST


def _size(text: str, start: int, end: int) -> int:
    """The length in characters of a script such as this one."""
    piece = text[start:end]
    return len(piece) if piece.isascii() else len(piece) + (_DENSITY - 1) * sum(map(len, _DENSE.findall(piece)))


def _cut(text: str, start: int, end: int) -> Iterator[Span]:
    """The sentence itself, or its parts where it is too long by far."""
    if _size(text, start, end) <= _WHOLE * LONGEST:
        yield start, end
        return
    while start < end:
        ahead = min(end, start + LONGEST)
        limit = LONGEST if _size(text, start, ahead) <= _WHOLE * (ahead - start) else LONGEST // _DENSITY
        stop = end if end - start <= limit else _cut_at(text, start, start + limit)
        yield start, start + len(text[start:stop].rstrip())
        start = stop
        while start < end and text[start].isspace():
            start += 1


def _cut_at(text: str, start: int, limit: int) -> int:
    """The last good place to cut at or before `limit`."""
    place = max((found.end() for found in _CLAUSE.finditer(text, start + (limit - start) // 2, limit)), default=limit)
    # Letters keep their marks, and a picture made of several characters is not torn.
    while place > start + 1 and _continues(text, place):
        place -= 1
    return place if place > start + 1 else limit


def _continues(text: str, place: int) -> bool:
    """Whether the character at `place` belongs to the one before it."""
    character, before = text[place], text[place - 1]
    joined = "\u200d" in (character, before) or "\U0001f3fb" <= character <= "\U0001f3ff"
    return joined or unicodedata.category(character) in {"Mn", "Me", "Mc"}
