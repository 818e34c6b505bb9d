"""Markdown and plain text, with or without front matter."""

import re

from markdown_it import MarkdownIt

from connectors.encoding import decode_text
from connectors.local.reading.front import front_matter
from connectors.local.reading.written import WithheldError, Written
from core.knowledge.passages import from_markdown
from core.text.html import from_html

_HEADLINE = re.compile(r"\A#{1,6} (.+)\n*")
# A block as long as this, with as many marks that might open something.
_LONG_BLOCK, _OPENINGS, _OPENING = 10_000, 1_000, "[*_`<&"
_OTHER_MARKS = re.compile(r"^([ \t]*)(?:[•·]|(\d{1,3})\))(?=[ \t])", re.MULTILINE)
# Code is not told by how far it is moved in: in articles that is nearly always a list gone astray.
_GRAMMAR = MarkdownIt("commonmark").enable("table").disable("code")


def read_markdown(content: bytes) -> Written:
    facts, body = front_matter(decode_text(content).replace("\r\n", "\n"))
    return add_title(facts, text_of(body))


def read_text(content: bytes) -> Written:
    """A text without marks. Lines are kept as they are: nobody says which of them belong together."""
    facts, body = front_matter(decode_text(content).replace("\r\n", "\n"))
    return add_title(facts, from_markdown(body))


def text_of(body: str) -> str:
    """The plain form. Lines of one paragraph become one, as on the published page."""
    if any(map(_is_hostile, body.split("\n\n"))):
        return from_markdown(body)
    usual = _OTHER_MARKS.sub(lambda mark: f"{mark[1]}{mark[2]}." if mark[2] else f"{mark[1]}-", body)
    return from_html(_GRAMMAR.render(usual))


def add_title(facts: dict[str, object], text: str) -> Written:
    """The title is the stated one, else the heading that the text begins with, which then is no part of it."""
    stated = str(facts.get("title") or "")
    headline = None if stated else _HEADLINE.match(text)
    text = text[headline.end() :] if headline else text
    if not text:
        raise WithheldError("has no text", named=str(facts.get("id") or ""))
    return Written(title=headline[1] if headline else stated, text=text, facts=facts)


def _is_hostile(block: str) -> bool:
    """Whether the full grammar would take far more than proportionate time on this block."""
    return len(block) > _LONG_BLOCK and sum(map(block.count, _OPENING)) > _OPENINGS
