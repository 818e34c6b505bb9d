"""A web site as a source of articles: its pages are found by its sitemap."""

import json
import re
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urljoin, urlsplit, urlunsplit
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from protego import Protego

from connectors.encoding import NotTextError, decode_text
from connectors.web.fetch import AGENT, Fetched, Fetcher, Limits, PageError, place_of, session_of
from core.errors import ConfigurationError, RejectedError, TransientError
from core.knowledge.page import STAFF, Page, page_of, says_unlisted
from core.model.ids import ArticleId
from core.model.knowledge import Article, Changes, Problem

GZIP = b"\x1f\x8b"


class BadSitemapError(ValueError):
    """It is no sitemap; the message says why. `is_page` when a web page is there instead."""

    def __init__(self, message: str, *, is_page: bool = False) -> None:
        super().__init__(message)
        self.is_page = is_page


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    url: str
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitemap:
    """`pages` of the site, and further `sitemaps` when it is an index."""

    pages: Sequence[Entry] = ()
    sitemaps: Sequence[str] = ()


def sitemap(body: bytes, most_bytes: int) -> Sitemap:
    """Reads a sitemap or an index of them, packed or not. Raises BadSitemapError."""
    try:
        root = fromstring(_unpack(body, most_bytes), forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise BadSitemapError(f"is no sitemap ({error})", is_page=_is_page(body)) from error
    match _bare(root):
        case "urlset":
            entries = (Entry(url=_said(each, "loc"), updated_at=parse_moment(_said(each, "lastmod"))) for each in root)
            return Sitemap(pages=[entry for entry in entries if entry.url])
        case "sitemapindex":
            return Sitemap(sitemaps=[url for each in root if (url := _said(each, "loc"))])
    raise BadSitemapError(f"is no sitemap but <{_bare(root)[:40]}>", is_page=_is_page(body))


def parse_moment(moment: str) -> datetime | None:
    """A moment as sites write it, in whole or part; None when it is none."""
    text = moment.strip().replace("Z", "+00:00")
    text += {4: "-01-01", 7: "-01"}.get(len(text), "")
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _unpack(body: bytes, most_bytes: int) -> bytes:
    if not body.startswith(GZIP):
        return body
    unpacking = zlib.decompressobj(wbits=31)
    try:
        text = unpacking.decompress(body, most_bytes)
    except zlib.error as error:
        raise BadSitemapError("is a damaged archive") from error
    if unpacking.unconsumed_tail:
        raise BadSitemapError(f"unpacks to more than {most_bytes / 1_000_000:g} MB")
    return text


def _is_page(body: bytes) -> bool:
    return b"<html" in body[:2_000].lower()


def _bare(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _said(element: Element, name: str) -> str:
    return next(((each.text or "").strip() for each in element if _bare(each) == name), "")


_LONGEST_DELAY = timedelta(seconds=10)
_GONE = frozenset({404, 410})
_HTML = ("text/html", "application/xhtml+xml", "")
_CHARSET = re.compile(r"charset\s*=\s*\"?([\w-]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPage:
    """A page that is new or may have changed. `mark` is what to hand in for it as `known` the next time."""

    url: str
    article: Article
    mark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnchangedPage:
    url: str
    article_id: ArticleId


@dataclass(frozen=True, slots=True, kw_only=True)
class GonePage:
    """The site says that there is no such page (any more), or, with a `reason`, that it is not to be quoted."""

    url: str
    article_id: ArticleId
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BadPage:
    """What could not be read, and why. Nothing follows for the article that may be kept of it."""

    url: str
    reason: str

    def __str__(self) -> str:
        return f"{self.url}: {self.reason}"


class _WithdrawnError(Exception):
    """The page is there, but there is nothing on it that may be quoted; the message says why."""


Found = ReadPage | UnchangedPage | GonePage | BadPage


class Site:
    """One site. `url` is that of its sitemap, or a page: then the sitemap is looked for where sites keep it, and that
    page and those below it are read; only that page where no sitemap names any.

    `private` allows addresses inside a network; `locale` is that of pages that do not state theirs."""

    def __init__(
        self,
        url: str,
        *,
        private: bool = False,
        limits: Limits | None = None,
        locale: str = "en",
        fetcher: Fetcher | None = None,
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ConfigurationError(f"{url} is no web address: it begins with https://")
        self.url = url
        self.host = parts.hostname
        self.origin = f"web:{parts.netloc}"
        self._limits = limits or Limits()
        self.complete = True  # whether all pages were named when last read; False: the list itself was cut short
        self._locale = locale
        self._fetcher = fetcher or Fetcher(self.host, session_of(private=private), self._limits)

    def articles(self, known: Mapping[str, str]) -> Iterator[Found]:
        """Every page, one at a time, as it is asked for: breaking off and beginning anew repeats only what `known`
        (address → mark) leaves out.

        Raises TransientError when the site cannot be reached now, RejectedError when it does not want to be read."""
        self.complete = True
        robots = self._robots()
        done: set[str] = set()
        for each in self._entries(robots):
            if isinstance(each, BadPage):
                yield each
            elif each.url not in done:
                if len(done) == self._limits.pages:
                    self.complete = False
                    most = f"{self._limits.pages:,} pages"
                    yield BadPage(url=self.url, reason=f"has more than {most}; the rest is not read")
                    return
                done.add(each.url)
                yield self._page(each, robots, known.get(each.url, ""))

    def article_id(self, url: str) -> ArticleId:
        return ArticleId(f"web:{url}")

    def _robots(self) -> Protego:
        """What the site allows. One without a word on it allows everything; one that cannot say so now, nothing."""
        try:
            body = self._fetcher.get(urljoin(self.url, "/robots.txt")).body
        except PageError as error:
            if 300 <= error.status < 500 and error.status != 429:
                body = b""
            elif error.status or "did not answer" in str(error):
                raise TransientError(f"the robots.txt of {self.host} {error}") from error
            else:
                raise RejectedError(f"the robots.txt of {self.host}: {error}") from error
        robots = Protego.parse(body[:500_000].decode("utf-8", errors="replace"))
        delay = timedelta(seconds=float(robots.crawl_delay(AGENT) or 0))
        self._fetcher.pause = max(self._fetcher.pause, min(delay, _LONGEST_DELAY))
        if not robots.can_fetch(self.url, AGENT):
            raise RejectedError(f"the robots.txt of {self.host} forbids reading {self.url}")
        return robots

    def _entries(self, robots: Protego) -> Iterator[Entry | BadPage]:
        waiting, seen = self._first_sitemaps(robots), set[str]()
        found = False
        while waiting and len(seen) < self._limits.sitemaps:
            address = waiting.pop(0)
            if address in seen or not self._is_here(address):
                continue
            seen.add(address)
            try:
                listed = sitemap(self._fetcher.get(address).body, self._limits.page_bytes)
            except (PageError, BadSitemapError) as error:
                # The usual place is only guessed at: there may be none.
                if not (address in self._guess() and _says_none(error)):
                    self.complete = False
                    yield BadPage(url=address, reason=str(error))
                continue
            waiting += listed.sitemaps
            for each in self._of_this_host(address, listed.pages):
                found = found or isinstance(each, Entry)
                yield each
        if waiting and len(seen) == self._limits.sitemaps:
            self.complete = False
            yield BadPage(url=self.url, reason=f"has more than {self._limits.sitemaps} sitemaps; the rest is not read")
        if not found and self.complete and not _names_sitemap(self.url):
            yield Entry(url=_normal(self.url))

    def _first_sitemaps(self, robots: Protego) -> list[str]:
        return [self.url] if _names_sitemap(self.url) else [*robots.sitemaps, *self._guess()]

    def _guess(self) -> list[str]:
        return [urljoin(self.url, "/sitemap.xml")] if not _names_sitemap(self.url) else []

    def _of_this_host(self, address: str, entries: Iterable[Entry]) -> Iterator[Entry | BadPage]:
        elsewhere = 0
        for entry in entries:
            url = _normal(urljoin(address, entry.url))
            if not self._is_here(url):
                elsewhere += 1
            elif self._is_below(url):
                yield Entry(url=url, updated_at=entry.updated_at)
        if elsewhere:
            yield BadPage(url=address, reason=f"names {elsewhere} pages of other hosts, which are not read")

    def _is_here(self, url: str) -> bool:
        return place_of(url) == place_of(self.url)

    def _is_below(self, url: str) -> bool:
        """A page's own address was given: it and the pages below it are read, not the whole site."""
        top = "" if _names_sitemap(self.url) else urlsplit(self.url).path.rstrip("/")
        path = urlsplit(url).path
        return path == top or path.startswith(f"{top}/")

    def _page(self, entry: Entry, robots: Protego, mark: str) -> Found:
        try:
            if not robots.can_fetch(entry.url, AGENT):
                raise _WithdrawnError("is forbidden by robots.txt")
            fetched = self._fetcher.get(entry.url, _conditions(mark))
            if fetched.unchanged:
                return UnchangedPage(url=entry.url, article_id=self.article_id(entry.url))
            return ReadPage(url=entry.url, article=self._article(entry, fetched), mark=_mark(fetched))
        except PageError as error:
            if error.status in _GONE:
                return GonePage(url=entry.url, article_id=self.article_id(entry.url))
            return BadPage(url=entry.url, reason=str(error))
        except _WithdrawnError as error:
            return GonePage(url=entry.url, article_id=self.article_id(entry.url), reason=str(error))
        except NotTextError as error:
            return BadPage(url=entry.url, reason=str(error))

    def _article(self, entry: Entry, fetched: Fetched) -> Article:
        kind = fetched.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if kind not in _HTML:
            raise PageError(f"is {kind}, not a web page")
        charset = _CHARSET.search(fetched.headers.get("Content-Type", ""))
        page = page_of(decode_text(fetched.body, charset[1] if charset else ""))
        if page.unlisted or says_unlisted(fetched.headers.get("X-Robots-Tag", "")):
            raise _WithdrawnError("asks not to be indexed")
        if page.audience in STAFF:
            raise _WithdrawnError(f"says that it is for {page.audience} readers")
        if not page.text:
            raise _WithdrawnError(f"has {'only pictures' if page.pictures else 'no text'}: there is nothing to quote")
        return Article(
            id=self.article_id(entry.url),
            title=page.title[:300] or page.text.splitlines()[0].lstrip("#- ")[:80],
            text=page.text,
            url=self._address_to_cite(page, fetched.url),
            locale=page.locale.lower() or self._locale,
            updated_at=entry.updated_at or parse_moment(page.updated_at),
            origin=self.origin,
        )

    def _address_to_cite(self, page: Page, url: str) -> str:
        """The address to cite: the canonical one, unless it is another site's."""
        canonical = _normal(urljoin(url, page.canonical)) if page.canonical else url
        return canonical if self._is_here(canonical) else url


def _says_none(error: PageError | BadSitemapError) -> bool:
    """Whether there is no sitemap, rather than one that cannot be had now."""
    return error.is_page if isinstance(error, BadSitemapError) else 300 <= error.status < 500 and error.status != 429


def _names_sitemap(url: str) -> bool:
    return urlsplit(url).path.lower().endswith((".xml", ".xml.gz"))


def _normal(url: str) -> str:
    """Without a fragment, the host in small letters: one page, one address."""
    parts = urlsplit(url.strip())
    return urlunsplit((parts.scheme.lower(), parts.netloc.lower(), parts.path or "/", parts.query, ""))


def _mark(fetched: Fetched) -> str:
    if etag := fetched.headers.get("ETag", ""):
        return f"etag {etag}"
    modified = fetched.headers.get("Last-Modified", "")
    return f"modified {modified}" if modified else ""


def _conditions(mark: str) -> dict[str, str]:
    kind, _, value = mark.partition(" ")
    names = {"etag": "If-None-Match", "modified": "If-Modified-Since"}
    return {names[kind]: value} if kind in names and value.isprintable() else {}


# A web site as a source of articles.

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
