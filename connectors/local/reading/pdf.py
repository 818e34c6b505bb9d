"""PDF files: lines of letters at places, put together again as headings, paragraphs and lists."""

import re
from collections import Counter
from itertools import pairwise

from connectors.local.reading.apart import read_apart
from connectors.local.reading.markdown import add_title
from connectors.local.reading.written import UnreadableError, Written
from core.text.html import tidy

_ITEM = re.compile(r"(?:[-*•·▪‣◦]|\d{1,3}[.)])\s+\S")
_BULLET = re.compile(r"^[*•·▪‣◦]\s+")
_ENDED = re.compile(r"[.!?:…。！？][\"'”’)\]]*$")
_LARGER = 1.15  # a heading's letters against those of the text
_HEADING_LENGTH = 120
_OFTEN = 3  # pages that carry the same first or last line before it counts as a running title
_FULL = 0.7  # of the longest line: a line at least as long goes on in the next
Line = tuple[float, str]


def read_pdf(content: bytes) -> Written:
    found = read_apart("pdf_lines.py", content)
    pages = [[(size, tidy(line)) for size, line in page] for page in found["pages"]]
    text = text_of(without_running_titles(pages))
    if not text:
        raise UnreadableError("has no text; is it scanned?")
    written = add_title({}, text)
    return written if written.title else Written(title=tidy(str(found["title"])), text=written.text)


def without_running_titles(pages: list[list[Line]]) -> list[Line]:
    """All lines, less page numbers and what stands at the top or foot of several pages."""
    edges = Counter(_unnumbered(line) for page in pages for _, line in _edges(page))
    kept: list[Line] = []
    for page in pages:
        edge = _edges(page)
        for each in page:
            running = each in edge and (edges[_unnumbered(each[1])] >= _OFTEN or each[1].isdigit())
            if not running:
                kept.append(each)
    return kept


def text_of(lines: list[Line]) -> str:
    """The plain form. Letters larger than most are a heading's; a full line without an end goes on in the next."""
    weights = Counter[float]()
    for size, line in lines:
        weights[size] += len(line)
    usual = weights.most_common(1)[0][0] if weights else 0.0
    longest = max((len(line) for size, line in lines if size <= usual * _LARGER), default=0)
    parts: list[str] = []
    listing = False
    for (_, before), (size, line) in pairwise([(0.0, ""), *lines]):
        if usual and size > usual * _LARGER and 0 < len(line) <= _HEADING_LENGTH:
            parts.append(f"\n\n## {line}\n\n")
        elif parts and not parts[-1].endswith("\n\n") and _goes_on(before, line, longest):
            parts.append(_joined(parts, line))
        else:
            item = _ITEM.match(line) is not None
            parts.append(("\n" if item and listing else "\n\n") + _BULLET.sub("- ", line))
            listing = item or (listing and not line)
    return tidy("".join(parts))


def _goes_on(before: str, line: str, longest: int) -> bool:
    if not before or not line or _ITEM.match(line):
        return False
    return line[0].islower() or (len(before) >= _FULL * longest and not _ENDED.search(before))


def _joined(parts: list[str], line: str) -> str:
    """A word that was parted at the end of a line is put together again."""
    if len(parts[-1]) > 2 and parts[-1].endswith("-") and parts[-1][-2].isalpha() and line[0].islower():
        parts[-1] = parts[-1][:-1]
        return line
    return " " + line


def _edges(page: list[Line]) -> list[Line]:
    written = [line for line in page if line[1]]
    return [written[0], written[-1]] if written else []


def _unnumbered(line: str) -> str:
    return re.sub(r"\d+", "#", line)
