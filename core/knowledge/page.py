"""A whole web page: what it is called, where it belongs, and its article without what stands around it."""

import re
from dataclasses import dataclass

from core.text.html import HEADINGS, VOID, Attributes, Reader, attribute, one_line, read_with

_AROUND = frozenset({"nav", "footer", "aside", "form", "dialog", "button", "select", "textarea"})
_AROUND_ROLES = frozenset({"navigation", "banner", "contentinfo", "complementary", "search", "dialog", "alertdialog"})
_NOTICES = re.compile(
    r"(?:cookies?|consent|gdpr)-?(?:bar|box|consent|banner|notice|popup|message|overlay|manager|law)|onetrust|cookiebot"
    r"|breadcrumbs?|skip-?(?:link|nav|to)|related-?(?:articles|posts|links)|share-?(?:buttons|links|bar)"
)
_MAIN = re.compile(r"<main[\s>]|role\s*=\s*[\"']?main\b", re.IGNORECASE)
_ARTICLE = re.compile(r"<article[\s>]", re.IGNORECASE)
_LEADING_HEADING = re.compile(r"#{1,6} ([^\n]*)\n*")
# What pages call those that they are for. Old pages state every word there is for "all".
EVERYBODY = frozenset({"public", "all", "everyone", "everybody", "general", "global", "alle", "tous", "todos", "tutti"})
STAFF = frozenset({"internal", "private", "agent", "agents", "staff", "employees"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """`text` is the article in plain form, without its title. Empty fields are what the page does not say.

    `canonical` is the address as written, perhaps relative; `pictures` counts those within the article."""

    title: str
    text: str
    canonical: str = ""
    locale: str = ""
    updated_at: str = ""
    unlisted: bool = False  # the page asks not to be indexed
    pictures: int = 0
    audience: str = ""  # in small letters


def page_of(html: str) -> Page:
    """The page, read as far as it goes. Navigation, banners, forms and the like are left out."""
    reader = _read(html, _core_of(html))
    if not reader.text():
        # Its main part is empty, or everything is marked as surroundings: better too much than nothing.
        reader = _read(html, "")
    text = reader.text()
    leading = _LEADING_HEADING.match(text)
    title = reader.heading or one_line(reader.title) or reader.named
    if leading and title and (leading[1] == title or not reader.heading):
        title, text = leading[1], text[leading.end() :]
    return Page(
        title=title,
        text=text,
        canonical=reader.canonical,
        locale=reader.locale,
        updated_at=reader.updated_at,
        unlisted=reader.unlisted,
        pictures=reader.pictures,
        audience=reader.audience,
    )


def says_unlisted(robots: str) -> bool:
    """Whether this word to search engines asks not to be indexed."""
    return bool({"noindex", "none"} & set(re.split(r"[\s,:]+", robots.lower())))


def _core_of(html: str) -> str:
    if _MAIN.search(html):
        return "main"
    # Several articles are a list of teasers or comments, not one text.
    return "article" if len(_ARTICLE.findall(html)) == 1 else ""


def _read(html: str, core: str) -> "_PageReader":
    reader = _PageReader(core)
    read_with(reader, html)
    return reader


class _PageReader(Reader):
    def __init__(self, core: str) -> None:
        super().__init__()
        self.title = self.named = self.heading = self.canonical = self.locale = self.updated_at = self.audience = ""
        self.unlisted = False
        self.pictures = 0
        self._core = core
        self._inside = 0 if core else 1  # how deep within the page's main part
        self._core_tag = ""
        self._naming = False
        self._topmost: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        self._note(tag, attrs)
        if self._core and not self._inside and (tag == self._core or attribute(attrs, "role") == self._core):
            self._inside, self._core_tag = 1, tag
        elif self._core and self._inside:
            self._inside += tag == self._core_tag
        if self._inside:
            self.pictures += tag == "img" and not self._muted
            super().handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag == "title":
            self._naming = False
        if tag == "h1" and self._topmost is not None:
            self.heading = self.heading or one_line("".join(self._topmost))
            self._topmost = None
        if self._inside:
            super().handle_endtag(tag)
            self._inside -= bool(self._core) and tag == self._core_tag

    def handle_data(self, text: str) -> None:
        if self._naming:
            self.title += text if len(self.title) < 500 else ""
        if self._topmost is not None and not self._muted:
            self._topmost.append(text)
        if self._inside:
            super().handle_data(text)

    def is_left_out(self, tag: str, attrs: Attributes) -> bool:
        if super().is_left_out(tag, attrs):
            return True
        if tag in VOID or tag in {"body", "html", "main", "article", "td", "tr", "li"} or tag in HEADINGS:
            return False
        if tag in _AROUND or attribute(attrs, "role") in _AROUND_ROLES or (tag == "header" and not self._core):
            return True
        given = dict(attrs)
        if given.get("aria-modal") == "true":
            return True
        return any(_NOTICES.match(name) for name in re.split(r"[\s_]+", _names(given)))

    def _note(self, tag: str, attrs: Attributes) -> None:
        if tag == "html":
            self.locale = self.locale or (attribute(attrs, "lang") or attribute(attrs, "xml:lang")).strip()
        elif tag == "title" and not self.title:
            self._naming = True
        elif tag == "h1" and not self.heading and (self._inside or not self._core):
            self._topmost = []
        elif tag == "link" and attribute(attrs, "rel").lower() == "canonical":
            self.canonical = self.canonical or attribute(attrs, "href").strip()
        elif tag == "meta":
            self._note_meta(attribute(attrs, "name") or attribute(attrs, "property"), attribute(attrs, "content"))

    def _note_meta(self, name: str, content: str) -> None:
        match name.lower():
            case "robots":
                self.unlisted = self.unlisted or says_unlisted(content)
            case "audience" | "dc.audience" | "dcterms.audience":
                self.audience = self.audience or one_line(content).lower()
            case "og:title":
                self.named = self.named or one_line(content)
            case "article:modified_time" | "last-modified" | "dcterms.modified":
                self.updated_at = self.updated_at or content.strip()


def _names(given: dict[str, str | None]) -> str:
    return f"{given.get('id') or ''} {given.get('class') or ''}".lower()
