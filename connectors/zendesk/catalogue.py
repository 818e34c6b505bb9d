"""A Help Center's articles read into the core's values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from connectors.zendesk import records
from connectors.zendesk.errors import MalformedAnswerError
from connectors.zendesk.records import Record
from core.model.ids import ArticleId
from core.model.knowledge import OUTDATED, SOURCELESS, Article, Audience
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

    def published(self, record: Record, translations: Iterable[Record]) -> list[Article]:
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
            updated_at=records.moment(_edited(record, translation, locale)),
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
    names = record.get("label_names") or []
    if not isinstance(names, list):
        raise MalformedAnswerError("label_names is not a list")
    outdated = (OUTDATED,) if translation.get("outdated") else ()
    return (*(str(name) for name in names), *outdated)


def _edited(record: Record, translation: Record, locale: str) -> str:
    """When the words were last changed: an article's own `updated_at` also moves when it gets a label or a vote."""
    if locale == records.words(record, "source_locale").lower() and record.get("edited_at"):
        return records.text(record, "edited_at")
    return records.text(translation, "updated_at")
