"""Keeping the articles: what changed is cut, encoded and stored again; what is gone is forgotten.

Every article is stored in a transaction of its own and every source's cursor last, so a sync that breaks off anywhere
is simply made again: what is stored already is recognised by its fingerprint and not encoded twice.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np

from core.errors import HandrailError
from core.knowledge.match import Aligner, comparable_text, texts_to_encode
from core.knowledge.passages import passages_of, searchable
from core.model.knowledge import Article, Changes, Passage, Problem
from core.ports import Encoder, Source, Store, Vector

WHOLE_EVERY = timedelta(days=1)  # how long the lists of changes are trusted
LONGEST = 1_000_000  # characters of an article; a longer one is no article but a book
CUT = "2"  # raised when passages are cut in another way: what is stored is then cut anew
_MADE_WITH = "articles_made_with"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """How far a sync is: the articles of `source` looked at, and how many there may be."""

    source: str
    done: int
    expected: int | None = None


Watch = Callable[[Step], None]


def ignore_progress(_: Step) -> None:
    """Nobody looks on."""


@dataclass(slots=True, kw_only=True)
class Taken:
    """What came of one source."""

    source: str
    stored: int = 0
    unchanged: int = 0
    removed: int = 0
    problems: list[Problem] = field(default_factory=list)
    failed: HandrailError | None = None

    @property
    def touched(self) -> int:
        return self.stored + self.removed


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What came of a sync."""

    taken: tuple[Taken, ...] = ()
    renewed: int = 0  # articles cut and encoded anew because Handrail does it in another way than when they were stored

    @property
    def touched(self) -> int:
        return self.renewed + sum(each.touched for each in self.taken)

    @property
    def problems(self) -> list[Problem]:
        return [problem for each in self.taken for problem in each.problems]

    def checked(self) -> int:
        """The articles touched; raises why the first source that broke off did."""
        for each in self.taken:
            if each.failed is not None:
                raise each.failed
        return self.touched


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchedOff:
    """A source that is no longer wanted: everything it ever gave is gone."""

    name: str
    origin: str
    trusted: bool = True

    def changes(self, cursor: str | None, known: Collection[str]) -> Iterator[Changes]:
        if known or cursor:
            yield Changes(gone=tuple(known), cursor="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    store: Store
    encoder: Encoder
    aligner: Aligner | None = None  # the one that answers, where it is worth reading all passages ahead of time
    sources: tuple[Source, ...] = ()

    def sync(self, now: datetime, *, whole: bool = False, watch: Watch = ignore_progress) -> Report:
        """Take over what changed at every source since the last time, everything where `whole`.

        A source that fails does not keep the others from being read."""
        renewed = self.renew(watch)
        taken = tuple(self.take_over(source, now, whole=whole, watch=watch) for source in self.sources)
        return Report(taken=taken, renewed=renewed)

    def take_over(self, source: Source, now: datetime, *, whole: bool = False, watch: Watch = ignore_progress) -> Taken:
        """One source's part of a sync. Once a day a source is asked for everything, whatever its cursor says."""
        taken, names = Taken(source=source.name), _Names(source.name)
        watch(Step(source=source.name, done=0))
        with self.store.read() as unit:
            cursor, whole_at = unit.cursors.get(names.cursor), unit.cursors.get(names.whole_at)
            known = dict(unit.articles.fingerprints(source.origin))
        due = whole_at is None or (not source.trusted and now - datetime.fromisoformat(whole_at) > WHOLE_EVERY)
        asked = None if whole or due or not cursor else cursor
        try:
            # Those known now: what somebody else adds meanwhile is not taken for gone.
            for part in source.changes(asked, tuple(known)):
                self._take_part(part, known, taken, watch)
                taken.failed = taken.failed or part.failed
                if part.cursor is not None and taken.failed is None:
                    self._note(names, part.cursor, now if asked is None else None)
        except HandrailError as error:
            taken.failed = error
        return taken

    def add(self, articles: Iterable[Article], progress: Callable[[], None] = lambda: None) -> int:
        """Store the articles whose fingerprint is new; the number stored. `progress` is called once per article.

        What cannot be kept is left out."""
        known: dict[str, dict[str, str]] = {}
        taken = Taken(source="")
        for article in articles:
            if article.origin not in known:
                with self.store.read() as unit:
                    known[article.origin] = dict(unit.articles.fingerprints(article.origin))
            self._keep(article, known[article.origin], taken)
            progress()
        return taken.stored

    def renew(self, watch: Watch = ignore_progress) -> int:
        """Cut and encode anew what an earlier version, or another encoder, has stored; the number of articles."""
        made_with = f"{CUT}:{self.encoder.name}"
        with self.store.read() as unit:
            if unit.cursors.get(_MADE_WITH) == made_with:
                return 0
            stored = [article.id for article in unit.articles.every()]
        for done, article_id in enumerate(stored, 1):
            with self.store.read() as unit:
                article = unit.articles.get(article_id)
            if article is not None:
                self._store(article)
            watch(Step(source="renewing", done=done, expected=len(stored)))
        with self.store.begin() as unit:
            unit.cursors.set(_MADE_WITH, made_with)
        return len(stored)

    def _take_part(self, part: Changes, known: dict[str, str], taken: Taken, watch: Watch) -> None:
        for article in part.articles:
            self._keep(article, known, taken)
            known[article.id] = ""  # told twice in one sync, the later word counts
            done = taken.stored + taken.unchanged
            watch(Step(source=taken.source, done=done, expected=part.expected))
        taken.problems += part.problems
        if part.gone:
            with self.store.begin() as unit:
                taken.removed += unit.articles.remove(part.gone)

    def _keep(self, article: Article, known: dict[str, str], taken: Taken) -> None:
        """A bad article is a problem of its own and keeps no other from being stored."""
        try:
            if len(article.text) > LONGEST:
                raise ValueError(f"{len(article.text):,} characters are more than {LONGEST:,}: split the article")
            if known.get(article.id) == article.fingerprint:
                taken.unchanged += 1
                return
            self._store(article)
            taken.stored += 1
        except ValueError as error:
            # UnicodeError too: half a character, which neither a hash nor a database can hold.
            taken.problems.append(
                Problem(subject=_shown(f"{article.title[:80]} ({article.id})"), reason=_reason(error))
            )

    def _store(self, article: Article) -> None:
        passages = passages_of(article)
        vectors = self._vectors(passages) if passages else np.zeros((0, 0), np.float32)
        with self.store.begin() as unit:
            unit.articles.save(article, passages, vectors, self.encoder.name)

    def _vectors(self, passages: Sequence[Passage]) -> Vector:
        # Nothing is done with most of these now: an encoder that keeps a cache has them when the first question comes.
        # All at once, for a text or two alone are taken for somebody's question, which a cache forgets.
        wanted = [*texts_to_encode(passages), *(searchable(passage) for passage in passages)]
        vectors = self.encoder.encode(wanted)[-len(passages) :]
        # The aligner reads the same texts as the last of these, while the model's last layers are at hand.
        if self.aligner is not None:
            self.aligner.prepare([comparable_text(passage) for passage in passages])
        return vectors

    def _note(self, names: "_Names", cursor: str, whole_at: datetime | None) -> None:
        with self.store.begin() as unit:
            unit.cursors.set(names.cursor, cursor)
            if whole_at is not None:
                unit.cursors.set(names.whole_at, whole_at.isoformat())


@dataclass(frozen=True, slots=True)
class _Names:
    """Of a source's two cursors."""

    source: str

    @property
    def cursor(self) -> str:
        return f"source:{self.source}"

    @property
    def whole_at(self) -> str:
        return f"source:{self.source}:whole_at"


def _reason(error: ValueError) -> str:
    return "the text holds half a character" if isinstance(error, UnicodeError) else str(error)


def _shown(words: str) -> str:
    """Without the half characters that a terminal refuses too."""
    return words.encode("utf-8", "replace").decode()
