"""A bank's knowledge base and what its customers say in a call: `tau2_banking_kb`.

The query is what the scenario quotes of the customer: at most three quotes of 15 to 400 characters; scenarios without
any are left out. All scenarios are reported on. The search has no weights of its own for this set, but its settings
were chosen among many by looking at it too, so that only HELDOUT is clean."""

import re
from collections.abc import Mapping, Sequence

from apps.evaluate.report import Score
from benchmarks.quality.baselines import Baselines, Unit, Vectors, Words
from benchmarks.quality.retrieval import OURS, Case, Ranked, scored
from benchmarks.quality.shelf import by_article, cut, shelved
from benchmarks.quality.sources import Row, Sources
from core.answer.question import asked_in
from core.model.ids import ArticleId
from core.model.knowledge import Article

NAME = "tau2_banking_kb"
AIMS: Mapping[str, float] = {"nDCG@10 gain": 0.05}
_QUOTE = re.compile(r'"([^"]*)"|“([^”]*)”')
_MOST, _SHORTEST, _LONGEST = 3, 15, 400


def measure(sources: Sources) -> list[Score]:
    held = sources.reported(NAME, "required_documents")
    rows = held or [row for row in sources.tuning(NAME) if "required_documents" in row]
    documents = [*sources.tuning(NAME), *sources.kept(NAME, "content")]
    articles = {str(row["id"]): _article(row) for row in documents if "content" in row}
    cases = [case for row in rows if (case := _case(row, articles))]
    shelf = shelved(cut(articles.values()), sources.cache)
    units = [Unit(id=article.id, title=article.title, text=article.text) for article in articles.values()]
    simple = Baselines(words=Words(units), vectors=Vectors(units, shelf.encoder))
    found = [simple.ranked(case.asked.text) for case in cases]
    baselines = [Ranked(system=system, lists=[each[system] for each in found]) for system in found[0]]
    ours = Ranked(system=OURS, lists=[by_article(shelf.ranked(case.asked)) for case in cases])
    return scored(NAME, cases, ours, baselines, AIMS, "held-out scenarios" if held else "all scenarios here")


def quotes(instructions: str) -> list[str]:
    """What the customer says in a scenario: the first three quotes that are long enough to say something."""
    found = ((one or other).strip() for one, other in _QUOTE.findall(instructions))
    return [quote for quote in found if _SHORTEST <= len(quote) <= _LONGEST][:_MOST]


def _article(row: Row) -> Article:
    return Article(id=ArticleId(str(row["id"])), title=str(row["title"]), text=str(row["content"]).strip())


def _case(row: Row, articles: Mapping[str, Article]) -> Case | None:
    said: Sequence[str] = quotes(str(row["instructions"]))
    gold = frozenset(str(name) for name in row["required_documents"]) & articles.keys()
    return Case(asked=asked_in([(True, quote) for quote in said]), gold=gold) if said and gold else None
