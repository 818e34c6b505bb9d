"""The Help Center's published articles, in every locale.

An archived or deleted article is in no list of Zendesk's: it is noticed by its event, or by its absence when
everything is read.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from connectors.zendesk import records
from connectors.zendesk.api import ZendeskApi
from connectors.zendesk.errors import MalformedAnswerError
from connectors.zendesk.html_text import plain_text
from connectors.zendesk.records import Record
from core.model.ids import ArticleId
from core.model.knowledge import Article, Audience

ORIGIN = "zendesk"
# Widest first; an article for several segments is treated as for the narrowest.
WIDTH = (Audience.PUBLIC, Audience.SEGMENT, Audience.INTERNAL)
USER_TYPES = {"signed_in_users": Audience.SEGMENT, "staff": Audience.INTERNAL}
Changes = tuple[list[Article], list[str], str]


def article_id(number: str, locale: str) -> ArticleId:
    """One translation of one article."""
    return ArticleId(f"zendesk:article:{number}:{locale.lower()}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """What an article refers to by id, and the locales it may be in."""

    locales: tuple[str, ...]
    sections: Mapping[str, str]
    audiences: Mapping[str, Audience]

    def article(self, record: Record, translation: Record) -> Article:
        number, locale = records.number(record, "id"), records.text(translation, "locale").lower()
        return Article(
            id=article_id(number, locale),
            title=records.words(translation, "title"),
            text=plain_text(records.words(translation, "body")),
            url=records.words(translation, "html_url") or records.words(record, "html_url"),
            section=self.sections.get(str(record.get("section_id")), ""),
            locale=locale,
            audience=self.audience(record),
            updated_at=records.moment(records.text(translation, "updated_at")),
            origin=ORIGIN,
        )

    def published(self, record: Record, translations: Iterable[Record]) -> list[Article]:
        """The article in each locale in which it is out and says anything."""
        out = [self.article(record, each) for each in translations if not each.get("draft")]
        return [article for article in out if article.text]

    def audience(self, record: Record) -> Audience:
        """Everyone where no segment is named; staff only where an unknown one is."""
        segments = record.get("user_segment_ids") or [record.get("user_segment_id")]
        named = [str(segment) for segment in segments if segment is not None]
        found = [self.audiences.get(segment, Audience.INTERNAL) for segment in named]
        return max(found, key=WIDTH.index, default=Audience.PUBLIC)

    def missing(self, record: Record, published: Iterable[Article]) -> list[str]:
        """The ids of the locales in which the article is not (or no longer) out."""
        out = {article.id for article in published}
        number = records.number(record, "id")
        return [each for each in (article_id(number, locale) for locale in self.locales) if each not in out]


class HelpCenter:
    """Reads the articles of one account."""

    def __init__(self, api: ZendeskApi) -> None:
        self._api = api

    def changed(self, cursor: str | None) -> Changes:
        """(articles changed and out, ids no longer out, next cursor). The cursor is a Unix time."""
        with self._api.reading("read the help center") as zendesk:
            return self._since(zendesk, cursor) if cursor else self._everything(zendesk)

    def _everything(self, zendesk: Any) -> Changes:
        """Locale by locale, a hundred at a time: far fewer requests than asking article by article."""
        catalogue = self._catalogue(zendesk)
        articles: list[Article] = []
        newest = 0
        for locale in catalogue.locales:
            for record in self._pages(f"/api/v2/help_center/{locale}/articles.json?page[size]=100"):
                articles += catalogue.published(record, [record])
                newest = max(newest, int(records.moment(records.text(record, "updated_at")).timestamp()))
        return articles, [], str(newest)

    def _since(self, zendesk: Any, cursor: str) -> Changes:
        export = zendesk.help_center.articles.incremental(start_time=int(cursor))
        changed = records.every(export)
        if not changed:
            return [], [], cursor
        catalogue = self._catalogue(zendesk)
        articles: list[Article] = []
        gone: list[str] = []
        for record in changed:
            out = catalogue.published(record, self._translations(zendesk, record))
            articles += out
            gone += catalogue.missing(record, out)
        return articles, gone, str(getattr(export, "end_time", None) or cursor)

    def _translations(self, zendesk: Any, record: Record) -> list[Record]:
        # `draft` speaks of the source locale alone: a translation may be out while the source is not.
        number = int(records.number(record, "id"))
        return records.every(zendesk.help_center.articles.translations(number))

    def _catalogue(self, zendesk: Any) -> Catalogue:
        center = zendesk.help_center
        return Catalogue(
            locales=tuple(self._locales()),
            sections={
                records.number(section, "id"): records.words(section, "name")
                for section in records.every(center.sections())
            },
            audiences={
                records.number(segment, "id"): USER_TYPES.get(records.words(segment, "user_type"), Audience.INTERNAL)
                for segment in records.every(center.user_segments())
            },
        )

    def _locales(self) -> list[str]:
        body = self._api.get("/api/v2/help_center/locales.json").json()
        locales = body.get("locales") if isinstance(body, Mapping) else None
        if not isinstance(locales, list) or not locales:
            raise MalformedAnswerError("the help center names no locales")
        return [str(locale).lower() for locale in locales]

    def _pages(self, path: str) -> Iterator[Record]:
        """The articles of a list that zenpy has no call for, page after page."""
        following: str | None = path
        while following:
            body = self._api.get(following).json()
            if not isinstance(body, Mapping) or not isinstance(body.get("articles"), list):
                raise MalformedAnswerError("a page of articles has no articles")
            yield from body["articles"]
            following = next_page(body)


def next_page(body: Record) -> str | None:
    """The address of the page after this one, in either of Zendesk's two ways of paging."""
    if (body.get("meta") or {}).get("has_more"):
        return records.words(body.get("links") or {}, "next") or None
    return records.words(body, "next_page") or None
