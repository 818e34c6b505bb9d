"""A folder, or one file, as a source of articles."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from connectors.local.files import BadLine, articles_from, documents
from core.errors import ConfigurationError
from core.model.ids import ArticleId
from core.model.knowledge import Changes, Problem


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
        """Raises ConfigurationError when the folder is not there, or all that it had is gone from it: an empty disk is
        no reason to forget everything."""
        read = articles_from(self.path)
        articles = tuple(
            replace(article, id=ArticleId(f"{self.name}:{article.id}"), origin=self.origin) for article in read.articles
        )
        problems = tuple(Problem(subject=str(bad.path), reason=_reason(bad.number, bad.reason)) for bad in read.bad)
        there: set[str] = {article.id for article in articles}
        if known and not there and not read.bad and self._is_empty():
            raise ConfigurationError(f"{self.path} is empty; use --forget if that is meant")
        withheld = self._named(bad for bad in read.bad if bad.withheld) - there
        there |= self._named(bad for bad in read.bad if not bad.withheld) - withheld
        # Where nobody can tell which articles it was that could not be read, nothing else is taken for gone.
        unclear = any(bad.many for bad in read.bad)
        gone = tuple(each for each in known if each in withheld or not (unclear or each in there))
        yield Changes(articles=articles, problems=problems, gone=gone, cursor="", expected=len(articles))

    def _is_empty(self) -> bool:
        return not documents(self.path).pages if self.path.is_dir() else not self.path.stat().st_size

    def _named(self, bad: Iterable[BadLine]) -> set[str]:
        """The ids of the articles that these are about."""
        return {
            name
            for each in bad
            for name in ([f"{self.name}:{each.article_id}"] if each.article_id else []) + list(self._names(each))
        }

    def _names(self, bad: BadLine) -> tuple[str, ...]:
        """The ids that an article of a page may have: what cannot be read now stays as it was."""
        if bad.number:
            return ()
        page = bad.path
        inside = (
            page.relative_to(self.path) if page != self.path and page.is_relative_to(self.path) else Path(page.name)
        )
        return f"{self.name}:{inside.as_posix()}", f"{self.name}:{inside.with_suffix('').as_posix()}"


def _reason(line: int, reason: str) -> str:
    return f"line {line}: {reason}" if line else reason
