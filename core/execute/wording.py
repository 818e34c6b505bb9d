"""An automatic reply as it leaves: who is speaking, the draft, its sources, the way to a person."""

from core.answer.style import StyleCard
from core.model.draft import Draft
from core.model.knowledge import Passage

SOURCES = {"en": "Source", "de": "Quelle", "es": "Fuente", "fr": "Source"}


def automatic_text(draft: Draft, language: str, style: StyleCard, *, compact: bool = False) -> str:
    """The draft's own words with each source once, above a line that tells that an assistant wrote it. `compact`, for
    a phone: no empty lines within the answer, and of a source its address alone.

    EU AI Act, article 50: people are told that they interact with an AI system, at the latest at first interaction.
    """
    label = SOURCES[style.language(language)] if style.language(language) in SOURCES else SOURCES["en"]
    passages = {c.passage.article_id: c.passage for c in draft.cited}.values()
    sources = "\n".join(f"{label}: {_named(passage, compact)}" for passage in passages)
    body = draft.body.replace("\n\n", "\n") if compact else draft.body
    return "\n\n".join(part for part in (body, sources, style.disclosure(language)) if part)


def _named(passage: Passage, compact: bool) -> str:
    if not passage.url:
        return passage.title
    return passage.url if compact else f"{passage.title}, {passage.url}"
