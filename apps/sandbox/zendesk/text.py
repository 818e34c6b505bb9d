"""Comments in their two forms: plain text and HTML."""

import html
from html.parser import HTMLParser

BLOCKS = frozenset({"p", "br", "div", "li", "h1", "h2", "h3", "h4", "tr", "ul", "ol"})


def html_of(body: str) -> str:
    """Plain text as Zendesk stores it for display."""
    paragraphs = [html.escape(part, quote=False).replace("\n", "<br>") for part in body.split("\n\n")]
    inside = "".join(f'<p dir="auto">{part}</p>' for part in paragraphs)
    return f'<div class="zd-comment" dir="auto">{inside}</div>'


def plain_of(markup: str) -> str:
    """The words of some HTML, a line per block."""
    reader = _Words()
    reader.feed(markup)
    lines = (" ".join(line.split()) for line in "".join(reader.parts).split("\n"))
    return "\n".join(line for line in lines if line)


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        self.parts.append(data)
