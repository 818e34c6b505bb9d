"""Word documents."""

from connectors.local.reading.apart import read_apart
from connectors.local.reading.markdown import add_title
from connectors.local.reading.written import UnreadableError, Written
from core.text.html import from_html


def read_docx(content: bytes) -> Written:
    html = str(read_apart("docx_html.py", content)["html"])
    text = from_html(html)
    if not text:
        seen = "only pictures" if "<img" in html else "no text"
        raise UnreadableError(f"has {seen}: there is nothing to quote")
    return add_title({}, text)
