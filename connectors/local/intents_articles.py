"""What the articles nearest to a message tell of its intent.

An intent has a handful of examples, the articles say the rest: "How long are gift cards valid?" is like none of them,
but it is nearest to the article that "Can I pay with a voucher?" is nearest to as well.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from threading import Lock
from time import monotonic

import numpy as np

from connectors.local.article_version import ArticleVersion
from core.model.ids import ArticleId, PassageId
from core.ports import Encoder, Store, Vector, VectorIndex

# Chosen on labelled conversations of two companies, as the other numbers here: English first intents 92 → 108 of 163.
PASSAGES = 40  # the nearest ones that count
OF_EXAMPLE, OF_MESSAGE = 0.05, 0.03  # cosines that make an article e times as likely, for an example and for a message
RARE = 0.05  # an article that fewer examples find than this counts less
TRUSTED = 0.5  # share of the examples whose intent the others' articles tell: from here on they count in full
EXAMPLES = 20  # of an intent that are looked at
FAINT = 0.01  # a chance that is added, so that no reading is ruled out
# Seconds after which the table is made again though no article changed, as a second encoder's index fills slowly: one
# that tells nothing yet, and one that tells something, at first and at most; each time twice as many.
TRIED_AGAIN, MADE_AGAIN = 60.0, 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    version: int = -1
    made_at: float = 0.0  # by the clock
    holds: float = 0.0  # seconds from then on
    trust: float = 0.0  # 0 to 1
    intents: Mapping[ArticleId, Mapping[str, float]] = field(default_factory=dict)  # adds up to one where not rare


class ArticleIntents:
    """Made at the first use and within a minute of a change of the articles, in about a second; safe for several
    threads."""

    def __init__(
        self,
        store: Store,
        index: VectorIndex,
        encoder: Encoder,
        examples: Mapping[str, Sequence[str]],
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """`encoder` reads questions for the `index`; `examples` are by the name of their intent; `clock` in seconds."""
        self._store, self._index, self._encoder, self._clock = store, index, encoder, clock
        self._rows = [(text, name) for name, texts in examples.items() for text in texts[:EXAMPLES]]
        self._table = _Table()
        self._version = ArticleVersion(store, clock)
        self._articles: dict[PassageId, ArticleId] = {}
        self._lock = Lock()

    def weigh(self, chances: Sequence[tuple[str, float]], vector: Vector) -> list[tuple[str, float]]:
        """Chances of intents by a text's own words, with what the articles tell of its vector; likeliest first."""
        table = self._current()
        if not table.trust:
            return list(chances)
        near: defaultdict[str, float] = defaultdict(float)
        for article, share in self._near(vector, OF_MESSAGE).items():
            for name, chance in table.intents.get(article, {}).items():
                near[name] += share * chance
        weights = {name: (chance + FAINT) * (near[name] + FAINT) ** table.trust for name, chance in chances}
        total = sum(weights.values())
        return sorted(((name, weight / total) for name, weight in weights.items()), key=lambda each: -each[1])

    def warm(self) -> None:
        """Make the table now."""
        self._current()

    def _current(self) -> _Table:
        with self._lock:
            now, version = self._clock(), self._version()
            before = self._table
            if before.version != version or now >= before.made_at + before.holds:
                self._articles.clear()
                longer = before.version == version and before.trust > 0
                holds = min(2 * before.holds, MADE_AGAIN) if longer else TRIED_AGAIN
                self._table = replace(self._made(version), made_at=now, holds=holds)
            return self._table

    def _made(self, version: int) -> _Table:
        vectors = self._encoder.encode([text for text, _ in self._rows])
        found = [(self._near(vector, OF_EXAMPLE), name) for vector, (_, name) in zip(vectors, self._rows, strict=True)]
        sizes = Counter(name for _, name in self._rows)
        told: defaultdict[ArticleId, defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
        for near, name in found:
            for article, share in near.items():
                told[article][name] += share / sizes[name]
        right = sum(_left_out(near, name, told, sizes) == name for near, name in found)
        trust = min(1.0, right / len(found) / TRUSTED) if len(sizes) > 1 and told else 0.0
        return _Table(version=version, trust=trust, intents={article: _even(names) for article, names in told.items()})

    def _near(self, vector: Vector, sharpness: float) -> dict[ArticleId, float]:
        """The nearest articles, each by its nearest passage, with shares that add up to one."""
        hits = self._index.nearest(vector, PASSAGES)
        unknown = [passage for passage, _ in hits if passage not in self._articles]
        if unknown:
            with self._store.read() as unit:
                self._articles |= {passage.id: passage.article_id for passage in unit.articles.passages(unknown)}
        best: dict[ArticleId, float] = {}
        for passage, cosine in hits:
            article = self._articles.get(passage)
            if article is not None:  # it may just have been taken out
                best.setdefault(article, cosine)
        top = next(iter(best.values()), 0.0)
        shares = {article: float(np.exp((cosine - top) / sharpness)) for article, cosine in best.items()}
        total = sum(shares.values())
        return {article: share / total for article, share in shares.items()}


def _left_out(
    near: Mapping[ArticleId, float], name: str, told: Mapping[ArticleId, Mapping[str, float]], sizes: Mapping[str, int]
) -> str:
    """The intent that the articles tell of an example, without what it told of them itself."""
    found: defaultdict[str, float] = defaultdict(float)
    for article, share in near.items():
        names = dict(told[article])
        others = sizes[name] - 1
        names[name] = (names[name] * sizes[name] - share) / others if others else 0.0
        for each, chance in _even(names).items():
            found[each] += share * chance
    return max(found, key=lambda each: found[each], default="")


def _even(names: Mapping[str, float]) -> dict[str, float]:
    total = max(sum(names.values()), RARE)
    return {name: share / total for name, share in names.items()}
