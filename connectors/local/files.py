"""Articles from files: JSON lines, or a folder of Markdown, HTML, text, PDF and Word documents."""

import gzip
import json
import os
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from io import BufferedReader
from pathlib import Path

from connectors.local.reading.docx import read_docx
from connectors.local.reading.html import read_html
from connectors.local.reading.markdown import read_markdown, read_text
from connectors.local.reading.pdf import read_pdf
from connectors.local.reading.rows import article
from connectors.local.reading.written import UnreadableError, Written
from core.errors import ConfigurationError
from core.model.knowledge import Article

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
_YES = frozenset({"true", "yes", "1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class BadLine:
    """A line or file that could not be read. `number` counts lines from 1; it is 0 for a whole file."""

    path: Path
    number: int
    reason: str

    def __str__(self) -> str:
        return f"{self.path}:{self.number}: {self.reason}" if self.number else f"{self.path}: {self.reason}"


@dataclass(slots=True)
class Articles:
    articles: list[Article] = field(default_factory=list)
    bad: list[BadLine] = field(default_factory=list)


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
        return _pages(documents(path), path)
    if path.is_file():
        return _pages([path], path.parent) if path.suffix.lower() in READERS else _rows(path)
    raise ConfigurationError(f"there are no articles at {path}")


def documents(folder: Path) -> list[Path]:
    """The files of a folder and those within it that hold articles, or seem to; hidden ones do not."""
    found: list[Path] = []
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found += [Path(place, name) for name in names if not name.startswith((".", "~$"))]
    wanted = READERS.keys() | _OTHER_DOCUMENTS
    return sorted(each for each in found if each.suffix.lower() in wanted and each.is_file())


def _rows(path: Path) -> Iterator[Article | BadLine]:
    for number, line in _lines(path):
        try:
            if line is None:
                raise ValueError(f"the line is longer than {LARGEST // 1_000_000} MB")
            row = json.loads(line)
            if not isinstance(row, dict):
                raise TypeError("the line is not a JSON object")
            yield article(row)
        except RecursionError:
            yield BadLine(path=path, number=number, reason="the line is nested too deeply")
        except (ValueError, TypeError) as error:
            yield BadLine(path=path, number=number, reason=str(error))


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


def _pages(pages: list[Path], root: Path) -> Iterator[Article | BadLine]:
    taken: dict[str, Path] = {}
    for page in pages:
        try:
            found = _page(page, root)
        except (OSError, ValueError, UnreadableError) as error:
            reason = error.strerror or str(error) if isinstance(error, OSError) else str(error)
            yield BadLine(path=page, number=0, reason=reason)
            continue
        if found is None:
            continue
        if (other := taken.setdefault(found.id, page)) is not page:
            yield BadLine(path=page, number=0, reason=f"has the id of {other.relative_to(root)}, {found.id}")
        else:
            yield found


def _page(page: Path, root: Path) -> Article | None:
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
    return article({**given, **written.facts, "title": written.title}, written.text)
