"""Web pages saved as files."""

from connectors.encoding import decode_text
from connectors.local.reading.front import front_matter
from connectors.local.reading.written import WithheldError, Written
from core.knowledge.page import EVERYBODY, page_of


def read_html(content: bytes) -> Written:
    stated, html = front_matter(decode_text(content).replace("\r\n", "\n"))
    page = page_of(html)
    if not page.text:
        seen = "only pictures" if page.pictures else "no text"
        raise WithheldError(f"has {seen}: there is nothing to quote")
    facts: dict[str, object] = {
        "url": page.canonical,
        "locale": page.locale,
        "audience": "" if page.audience in EVERYBODY else page.audience,
    }
    facts = {key: fact for key, fact in facts.items() if fact} | stated
    return Written(title=str(facts.get("title") or page.title), text=page.text, facts=facts)
