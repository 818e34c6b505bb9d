"""Articles from files: JSON lines, or a folder of Markdown, HTML, text, PDF and Word documents."""

import gzip
import os
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from io import BufferedReader
from itertools import chain
from pathlib import Path

from connectors.local.reading.docx import read_docx
from connectors.local.reading.html import read_html
from connectors.local.reading.markdown import read_markdown, read_text
from connectors.local.reading.pdf import read_pdf
from connectors.local.reading.rows import Made, make_article
from connectors.local.reading.written import UnreadableError, WithheldError, Written
from core.errors import ConfigurationError
from core.model.knowledge import Article
from core.text.html import one_line
from core.text.outside import read_json

# ------------------------------------------------------------------
# The files of a folder and of those within it, none that is elsewhere.


@dataclass(slots=True)
class Walked:
    """`closed` are folders that could not be looked into, and why; `outside` links that lead out of the folder,
    `nowhere` those that lead nowhere or in a circle. All in an order that does not change from time to time."""

    files: list[Path] = field(default_factory=list)
    outside: list[Path] = field(default_factory=list)
    nowhere: list[Path] = field(default_factory=list)
    closed: dict[Path, str] = field(default_factory=dict)


def walk(folder: Path) -> Walked:
    """Hidden files are left out. Links to folders are not followed: a folder within is read where it is."""
    found, root = Walked(), folder.resolve()
    for place, folders, names in os.walk(
        folder, onerror=lambda error: _close(Path(error.filename or folder), error, found)
    ):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        kept = [name for name in names if not name.startswith((".", "~$"))]
        for path in (Path(place, name) for name in (*folders, *kept)):
            try:
                _add(path, root, found)
            except OSError as error:
                _close(path, error, found)
    found.files.sort()
    found.outside.sort()
    found.nowhere.sort()
    return found


def _add(path: Path, root: Path, found: Walked) -> None:
    if (led := _leads(path, root)) is not None:
        (found.outside if led else found.nowhere).append(path)
    elif path.is_file():
        found.files.append(path)


def _leads(path: Path, root: Path) -> str | None:
    """Where a link leads that leads out of the root; empty for nowhere, None for what is no such link."""
    if not path.is_symlink():
        return None
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError):
        return ""
    return None if target.is_relative_to(root) else str(target)


def _close(path: Path, error: OSError, found: Walked) -> None:
    found.closed[path] = f"cannot be looked into: {error.strerror or error}"


# ------------------------------------------------------------------

LARGEST = 50_000_000  # bytes of one file, or of one line of JSON
# Each reader takes the bytes of a file; raises UnreadableError.
READERS: Mapping[str, Callable[[bytes], Written]] = {
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".txt": read_text,
    ".html": read_html,
    ".htm": read_html,
    ".pdf": read_pdf,
    ".docx": read_docx,
}
# Their names do not part two articles: `returns.md` is the article `returns`.
_BARE = frozenset({".md", ".markdown", ".html", ".htm", ".txt"})
# A person who lays these into the folder expects them to be read.
_OTHER_DOCUMENTS = frozenset(
    {".doc", ".rtf", ".odt", ".pages", ".ppt", ".pptx", ".odp", ".xls", ".xlsx", ".ods", ".epub"}
)
_AUDIENCE = re.compile(rb"^[ \t\"']*audience[\"']?[ \t]*:[ \t\"']*(\w+)", re.MULTILINE | re.IGNORECASE)
_HEAD = 20_000  # bytes of a page in which it says whom it is for
_YES = frozenset({"true", "yes", "1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class BadLine:
    """A line or file that could not be read, or not all of it. `number` counts lines from 1; it is 0 for a whole file.

    `article_id` is the id of the article that it is about, where that is known; `withheld` when no older version of it
    is to be shown either; `many` when it may be about any number of articles."""

    path: Path
    number: int
    reason: str
    article_id: str = ""
    withheld: bool = False
    many: bool = False

    def __str__(self) -> str:
        return f"{self.path}:{self.number}: {self.reason}" if self.number else f"{self.path}: {self.reason}"


@dataclass(slots=True)
class Articles:
    articles: list[Article] = field(default_factory=list)
    bad: list[BadLine] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Documents:
    pages: list[Path]
    bad: list[BadLine]


def articles_from(path: Path) -> Articles:
    """Every article of a `.jsonl` (or `.jsonl.gz`) file, a document or a folder; what cannot be read is in `bad`.

    Raises ConfigurationError when there is nothing at `path` or it is of another kind."""
    read = Articles()
    for each in read_articles(path):
        if isinstance(each, Article):
            read.articles.append(each)
        else:
            read.bad.append(each)
    return read


def read_articles(path: Path) -> Iterator[Article | BadLine]:
    """The same one by one, in an order that does not change from time to time; a folder's files are read as asked for.

    Raises ConfigurationError as `articles_from` does, a damaged archive's where the damage is."""
    if path.is_dir():
        found = documents(path)
        return chain(found.bad, _once(path, _pages(found.pages, path)))
    if path.is_file():
        return _once(path.parent, _pages([path], path.parent) if path.suffix.lower() in READERS else _rows(path))
    raise ConfigurationError(f"there are no articles at {path}")


def documents(folder: Path) -> "Documents":
    """The files of a folder and those within it that hold articles, or seem to; hidden ones do not."""
    found = walk(folder)
    bad = [BadLine(path=each, number=0, reason=why, many=True) for each, why in found.closed.items()]
    for each in filter(_is_wanted, found.nowhere):
        bad.append(BadLine(path=each, number=0, reason="is a link that leads nowhere"))
    for each in (each for each in found.outside if each.is_dir() or _is_wanted(each)):
        bad.append(BadLine(path=each, number=0, reason="is a link that leads out of the folder", withheld=True))
    return Documents(pages=list(filter(_is_wanted, found.files)), bad=bad)


def _is_wanted(path: Path) -> bool:
    kind = path.suffix.lower()
    return kind in READERS or kind in _OTHER_DOCUMENTS or _holds_rows(path)


def _holds_rows(path: Path) -> bool:
    return path.name.lower().endswith((".jsonl", ".jsonl.gz"))


_Read = tuple[Path, int, Made]  # where it was read, and in which line


def _rows(path: Path) -> Iterator[_Read | BadLine]:
    for number, line in _lines(path):
        row: object = None
        try:
            if line is None:
                raise ValueError(f"the line is longer than {LARGEST // 1_000_000} MB")
            row = read_json(line)
            if not isinstance(row, dict):
                raise TypeError("the line is not a JSON object")
            yield path, number, make_article(row)
        except (ValueError, TypeError) as error:
            named = one_line(str(row.get("id") or "")) if isinstance(row, dict) else ""
            # A line that can be read and is wrong is no reason to go on showing what it said before.
            yield BadLine(
                path=path, number=number, reason=str(error), article_id=named, withheld=bool(named), many=not named
            )


def _once(root: Path, found: Iterable[_Read | BadLine]) -> Iterator[Article | BadLine]:
    """The articles whose id no other has before them, and what was wrong with them."""
    taken: dict[str, str] = {}
    for each in found:
        if isinstance(each, BadLine):
            yield each
            continue
        path, number, read = each
        here = f"{path.relative_to(root)}{f', line {number}' if number else ''}"
        key = read.article.id
        if (other := taken.setdefault(key, here)) != here:
            yield BadLine(path=path, number=number, reason=f"has the id of {other}, {key}", article_id=key)
            continue
        yield from (BadLine(path=path, number=number, reason=why, article_id=key) for why in read.wrong)
        yield read.article


def _lines(path: Path) -> Iterator[tuple[int, str | None]]:
    """(number, line) of each line that is not blank; None for one that is too long."""
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as stream:
            number = 0
            while line := stream.readline(LARGEST):
                number += 1
                if len(line) == LARGEST and not line.endswith(b"\n"):
                    _skip_line(stream)
                    yield number, None
                elif text := line.decode("utf-8-sig" if number == 1 else "utf-8", errors="replace").strip():
                    yield number, text
    except (OSError, EOFError, zlib.error) as error:
        raise ConfigurationError(f"{path} cannot be read: {error}") from error


def _skip_line(stream: gzip.GzipFile | BufferedReader) -> None:
    while (more := stream.readline(LARGEST)) and not more.endswith(b"\n"):
        pass


def _pages(pages: list[Path], root: Path) -> Iterator[_Read | BadLine]:
    for page in pages:
        try:
            if _holds_rows(page):
                yield from _rows(page)
            elif (found := _page(page, root)) is not None:
                yield page, 0, found
        except ConfigurationError as error:
            yield BadLine(path=page, number=0, reason=str(error), many=True)
        except WithheldError as error:
            yield BadLine(path=page, number=0, reason=str(error), article_id=error.named, withheld=True)
        except (OSError, ValueError, UnreadableError) as error:
            reason = error.strerror or str(error) if isinstance(error, OSError) else str(error)
            yield BadLine(path=page, number=0, reason=reason, withheld=_is_for_some(page))


def _is_for_some(page: Path) -> bool:
    """Whether what can be read of a page that cannot be read says that it is not for everybody."""
    try:
        with page.open("rb") as stream:
            found = _AUDIENCE.search(stream.read(_HEAD))
    except OSError:
        return False
    return found is not None and found[1].lower() != b"public"


def _page(page: Path, root: Path) -> Made | None:
    """A page's name is its id, its folder its section; what it states about itself overrides both. None for a draft."""
    kind = page.suffix.lower()
    if kind in _OTHER_DOCUMENTS:
        raise UnreadableError(f"{kind} files are not read: save it as .docx, .pdf or .html")
    if page.stat().st_size > LARGEST:
        raise UnreadableError(f"is larger than {LARGEST // 1_000_000} MB")
    written = READERS[kind](page.read_bytes())
    if str(written.facts.get("draft", "")).lower() in _YES:
        return None
    name = page.relative_to(root)
    given = {
        "id": (name.with_suffix("") if kind in _BARE else name).as_posix(),
        "section": "" if name.parent == Path() else name.parent.as_posix(),
        "title": written.title,
    }
    return make_article({**given, **written.facts, "title": written.title}, written.text)
