"""The style card: how the company sounds; and a reply of the sources' own sentences under its courtesies."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from core.answer.guardrails import NO_RULES, HouseRules
from core.knowledge.passages import Shape, shape_of
from core.knowledge.tables import say_row
from core.model.draft import Sentence, SentenceKind
from core.model.knowledge import Citation
from core.model.signals import Feeling
from core.text.courtesies import BUILT_IN, Courtesies

FALLBACK = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclaimer:
    """A draft for one of `intents`, or that speaks of one of `words`, must contain `text`; `translations` holds it in
    further languages."""

    text: str
    words: tuple[str, ...] = ()
    intents: tuple[str, ...] = ()
    translations: Mapping[str, str] = field(default_factory=dict)

    def text_in(self, language: str) -> str:
        """The line in a language, or as it was written first."""
        return self.translations.get(language, self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tone:
    """What a text may look like. `longest_sentence` counts words; nought means no limit."""

    exclamation_marks: int = 1
    capitals: bool = False
    emoji: bool = False
    longest_sentence: int = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """Bad news as this company has told it: for people, and for a model that words drafts."""

    situation: str
    text: str
    language: str = FALLBACK


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A line for agents, in its languages, for what a message is about (`intents`) or shows (`triggers`, as
    docs/triggers.md names them). `must_say`: the company obliges them to say it; else they may."""

    name: str
    texts: Mapping[str, str]
    intents: frozenset[str] = frozenset()
    triggers: frozenset[str] = frozenset()
    must_say: bool = False

    def __post_init__(self) -> None:
        if FALLBACK not in self.texts:
            raise ValueError(f"the script {self.name!r} has no text in the fallback language {FALLBACK!r}")
        if not self.intents and not self.triggers:
            raise ValueError(f"the script {self.name!r} needs `intents` or `triggers` that call for it")

    def text_in(self, language: str) -> str:
        return self.texts.get(language, self.texts[FALLBACK])


@dataclass(frozen=True, slots=True, kw_only=True)
class StyleCard:
    """`voice` says in a few lines how the company sounds. `restricted` are words and phrases that no draft may contain,
    whatever the source says; `instead` tells what to write in their place. `rules` are what nobody may promise or
    leave out, `scripts` the lines that a matter asks agents to say. `brands` holds whole cards by brand."""

    company: str = "our team"
    version: str = "default"
    voice: tuple[str, ...] = ()
    languages: Mapping[str, Courtesies] = field(default_factory=lambda: BUILT_IN)
    restricted: tuple[str, ...] = ()
    instead: Mapping[str, str] = field(default_factory=dict)
    disclaimers: tuple[Disclaimer, ...] = ()
    tone: Tone = Tone()
    examples: tuple[Example, ...] = ()
    rules: HouseRules = NO_RULES
    scripts: tuple[Script, ...] = ()
    brands: Mapping[str, "StyleCard"] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if FALLBACK not in self.languages:
            raise ValueError(f"the style card has no lines in the fallback language {FALLBACK!r}")

    @property
    def spoken(self) -> str:
        """How the company sounds, as a language model is told: the voice, then real examples of bad news."""
        told = [f"{example.situation}: “{example.text}”" for example in self.examples]
        return "\n".join([*self.voice, *(["Bad news, as this company tells it:"] if told else []), *told])

    def of(self, brand: str) -> "StyleCard":
        """The card of a brand, or this one where the brand has none of its own."""
        return self.brands.get(brand, self)

    def language(self, *wishes: str) -> str:
        """The first of the wished languages that the card speaks; a locale such as de-AT counts as de."""
        codes = [wish.replace("_", "-").split("-")[0].casefold() for wish in wishes]
        return next((code for code in codes if code in self.languages), FALLBACK)

    def courtesies(self, language: str) -> Courtesies:
        return self.languages[self.language(language)]

    def greeting(self, language: str, name: str) -> str:
        lines = self.courtesies(language)
        return lines.greeting.format(name=name) if name else lines.greeting_unnamed

    def opening(self, language: str, feeling: str) -> str:
        """Sympathy for a customer who is unhappy, thanks otherwise."""
        lines = self.courtesies(language)
        return lines.empathy if feeling == Feeling.NEGATIVE else lines.opening

    def disclosure(self, language: str) -> str:
        """That an assistant wrote this, and how to reach a person."""
        lines = self.courtesies(language)
        return f"{lines.disclosure.format(company=self.company)} {lines.way_to_a_person}"

    @property
    def disclosures(self) -> frozenset[str]:
        """Every line by which a text says that an assistant wrote it, long and short, in all languages."""
        lines = (line for said in self.languages.values() for line in (said.disclosure, said.signature) if line)
        return frozenset(line.format(company=self.company) for line in lines)

    def ending(self, language: str, *, compact: bool = False, spoken: bool = False, disclosed: bool = True) -> str:
        """What stands under everything that is said automatically: the way to a person always, and before it who
        writes, where that is to be `disclosed` now. `compact`: in few words, for a phone; `spoken`: on a call."""
        lines = self.courtesies(language)
        brief, way = lines.signature or lines.disclosure, lines.exit or lines.way_to_a_person
        if not compact:
            brief, way = lines.disclosure, lines.way_to_a_person
        if spoken:
            way = lines.exit_spoken or way
        return " ".join([*([brief.format(company=self.company)] if disclosed else []), way])


# ------------------------------------------------------------------
# A reply made of the sources' own sentences, under the company's courtesies. No model writes a word of it.

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


def quote_citations(citations: Sequence[Citation], asked: str = "", known: str = "") -> list[Sentence]:
    """Each citation word for word, in the paragraphs of its article; the row of a table as a sentence, without what it
    says of other cases than the one that is `asked` about, or the customer's as far as it is `known`."""
    sentences: list[Sentence] = []
    paragraph = 0
    before: Citation | None = None
    for citation in citations:
        if before is not None and not _runs_on(before, citation):
            paragraph += 1
        text = say_row(citation.quote, asked, known) if _is_row(citation) else citation.quote
        sentences.append(Sentence(text=text, kind=SentenceKind.CITED, paragraph=paragraph, citation=citation))
        before = citation
    return sentences


def _runs_on(before: Citation, citation: Citation) -> bool:
    """Two sentences of the same paragraph of the article; list items and rows stand alone."""
    if before.passage.id != citation.passage.id:
        return False
    if any(_is_row(c) or shape_of(c.quote) is not Shape.PROSE for c in (before, citation)):
        return False
    offset = citation.passage.start
    return "\n" not in citation.passage.text[before.end - offset : citation.start - offset]


def _is_row(citation: Citation) -> bool:
    return all(shape_of(line) is Shape.ROW for line in citation.quote.split("\n"))


def _courtesies(texts: Iterable[str], first: int) -> list[Sentence]:
    return [
        Sentence(text=text, kind=SentenceKind.COURTESY, paragraph=place)
        for place, text in enumerate((text for text in texts if text), first)
    ]


def _moved(body: Sequence[Sentence], by: int) -> list[Sentence]:
    return [Sentence(text=s.text, kind=s.kind, paragraph=s.paragraph + by, citation=s.citation) for s in body]


def _code(citation: Citation) -> str:
    return citation.passage.locale.replace("_", "-").split("-")[0].casefold()
