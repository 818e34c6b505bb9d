"""How well a passage answers a question, which of its lines say it, whether two articles contradict each other."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from core.errors import HandrailError
from core.knowledge.article_index import Lexicon
from core.knowledge.numerals import numbers
from core.knowledge.passages import Line, Shape, heading, lines, shape_of
from core.knowledge.synonyms import concepts
from core.knowledge.tables import last_row
from core.model.draft import Finding, Sentence, Severity
from core.model.ids import ArticleId, PassageId
from core.model.knowledge import Hit, Passage
from core.ports import ArticleTable, Reranker, Vector

Numbers = NDArray[np.floating[Any]]

READ = 12  # passages whose lines are looked at first
STALE = 0.3  # what an article loses that nobody has looked after for long
SAID = 0.5  # weight of the question's words in a line, beside its similarity
DEEPER = 3  # articles of which all passages are looked at then
# What counts for a passage, fitted on 300 questions to a help centre of 94 articles (and rounded: it is no finer).
WEIGHTS = {
    "similarity": 0.6,  # of the passage under its headings
    "nearest": 0.8,  # of its nearest line
    "headed": 0.3,  # of title and headings
    "under": 0.15,  # of the last heading alone
    "titled": 0.15,  # of the title alone
    "coverage": 0.55,  # share of the question's words in the passage with its headings
    "named": 0.3,  # … in title and headings
    "topic": 0.05,  # … in the last heading
    "said": 0.2,  # … in one line
    "fitting": 1.2,  # a line is of the kind asked for: steps, a time, a price
    "kin": 0.15,  # the article is about the same intent
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Voice:
    """One way of putting the question: its words, its vector, and how near the passages are to it."""

    text: str
    vector: Vector
    cosines: Mapping[PassageId, float]

    def near(self, passage: PassageId) -> float:
        """0 for a passage that is not among the nearest few hundred."""
        return self.cosines.get(passage, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A line with how much it has to do with the question."""

    line: Line
    score: float


def lifted(score: float, share: float) -> float:
    """Raised by a share of itself; below nought too a positive share raises."""
    return score + share * abs(score)


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A passage with its lines. `heard` holds what WEIGHTS weighs, once for each voice of the question; `aligned` how
    well the question's words find counterparts, None where nobody looked."""

    hit: Hit
    score: float
    heard: tuple[Mapping[str, float], ...]
    told: tuple[Told, ...]
    aligned: float | None = None

    @property
    def passage(self) -> Passage:
        return self.hit.passage

    @property
    def rank(self) -> float:
        """What orders: the score as feedback lifts it. How sure an answer is, is judged by the score itself."""
        return lifted(self.score, self.hit.lift)


@lru_cache(maxsize=8192)
def quotable(text: str) -> tuple[Line, ...]:
    """The lines of a passage that may stand in a reply."""
    return tuple(line for line in lines(text) if line.shape is not Shape.HEADING)


def topic(passage: Passage) -> str:
    """The heading that the passage stands under; the title for the first one."""
    return passage.path[-1] if passage.path else passage.title


def texts_to_encode(passages: Iterable[Passage]) -> list[str]:
    """Everything that will ever be encoded to weigh these passages, so that it can be done ahead of time."""
    return list(dict.fromkeys(text for passage in passages for text in _compared(passage)))


def _compared(passage: Passage) -> list[str]:
    """What of a passage is compared with a question: its headings, then its lines."""
    return [heading(passage), topic(passage), passage.title, *(line.text for line in quotable(passage.text))]


def score_passage(traits: Mapping[str, float]) -> float:
    """The score of a passage for one voice."""
    return sum(weight * traits[name] for name, weight in WEIGHTS.items())


class Comparing(Protocol):
    """`core.knowledge.retrieve.VectorSource`, as far as passages are weighed by it."""

    def cosines(self, asked: Vector, texts: Sequence[str]) -> Vector: ...
    def leans(self, asked: Vector, passages: Sequence[Passage]) -> Vector: ...


class Scale:
    """Weighs passages against one question: half by the whole of it, half by the mean of its sentences."""

    def __init__(
        self,
        voices: Sequence[Voice],
        lexicon: Lexicon,
        source: Comparing,
        *,
        kin: Callable[[str], float] = lambda title: 0.0,
        fresh_since: datetime | None = None,
    ) -> None:
        """The `source` compares the voices' vectors with texts of the articles. `kin` tells how much an article of this
        title is about the customer's intent."""
        self._voices = voices
        self._kin = kin
        self._words = [concepts(voice.text) for voice in voices]
        others = len(voices) - 1
        self._shares = np.array([1.0] if not others else [0.5, *[0.5 / others] * others], dtype=np.float32)
        self._vectors = np.stack([voice.vector for voice in voices])
        self._lexicon = lexicon
        self._source = source
        self._fresh_since = fresh_since

    def weigh(self, hits: Sequence[Hit]) -> list[Match]:
        """Each passage with its traits, its score and the score of each of its lines; in the order given."""
        texts = [_compared(hit.passage) for hit in hits]
        every = list(dict.fromkeys(text for some in texts for text in some))
        # All at once: for what is not in memory the encoder's cache looks into its file once, and not for each passage.
        near = dict(zip(every, self._source.cosines(self._vectors, every).T, strict=True))
        leans = self._source.leans(self._vectors, [hit.passage for hit in hits]) if hits else ()
        return [
            self._weighed(hit, some, np.stack([near[text] for text in some], axis=1) - lean[:, None])
            for hit, some, lean in zip(hits, texts, leans, strict=True)
        ]

    def _weighed(self, hit: Hit, texts: Sequence[str], near: Numbers) -> Match:
        """`near` has a row for each voice and a column for each text."""
        passage = hit.passage
        said = quotable(passage.text)
        covered = np.array([[self._covered(words, text) for text in texts] for words in self._words])
        fits = np.array([[fitting(voice.text, line) for line in said] for voice in self._voices])
        heard = tuple(self._heard(v, passage, near[v], covered[v], fits[v]) for v in range(len(self._voices)))
        score = self._mean([score_passage(traits) for traits in heard]) - (STALE if self._stale(passage) else 0)
        points = self._shares @ (near[:, 3:] + SAID * covered[:, 3:] + fits)
        told = tuple(Told(line=line, score=float(point)) for line, point in zip(said, points, strict=True))
        return Match(hit=hit, score=score, heard=heard, told=told)

    def _heard(
        self, voice: int, passage: Passage, near: Numbers, covered: Numbers, fits: Numbers
    ) -> Mapping[str, float]:
        return {
            "similarity": self._voices[voice].near(passage.id),
            "nearest": float(near[3:].max(initial=0.0)),
            "headed": float(near[0]),
            "under": float(near[1]),
            "titled": float(near[2]),
            "coverage": self._covered(self._words[voice], f"{heading(passage)}\n{passage.text}"),
            "named": float(covered[0]),
            "topic": float(covered[1]),
            "said": float(covered[3:].max(initial=0.0)),
            "fitting": float(fits.max(initial=0.0)),
            "kin": self._kin(passage.title),
        }

    def _mean(self, values: Sequence[float]) -> float:
        return float(self._shares @ np.array(values, dtype=np.float32))

    def _stale(self, passage: Passage) -> bool:
        changed = passage.updated_at
        return changed is not None and self._fresh_since is not None and changed < self._fresh_since

    def _covered(self, words: frozenset[str], text: str) -> float:
        return self._lexicon.share_covered(words, concepts(text))


def match_hits(scale: Scale, hits: Sequence[Hit], rest: Callable[[Sequence[ArticleId]], Sequence[Hit]]) -> list[Match]:
    """The first hits weighed, then everything else in the articles of the best (`rest` finds it); best first."""
    first = sorted(scale.weigh(hits[:READ]), key=lambda match: -match.rank)
    articles = list(dict.fromkeys(match.passage.article_id for match in first))[:DEEPER]
    known = {match.passage.id for match in first}
    others = scale.weigh([hit for hit in rest(articles) if hit.passage.id not in known])
    return sorted([*first, *others], key=lambda match: -match.rank)


# ------------------------------------------------------------------
# What kind of answer a question waits for: steps, a time, a price, a place.


FITS = 0.3  # added to a line that is of the kind asked for

_STEPS = re.compile(
    r"\bhow (?:do|can|could|would|should|to|does one)\b|\bwhat (?:do|can|should|must) i do\b|\bwhat now\b|\bsteps?\b"
    r"|\b(?:want|need|would like|'d like|trying|please|wish) (?:to )?(?:cancel|change|close|delete|erase|reset|return"
    r"|update|remove|upgrade|downgrade|pause|connect|install|activate|report|set up|add|invite|download|claim|exchange)"
    r"|^(?:please )?(?:cancel|change|close|delete|reset|return|update|remove|upgrade|pause)\b|\bforgot\b"
    r"|\bwie (?:kann|geht|mache|bekomme|ändere|kündige|setze|lösche|melde|stelle)\b|\bcómo\b|\bcomment\b",
    re.IGNORECASE | re.MULTILINE,
)
_TIME = re.compile(
    r"\bhow (?:long|many (?:days|weeks|months|hours)|soon|fast|quickly|late)\b"
    r"|\bwhen (?:do|does|will|is|are|can|would|am)\b"
    r"|\bdeadline|\bby when\b|\bhow old\b|\bexpires?\b|\bvalid\b|\bopening (?:hours|times)\b"
    r"|\bwie (?:lange|schnell|viele tage)\b|\bwann\b|\bcuánto tiempo\b|\bcuándo\b|\bcombien de temps\b|\bquand\b",
    re.IGNORECASE,
)
_PRICE = re.compile(
    r"\bhow much\b|\bprices?\b|\bcosts?\b|\bfees?\b|\bcharge for\b|\bexpensive\b|\bfor free\b|\bpay for\b"
    r"|\bkostet\b|\bkosten\b|\bpreis|\bcuánto cuesta\b|\bprecio|\bcombien coûte\b|\bprix\b|\btarif",
    re.IGNORECASE,
)
_REACH = re.compile(
    r"\b(?:phone|telephone|hotline|contact) (?:number|details)\b|\bcall you\b|\bcontact you\b"
    r"|\be-?mail (?:you|address of)\b"
    r"|\bwhere (?:do|can|should) i (?:send|write|complain|report|post)\b|\btelefonnummer\b|\bnuméro\b|\bteléfono\b",
    re.IGNORECASE,
)
_HAS_TIME = re.compile(
    r"\d+\s*(?:(?:to|–|bis)\s*\d+\s*)?(?:(?:working |business )?(?:second|minute|hour|day|week|month|year)s?"
    r"|sekunden?|minuten?|stunden?|(?:werk|arbeits)?tage?n?|wochen?|monate?n?|jahre?n?)\b"
    r"|\d{1,2}:\d{2}|next working day",
    re.IGNORECASE,
)
_HAS_PRICE = re.compile(r"[£€$]\s?\d|\d\s?(?:€|eur|gbp|usd)\b|\bfree\b|\bkostenlos\b|\bgratis\b", re.IGNORECASE)
_HAS_REACH = re.compile(r"\+\d[\d ]{6,}|\b[\w.]+@[\w.]+\b", re.IGNORECASE)

_BY_WORDS = ((_TIME, _HAS_TIME), (_PRICE, _HAS_PRICE), (_REACH, _HAS_REACH))


def fitting(asked: str, line: Line) -> float:
    """FITS for a line of the kind that the question waits for, 0 otherwise."""
    steps, kinds = _wanted(asked)
    if steps and line.shape is Shape.STEP:
        return FITS
    return FITS if kinds and kinds & _offered(line.text) else 0.0


@lru_cache(maxsize=256)
def _wanted(asked: str) -> tuple[bool, frozenset[int]]:
    """Whether steps are asked for, and which kinds that show in words."""
    return bool(_STEPS.search(asked)), frozenset(kind for kind, (q, _) in enumerate(_BY_WORDS) if q.search(asked))


@lru_cache(maxsize=8192)
def _offered(text: str) -> frozenset[int]:
    return frozenset(kind for kind, (_, has) in enumerate(_BY_WORDS) if has.search(text))


# ------------------------------------------------------------------
# A second look at what a search found: the question's words against each passage's, one by one, in their context.

_BESIDE = 12  # passages of one article that are read, from its beginning
_LONGEST = 1000  # characters: nearly always the whole passage under its headings


class Aligner(Protocol):
    def prepare(self, texts: Sequence[str]) -> None:
        """Read texts that questions will be compared with, ahead of time."""

    def align(self, asked: str, texts: Sequence[str], weight: Callable[[str], float]) -> list[float]:
        """How well the question's words, counted by their weight, find counterparts in each text: 0 to 1."""


def comparable_text(passage: Passage) -> str:
    """What of a passage a question is compared with."""
    return f"{heading(passage)}\n{passage.text}"[:_LONGEST]


def word_weight(lexicon: Lexicon) -> Callable[[str], float]:
    """How much a word of the question counts: the rarer in the articles, the more."""

    def weight(word: str) -> float:
        return max((lexicon.weight(concept) for concept in concepts(word)), default=0.0)

    return weight


def compare_hits(
    aligner: Aligner, lexicon: Lexicon, asked: Sequence[str], passages: Sequence[Passage]
) -> Mapping[PassageId, float]:
    """For each passage how well it fits the ways of asking, on average."""
    texts = [comparable_text(passage) for passage in passages]
    weight = word_weight(lexicon)
    lexicon.look_up(concept for text in asked for concept in concepts(text))
    found = [aligner.align(text, texts, weight) for text in asked]
    return {p.id: sum(values) / len(values) for p, *values in zip(passages, *found, strict=True)}


def share_covered(
    articles: ArticleTable, lexicon: Lexicon, asked: Sequence[str], passages: Sequence[Passage]
) -> Mapping[PassageId, float]:
    """For each passage the share of what is asked, by weight, that its whole article speaks of: 0 to 1."""
    wanted = [concepts(text) for text in asked]
    names = list(dict.fromkeys(passage.article_id for passage in passages))
    spoken = articles.concepts_of(articles.of_articles(names, _BESIDE))
    shares = {
        name: sum(lexicon.share_covered(words, spoken.get(name, frozenset())) for words in wanted) / len(wanted)
        for name in names
    }
    return {passage.id: shares[passage.article_id] for passage in passages}


# ------------------------------------------------------------------
# A second look at the best passages: word by word, each in its context.

LOOKED_AT = 8  # passages
RERANKER = "reranker"  # among the parts of a search that a hit tells of
ALIGNED = 1.5  # weight of the alignment beside the score


def realign(aligner: Aligner, voices: Sequence[Voice], matches: Sequence[Match], lexicon: Lexicon) -> list[Match]:
    """The first few matches in a new order, the others behind them.

    What counts is the difference from their mean, so that scores before and after can be compared."""
    first, rest = list(matches[:LOOKED_AT]), matches[LOOKED_AT:]
    if not first:
        return []
    texts = [comparable_text(match.passage) for match in first]
    weight = word_weight(lexicon)
    whole, *sentences = [aligner.align(voice.text, texts, weight) for voice in voices]
    found = [(value + max(others)) / 2 if others else value for value, *others in zip(whole, *sentences, strict=True)]
    mean = sum(found) / len(found)
    moved = [
        replace(match, score=match.score + ALIGNED * (value - mean), aligned=value)
        for match, value in zip(first, found, strict=True)
    ]
    return [*sorted(moved, key=lambda match: -match.rank), *rest]


RERANKED = 1.5  # weight of a reranker's order beside the score, as that of the alignment


def rerank(reranker: Reranker, asked: str, matches: Sequence[Match]) -> list[Match]:
    """The first few matches in the order that a reranker and their scores make together. What counts of it are the
    places, since each reranker has a scale of its own. As they were where it is away."""
    first, rest = list(matches[:LOOKED_AT]), matches[LOOKED_AT:]
    if len(first) < 2:
        return list(matches)
    try:
        scores = reranker.scores(asked, [comparable_text(match.passage) for match in first])
    except HandrailError:
        return list(matches)
    order = sorted(range(len(first)), key=lambda place: -scores[place])
    moved = []
    for place, at in enumerate(order):
        match = first[at]
        value = 0.5 - place / (len(first) - 1)
        hit = replace(match.hit, ranks={**match.hit.ranks, RERANKER: place + 1})
        moved.append(replace(match, hit=hit, score=match.score + RERANKED * value))
    return [*sorted(moved, key=lambda match: -match.rank), *rest]


# ------------------------------------------------------------------
# Two articles that say different things about the same matter: nobody can tell from them which one is right.
#
# `disagree(a, b) -> bool` compares two sentences or rows, in either order, and needs nothing else.

_ALIKE = 0.7  # share of the shorter line's content words that the other line has too
_FEWEST = 3
_NEAR = 0.8  # how far below the best passage another one may score and still be about the question
_MEASURED = re.compile(
    r"(\d+(?:[.,]\d+)?)(?:\s*(?:to|–|-|bis|a|à)\s*\d+(?:[.,]\d+)?)?\s*(working days?|business days?|days?"
    r"|weeks?|months?|years?|hours?"
    r"|minutes?|werktage?n?|tage?n?|wochen?|monate?n?|jahre?n?|stunden?|%)|[£€$]\s?(\d+(?:[.,]\d+)?)",
    re.IGNORECASE,
)


def conflicts(sentences: Sequence[Sentence], matches: Sequence[Match], fresh_since: datetime) -> Iterable[Finding]:
    """Cited sentences whose number another retrieved article gives otherwise; each pair of articles once.

    An old article is not held against a newer one: it has a finding of its own where it is cited."""
    best = max((match.score for match in matches), default=0.0)
    others = [m.passage for m in matches if m.score >= best - _NEAR and not _old(m.passage, fresh_since)]
    seen: set[tuple[str, str]] = set()
    for place, sentence in enumerate(sentences):
        if sentence.citation is None:
            continue
        source = sentence.citation.passage
        mine = last_row(sentence.citation.quote) or sentence.text
        for other in others:
            pair = (source.article_id, other.article_id)
            if pair in seen or not _comparable(source, other):
                continue
            said = next((line.text for line in quotable(other.text) if disagree(mine, line.text)), None)
            if said is not None:
                seen.add(pair)
                text = f"“{other.title}” says otherwise: {said}"
                yield Finding(rule="conflicting_sources", severity=Severity.BLOCK, text=text, sentence=place)


def _old(passage: Passage, fresh_since: datetime) -> bool:
    return passage.updated_at is not None and passage.updated_at < fresh_since


def _comparable(source: Passage, other: Passage) -> bool:
    return other.article_id != source.article_id and other.locale[:2] == source.locale[:2]


def disagree(mine: str, theirs: str) -> bool:
    """About the same thing, with measures of the same unit but no number in common."""
    same_units = {unit for unit, _ in measures(mine)} & {unit for unit, _ in measures(theirs)}
    if not same_units or numbers(mine) & numbers(theirs):
        return False
    if (shape_of(mine) is Shape.ROW) != (shape_of(theirs) is Shape.ROW):
        return False  # a row names a thing, a sentence says what becomes of it
    a, b = (concepts(_MEASURED.sub(" ", text)) for text in (mine, theirs))
    shorter = min(len(a), len(b))
    return shorter >= _FEWEST and len(a & b) / shorter >= _ALIKE


@lru_cache(maxsize=8192)
def measures(text: str) -> frozenset[tuple[str, str]]:
    """(unit, number) of every duration, share and amount."""
    found = set()
    for match in _MEASURED.finditer(text):
        unit = "money" if match[3] else match[2].casefold().rstrip("ns").removesuffix("e")
        found.add((unit, (match[3] or match[1]).replace(",", ".")))
    return frozenset(found)
