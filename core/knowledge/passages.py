"""Cutting an article into passages along its headings, lists and tables."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.knowledge.sentences import HEADING, Line, Shape, lines, sentence_spans
from core.model.ids import PassageId, derive_id
from core.model.knowledge import Article, Passage

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
