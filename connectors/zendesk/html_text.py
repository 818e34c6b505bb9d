"""An article's HTML as plain text. The same HTML gives the same text, always: citations count its characters.

Blocks are parted by an empty line. Headings of any level start with "## ", list items with "- " or "1. "
(nested ones indented by two spaces), the cells of a table's row are joined by " | ". Links keep their words only.
"""

import re
from collections.abc import Iterable, Iterator

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PageElement, Tag

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
LISTS = ("ul", "ol", "menu")
PARTS = ("article", "aside", "body", "footer", "header", "html", "main", "nav", "section")
CONTAINERS = ("address", "blockquote", "center", "details", "dialog", "div", "fieldset", "figure", "form", "p")
PIECES = ("dd", "dl", "dt", "figcaption", "legend", "li", "summary")
BLOCKS = (*HEADINGS, *LISTS, *PARTS, *CONTAINERS, *PIECES, "table", "pre", "hr")
UNSEEN = frozenset({"script", "style", "template", "head", "iframe", "svg", "object", "noscript"})

INVISIBLE = re.compile("[\u00ad\u200b\u200c\u2060\ufeff]")
GAP = re.compile(r"\s+")
BROKEN_LINE = re.compile(r" *\n *")


def plain_text(html: str) -> str:
    """The text of a piece of HTML, as the module describes it; empty for one without words."""
    return "\n\n".join(_blocks(BeautifulSoup(html, "html.parser")))


def _blocks(parent: Tag) -> Iterator[str]:
    """The parent's content, block by block; stray words between two blocks are one of their own."""
    run: list[PageElement] = []
    for child in parent.children:
        if _is_block(child):
            yield from _words_of(run)
            run = []
            yield from _block(child)
        else:
            run.append(child)
    yield from _words_of(run)


def _is_block(node: PageElement) -> bool:
    # An inline element around a block (a link around a paragraph, say) is read as a block too.
    return isinstance(node, Tag) and (node.name in BLOCKS or node.find(BLOCKS) is not None)


def _block(tag: PageElement) -> Iterator[str]:
    if not isinstance(tag, Tag) or tag.name in UNSEEN:
        return
    if tag.name in HEADINGS:
        yield from (f"## {_one_line(line)}" for line in _words_of(tag.children))
    elif tag.name in LISTS:
        yield from _some("\n".join(_items(tag)))
    elif tag.name == "table":
        yield from _some("\n".join(_rows(tag)))
    elif tag.name == "pre":
        yield from _some(INVISIBLE.sub("", tag.get_text()).strip("\n"))
    else:
        yield from _blocks(tag)


def _items(tag: Tag) -> Iterator[str]:
    number = _start(tag)
    for item in tag.find_all("li", recursive=False):
        first, *rest = "\n".join(_blocks(item)).split("\n")
        if first:
            yield f"{number}. {first}" if tag.name == "ol" else f"- {first}"
            yield from (f"  {line}" for line in rest)
        number += 1


def _start(tag: Tag) -> int:
    start = str(tag.get("start") or "")
    return int(start) if start.isdecimal() else 1


def _rows(table: Tag) -> Iterator[str]:
    for part in table.find_all(["caption", "tr"]):
        if part.find_parent("table") is not table:
            continue
        cells = [part] if part.name == "caption" else part.find_all(["th", "td"], recursive=False)
        line = " | ".join(_one_line(" ".join(_blocks(cell))) for cell in cells)
        if line.strip(" |"):
            yield line


def _words_of(run: Iterable[PageElement]) -> Iterator[str]:
    """The run's words as one block, or nothing when there are none."""
    joined = BROKEN_LINE.sub("\n", re.sub(" +", " ", "".join(_inline(node) for node in run)))
    yield from _some(re.sub("\n{2,}", "\n", joined).strip())


def _inline(node: PageElement) -> str:
    # Comments, declarations and the like are subclasses of NavigableString.
    if type(node) is NavigableString:
        return GAP.sub(" ", INVISIBLE.sub("", node))
    if not isinstance(node, Tag) or node.name in UNSEEN:
        return ""
    return "\n" if node.name == "br" else "".join(_inline(child) for child in node.children)


def _one_line(text: str) -> str:
    return GAP.sub(" ", text).strip()


def _some(text: str) -> Iterator[str]:
    if text.strip():
        yield text
