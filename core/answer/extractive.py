"""A reply made of the sources' own sentences, under the company's courtesies. No model writes a word of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.answer.style import StyleCard
from core.knowledge.sentences import Shape, shape_of
from core.model.draft import Sentence, SentenceKind
from core.model.knowledge import Citation

COMPOSER = "extractive"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Whom a reply speaks to and in which language; `feeling` chooses between sympathy and thanks."""

    name: str
    language: str
    feeling: str


def add_courtesies(body: Sequence[Sentence], to: Address, style: StyleCard, *, partial: bool) -> tuple[Sentence, ...]:
    """The courtesies of the style card around cited sentences; the paragraphs are numbered anew."""
    lines = style.courtesies(to.language)
    foreign = any(_code(s.citation) != style.language(to.language) for s in body if s.citation)
    before = [style.greeting(to.language, to.name), style.opening(to.language, to.feeling)]
    before += [lines.other_language] if foreign else []
    after = [lines.partial] if partial else []
    return (
        *_courtesies(before, 0),
        *_moved(body, len(before)),
        *_courtesies([*after, lines.closing], len(before) + 1 + max((s.paragraph for s in body), default=0)),
    )


def quote_citations(citations: Sequence[Citation]) -> list[Sentence]:
    """Each citation word for word, in the paragraphs of its article."""
    sentences: list[Sentence] = []
    paragraph = 0
    before: Citation | None = None
    for citation in citations:
        if before is not None and not _runs_on(before, citation):
            paragraph += 1
        sentences.append(Sentence(text=citation.quote, kind=SentenceKind.CITED, paragraph=paragraph, citation=citation))
        before = citation
    return sentences


def _runs_on(before: Citation, citation: Citation) -> bool:
    """Two sentences of the same paragraph of the article; list items and rows stand alone."""
    if before.passage.id != citation.passage.id:
        return False
    if any(shape_of(c.quote) is not Shape.PROSE for c in (before, citation)):
        return False
    offset = citation.passage.start
    return "\n" not in citation.passage.text[before.end - offset : citation.start - offset]


def _courtesies(texts: Iterable[str], first: int) -> list[Sentence]:
    return [
        Sentence(text=text, kind=SentenceKind.COURTESY, paragraph=place)
        for place, text in enumerate((text for text in texts if text), first)
    ]


def _moved(body: Sequence[Sentence], by: int) -> list[Sentence]:
    return [Sentence(text=s.text, kind=s.kind, paragraph=s.paragraph + by, citation=s.citation) for s in body]


def _code(citation: Citation) -> str:
    return citation.passage.locale.replace("_", "-").split("-")[0].casefold()
