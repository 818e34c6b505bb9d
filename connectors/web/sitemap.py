"""A site's own list of its pages."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

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
        root = fromstring(_unpacked(body, most_bytes), forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise BadSitemapError(f"is no sitemap ({error})", is_page=_is_page(body)) from error
    match _bare(root):
        case "urlset":
            entries = (Entry(url=_said(each, "loc"), updated_at=stated(_said(each, "lastmod"))) for each in root)
            return Sitemap(pages=[entry for entry in entries if entry.url])
        case "sitemapindex":
            return Sitemap(sitemaps=[url for each in root if (url := _said(each, "loc"))])
    raise BadSitemapError(f"is no sitemap but <{_bare(root)[:40]}>", is_page=_is_page(body))


def stated(moment: str) -> datetime | None:
    """A moment as sites write it, in whole or part; None when it is none."""
    text = moment.strip().replace("Z", "+00:00")
    text += {4: "-01-01", 7: "-01"}.get(len(text), "")
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _unpacked(body: bytes, most_bytes: int) -> bytes:
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
