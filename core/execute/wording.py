"""An automatic reply as it leaves: who is speaking, the draft, its sources, the way to a person."""

from collections.abc import Sequence
from dataclasses import replace

from core.answer.style import StyleCard
from core.model.draft import Draft, Sentence, SentenceKind
from core.model.knowledge import Passage

SOURCES = {"en": "Source", "de": "Quelle", "es": "Fuente", "fr": "Source"}
LONGEST_TEXT = 1500  # characters; Twilio refuses a body of more than 1,600 (error 21617)


def automatic_text(draft: Draft, language: str, style: StyleCard, *, compact: bool = False) -> str:
    """The draft's own words with each source once, above a line that tells that an assistant wrote it.

    `compact`, for a phone: the quoted sentences without courtesies or empty lines, of a source its address alone, and
    never more than a text message holds.

    EU AI Act, article 50: people are told that they interact with an AI system, at the latest at first interaction.
    """
    if not compact:
        return _assembled(draft, draft.body, language, style, compact)
    sentences = [s for s in draft.sentences if s.kind is SentenceKind.CITED] or list(draft.sentences)
    text = _brief(draft, sentences, language, style)
    # The best article is quoted first, so what does not fit is cut at the end, a whole sentence at a time.
    while len(text) > LONGEST_TEXT and len(sentences) > 1:
        sentences.pop()
        text = _brief(draft, sentences, language, style)
    return text


def _brief(draft: Draft, sentences: Sequence[Sentence], language: str, style: StyleCard) -> str:
    shorter = replace(draft, sentences=tuple(sentences))
    return _assembled(shorter, shorter.body.replace("\n\n", "\n"), language, style, True)


def _assembled(draft: Draft, body: str, language: str, style: StyleCard, compact: bool) -> str:
    label = SOURCES[style.language(language)] if style.language(language) in SOURCES else SOURCES["en"]
    passages = {c.passage.article_id: c.passage for c in draft.cited}.values()
    sources = "\n".join(f"{label}: {_named(passage, compact)}" for passage in passages)
    return "\n\n".join(part for part in (body, sources, style.disclosure(language)) if part)


def _named(passage: Passage, compact: bool) -> str:
    if not passage.url:
        return passage.title
    return passage.url if compact else f"{passage.title}, {passage.url}"
