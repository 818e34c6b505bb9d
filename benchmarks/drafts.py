"""How long a draft takes, without a language model, over 10,000 passages.

The articles are the demo company's own, again and again, with another mark on their most frequent words each time. The
encoder is the real one. Of an article that returns its vectors are those of the first one, moved a little: they stand
for the cache that a running Handrail fills while it stores articles. What a customer asks is encoded anew each time.
"""

import re
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path

import numpy as np
import yaml

from apps.bootstrap.classifiers import make_readers, make_sense
from apps.intents_file import read_intents
from apps.rehearsal import rehearsal
from benchmarks.figures import Figure, percentile
from connectors.local.encoder import CachedEncoder, MiniLmAligner, MiniLmEncoder
from connectors.local.files import articles_from
from connectors.local.index import PassageIndex
from connectors.sql.schema import upgrade
from connectors.sql.store import SqlStore
from core.answer.answer import Answer
from core.knowledge.library import Library
from core.model.conversation import CaseContext
from core.model.ids import ArticleId, MessageId
from core.model.knowledge import Article
from core.ports import Encoder, Vector
from core.read.reader import Sense

GROUP = "Drafts"
ROOT = Path(__file__).parents[1]
COMPANY = ROOT / "apps" / "sandbox" / "company"
CACHE = ROOT / "var" / "cache"
_MARKED = re.compile(
    r"\b(account|app|order|hub|thermostat|doorbell|sensor|plan|device|payment|invoice|refund)s?\b", re.I
)
_MARK = re.compile(r" K\d+\b")
_MOVED = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    passages: int = 10_000
    questions: int = 60


QUICK = Size(passages=1, questions=3)


class Moved:
    """Vectors of marked texts: those of the text without the mark, moved a little."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    @property
    def name(self) -> str:
        return self._encoder.name

    def encode(self, texts: Sequence[str]) -> Vector:
        vectors = self._encoder.encode([_MARK.sub("", text) for text in texts])
        moved = [
            vector + _MOVED * np.random.default_rng(zlib.crc32(text.encode())).normal(size=len(vector))
            if _MARK.search(text)
            else vector
            for text, vector in zip(texts, vectors, strict=True)
        ]
        return np.array([vector / np.linalg.norm(vector) for vector in moved], np.float32).reshape(vectors.shape)


class Unmarked:
    """The aligner that reads marked texts as those without the mark."""

    def __init__(self, aligner: MiniLmAligner) -> None:
        self._aligner = aligner

    def prepare(self, texts: Sequence[str]) -> None:
        self._aligner.prepare([_MARK.sub("", text) for text in texts])

    def align(self, asked: str, texts: Sequence[str], weight: Callable[[str], float]) -> list[float]:
        return self._aligner.align(asked, [_MARK.sub("", text) for text in texts], weight)


def measure(folder: Path, size: Size) -> list[Figure]:
    """The time of `Answer.draft` for questions of the tuning set, each asked once of a process that is warm."""
    CACHE.mkdir(parents=True, exist_ok=True)
    sentences = MiniLmEncoder()
    encoder = Moved(CachedEncoder(sentences, CACHE / "vectors.db"))
    aligner = Unmarked(MiniLmAligner(sentences, CACHE / "vectors.db"))
    upgrade(f"sqlite:///{folder / 'store.db'}")
    store = SqlStore(f"sqlite:///{folder / 'store.db'}")
    began = time.perf_counter()
    stored = _fill(Library(store=store, encoder=encoder, aligner=aligner), store, size.passages)
    seconds = time.perf_counter() - began
    intents = read_intents(str(COMPANY / "intents.yaml"))
    readers = make_readers(encoder, sentences, intents, CACHE / "models")
    sense = make_sense(encoder, intents, readers)
    index = PassageIndex(store, encoder.name, folder / "index")
    # Among so many articles alike nothing is sure: without a threshold the whole way to a draft is gone all the same.
    answer = Answer(store, encoder, index, intents=readers.intents, aligner=aligner, threshold=0.0)
    times, drafted = _time_drafts(answer, sense, list(_read_cases(size.questions + 2)))
    store.close()
    whole = size.passages >= Size().passages
    at = f"{stored:,} passages"
    return [
        Figure(group=GROUP, name=f"{at} stored", value=seconds, unit="s"),
        *(
            Figure(group=GROUP, name=f"draft p{share}, {at}", value=percentile(times, share), unit="ms", most=most)
            for share, most in ((50, 120 if whole else None), (95, 250 if whole else None))
        ),
        Figure(group=GROUP, name="questions with a draft", value=drafted),
    ]


def _time_drafts(answer: Answer, sense: Sense, cases: Sequence[CaseContext]) -> tuple[list[float], float]:
    times, drafted = [], 0
    for number, case in enumerate(cases):
        signals = sense.read(case)  # right before the draft, as the loop does: the encoder still knows the message
        began = time.perf_counter()
        found = answer.draft(case, signals)
        if number >= 2:  # the first two load what a running process has loaded
            times.append((time.perf_counter() - began) * 1000)
            drafted += found.draft is not None
    return times, drafted / len(times)


def _fill(library: Library, store: SqlStore, passages: int) -> int:
    """Store articles until there are so many passages; how many there are."""
    originals = articles_from(COMPANY / "articles").articles
    stored = 0
    for article in _repeat(originals):
        library.add([article])
        with store.read() as unit:
            stored = unit.articles.size()
        if stored >= passages:
            break
    return stored


def _repeat(articles: Sequence[Article]) -> Iterator[Article]:
    for number, article in enumerate(cycle(articles)):
        mark = number // len(articles)
        if not mark:
            yield article
            continue
        title, text = (_MARKED.sub(rf"\g<0> K{mark}", part) for part in (article.title, article.text))
        yield replace(article, id=ArticleId(f"{article.id}-{mark}"), title=title, text=text)


def _read_cases(count: int) -> Iterator[CaseContext]:
    written = yaml.safe_load((ROOT / "benchmarks" / "tuning" / "questions.yaml").read_text(encoding="utf-8"))
    # Every third of them all: some that an article answers and some that none does.
    rows = [*written["covered"], *written["uncovered"]]
    base = rehearsal(_now())
    for number in range(count):
        row = rows[(number * 3) % len(rows)]
        text = f"{row['subject']}\n\n{row['text']}" if row.get("subject") else str(row["text"])
        [message] = base.timeline
        message = replace(message, id=MessageId(f"m{number}"), text=text, vendor_ref=f"m{number}")
        yield replace(base, timeline=(message,))


def _now() -> datetime:
    return datetime.now(UTC)
