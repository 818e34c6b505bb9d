"""Two articles that give different numbers, dates or limits for one thing."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from math import log

from core.knowledge.check.fault import Fault, Kind, Pair, Place
from core.knowledge.check.figures import own_things, tells_a_value, whole_numbers, without_addresses
from core.knowledge.match import quotable
from core.knowledge.passages import Shape, sentence_spans
from core.knowledge.synonyms import concepts
from core.model.ids import ArticleId, PassageId
from core.model.knowledge import Article, Passage

Disagree = Callable[[str, str], bool]
Frequencies = Callable[[Iterable[str]], Mapping[str, int]]
# Which share of what the one says, and of what the other says, rare words counting more, the two have in common.
SHORTER, LONGER = 0.6, 0.35
ROWS = 0.8  # rows of tables are all alike: they must name the same thing
VARIED = 3  # values of other articles: what has so many is no contradiction but differs by its nature
PARALLEL = 0.3  # share of the words that titles of one pattern have in common
KNOWN = 2  # articles that write a name, or it is none
FIGURES = 1  # how many more figures one sentence may have: one with many tells of several things
TELLING = 3  # concepts in a sentence that says of itself what it speaks of
_SUBJECT = re.compile(r"(.{3,60}?)(?::| [–—|-]) ")  # "Gold account: fees"
_WORD = re.compile(r"\w+")
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
# A capital inside a sentence; German writes every noun so, and there it proves nothing.
_NAME = re.compile(r"(?<=[\w,;:)] )[A-Z]\w+(?: [A-Z]\w+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """A sentence with a figure; offsets are in the article."""

    passage: Passage
    start: int
    end: int
    text: str
    row: bool
    concepts: frozenset[str]

    @property
    def figures(self) -> tuple[str, ...]:
        return tuple(sorted(_FIGURE.findall(whole_numbers(self.text))))

    @property
    def names(self) -> frozenset[str]:
        return names_in(without_addresses(self.text), self.passage.locale)

    @property
    def headed(self) -> str:
        """Title and headings that it stands under."""
        return " ".join((self.passage.title, *self.passage.path))

    @property
    def key(self) -> tuple[PassageId, int]:
        return self.passage.id, self.start

    def alike(self, other: "Saying") -> bool:
        """Whether both are the same sentence but for their figures, and one that says enough to be told by itself."""
        one, two = (_FIGURE.sub("0", whole_numbers(each.text).casefold()) for each in (self, other))
        same = one == two
        return same and not self.row and len(self.concepts) >= TELLING


@dataclass(frozen=True, slots=True)
class Weights:
    """How much a word says: what stands everywhere says little."""

    frequencies: Frequencies
    size: int
    _known: dict[str, int] = field(default_factory=dict)

    def of(self, words: Collection[str]) -> float:
        unknown = [word for word in words if word not in self._known]
        if unknown:
            found = self.frequencies(unknown)
            self._known.update({word: found.get(word, 0) for word in unknown})
        return sum(log(1 + self.size / (1 + self._known[word])) for word in words)


def contradictions(
    pairs: Iterable[Pair], articles: Mapping[ArticleId, Article], disagree: Disagree, weights: Weights
) -> Iterator[Fault]:
    """Each pair of sentences once, where `disagree` says that their figures differ and both are about one thing."""
    subjects = Subjects(articles)
    said: dict[PassageId, list[Saying]] = {}
    against: list[tuple[Saying, Saying]] = []
    for pair in pairs:
        if of_kinds(pair.one, pair.other) or subjects.differ(pair.one.article_id, pair.other.article_id):
            continue
        parted = siblings(pair.one, pair.other)
        for passage in (pair.one, pair.other):
            if passage.id not in said:
                said[passage.id] = list(sayings(passage))
        against += _single(
            [
                (mine, theirs)
                for mine in said[pair.one.id]
                for theirs in said[pair.other.id]
                if disagree(mine.text, theirs.text)
                and (mine.alike(theirs) if parted else one_thing(mine, theirs, weights))
                and not own_things(mine.text, theirs.text, mine.headed, theirs.headed)
            ]
        )
    for mine, theirs in _unvaried(against):
        places = (_place(mine, articles), _place(theirs, articles))
        yield Fault(kind=Kind.CONFLICTING, reason="different figures for one thing", places=places)


class Subjects:
    """What articles are about by name: what stands in a title and is written with capitals inside sentences of
    several articles ("Light Blue", "Hub")."""

    def __init__(self, articles: Mapping[ArticleId, Article]) -> None:
        self._articles = articles
        counts: Counter[str] = Counter()
        for article in articles.values():
            counts.update({name for line in quotable(article.text) for name in names_in(line.text, article.locale)})
        self._names = frozenset(name for name, count in counts.items() if count >= KNOWN)
        self._known: dict[ArticleId, tuple[str, ...]] = {}

    def differ(self, one: ArticleId, other: ArticleId) -> bool:
        """Whether each is about something by name that the other does not even mention."""
        return self._alone(one, other) and self._alone(other, one)

    def _alone(self, one: ArticleId, other: ArticleId) -> bool:
        there = self._articles[other]
        return any(name not in there.text and name not in there.title for name in self._of(one))

    def _of(self, article_id: ArticleId) -> tuple[str, ...]:
        if article_id not in self._known:
            words = _WORD.findall(self._articles[article_id].title)
            runs = {" ".join(words[a:b]) for a in range(len(words)) for b in range(a + 1, min(a + 4, len(words)) + 1)}
            self._known[article_id] = tuple(sorted(runs & self._names))
        return self._known[article_id]


def names_in(text: str, locale: str) -> frozenset[str]:
    return frozenset() if locale.startswith("de") else frozenset(_NAME.findall(text))


def of_kinds(one: Passage, other: Passage) -> bool:
    """Whether the titles begin with different things of one kind: "Gold account: fees" and "Silver account: fees"."""
    mine, theirs = _SUBJECT.match(one.title), _SUBJECT.match(other.title)
    return mine is not None and theirs is not None and _words(mine[1]) != _words(theirs[1])


def siblings(one: Passage, other: Passage) -> bool:
    """Whether title or headings look as if the two were about different things of one kind, each with its own figures:
    "How to return an item" and "How to return a gift". "Return period" and "Return window" look so too."""
    return _parallel(one.title, other.title) or _parallel(" ".join(one.path), " ".join(other.path))


def _parallel(one: str, other: str) -> bool:
    """Not where the words that differ mean the same: "Delivery cost" is no other thing than "Delivery fee"."""
    a, b = _words(one), _words(other)
    if len(a & b) < PARALLEL * len(a | b):
        return False
    mine, theirs = concepts(one), concepts(other)
    return bool(mine - theirs and theirs - mine)


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.casefold()))


def _single(against: list[tuple[Saying, Saying]]) -> list[tuple[Saying, Saying]]:
    """A sentence that several of the other passage differ from belongs to a series (a fee for every age of an account)
    and contradicts none of them."""
    counts = Counter(saying.key for pair in against for saying in pair)
    return [(mine, theirs) for mine, theirs in against if counts[mine.key] == 1 == counts[theirs.key]]


def _unvaried(against: list[tuple[Saying, Saying]]) -> Iterator[tuple[Saying, Saying]]:
    """Without what is different in every article, and so a property of each one's thing."""
    values: dict[tuple[PassageId, int], set[tuple[str, ...]]] = defaultdict(set)
    for mine, theirs in against:
        values[mine.key].add(theirs.figures)
        values[theirs.key].add(mine.figures)
    for mine, theirs in against:
        if len(values[mine.key]) < VARIED and len(values[theirs.key]) < VARIED:
            yield mine, theirs


def sayings(passage: Passage) -> Iterator[Saying]:
    """The sentences with figures or addresses: an item of a list may hold several, a row of a table is one."""
    for line in quotable(passage.text):
        row = line.shape is Shape.ROW
        spans = [(line.start, line.end)] if row else sentence_spans(passage.text, line.start, line.end)
        for start, end in spans:
            text = passage.text[start:end]
            if tells_a_value(text):
                named = frozenset(concepts(text.partition(" | ")[0] if row else without_addresses(text)))
                yield Saying(
                    passage=passage,
                    start=passage.start + start,
                    end=passage.start + end,
                    text=text,
                    row=row,
                    concepts=frozenset(word for word in named if not any(map(str.isdigit, word))),
                )


def one_thing(mine: Saying, theirs: Saying, weights: Weights) -> bool:
    """Whether both speak of the same thing, judged by what they have in common beside their figures."""
    if mine.row != theirs.row or abs(len(mine.figures) - len(theirs.figures)) > FIGURES:
        return False
    if mine.names - theirs.names and theirs.names - mine.names:
        return False  # each speaks of something by name that the other does not
    shared = weights.of(mine.concepts & theirs.concepts)
    shorter, longer = sorted((weights.of(mine.concepts), weights.of(theirs.concepts)))
    if not shorter:
        return False
    return shared / longer >= ROWS if mine.row else shared / shorter >= SHORTER and shared / longer >= LONGER


def _place(saying: Saying, articles: Mapping[ArticleId, Article]) -> Place:
    return Place(article=articles[saying.passage.article_id], start=saying.start, end=saying.end)
