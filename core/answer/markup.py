"""Articles come as HTML or Markdown; everything behind this file reads one plain form.

The plain form: a heading is a line `## …` (more `#` for deeper ones), a list item `- …` or `1. …`, a table row has
its cells joined by ` | `, and a blank line stands between blocks.
"""

import re
from html.parser import HTMLParser

_TAG = re.compile(r"<(?:p|div|h[1-6]|ul|ol|li|br|table|span|strong|em|a|img|b|i)\b[^>]*>", re.IGNORECASE)
_BLOCKS = {"p", "div", "section", "article", "blockquote", "pre", "ul", "ol", "table", "tr", "dl", "dt", "dd"}
_SILENT = {"title", "script", "style", "head", "template", "noscript"}
# Lines that only mark code or the head of a table.
_MARK = re.compile(r"^\s*(?:```|~~~)|^\s*\|[\s:|-]*-{2,}[\s:|-]*$|^\s*:?-{2,}:?\s*\|[\s:|-]*$")
_HEADING = re.compile(r"^\s{0,3}(#{1,6})\s+(.*?)\s*#*\s*$")
_BULLET = re.compile(r"^(\s*)[-*+•·]\s+(.*)$")
_NUMBER = re.compile(r"^(\s*)(\d{1,3})[.)]\s+(.*)$")
_RULE = re.compile(r"^\s*(?:[-*_]\s*){3,}$")
_INLINE = (
    (re.compile(r"!\[([^\]]*)\]\([^)]*\)"), r"\1"),
    (re.compile(r"\[([^\]]+)\]\([^)]*\)"), r"\1"),
    (re.compile(r"\*\*(.+?)\*\*"), r"\1"),
    (re.compile(r"(?<!\w)__(.+?)__(?!\w)"), r"\1"),
    (re.compile(r"(?<![\w*])\*(\S(?:.*?\S)?)\*(?![\w*])"), r"\1"),
    (re.compile(r"(?<!\w)_(\S(?:.*?\S)?)_(?!\w)"), r"\1"),
    (re.compile(r"`([^`]+)`"), r"\1"),
)


def plain(text: str) -> str:
    """The plain form of an article body in HTML or Markdown (plain text is Markdown without marks)."""
    return from_html(text) if _TAG.search(text) else from_markdown(text)


def from_html(html: str) -> str:
    """The plain form of an HTML body. Never raises: broken markup is read as far as it goes."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return tidy(reader.text)


def from_markdown(text: str) -> str:
    """The plain form of a Markdown body."""
    lines = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL).splitlines()
    return tidy("\n".join(_line(line) for line in lines if not _MARK.match(line)))


def _line(line: str) -> str:
    if _RULE.match(line):
        return ""
    if heading := _HEADING.match(line):
        return f"\n{_marks(len(heading[1]))} {_inline(heading[2])}\n"
    if bullet := _BULLET.match(line):
        return f"- {_inline(bullet[2])}"
    if number := _NUMBER.match(line):
        return f"{number[2]}. {_inline(number[3])}"
    if line.count("|") >= 2 and line.strip().startswith("|"):
        return " | ".join(_inline(cell.strip()) for cell in line.strip().strip("|").split("|"))
    return _inline(line.strip())


def _inline(text: str) -> str:
    for pattern, kept in _INLINE:
        text = pattern.sub(kept, text)
    return text.strip()


def _marks(level: int) -> str:
    return "#" * max(2, level)


def tidy(text: str) -> str:
    """Single spaces within lines, at most one blank line between them, none at the ends."""
    lines = [" ".join(line.split()) for line in text.replace("\u00a0", " ").splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[str] = []
        self._silent = 0
        self._lists: list[int | None] = []  # the next number of each open list; None for bullets
        self._cells = 0

    @property
    def text(self) -> str:
        return "".join(self._parts)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag in {"ul", "ol"}:
            self._parts.append("\n\n" if not self._lists else "")
            self._lists.append(_first(attrs) if tag == "ol" else None)
        elif tag == "li":
            self._item()
        elif len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():
            self._parts.append(f"\n\n{_marks(int(tag[1]))} ")
        elif tag in {"td", "th"}:
            self._parts.append(" | " if self._cells else "")
            self._cells += 1
        elif tag == "tr":
            self._cells = 0
            self._parts.append("\n")
        elif tag == "br":
            self._parts.append("\n")
        elif tag in _BLOCKS and not self._within():
            self._parts.append("\n\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in {"ul", "ol"} and self._lists:
            self._lists.pop()
            self._parts.append("\n" if self._lists else "\n\n")
        elif tag == "table" or (tag[:1] == "h" and tag[1:].isdigit()):
            self._cells = 0
            self._parts.append("\n\n")
        elif tag in _BLOCKS and not self._within():
            self._parts.append("\n\n" if tag != "tr" else "")

    def handle_data(self, text: str) -> None:
        if self._silent:
            return
        text = re.sub(r"\s+", " ", text)
        if text == " " and (not self._parts or self._parts[-1].endswith(("\n", " "))):
            return
        self._parts.append(text)

    def _within(self) -> bool:
        """Inside a list item or a table cell a paragraph does not start a block of its own."""
        return bool(self._lists) or self._cells > 0

    def _item(self) -> None:
        number = self._lists[-1] if self._lists else None
        if number is None:
            self._parts.append("\n- ")
            return
        self._parts.append(f"\n{number}. ")
        self._lists[-1] = number + 1


def _first(attrs: list[tuple[str, str | None]]) -> int:
    start = dict(attrs).get("start") or "1"
    return int(start) if start.isdigit() else 1
