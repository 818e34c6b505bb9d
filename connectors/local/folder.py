"""A folder, or one file, as a source of articles."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from connectors.local.files import articles_from
from core.model.ids import ArticleId
from core.model.source import Changes, Problem


@dataclass(frozen=True, slots=True)
class FolderSource:
    """Implements `core.ports.Source`. All of it is read at every sync; what did not change costs no more than that.

    Its articles' ids begin with its name: two folders may have pages of one name."""

    name: str
    path: Path
    trusted: bool = False

    @property
    def origin(self) -> str:
        return f"file:{self.name}"

    def changes(self, cursor: str | None, known: Collection[str]) -> Iterator[Changes]:
        """Raises ConfigurationError when the folder is not there: an empty disk is no reason to forget everything."""
        read = articles_from(self.path)
        articles = tuple(
            replace(article, id=ArticleId(f"{self.name}:{article.id}"), origin=self.origin) for article in read.articles
        )
        problems = tuple(Problem(subject=str(bad.path), reason=_reason(bad.number, bad.reason)) for bad in read.bad)
        there = {article.id for article in articles} | {name for bad in read.bad for name in self._names(bad.path)}
        # Of a bad line nobody can tell which article it was: then nothing is taken for gone.
        gone = () if any(bad.number for bad in read.bad) else tuple(each for each in known if each not in there)
        yield Changes(articles=articles, problems=problems, gone=gone, cursor="", expected=len(articles))

    def _names(self, page: Path) -> tuple[str, str]:
        """The ids that an article of this page may have: what cannot be read now stays as it was."""
        inside = (
            page.relative_to(self.path) if page != self.path and page.is_relative_to(self.path) else Path(page.name)
        )
        return f"{self.name}:{inside.as_posix()}", f"{self.name}:{inside.with_suffix('').as_posix()}"


def _reason(line: int, reason: str) -> str:
    return f"line {line}: {reason}" if line else reason
