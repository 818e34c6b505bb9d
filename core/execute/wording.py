"""An automatic reply as it leaves: who is speaking, the draft, its sources, the way to a person."""

from core.answer.style import StyleCard
from core.model.draft import Draft

SOURCES = {"en": "Source", "de": "Quelle", "es": "Fuente", "fr": "Source"}


def automatic_text(draft: Draft, language: str, style: StyleCard) -> str:
    """The draft's own words with each source once, under a line that tells that an assistant wrote it.

    EU AI Act, article 50: people are told that they interact with an AI system, at the latest at first interaction.
    """
    label = SOURCES[style.language(language)] if style.language(language) in SOURCES else SOURCES["en"]
    links = dict.fromkeys(c.passage.url or c.passage.title for c in draft.cited)
    sources = "\n".join(f"{label}: {link}" for link in links if link)
    return "\n\n".join(part for part in (draft.body, sources, style.disclosure(language)) if part)
