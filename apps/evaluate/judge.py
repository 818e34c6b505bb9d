"""An admin's articles and questions, put to the product's own search and confidence."""

import tempfile
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from apps.bootstrap import BadLine, OfflineContainer
from apps.bootstrap.offline import make_index
from apps.evaluate.fitting import surest
from apps.evaluate.hidden import Without
from apps.policy_file import read_policy
from core.answer.evidence import AnswerReader, Evidence
from core.answer.parts import Part, Parts, Setting
from core.answer.question import Question, asked_in
from core.answer.retrieve import Retriever
from core.errors import ConfigurationError
from core.model.ids import ArticleId
from core.ports import ArticleTable, Store

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
        parts = Parts(retriever, container.encoder, aligner=container.aligner, reader=reader)
        known = frozenset(str(article.id) for article in read.articles)
        return cls(store=container.store, view=view, parts=parts, known=known, bad=tuple(read.bad))

    def judged(self, turns: Sequence[tuple[bool, str]], gold: Collection[str], *, twin: bool = False) -> Seen:
        """One question. With `twin` also as it would be had these articles never been written."""
        asked = asked_in(turns)
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
