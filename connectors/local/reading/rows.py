"""An article from named values: a line of JSON, or what a file states about itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Any

from core.knowledge.passages import plain
from core.model.ids import ArticleId
from core.model.knowledge import Article, Audience
from core.text.html import one_line

BODY = ("body", "content", "text", "answer")
TITLE = ("title", "entity", "name")


EXPIRED = datetime(1970, 1, 1, tzinfo=UTC)  # of an article whose end is stated, but nobody can tell which


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """The article, and what was wrong with its row but is no reason to go on with an older version of it."""

    article: Article
    wrong: tuple[str, ...] = ()


def make_article(row: Mapping[str, Any], text: str | None = None) -> Made:
    """One article from a row; `text` where its plain form is already made. Without its date where that is none,
    expired where nobody can tell when it does.

    Raises ValueError naming the field that is missing, or a name that may be a misspelt `audience`."""
    if "audience" not in row and (misspelt := get_close_matches("audience", map(str.lower, row), n=1, cutoff=0.75)):
        raise ValueError(f"states {misspelt[0]!r}: is that its audience?")
    wrong: list[str] = []
    dates = {name: _date(row, name, wrong) for name in ("updated_at", "expires_at")}
    found = _article(row, text)
    ends = EXPIRED if row.get("expires_at") and dates["expires_at"] is None else dates["expires_at"]
    return Made(article=replace(found, updated_at=dates["updated_at"], expires_at=ends), wrong=tuple(wrong))


def _date(row: Mapping[str, Any], name: str, wrong: list[str]) -> datetime | None:
    try:
        return moment(row.get(name), name)
    except ValueError as error:
        wrong.append(str(error))
        return None


def _article(row: Mapping[str, Any], text: str | None) -> Article:
    text = plain(_text(row, BODY)) if text is None else text
    key = one_line(str(row.get("id") or ""))
    if not key:
        raise ValueError("the article has no id")
    if not text:
        raise ValueError(f"article {key} has no body")
    return Article(
        id=ArticleId(key),
        title=one_line(_title(row)) or text.splitlines()[0].lstrip("#- ")[:80],
        text=text,
        url=one_line(str(row.get("url") or "")),
        section=one_line(str(row.get("section") or "")),
        locale=str(row.get("locale") or "en"),
        audience=_audience(row.get("audience")),
        brand=one_line(str(row.get("brand") or "")),
        about=names(row.get("about")) or names(row.get("entity")),
        labels=names(row.get("labels")),
    )


def names(value: object) -> tuple[str, ...]:
    """A list of names; a single string is one name, or several with semicolons between them."""
    several = value.split(";") if isinstance(value, str) else value if isinstance(value, Sequence) else ()
    return tuple(dict.fromkeys(filter(None, (one_line(str(each)) for each in several))))


def moment(value: object, name: str) -> datetime | None:
    """An ISO date or time; a time without a zone is taken as UTC. Raises ValueError for anything else."""
    if not value:
        return None
    try:
        found = datetime.fromisoformat(str(value).strip().replace("Z", "+00:00"))
    except ValueError as error:
        raise ValueError(f"{name} {value!r} is not an ISO date") from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _title(row: Mapping[str, Any]) -> str:
    """A row of a list of questions and answers is titled by its question, beside what it is about."""
    return " – ".join(filter(None, (_text(row, TITLE), _text(row, ("question",)))))


def _text(row: Mapping[str, Any], fields: tuple[str, ...]) -> str:
    for name in fields:
        value = row.get(name)
        if isinstance(value, str) and value.strip():
            return value.strip()
    return ""


def _audience(value: object) -> Audience:
    """No word means everybody. A word that is not ours names a group of customers: shown to agents, never sent."""
    word = str(value or Audience.PUBLIC).strip().lower()
    return Audience(word) if word in set(Audience) else Audience.SEGMENT
