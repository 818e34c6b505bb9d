"""Questions in the middle of a conversation, to technical and government documentation: `mtrag_un`.

The pool is every passage there is, of all collections. All tasks are reported on; the way the two
queries are fused was chosen by looking at DATA, so that only HELDOUT is clean."""

from collections.abc import Mapping

from apps.evaluate.report import Score
from benchmarks.quality.baselines import Baselines, Unit, Vectors, Words
from benchmarks.quality.retrieval import OURS, Case, Ranked, conversation, scored
from benchmarks.quality.shelf import by_article, cut, shelved
from benchmarks.quality.sources import Row, Sources
from core.model.ids import ArticleId
from core.model.knowledge import Article

NAME = "mtrag_un"
AIMS: Mapping[str, float] = {"nDCG@10": 0.90}


def measure(sources: Sources) -> list[Score]:
    held = sources.reported(NAME, "turns")
    rows = held or [row for row in sources.tuning(NAME) if "turns" in row]
    texts = [row for row in (*sources.tuning(NAME), *sources.kept(NAME, "text")) if "text" in row]
    articles = {str(row["id"]): _article(row) for row in texts}
    cases = [case for row in rows if (case := _case(row, articles)).gold]
    shelf = shelved(cut(articles.values()), sources.cache)
    units = [Unit(id=article.id, title="", text=article.text) for article in articles.values()]
    simple = Baselines(words=Words(units), vectors=Vectors(units, shelf.encoder))
    found = [
        simple.ranked(case.asked.text, label=", last turn") | simple.ranked(_joined(row), label=", user turns joined")
        for case, row in zip(cases, (row for row in rows if _case(row, articles).gold), strict=True)
    ]
    baselines = [Ranked(system=system, lists=[each[system] for each in found]) for system in found[0]]
    ours = Ranked(system=OURS, lists=[by_article(shelf.ranked(case.asked)) for case in cases])
    return scored(NAME, cases, ours, baselines, AIMS, "held-out tasks" if held else "all tasks here")


def _article(row: Row) -> Article:
    return Article(id=ArticleId(str(row["id"])), title="", text=str(row["text"]).strip())


def _case(row: Row, articles: Mapping[str, Article]) -> Case:
    gold = frozenset(str(name) for name in row["passages"]) & articles.keys()
    return Case(asked=conversation(row["turns"]), gold=gold)


def _joined(row: Row) -> str:
    return "\n".join(words for speaker, words in row["turns"] if speaker == "user")
