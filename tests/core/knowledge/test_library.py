from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from connectors.sql.store import SqlStore
from core.errors import ConfigurationError, HandrailError, TransientError
from core.knowledge.library import LONGEST, WHOLE_EVERY, Library, Step, SwitchedOff
from core.knowledge.match import comparable_text, texts_to_encode
from core.knowledge.passages import passages_of, searchable
from core.model.ids import ArticleId
from core.model.knowledge import Article, Changes, Problem
from core.ports import Vector
from tests.core.answer import shop
from tests.core.encoder import WordEncoder

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


class Listening(WordEncoder):
    def __init__(self) -> None:
        self.heard: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vector:
        self.heard += texts
        return super().encode(texts)


class Other(WordEncoder):
    name = "another encoder"


class Readers:
    """An aligner that remembers what it was to read ahead."""

    def __init__(self) -> None:
        self.prepared: list[str] = []

    def prepare(self, texts: Sequence[str]) -> None:
        self.prepared += texts

    def align(self, asked: str, texts: Sequence[str], weight: object) -> list[float]:
        return [0.0] * len(texts)


@dataclass
class Shelf:
    """A source that tells what it is given; `asked` are the cursors it was asked with."""

    parts: list[Changes | HandrailError] = field(default_factory=list)
    name: str = "shelf"
    origin: str = "file"
    trusted: bool = True
    asked: list[str | None] = field(default_factory=list)
    knew: list[set[str]] = field(default_factory=list)

    def changes(self, cursor: str | None, known: Collection[str]) -> Iterator[Changes]:
        self.asked.append(cursor)
        self.knew.append(set(known))
        for part in self.parts:
            if isinstance(part, HandrailError):
                raise part
            yield part


def library(store: SqlStore, *sources: Shelf | SwitchedOff) -> Library:
    return Library(store=store, encoder=WordEncoder(), sources=sources)


def stored(store: SqlStore) -> set[str]:
    with store.read() as unit:
        return set(unit.articles.fingerprints("file"))


A, B = shop.article("a", "About A", "A is the first letter."), shop.article("b", "About B", "B is the second letter.")


def test_only_what_changed_is_stored_again(store: SqlStore) -> None:
    library = Library(store=store, encoder=WordEncoder())
    assert library.add(shop.ARTICLES) == len(shop.ARTICLES)
    assert library.add(shop.ARTICLES) == 0
    assert library.add([shop.article("returns", "How to return an item", "All is new.")]) == 1


def test_everything_a_question_will_need_is_encoded_ahead(store: SqlStore) -> None:
    encoder = Listening()
    article = shop.ARTICLES[0]
    Library(store=store, encoder=encoder).add([article])
    passages = passages_of(article)
    assert {*(searchable(p) for p in passages), *texts_to_encode(passages)} <= set(encoder.heard)


def test_the_passages_are_read_ahead_for_the_second_look(store: SqlStore) -> None:
    readers = Readers()
    article = shop.ARTICLES[0]
    Library(store=store, encoder=WordEncoder(), aligner=readers).add([article])
    assert readers.prepared == [comparable_text(passage) for passage in passages_of(article)]


def test_progress_is_told_once_an_article(store: SqlStore) -> None:
    steps: list[int] = []
    Library(store=store, encoder=WordEncoder()).add(shop.ARTICLES, lambda: steps.append(1))
    assert len(steps) == len(shop.ARTICLES)


def test_a_sync_goes_on_from_the_cursor_of_the_last_one(store: SqlStore) -> None:
    shelf = Shelf([Changes(articles=(A,), cursor="1")])
    assert library(store, shelf).sync(NOON).checked() == 1
    shelf.parts = [Changes(articles=(B,), gone=(A.id,), cursor="2")]
    assert library(store, shelf).sync(NOON).checked() == 2
    library(store, shelf).sync(NOON)
    assert shelf.asked == [None, "1", "2"]
    assert shelf.knew == [set(), {"a"}, {"b"}]
    assert stored(store) == {"b"}


def test_a_source_that_may_miss_things_is_read_whole_once_a_day(store: SqlStore) -> None:
    shelf = Shelf([Changes(cursor="1")], trusted=False)
    library(store, shelf).sync(NOON)
    library(store, shelf).sync(NOON + timedelta(hours=1))
    library(store, shelf).sync(NOON + WHOLE_EVERY + timedelta(hours=1))
    assert shelf.asked == [None, "1", None]


def test_a_sync_that_broke_off_keeps_what_came_and_begins_again(store: SqlStore) -> None:
    shelf = Shelf([Changes(articles=(A,)), TransientError("the line went dead"), Changes(articles=(B,), cursor="1")])
    report = library(store, shelf).sync(NOON)
    assert stored(store) == {"a"}
    with pytest.raises(TransientError, match="line went dead"):
        report.checked()
    encoder = Listening()
    shelf.parts = [Changes(articles=(A,)), Changes(articles=(B,), cursor="1")]
    again = Library(store=store, encoder=encoder, sources=(shelf,)).sync(NOON)
    assert (again.taken[0].stored, again.taken[0].unchanged) == (1, 1)
    assert not any("first letter" in text for text in encoder.heard)
    assert shelf.asked == [None, None]


def test_after_a_failure_told_in_a_part_no_cursor_is_kept(store: SqlStore) -> None:
    shelf = Shelf([Changes(failed=TransientError("half a page")), Changes(articles=(A,), cursor="1")])
    library(store, shelf).sync(NOON)
    library(store, shelf).sync(NOON)
    assert shelf.asked == [None, None]
    assert stored(store) == {"a"}


def test_one_source_that_fails_keeps_no_other_from_being_read(store: SqlStore) -> None:
    broken = Shelf([ConfigurationError("no such account")], name="broken", origin="else")
    report = library(store, broken, Shelf([Changes(articles=(A,), cursor="1")])).sync(NOON)
    assert stored(store) == {"a"}
    assert isinstance(report.taken[0].failed, ConfigurationError)


@pytest.mark.parametrize("text", ["half \ud800 a character", "x" * (LONGEST + 1)])
def test_a_bad_article_is_a_problem_and_the_next_one_is_stored(store: SqlStore, text: str) -> None:
    bad = Article(id=ArticleId("bad"), title="Bad \udfff", text=text)
    report = library(store, Shelf([Changes(articles=(bad, A), cursor="1")])).sync(NOON)
    assert stored(store) == {"a"}
    (problem,) = report.problems
    assert problem.subject.isprintable()
    assert problem.subject.endswith("(bad)")


def test_problems_of_the_source_are_told_on(store: SqlStore) -> None:
    problem = Problem(subject="article 7", reason="it has no title")
    report = library(store, Shelf([Changes(problems=(problem,), cursor="1")])).sync(NOON)
    assert report.problems == [problem]
    assert report.checked() == 0


def test_a_source_that_is_switched_off_takes_its_articles_along(store: SqlStore) -> None:
    library(store, Shelf([Changes(articles=(A, B), cursor="1")])).sync(NOON)
    report = library(store, SwitchedOff(name="shelf", origin="file")).sync(NOON)
    assert report.checked() == 2
    assert stored(store) == set()
    shelf = Shelf([Changes(articles=(A,), cursor="2")])
    library(store, shelf).sync(NOON)
    assert shelf.asked == [None]


def test_another_encoder_encodes_what_is_stored_again(store: SqlStore) -> None:
    library(store, Shelf([Changes(articles=(A, B), cursor="1")])).sync(NOON)
    other = Library(store=store, encoder=Other())
    assert other.sync(NOON).renewed == 2
    assert other.sync(NOON).renewed == 0
    with store.read() as unit:
        ids, _ = unit.articles.vectors("another encoder")
    assert len(ids) == 2


def test_who_watches_sees_each_article_and_how_many_there_are(store: SqlStore) -> None:
    steps: list[Step] = []
    shelf = Shelf([Changes(articles=(A, B), cursor="1", expected=2)])
    library(store, shelf).sync(NOON, watch=steps.append)
    begins = Step(source="shelf", done=0)  # it may take long until the source has told anything
    assert steps == [begins, Step(source="shelf", done=1, expected=2), Step(source="shelf", done=2, expected=2)]


def test_an_article_told_twice_in_one_sync_is_stored_as_told_last(store: SqlStore) -> None:
    later = replace(A, text="A is still the first letter.")
    library(store, Shelf([Changes(articles=(A, later), cursor="1")])).sync(NOON)
    with store.read() as unit:
        found = unit.articles.get(A.id)
    assert found is not None
    assert found.text == later.text
