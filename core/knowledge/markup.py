"""Articles come as HTML or Markdown; everything behind this file reads one plain form.

The plain form: a heading is a line `## …` (more `#` for deeper ones), a list item `- …` or `1. …`, a table row has
its cells joined by ` | `, and a blank line stands between blocks.
"""

import re
from html import unescape

from core.text.html import from_html, marks, tidy, without_comments

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
