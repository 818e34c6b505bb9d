"""Two sets of conversations about places, with what their guests wrote and asked: what they share.

A place is an article, each sentence of a review or question with its answer a passage of it. Passages about places
that the conversation does not name are out of scope; the simple searches are given the same scope beside the whole."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from apps.evaluate.report import Score
from benchmarks.quality.baselines import Baselines, Unit, Vectors, Words
from benchmarks.quality.retrieval import OURS, Case, Ranked, conversation, scored
from benchmarks.quality.shelf import Cut, Shelf, shelved
from benchmarks.quality.sources import Row, Sources
from core.knowledge.scope import Names, focus
from core.model.ids import ArticleId, PassageId
from core.model.knowledge import Article, Passage

NO_PLACE = "General questions"


def measured(name: str, sources: Sources, rows: Sequence[Row], aims: Mapping[str, float], part: str) -> list[Score]:
    """The figures of ours and the simple searches on these conversations."""
    snippets = [row for row in (*sources.tuning(name), *sources.kept(name, "entity")) if "entity" in row]
    known = {str(row["id"]): row for row in snippets}
    wanting = [row for row in rows if row["knowledge_seeking"] and known.keys() & set(map(str, row["knowledge"]))]
    cases = [_case(row, known) for row in wanting]
    shelf = shelved(_by_place(known.values()), sources.cache)
    ours = Ranked(system=OURS, lists=[[str(hit.passage.id) for hit in shelf.ranked(case.asked)] for case in cases])
    return scored(name, cases, ours, _simple(shelf, cases, wanting), aims, part)


def _simple(shelf: Shelf, cases: Sequence[Case], rows: Sequence[Row]) -> list[Ranked]:
    units = [Unit(id=p.id, title=p.title, text=p.text) for p in shelf.passages]
    simple = Baselines(words=Words(units), vectors=Vectors(units, shelf.encoder))
    of: dict[str, set[str]] = defaultdict(set)
    for passage in shelf.passages:
        for name in passage.about:
            of[name].add(str(passage.id))
    names = Names(of)
    found = []
    for case, row in zip(cases, rows, strict=True):
        among = {each for name in focus(names, case.asked.turns).names for each in of[name]}
        several = "\n".join(words for _, words in row["turns"][-5:])
        found.append(
            simple.ranked(case.asked.text, among, label=", last turn in the same scope")
            | simple.ranked(several, label=", last turns in the whole pool")
        )
    return [Ranked(system=system, lists=[each[system] for each in found]) for system in found[0]]


def _case(row: Row, known: Mapping[str, Row]) -> Case:
    gold = frozenset(str(name) for name in row["knowledge"]) & known.keys()
    return Case(asked=conversation(row["turns"]), gold=gold)


def _by_place(rows: Iterable[Row]) -> list[Cut]:
    of: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        of[str(row["entity"] or "")].append(row)
    return [_article(place, some) for place, some in of.items()]


def _article(place: str, rows: Sequence[Row]) -> Cut:
    texts = [_text(row) for row in rows]
    article = Article(
        id=ArticleId(place or NO_PLACE),
        title=place or NO_PLACE,
        text="\n\n".join(texts),
        about=(place,) if place else (),
    )
    passages: list[Passage] = []
    start = 0
    for row, text in zip(rows, texts, strict=True):
        passages.append(
            Passage(
                id=PassageId(str(row["id"])),
                article_id=article.id,
                title=article.title,
                path=(),
                text=text,
                start=start,
                end=start + len(text),
                about=article.about,
            )
        )
        start += len(text) + 2
    return article, passages


def _text(row: Row) -> str:
    return str(row["text"]) if row.get("text") else f"{row['question']}\n{row['answer']}"
