"""Which questions are asked of which shelf, what is taken away from it, and what the product makes of them."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import md5
from itertools import zip_longest
from typing import cast

from apps.evaluate.judge import Without
from benchmarks.quality.baselines import Unit, Words
from benchmarks.quality.named import _by_place as by_place
from benchmarks.quality.retrieval import conversation
from benchmarks.quality.shelf import Cut, cut, shelved
from benchmarks.quality.sources import Row, Sources
from connectors.local.align import MiniLmAligner
from connectors.local.encoder import MiniLmEncoder
from connectors.local.index import PassageIndex
from core.answer.evidence import Evidence
from core.answer.parts import Parts, Setting
from core.answer.question import Question
from core.answer.retrieve import Retriever
from core.model.ids import ArticleId, PassageId
from core.model.knowledge import Article
from core.ports import ArticleTable
from core.sense.stems import STOP

# `tau2_banking_kb` is not among them: its labels say what an agent needs during the whole call, not what answers the
# lines that the customer is quoted with, so that taking them away proves nothing about those lines.
DOCUMENTS, REVIEWS = SETS = "mtrag_un", "dstc11_track5"
EACH = 200
GENERAL = Setting(language=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One question of a set. `gold` are ids of articles or passages; where it is not answerable they are taken away."""

    set: str
    conversation: str
    asked: Question
    gold: frozenset[str]
    answerable: bool
    counted: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What was made of a case: what was seen of each part of the question, and the scores of the simple searches.
    Those not `counted` are there to learn from."""

    set: str
    conversation: str
    answerable: bool
    evidence: tuple[Evidence, ...]
    cosine: float
    keyword: float
    counted: bool

    @property
    def traits(self) -> tuple[Mapping[str, float], ...]:
        return tuple(seen.traits for seen in self.evidence)


class BestWord(Words):
    """The same full text, asked for its highest score."""

    def best(self, query: str, gone: Collection[str]) -> float:
        """BM25, higher is nearer; nought where no word is found."""
        words = [word for word in dict.fromkeys(re.findall(r"\w+", query.lower())) if word not in STOP]
        if not words:
            return 0.0
        wanted = " OR ".join(f'"{word}"' for word in words[:64])
        search = "SELECT rowid, -bm25(units, 2, 1) FROM units WHERE units MATCH ? ORDER BY 2 DESC LIMIT ?"
        found = self._table.execute(search, [wanted, len(gone) + 1])
        return next((float(score) for place, score in found if self._ids[place] not in gone), 0.0)


def cases(sources: Sources, *, held: bool) -> list[Case]:
    """Two hundred of each, or as many as there are; the sets in turn, each in an order that does not depend on it."""
    asked = {name: _ordered(_asked(sources, name, held=held)) for name in SETS}
    own = _ordered(_asked(sources, DOCUMENTS, held=held, answerable=False))[:EACH]
    # Of every second question the answer is taken away, so that no question is asked twice.
    there = _in_turn([rows[0::2] for rows in asked.values()])[:EACH]
    away = [_without(case) for case in _in_turn([rows[1::2] for rows in asked.values()])]
    return [*there, *[*own, *away][:EACH]]


def to_learn_from(sources: Sources, counted: Sequence[Case]) -> list[Case]:
    """All other questions of DATA, each with its answer and without: every label tells both."""
    known = {(case.asked.text, case.conversation, case.answerable) for case in counted}
    there = [case for name in SETS for case in _ordered(_asked(sources, name, held=False))]
    own = _ordered(_asked(sources, DOCUMENTS, held=False, answerable=False))
    both = [*(twin for case in there for twin in (case, _without(case))), *own]
    new = [case for case in both if (case.asked.text, case.conversation, case.answerable) not in known]
    return [replace(case, counted=False) for case in new]


def judged(asked: Sequence[Case], sources: Sources) -> list[Judged]:
    """Set by set, on the shelf of each."""
    return [row for name in SETS for row in _on_shelf(name, asked, sources)]


def _on_shelf(name: str, asked: Sequence[Case], sources: Sources) -> Iterator[Judged]:
    mine = [case for case in asked if case.set == name]
    if not mine:
        return
    shelf = shelved(list(_articles(name, sources)), sources.cache)
    view = Without(PassageIndex(shelf.store, shelf.encoder.name))
    aligner = MiniLmAligner(MiniLmEncoder(), sources.cache / "vectors.db")
    parts = Parts(Retriever(shelf.encoder, view, aligner=aligner), shelf.encoder, aligner=aligner)
    words = BestWord([Unit(id=p.id, title=p.title, text=p.text) for p in shelf.passages])
    of: dict[str, set[PassageId]] = defaultdict(set)
    for passage in shelf.passages:
        of[passage.article_id].add(passage.id)
        of[passage.id].add(passage.id)
    for case in mine:
        gone = set() if case.answerable else {passage for gold in case.gold for passage in of[gold]}
        with shelf.store.read() as unit:
            # Reading is all that a search does: the view has what it takes of the table.
            found = parts.of(cast(ArticleTable, view.of(unit.articles, gone)), case.asked, GENERAL)
        vector = shelf.encoder.encode([case.asked.text])[0]
        yield Judged(
            set=name,
            conversation=case.conversation,
            answerable=case.answerable,
            evidence=tuple(parts.evidence(part) for part in found),
            cosine=max((cosine for _, cosine in view.nearest(vector, 1)), default=0.0),
            keyword=words.best(case.asked.text, gone),
            counted=case.counted,
        )


def _asked(sources: Sources, name: str, *, held: bool, answerable: bool = True) -> Iterator[Case]:
    rows = sources.reported(name, "turns") if held else [row for row in sources.tuning(name) if "turns" in row]
    for row in rows:
        case = _case(name, row, "ANSWERABLE" if answerable else "UNANSWERABLE")
        if case is not None and (case.gold or not answerable):
            yield case if answerable else _without(case)


def _case(name: str, row: Row, kind: str) -> Case | None:
    asked = conversation(row["turns"])
    if name == REVIEWS:
        gold, talk = row["knowledge"], str(row["turns"][0][1])
        wanted = bool(row["knowledge_seeking"])
    else:
        gold, talk = row["passages"], str(row["id"]).split("<::>")[0]
        wanted = row["answerability"] in (kind, [kind])
    if not wanted or asked.empty:
        return None
    return Case(set=name, conversation=talk, asked=asked, gold=frozenset(map(str, gold)), answerable=True)


def _without(case: Case) -> Case:
    return Case(set=case.set, conversation=case.conversation, asked=case.asked, gold=case.gold, answerable=False)


def _ordered(found: Iterable[Case]) -> list[Case]:
    return sorted(found, key=lambda case: md5(case.asked.text.encode(), usedforsecurity=False).hexdigest())


def _in_turn(lists: Sequence[Sequence[Case]]) -> list[Case]:
    return [case for row in zip_longest(*lists) for case in row if case is not None]


def _articles(name: str, sources: Sources) -> Iterator[Cut]:
    column = "entity" if name == REVIEWS else "text"
    rows = {str(row["id"]): row for row in (*sources.tuning(name), *sources.kept(name, column)) if column in row}
    if name == REVIEWS:
        yield from by_place(rows.values())
        return
    yield from cut(
        Article(id=ArticleId(key), title=str(row.get("title", "")), text=str(row[column]).strip())
        for key, row in rows.items()
    )
