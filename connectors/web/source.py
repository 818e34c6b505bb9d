"""A web site as a source of articles."""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from connectors.web.site import BadPage, Found, GonePage, ReadPage, Site, UnchangedPage
from core.model.knowledge import Article, Changes, Problem

PART = 20  # pages after which what was read is handed over, to be stored before the next


@dataclass(frozen=True, slots=True)
class SiteSource:
    """Implements `core.ports.Source`. Every page is asked for at every sync, but sent only when it changed.

    The cursor keeps each page's mark, so that a sync that broke off goes on where it was. `site` is at hand for tests
    and for sites inside the company's own network."""

    name: str
    url: str
    site: Site | None = None
    trusted: bool = False

    @property
    def origin(self) -> str:
        return self._site.origin

    @property
    def _site(self) -> Site:
        return self.site or Site(self.url)

    def changes(self, cursor: str | None, known: Collection[str]) -> Iterator[Changes]:
        """Raises TransientError when the site cannot be reached now, RejectedError when it wants no readers."""
        site, stored = self._site, frozenset(known)
        marks = {url: mark for url, mark in _marks(cursor).items() if site.article_id(url) in stored}
        part, there = _Part(marks=dict(marks)), set[str]()
        for found in site.articles(marks):
            there.add(site.article_id(found.url))
            part.add(found)
            if part.pages >= PART:
                yield part.changes()
                part = _Part(marks=part.marks)
        # Who has not seen the whole list cannot say what is missing from it.
        part.gone += [each for each in known if site.complete and each not in there]
        yield part.changes()


@dataclass(slots=True)
class _Part:
    marks: dict[str, str]
    pages: int = 0
    articles: list[Article] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def add(self, found: Found) -> None:
        self.pages += 1
        match found:
            case ReadPage():
                self.articles.append(found.article)
                self.marks[found.url] = found.mark
            case GonePage():
                self.gone.append(found.article_id)
                self.marks.pop(found.url, None)
                if found.reason:
                    self.problems.append(Problem(subject=found.url, reason=found.reason))
            case BadPage():
                self.problems.append(Problem(subject=found.url, reason=found.reason))
            case UnchangedPage():
                pass

    def changes(self) -> Changes:
        return Changes(
            articles=tuple(self.articles),
            gone=tuple(self.gone),
            problems=tuple(self.problems),
            cursor=json.dumps({url: mark for url, mark in self.marks.items() if mark}),
        )


def _marks(cursor: str | None) -> dict[str, str]:
    try:
        kept = json.loads(cursor or "{}")
    except ValueError:
        return {}
    return {str(url): str(mark) for url, mark in kept.items()} if isinstance(kept, dict) else {}
