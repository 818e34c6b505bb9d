"""An admin's articles and questions, put to the product's own search and confidence."""

import tempfile
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np

from apps.bootstrap import BadLine, OfflineContainer
from apps.bootstrap.offline import make_index
from apps.evaluate.statistics import fit_logistic
from apps.policy_file import read_policy
from core.answer.confidence import Confidence
from core.answer.evidence import AnswerReader, Evidence
from core.answer.question import Part, Parts, Question, Setting, question_of
from core.errors import ConfigurationError
from core.knowledge.passages import searchable
from core.knowledge.retrieve import Retriever
from core.knowledge.synonyms import concepts
from core.measure.statistics import Share
from core.model.ids import ArticleId, PassageId
from core.model.knowledge import EVERYWHERE, Passage, Scope
from core.ports import ArticleTable, Store, Vector, VectorIndex

# An article index without some passages: what a company would find had it never written them.


class Without:
    """`core.ports.ArticleTable` and `VectorIndex` for reading, with passages taken away; change `gone` as needed."""

    def __init__(self, index: VectorIndex) -> None:
        self._index = index
        self._articles: ArticleTable | None = None
        self._gone: frozenset[PassageId] = frozenset()
        self._words: Counter[str] = Counter()
        self._turn = 0

    def of(self, articles: ArticleTable, gone: Collection[PassageId]) -> "Without":
        """The same index without these passages."""
        self._articles, self._gone, self._turn = articles, frozenset(gone), self._turn + 1
        self._words = Counter(word for p in articles.passages(list(gone)) for word in concepts(searchable(p)))
        return self

    def nearest(self, query: Vector, limit: int, scope: Scope = EVERYWHERE) -> list[tuple[PassageId, float]]:
        found = self._index.nearest(query, limit + len(self._gone), scope)
        return [pair for pair in found if pair[0] not in self._gone][:limit]

    def keyword(self, words: str, limit: int, scope: Scope = EVERYWHERE) -> list[PassageId]:
        return self._left(self._table.keyword(words, limit + len(self._gone), scope))[:limit]

    def passages(self, ids: Sequence[PassageId]) -> list[Passage]:
        return self._table.passages(self._left(ids))

    def of_articles(self, article_ids: Sequence[str], most: int | None = None) -> list[PassageId]:
        return [name for one in article_ids for name in self._left(self._table.of_articles([one]))[:most]]

    def concepts_of(self, ids: Sequence[PassageId]) -> Mapping[ArticleId, frozenset[str]]:
        return self._table.concepts_of(self._left(ids))

    def frequencies(self, concepts: Iterable[str], *, public: bool = False) -> Mapping[str, int]:
        found = self._table.frequencies(concepts, public=public)
        return {word: seen - self._words[word] for word, seen in found.items() if seen > self._words[word]}

    def size(self, *, public: bool = False) -> int:
        return self._table.size(public=public) - len(self._gone)

    def names(self) -> frozenset[str]:
        return self._table.names()

    def version(self) -> int:
        """Another version for each set of passages, so that no cache holds what was taken away."""
        return self._turn

    @property
    def _table(self) -> ArticleTable:
        if self._articles is None:
            raise RuntimeError("no shelf was named")
        return self._articles

    def _left(self, ids: Sequence[PassageId]) -> list[PassageId]:
        return [name for name in ids if name not in self._gone]


# Fitting the confidence to labelled questions, and thresholds to what a mistake may cost.

RIDGE = 3.0  # what keeps weights small: some hundred questions must not fit every accident
_ENOUGH = 1e-7

Traits = Mapping[str, float]


def fit_confidence(rows: Sequence[Sequence[Traits]], answerable: Sequence[bool]) -> Confidence:
    """Logistic regression over what each question's surest part showed (ridge).

    ValueError when only one kind of question is given."""
    if len(set(answerable)) < 2:
        raise ValueError("fitting needs questions with an answer and questions without one")
    kept = [(_surest(row), label) for row, label in zip(rows, answerable, strict=True) if any(row)]
    names = sorted(frozenset.intersection(*(frozenset(seen) for seen, _ in kept)) - {"always"})
    table = np.array([[seen[name] for name in names] for seen, _ in kept])
    means, spreads = table.mean(axis=0), table.std(axis=0)
    told = spreads > _ENOUGH
    scaled = np.column_stack([(table[:, told] - means[told]) / spreads[told], np.ones(len(table))])
    slopes = fit_logistic(scaled, [label for _, label in kept], RIDGE)
    weights = {}
    always = float(slopes[-1])
    for name, slope, mean, spread in zip(np.array(names)[told], slopes[:-1], means[told], spreads[told], strict=True):
        weights[str(name)] = float(slope / spread)
        always -= float(slope * mean / spread)
    return Confidence(weights={**weights, "always": always})


def _surest(parts: Sequence[Traits]) -> Traits:
    shipped = Confidence()
    return max((part for part in parts if part), key=shipped.of)


def surest(parts: Sequence[Evidence]) -> Evidence | None:
    """The part of a question that the weights as shipped are surest of; None when nothing was found for any."""
    shipped = Confidence()
    return max((part for part in parts if part.traits), key=lambda part: shipped.of(part.traits), default=None)


def cut_at(scores: Sequence[float], lost: float) -> float:
    """The threshold under which the share `lost` of these scores lies."""
    return float(np.quantile(np.asarray(scores), lost)) if scores else 0.0


def least_for(scores: Sequence[float], right: Sequence[bool], error: float, *, surely: bool = False) -> float | None:
    """The lowest threshold at which at most `error` of what is answered is wrong; None where none is that good. With
    `surely` the upper end of the 95 % interval of what is wrong is at most `error`: of few answers nothing is sure.

    Between two scores any threshold does the same: the lower score of the answered is taken."""
    order = sorted(zip(scores, right, strict=True), key=lambda pair: -pair[0])
    best: float | None = None
    wrong = 0
    for place, (score, good) in enumerate(order, 1):
        wrong += not good
        last_of_its_score = place == len(order) or order[place][0] < score
        if last_of_its_score and (Share(hits=wrong, cases=place).high if surely else wrong / place) <= error:
            best = score
    return best


# The judge itself.

STARTER = Path(__file__).parent.parent / "starter" / "policy.yaml"
ANYWHERE = Setting(language=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A question as judged: how sure the product is, whether its best passage is of an article that answers, and what
    there was to judge by, as things are and `without` those articles. None where nothing was found."""

    sure: float
    right: bool
    evidence: Evidence | None
    without: Evidence | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    store: Store
    view: Without
    parts: Parts
    known: frozenset[str]
    bad: tuple[BadLine, ...] = ()

    @classmethod
    def over(cls, articles: Path, cache: Path, reader: AnswerReader | None = None) -> "Judge":
        """Over the articles of a file or folder; what cannot be read is in `bad`. ConfigurationError when there are
        none."""
        folder = Path(tempfile.mkdtemp(prefix="handrail-eval-"))
        container = OfflineContainer(folder=folder, cache=cache, policy=read_policy(STARTER))
        read = container.articles(articles)
        if not read.articles:
            why = f": {read.bad[0]}" if read.bad else ""
            raise ConfigurationError(f"there are no articles in {articles}{why}")
        container.library.add(read.articles)
        view = Without(make_index(container))
        retriever = Retriever(container.encoder, view, aligner=container.aligner)
        parts = Parts(retriever, aligner=container.aligner, reader=reader)
        known = frozenset(str(article.id) for article in read.articles)
        return cls(store=container.store, view=view, parts=parts, known=known, bad=tuple(read.bad))

    def judged(self, turns: Sequence[tuple[bool, str]], gold: Collection[str], *, twin: bool = False) -> Seen:
        """One question. With `twin` also as it would be had these articles never been written."""
        asked = question_of(turns)
        found = self._found(asked, ())
        best = max(found, key=lambda part: part.confidence, default=None)
        seen = best is not None and bool(best.matches)
        return Seen(
            sure=best.confidence if best and seen else 0.0,
            right=best is not None and seen and str(best.matches[0].passage.article_id) in gold,
            evidence=self._evidence(found),
            without=self._evidence(self._found(asked, gold)) if twin and gold else None,
        )

    def _found(self, asked: Question, gone: Collection[str]) -> list[Part]:
        with self.store.read() as unit:
            names = unit.articles.of_articles([ArticleId(name) for name in sorted(gone)]) if gone else []
            # Reading is all that a search does: the view has what it takes of the table.
            return self.parts.of(cast(ArticleTable, self.view.of(unit.articles, names)), asked, ANYWHERE)

    def _evidence(self, found: Sequence[Part]) -> Evidence | None:
        return surest([self.parts.evidence(part) for part in found])
