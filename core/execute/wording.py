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

    `compact`, for a phone: what is stated without courtesies or empty lines, of a source its address alone, and
    never more than a text message holds.

    EU AI Act, article 50: people are told that they interact with an AI system, at the latest at first interaction.
    """
    if not compact:
        return _assembled(draft, draft.body, language, style, compact)
    sentences = [s for s in draft.sentences if s.kind is not SentenceKind.COURTESY] or list(draft.sentences)
    text = _brief(draft, sentences, language, style)
    # The best article is quoted first, so what does not fit is cut at the end, a whole sentence at a time.
    while len(text) > LONGEST_TEXT and len(sentences) > 1:
        sentences.pop()
        text = _brief(draft, sentences, language, style)
    return text


FOLLOW_UP = {
    "en": "A while ago we answered your question. If that solved it, you need do nothing. If not, just reply and we "
    "will go on from there.",
    "de": "Vor einiger Zeit haben wir Ihre Frage beantwortet. Wenn das geholfen hat, müssen Sie nichts tun. Wenn "
    "nicht, antworten Sie einfach; dann machen wir dort weiter.",
    "es": "Hace un tiempo respondimos a su pregunta. Si con eso quedó resuelta, no tiene que hacer nada. Si no, "
    "responda a este mensaje y seguiremos desde ahí.",
    "fr": "Nous avons répondu à votre question il y a quelque temps. Si elle est réglée, vous n'avez rien à faire. "
    "Sinon, répondez simplement à ce message et nous reprendrons là où nous en étions.",
}


def follow_up_text(language: str, style: StyleCard, *, compact: bool = False) -> str:
    """Whether all is well, without a question mark: thanks are answer enough, and so is silence."""
    spoken = style.language(language)
    said = FOLLOW_UP.get(spoken, FOLLOW_UP["en"])
    return (" " if compact else "\n\n").join((said, style.disclosure(language)))


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
