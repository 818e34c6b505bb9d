"""Articles from files: JSON lines, or a folder of Markdown and HTML."""

import gzip
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from core.answer.markup import plain
from core.errors import ConfigurationError
from core.model.ids import ArticleId
from core.model.knowledge import Article, Audience

BODY = ("body", "content", "text", "answer")
TITLE = ("title", "entity", "name")
_PAGES = {".md", ".markdown", ".html", ".htm", ".txt"}
_FRONT = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
_PAIR = re.compile(r"^(\w+)\s*:\s*(.*?)\s*$", re.MULTILINE)
_HEADLINE = re.compile(r"\A#{1,6} (.+)\n?")
_HTML_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.DOTALL | re.IGNORECASE)


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
    """Every article of a `.jsonl` (or `.jsonl.gz`) file or a folder; what cannot be read is in `bad`.

    Raises ConfigurationError when there is nothing at `path` or it is of another kind."""
    read = Articles()
    if path.is_dir():
        for page in sorted(p for p in path.rglob("*") if p.suffix.lower() in _PAGES and p.is_file()):
            _add_page(read, page, path)
    elif path.is_file():
        for number, line in _lines(path):
            _add_line(read, path, number, line)
    else:
        raise ConfigurationError(f"there are no articles at {path}")
    return read


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as stream:
            for number, line in enumerate(stream, 1):
                text = line.decode("utf-8", errors="replace").strip()
                if text:
                    yield number, text
    except (OSError, EOFError) as error:
        raise ConfigurationError(f"{path} cannot be read: {error}") from error


def _add_line(read: Articles, path: Path, number: int, line: str) -> None:
    try:
        row = json.loads(line)
        if not isinstance(row, dict):
            raise TypeError("the line is not a JSON object")
        read.articles.append(article(row))
    except (ValueError, TypeError) as error:
        read.bad.append(BadLine(path=path, number=number, reason=str(error)))


def article(row: Mapping[str, Any]) -> Article:
    """One article from a row. Raises ValueError naming the field that is missing or wrong."""
    text = plain(_text(row, BODY))
    key = str(row.get("id") or "").strip()
    if not key:
        raise ValueError("the article has no id")
    if not text:
        raise ValueError(f"article {key} has no body")
    return Article(
        id=ArticleId(key),
        title=_title(row) or text.splitlines()[0].lstrip("#- ")[:80],
        text=text,
        url=str(row.get("url") or ""),
        section=str(row.get("section") or ""),
        locale=str(row.get("locale") or "en"),
        audience=_audience(row.get("audience")),
        updated_at=_moment(row.get("updated_at")),
    )


def _title(row: Mapping[str, Any]) -> str:
    """A row of a list of questions and answers is titled by its question, beside what it is about."""
    return " – ".join(filter(None, (_text(row, TITLE), _text(row, ("question",)))))


def _text(row: Mapping[str, Any], names: tuple[str, ...]) -> str:
    for name in names:
        value = row.get(name)
        if isinstance(value, str) and value.strip():
            return value.strip()
    return ""


def _audience(value: object) -> Audience:
    """No word means everybody. A word that is not ours names a group of customers: shown to agents, never sent."""
    word = str(value or Audience.PUBLIC).strip().lower()
    return Audience(word) if word in set(Audience) else Audience.SEGMENT


def _moment(value: object) -> datetime | None:
    """An ISO date or time; a time without a zone is taken as UTC."""
    if not value:
        return None
    try:
        moment = datetime.fromisoformat(str(value).replace("Z", "+00:00"))
    except ValueError as error:
        raise ValueError(f"updated_at {value!r} is not an ISO date") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _add_page(read: Articles, page: Path, root: Path) -> None:
    """A page's name is its id, its folder its section; front matter (`title: …`) overrides both."""
    try:
        body = page.read_text(encoding="utf-8")
        front = _FRONT.match(body)
        facts = {k: v.strip("\"'") for k, v in _PAIR.findall(front[1])} if front else {}
        body = body[front.end() :] if front else body
        title = facts.get("title") or _html_title(body)
        text = plain(body)
        headline = _HEADLINE.match(text)
        if headline and not facts.get("title"):
            title, text = headline[1], text[headline.end() :].strip()
        name = page.relative_to(root)
        place = "" if name.parent == Path() else name.parent.as_posix()
        row = {"id": name.with_suffix("").as_posix(), "section": place, **facts, "title": title, "body": text}
        read.articles.append(article(row))
    except (OSError, ValueError) as error:
        read.bad.append(BadLine(path=page, number=0, reason=str(error)))


def _html_title(body: str) -> str:
    found = _HTML_TITLE.search(body)
    return " ".join(found[1].split()) if found else ""
