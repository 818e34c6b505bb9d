"""Web pages saved as files."""

from connectors.letters import decoded
from connectors.local.reading.written import UnreadableError, Written
from core.answer.page import page_of


def read_html(content: bytes) -> Written:
    page = page_of(decoded(content))
    if not page.text:
        seen = "only pictures" if page.pictures else "no text"
        raise UnreadableError(f"has {seen}: there is nothing to quote")
    facts: dict[str, object] = {"url": page.canonical, "locale": page.locale}
    return Written(title=page.title, text=page.text, facts={key: fact for key, fact in facts.items() if fact})
