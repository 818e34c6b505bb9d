"""What the sets of retrieval share: the product's search over a set's articles, the simple searches, their figures."""

import re
import sqlite3
import tempfile
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from apps.evaluate.report import Score
from apps.evaluate.statistics import difference, hit_at, interval, ndcg_at, recall_at
from connectors.local.encoder import CachedEncoder, MiniLmAligner, MiniLmEncoder
from connectors.local.index import PassageIndex
from connectors.local.multilingual import BesideIndex, multilingual_source
from connectors.local.multilingual_encoder import MultilingualEncoder
from connectors.sql.schema import upgrade
from connectors.sql.store import SqlStore
from core.answer.question import Question, question_of, voices
from core.knowledge.passages import passages_of, searchable
from core.knowledge.retrieve import Retriever
from core.model.ids import PassageId
from core.model.knowledge import Article, Hit, Passage
from core.ports import Encoder, Vector
from core.text.stems import STOP

Figure = Callable[[Sequence[str], frozenset[str], int], float]
OURS = "Handrail"
FIGURES: Mapping[str, tuple[Figure, int]] = {
    "hit@1": (hit_at, 1),
    "R@10": (recall_at, 10),
    "nDCG@10": (ndcg_at, 10),
}
DEPTH = 100  # results of each search
FUSION = 60
_MOST_WORDS = 64
BATCH = 256  # texts encoded at a time
Cut = tuple[Article, Sequence[Passage]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    asked: Question
    gold: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """What one system found for each case."""

    system: str
    lists: Sequence[Sequence[str]]


def read_turns(turns: Iterable[Sequence[str]]) -> Question:
    """Turns of [speaker, words]; the customer is `U` or `user`."""
    return question_of([(speaker.casefold() in ("u", "user"), words) for speaker, words in turns])


def score_all(
    name: str, cases: Sequence[Case], ours: Ranked, baselines: Sequence[Ranked], aims: Mapping[str, float], part: str
) -> list[Score]:
    """A score for each figure and system; ours carries the difference to the best of the others in that figure.

    An aim for `… gain` is one for the difference to the rank fusion."""
    scores: list[Score] = []
    for figure, (of, k) in FIGURES.items():
        values = {
            one.system: [of(found, case.gold, k) for found, case in zip(one.lists, cases, strict=True)]
            for one in (ours, *baselines)
        }
        means = {system: sum(row) / len(row) for system, row in values.items()}
        best = max((one.system for one in baselines), key=lambda system: means[system])
        mine = values[ours.system]
        for system, row in values.items():
            is_ours = system == ours.system
            scores.append(
                Score(
                    set=name,
                    figure=figure,
                    system=system,
                    value=means[system],
                    cases=len(cases),
                    interval=interval(row),
                    aim=aims.get(figure) if is_ours else None,
                    against=best if is_ours else "",
                    gain=difference(mine, values[best]) if is_ours else None,
                    part=part,
                )
            )
        if wanted := aims.get(f"{figure} gain"):
            scores.append(_score_over_fusion(name, figure, mine, values, wanted, part))
    return scores


def _score_over_fusion(
    name: str, figure: str, mine: Sequence[float], values: Mapping[str, Sequence[float]], aim: float, part: str
) -> Score:
    fusion = next(system for system in values if "RRF" in system)
    gain = difference(mine, values[fusion])
    return Score(
        set=name,
        figure=f"{figure} over rank fusion",
        system=OURS,
        value=gain.value,
        cases=len(mine),
        interval=gain,
        aim=aim,
        part=part,
    )


# ---------------------------------------------------------------- the product's search


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """A company's articles with the search over them."""

    store: SqlStore
    encoder: Encoder
    retriever: Retriever
    passages: tuple[Passage, ...]

    def rank(self, asked: Question, language: str | None = None) -> list[Hit]:
        """Everything found for a question, for anybody's eyes, best first; with a language in that and in English."""
        with self.store.read() as unit:
            found = self.retriever.search(
                unit.articles,
                voices(asked.text),
                history=asked.history,
                language=language,
                foreign=language not in (None, "en"),
                turns=asked.turns,
                messages=asked.messages,
            )
        return sorted((*found.public, *found.inner), key=lambda hit: -hit.score)


def cut_all(articles: Iterable[Article]) -> list[Cut]:
    """As the library cuts them."""
    return [(article, passages_of(article)) for article in articles]


def fill_shelf(pieces: Sequence[Cut], cache: Path) -> Shelf:
    """Store and encode; vectors that were made before are taken from `cache`."""
    sentences = MiniLmEncoder()
    kept = cache / "vectors.db"
    encoder, aligner = CachedEncoder(sentences, kept), MiniLmAligner(sentences, kept)
    url = f"sqlite:///{Path(tempfile.mkdtemp()) / 'articles.db'}"
    store = SqlStore(url)
    upgrade(url)
    every = [passage for _, some in pieces for passage in some]
    vectors: dict[PassageId, Vector] = {}
    for start in range(0, len(every), BATCH):
        batch = every[start : start + BATCH]
        for passage, vector in zip(batch, encoder.encode([searchable(p) for p in batch]), strict=True):
            vectors[passage.id] = vector
    with store.begin() as unit:
        for article, some in (piece for piece in pieces if piece[1]):
            unit.articles.save(article, some, np.stack([vectors[p.id] for p in some]), encoder.name)
    retriever = Retriever(encoder, PassageIndex(store, encoder.name), aligner=aligner)
    return Shelf(store=store, encoder=encoder, retriever=retriever, passages=tuple(every))


def add_multilingual(shelf: Shelf, cache: Path) -> Shelf:
    """The same with a multilingual encoder beside the other one."""
    second = MultilingualEncoder()
    index = BesideIndex(store=shelf.store, encoder=CachedEncoder(second, cache / "vectors.db"))
    index.tend()
    sentences = MiniLmEncoder()
    retriever = Retriever(
        shelf.encoder,
        PassageIndex(shelf.store, shelf.encoder.name),
        aligner=MiniLmAligner(sentences, cache / "vectors.db"),
        beside=multilingual_source(second, index),
    )
    return replace(shelf, retriever=retriever)


def list_articles(hits: Iterable[Hit]) -> list[str]:
    """The articles of the hits, each at its best passage's place."""
    return list(dict.fromkeys(str(hit.passage.article_id) for hit in hits))


# ---------------------------------------------------------------- simple searches to measure against


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One thing to be found."""

    id: str
    title: str
    text: str


class Words:
    """FTS5 with porter stemming and the title weighted 2:1; the query's words but the smallest, any of them."""

    def __init__(self, units: Sequence[Unit]) -> None:
        self._ids = [unit.id for unit in units]
        self._table = sqlite3.connect(":memory:")
        self._table.execute("CREATE VIRTUAL TABLE units USING fts5(title, text, tokenize='porter unicode61')")
        rows = ((place, unit.title, unit.text) for place, unit in enumerate(units))
        self._table.executemany("INSERT INTO units(rowid, title, text) VALUES (?, ?, ?)", rows)

    def rank(self, query: str, among: Collection[str] = ()) -> list[str]:
        """Ids, best first; only those of `among`, where it names any."""
        words = [word for word in dict.fromkeys(re.findall(r"\w+", query.lower())) if word not in STOP]
        if not words:
            return []
        wanted = " OR ".join(f'"{word}"' for word in words[:_MOST_WORDS])
        search = "SELECT rowid FROM units WHERE units MATCH ? ORDER BY bm25(units, 2, 1), rowid"
        found = (self._ids[row[0]] for row in self._table.execute(search, [wanted]))
        within = [name for name in found if not among or name in among]
        return within[:DEPTH]


class Vectors:
    """The nearest by cosine, each unit encoded whole (the encoder reads the first 256 tokens)."""

    def __init__(self, units: Sequence[Unit], encoder: Encoder) -> None:
        self._ids = [unit.id for unit in units]
        self._encoder = encoder
        texts = [f"{unit.title}\n{unit.text}" for unit in units]
        parts = [encoder.encode(texts[start : start + BATCH]) for start in range(0, len(texts), BATCH)]
        self._vectors: Vector = np.concatenate(parts)

    def rank(self, query: str, among: Collection[str] = ()) -> list[str]:
        cosines = self._vectors @ self._encoder.encode([query])[0]
        order = (self._ids[place] for place in np.argsort(-cosines, kind="stable"))
        within = (name for name in order if not among or name in among)
        return [name for name, _ in zip(within, range(DEPTH), strict=False)]


def fuse(*lists: Sequence[str]) -> list[str]:
    """Reciprocal rank fusion with k = 60."""
    scores: dict[str, float] = {}
    for names in lists:
        for rank, name in enumerate(names, 1):
            scores[name] = scores.get(name, 0.0) + 1 / (FUSION + rank)
    return sorted(scores, key=lambda name: -scores[name])


@dataclass(frozen=True, slots=True, kw_only=True)
class Baselines:
    words: Words
    vectors: Vectors

    def rank(self, query: str, among: Collection[str] = (), label: str = "") -> dict[str, list[str]]:
        """The results by the name of the search."""
        words, vectors = self.words.rank(query, among), self.vectors.rank(query, among)
        found = {"FTS5": words, "MiniLM": vectors, "FTS5 + MiniLM (RRF)": fuse(words, vectors)}
        return {f"{name}{label}": names for name, names in found.items()}
