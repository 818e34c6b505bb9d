"""What can be seen wrong in an article by itself."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from core.knowledge.check.fault import Fault, Kind, Place
from core.knowledge.stale import STALE_AFTER
from core.model.knowledge import OUTDATED, SOURCELESS, Article

FEWEST_WORDS = 5
_FOREIGN = 0.3  # share of the letters in a script that is not read
_READ = frozenset(
    """LATIN GREEK CYRILLIC ARABIC HEBREW CJK HIRAGANA KATAKANA HANGUL DEVANAGARI THAI BENGALI TAMIL TELUGU ARMENIAN
    GEORGIAN FULLWIDTH HALFWIDTH FEMININE MASCULINE MICRO MODIFIER MATHEMATICAL SUPERSCRIPT""".split()  # noqa: SIM905 - words are read as a text
)
# UTF-8 that somebody read as Latin-1 or Windows-1252, and what a decoder puts where it gave up.
_GARBLED = re.compile("(?:[\u00c2-\u00c3][\u0080-\u00bf]|\u00e2[\u0080-\u009f\u20ac][\u0080-\u203a\u2122]|\ufffd)+")
_NOT_TEXT = re.compile("[\u0000-\u0008\u000e-\u001f\u007f]+")
_WORD = re.compile(r"[^\W\d_]+")
_LINK = re.compile(r"https?://[^\s<>()\"']+[\w/]")
_SAMPLE = 4000  # characters looked at to tell the script


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """What one article is held against: the time, the addresses of all articles, and their hosts."""

    now: datetime
    stale_after: timedelta = STALE_AFTER
    addresses: Collection[str] = frozenset()

    @property
    def hosts(self) -> frozenset[str]:
        return frozenset(urlsplit(address).netloc for address in self.addresses) - {""}


Look = Callable[[Article, Library], Iterator[Fault]]


def stale(article: Article, library: Library) -> Iterator[Fault]:
    if OUTDATED in article.labels:
        yield _whole(article, Kind.STALE, "marked as outdated where it comes from")
    elif article.updated_at is not None and library.now - article.updated_at > library.stale_after:
        yield _whole(article, Kind.STALE, f"last changed {article.updated_at:%Y-%m-%d}")


def find_expired(article: Article, library: Library) -> Iterator[Fault]:
    if article.expires_at is not None and article.expires_at <= library.now:
        yield _whole(article, Kind.EXPIRED, f"expired {article.expires_at:%Y-%m-%d}")


def find_orphaned(article: Article, library: Library) -> Iterator[Fault]:
    if SOURCELESS in article.labels:
        yield _whole(article, Kind.ORPHANED, "a translation; what it translates is not published")
    if article.origin == "zendesk" and not article.section:
        yield _whole(article, Kind.ORPHANED, "in no section: readers cannot browse to it")
    for link in _LINK.finditer(article.text):
        address = _address(link[0])
        ours = urlsplit(address).netloc in library.hosts and "/articles/" in address
        if ours and _number(address) not in {_number(each) for each in library.addresses}:
            place = Place(article=article, start=link.start(), end=link.end())
            reason = "links to an article that is not there"
            yield Fault(kind=Kind.ORPHANED, reason=reason, places=(place,))


def unreadable(article: Article, _: Library) -> Iterator[Fault]:
    words = len(_WORD.findall(article.text[:_SAMPLE]))
    script, foreign = _script(article.text[:_SAMPLE])
    if not words:
        yield _whole(article, Kind.UNREADABLE, "no words: perhaps its text is in images")
    elif foreign > _FOREIGN:
        yield _at(article, 0, 80, f"written in a script that is not read ({script.lower()})")
    elif words < FEWEST_WORDS:
        yield _at(article, 0, 80, f"only {words} word{'s' if words > 1 else ''}: perhaps its text is in images")
    garbled = list(_GARBLED.finditer(article.text))
    if garbled:
        reason = f"wrong encoding at {len(garbled)} place{'s' if len(garbled) > 1 else ''}"
        yield _at(article, garbled[0].start() - 20, garbled[0].end() + 20, reason)
    binary = _NOT_TEXT.search(article.text)
    if binary:
        yield _at(article, binary.start() - 20, binary.end() + 20, "control characters: this may be no text")


LOOKS: tuple[Look, ...] = (find_expired, stale, find_orphaned, unreadable)


def _script(text: str) -> tuple[str, float]:
    """The commonest script that is not read, and the share of all letters in such scripts."""
    letters = [character for character in text if character.isalpha()]
    scripts = Counter(unicodedata.name(character, "UNKNOWN").split()[0] for character in letters)
    strange = Counter({name: count for name, count in scripts.items() if name not in _READ})
    if not strange:
        return "", 0.0
    return strange.most_common(1)[0][0], strange.total() / len(letters)


def _number(address: str) -> str:
    """A Help Center's address ends in the article's number and words that may change."""
    found = re.search(r"/articles/(\d+)", address)
    return found[1] if found else address


def _address(link: str) -> str:
    return link.partition("#")[0].partition("?")[0]


def _whole(article: Article, kind: Kind, reason: str) -> Fault:
    return Fault(kind=kind, reason=reason, places=(Place(article=article),))


def _at(article: Article, start: int, end: int, reason: str) -> Fault:
    place = Place(article=article, start=max(start, 0), end=min(max(end, 0), len(article.text)))
    return Fault(kind=Kind.UNREADABLE, reason=reason, places=(place,))
