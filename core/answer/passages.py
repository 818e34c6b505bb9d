"""Cutting an article into passages along its headings, lists and tables."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.answer.sentences import HEADING, Line, Shape, lines
from core.model.ids import PassageId, derived
from core.model.knowledge import Article, Passage

LONGEST = 900  # characters: about 200 tokens, which the encoder reads whole
_LIST = (Shape.STEP, Shape.ITEM, Shape.ROW)


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
        for start, end in _packed(section.blocks)
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
        id=PassageId(derived("passage", article.id, str(start), text)),
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


def _packed(blocks: Sequence[list[Line]]) -> list[tuple[int, int]]:
    """Spans of at most LONGEST characters; a single longer sentence is kept whole."""
    spans: list[tuple[int, int]] = []
    for block in blocks:
        whole = (block[0].start, block[-1].end)
        pieces = [whole] if whole[1] - whole[0] <= LONGEST else [(line.start, line.end) for line in block]
        for start, end in pieces:
            if spans and end - spans[-1][0] <= LONGEST:
                spans[-1] = (spans[-1][0], end)
            else:
                spans.append((start, end))
    return spans
