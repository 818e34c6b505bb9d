"""The Help Centers' published articles, in every locale.

Zendesk's list of changes says nothing of an archived article. So the number of articles is asked for too (one
request): where it is not what the changes lead to expect, everything is listed, a hundred articles a request, and what
is missing is gone. Listing costs requests, not work: nothing is encoded that did not change.
"""

import json
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from connectors.faults import MalformedAnswerError
from connectors.zendesk import records
from connectors.zendesk.api import Pages, ZendeskApi
from connectors.zendesk.brands import Brands
from connectors.zendesk.records import Record
from core.errors import HandrailError
from core.model.ids import ArticleId
from core.model.knowledge import OUTDATED, SOURCELESS, Article, Audience, Changes, Problem
from core.text.html import from_html

ORIGIN = "zendesk"
# Widest first; an article for several segments is treated as for the narrowest.
WIDTH = (Audience.PUBLIC, Audience.SEGMENT, Audience.INTERNAL)
USER_TYPES = {"signed_in_users": Audience.SEGMENT, "staff": Audience.INTERNAL}
_DEEPEST = 5  # sections within sections


class About(StrEnum):
    """Where the account says what an article is about."""

    NONE = "none"
    LABELS = "labels"
    SECTION = "section"


@dataclass(frozen=True, slots=True)
class AboutRule:
    """`prefix` marks the labels that count and is not part of the name: `product:` makes `product:hub` a hub."""

    where: About = About.NONE
    prefix: str = ""

    def names(self, labels: Iterable[str], section: str) -> tuple[str, ...]:
        if self.where is About.SECTION:
            return (section,) if section else ()
        if self.where is About.LABELS:
            found = (label.removeprefix(self.prefix).strip() for label in labels if label.startswith(self.prefix))
            return tuple(dict.fromkeys(name for name in found if name))
        return ()


NOT_SAID = AboutRule()


def article_id(number: str, locale: str) -> ArticleId:
    """One translation of one article."""
    return ArticleId(f"{ORIGIN}:article:{number}:{locale.lower()}")


def article_number(of: str) -> str:
    """Zendesk's own id in one of our article ids."""
    return of.removeprefix(f"{ORIGIN}:article:").rpartition(":")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """What a Help Center's articles refer to by id."""

    sections: Mapping[str, Record]
    categories: Mapping[str, str]
    audiences: Mapping[str, Audience]
    brand: str = ""
    about: AboutRule = NOT_SAID

    def articles_of(self, record: Record, translations: Iterable[Record]) -> list[Article]:
        """The article in each locale in which it is out.

        Raises MalformedAnswerError for a record that is none."""
        out = [each for each in translations if not each.get("draft")]
        source = records.words(record, "source_locale").lower()
        whole = not source or any(records.words(each, "locale").lower() == source for each in out)
        return [self.article(record, each, sourceless=not whole) for each in out]

    def article(self, record: Record, translation: Record, *, sourceless: bool = False) -> Article:
        number, locale = records.number(record, "id"), records.text(translation, "locale").lower()
        path = self.section(record)
        labels = (*_labels(record, translation), *((SOURCELESS,) if sourceless else ()))
        return Article(
            id=article_id(number, locale),
            title=records.words(translation, "title"),
            # No database keeps a zero character, and no reader sees one.
            text=from_html(records.words(translation, "body").replace("\0", "")),
            url=records.words(translation, "html_url") or records.words(record, "html_url"),
            section=" › ".join(path),
            locale=locale,
            audience=self.audience(record),
            updated_at=records.moment(_edited_at(record, translation, locale)),
            origin=ORIGIN,
            brand=self.brand,
            about=self.about.names(labels, path[-1] if path else ""),
            labels=labels,
        )

    def section(self, record: Record) -> tuple[str, ...]:
        """Category, sections from the outermost to the article's own."""
        path: list[str] = []
        found = self.sections.get(str(record.get("section_id")))
        while found is not None and len(path) < _DEEPEST:
            path.insert(0, records.words(found, "name"))
            outer = self.sections.get(str(found.get("parent_section_id")))
            if outer is None:
                path.insert(0, self.categories.get(str(found.get("category_id")), ""))
            found = outer
        return tuple(name for name in path if name)

    def audience(self, record: Record) -> Audience:
        """Everyone where no segment is named; staff only where an unknown one is."""
        segments = record.get("user_segment_ids") or [record.get("user_segment_id")]
        named = [str(segment) for segment in segments if segment is not None]
        found = [self.audiences.get(segment, Audience.INTERNAL) for segment in named]
        return max(found, key=WIDTH.index, default=Audience.PUBLIC)


def _labels(record: Record, translation: Record) -> tuple[str, ...]:
    names = records.items(record, "label_names")
    outdated = (OUTDATED,) if translation.get("outdated") else ()
    return (*(str(name) for name in names), *outdated)


def _edited_at(record: Record, translation: Record, locale: str) -> str:
    """When the words were last changed: an article's own `updated_at` also moves when it gets a label or a vote."""
    if locale == records.words(record, "source_locale").lower() and record.get("edited_at"):
        return records.text(record, "edited_at")
    return records.text(translation, "updated_at")


PATH = "/api/v2/help_center"
WITH_TRANSLATIONS = "include=translations"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """How far one Help Center was read: changes up to the second `since`, of which `edge` had been seen (an article's
    id and change), when it had `count` articles."""

    since: int = 0
    edge: tuple[str, ...] = ()
    count: int = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Center:
    """One brand's Help Center."""

    key: str
    brand: str
    pages: Pages


@dataclass(slots=True)
class _Reading:
    """What was read so far."""

    marks: dict[str, Mark] = field(default_factory=dict)
    ids: set[str] = field(default_factory=set)  # published
    numbers: set[str] = field(default_factory=set)  # of articles that could be read
    unread: set[str] = field(default_factory=set)  # of those that could not
    failed: HandrailError | None = None


class HelpCenter:
    """Implements `core.ports.Source` over all Help Centers of one account."""

    name = "zendesk help center"
    origin = ORIGIN
    trusted = False

    def __init__(
        self,
        api: ZendeskApi,
        *,
        about: AboutRule = NOT_SAID,
        brands: Brands | None = None,
        total_wait: timedelta = timedelta(0),
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._api, self._about, self._brands = api, about, brands or Brands(api)
        self._total_wait, self._sleep = total_wait, sleep

    def changes(self, cursor: str | None, known: Collection[str]) -> Iterator[Changes]:
        """Everything is listed without a cursor, or where the counts tell that something is gone."""
        marks, centers = _marks(cursor), self._centers()
        if set(marks) == {center.key for center in centers}:
            found = self._since(centers, marks, known)
            if found is not None:
                yield found
                return
        yield from self._everything(centers, known)

    # ------------------------------------------------------------ everything

    def _everything(self, centers: list[Center], known: Collection[str]) -> Iterator[Changes]:
        reading = _Reading()
        for center in centers:
            try:
                yield from self._list(center, reading)
            except HandrailError as error:
                reading.failed = reading.failed or error
        if reading.failed is not None:
            yield Changes(failed=reading.failed)  # who has not seen everything cannot say what is missing
            return
        gone = [each for each in known if each not in reading.ids and article_number(each) not in reading.unread]
        yield Changes(gone=tuple(gone), cursor=_cursor(reading.marks))

    def _list(self, center: Center, reading: _Reading) -> Iterator[Changes]:
        count, catalogue = _count(center), self._catalogue(center)
        newest = 0
        edge: list[str] = []
        for page in center.pages.lists(f"{PATH}/articles.json?page[size]=100&{WITH_TRANSLATIONS}", "articles"):
            yield self._taken(center, catalogue, page, reading, expected=count if count > 0 else None)
            for record in page:
                at = _second(record)
                edge = [*edge, _seen(record)] if at == newest else [_seen(record)] if at > newest else edge
                newest = max(newest, at)
        reading.marks[center.key] = Mark(since=newest, edge=tuple(edge), count=count)

    # ------------------------------------------------------------ changes

    def _since(self, centers: list[Center], marks: Mapping[str, Mark], known: Collection[str]) -> Changes | None:
        """What changed; None where an article is missing that no change speaks of."""
        reading = _Reading(marks=dict(marks))
        parts: list[Changes] = []
        for center in centers:
            try:
                fresh, end = _fresh(center, marks[center.key])
                count = _count(center)
                if not _adds_up(marks[center.key], fresh, count):
                    return None
                if fresh:
                    parts.append(self._taken(center, self._catalogue(center), fresh, reading))
                reading.marks[center.key] = _later(marks[center.key], fresh, end, count)
            except HandrailError as error:
                reading.failed = reading.failed or error
        gone = [each for each in known if each not in reading.ids and article_number(each) in reading.numbers]
        return Changes(
            articles=tuple(article for part in parts for article in part.articles),
            problems=tuple(problem for part in parts for problem in part.problems),
            gone=tuple(gone),
            failed=reading.failed,
            cursor=_cursor(reading.marks),
        )

    # ------------------------------------------------------------ one page

    def _taken(
        self,
        center: Center,
        catalogue: Catalogue,
        page: list[Record],
        reading: _Reading,
        expected: int | None = None,
    ) -> Changes:
        articles: list[Article] = []
        problems: list[Problem] = []
        for record in page:
            number = str(record.get("id"))
            try:
                articles += catalogue.articles_of(record, self._translations(center, record))
                reading.numbers.add(number)
            except MalformedAnswerError as error:
                # What is stored of it stays: nobody said that it is gone.
                reading.unread.add(number)
                problems.append(Problem(subject=f"article {number}", reason=str(error)))
        reading.ids |= {article.id for article in articles}
        return Changes(articles=tuple(articles), problems=tuple(problems), expected=expected)

    def _translations(self, center: Center, record: Record) -> list[Record]:
        # `draft` speaks of the source locale alone: a translation may be out while the source is not.
        embedded = record.get("translations")
        if isinstance(embedded, list) and all(isinstance(each, Mapping) and "body" in each for each in embedded):
            return embedded
        number = records.number(record, "id")
        return center.pages.all(f"{PATH}/articles/{number}/translations.json", "translations")

    def _catalogue(self, center: Center) -> Catalogue:
        pages = center.pages
        segments = pages.all(f"{PATH}/user_segments.json?page[size]=100", "user_segments")
        categories = pages.all(f"{PATH}/categories.json?page[size]=100", "categories")
        sections = pages.all(f"{PATH}/sections.json?page[size]=100", "sections")
        return Catalogue(
            sections={str(section.get("id")): section for section in sections},
            categories={str(category.get("id")): str(category.get("name") or "") for category in categories},
            audiences={
                str(each.get("id")): USER_TYPES.get(str(each.get("user_type")), Audience.INTERNAL) for each in segments
            },
            brand=center.brand,
            about=self._about,
        )

    def _centers(self) -> list[Center]:
        """The account's own where brands say nothing; several brands' articles carry their brand's name."""
        owners = self._brands.with_help_center()
        several = len(self._brands.live()) > 1
        if not several:
            return [Center(key="", brand="", pages=self._pages(self._api))]
        return [
            Center(
                key=records.number(brand, "id"),
                brand=records.words(brand, "name"),
                pages=self._pages(self._api.of_brand(records.text(brand, "subdomain"))),
            )
            for brand in owners
        ]

    def _pages(self, api: ZendeskApi) -> Pages:
        return Pages(api, total_wait=self._total_wait, sleep=self._sleep)


def _fresh(center: Center, mark: Mark) -> tuple[list[Record], int]:
    """The articles changed since, and the second up to which that is known.

    The list begins at the second of the mark, so what was seen of that second is left out."""
    path = f"{PATH}/incremental/articles.json?start_time={mark.since}&{WITH_TRANSLATIONS}"
    fresh: dict[str, Record] = {}
    end = mark.since
    for page in center.pages.lists(path, "articles"):
        for record in page:
            end = max(end, _second(record))
            if _seen(record) not in mark.edge:
                fresh[str(record.get("id"))] = record
    return list(fresh.values()), end


def _adds_up(mark: Mark, fresh: list[Record], count: int) -> bool:
    """Whether there are as many articles as there were, and those made since."""
    made = sum(_stamp(record, "created_at") >= mark.since for record in fresh)
    return count >= 0 and count == mark.count + made


def _later(mark: Mark, fresh: list[Record], end: int, count: int) -> Mark:
    edge = tuple(_seen(record) for record in fresh if _second(record) == end)
    return Mark(since=end, edge=(*mark.edge, *edge) if end == mark.since else edge, count=count)


def _count(center: Center) -> int:
    """How many articles there are, drafts too; -1 where the Help Center does not say."""
    count = center.pages.body(f"{PATH}/articles.json?per_page=1").get("count")
    return count if isinstance(count, int) else -1


def _seen(record: Record) -> str:
    return f"{record.get('id')} {record.get('updated_at')}"


def _second(record: Record) -> int:
    return _stamp(record, "updated_at")


def _stamp(record: Record, name: str) -> int:
    try:
        return int(records.moment(records.text(record, name)).timestamp())
    except MalformedAnswerError:
        return 0


def _marks(cursor: str | None) -> dict[str, Mark]:
    """Nothing for a cursor that is not one of ours (an earlier version's): everything is then read."""
    try:
        found = json.loads(cursor or "{}")
        return {
            str(key): Mark(since=int(mark["since"]), edge=tuple(mark["edge"]), count=int(mark["count"]))
            for key, mark in found["centers"].items()
        }
    except (ValueError, KeyError, TypeError, AttributeError):
        return {}


def _cursor(marks: Mapping[str, Mark]) -> str:
    centers = {key: {"since": mark.since, "edge": list(mark.edge), "count": mark.count} for key, mark in marks.items()}
    return json.dumps({"centers": centers})
