"""The articles as they stood at a moment of the past, as far as that is known.

A version is known to have stood from its `updated_at` until the next known version of the same article, or until it
expired. Help centres keep no older versions: of an article that was edited since, nobody knows what it said before, and
it is not there until its edit. An article without a date may have been there or not; it is used, and what rests on it
is told.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from core.knowledge.library import Library
from core.model.ids import ArticleId
from core.model.knowledge import Article

ALWAYS = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True)
class Shelf:
    """Brings a library from one moment to a later one; never back. `today`: all newest versions stand there from the
    beginning, which tells what today's articles could have answered."""

    library: Library
    versions: Iterable[Article]
    today: bool = False
    _waiting: list[Article] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._waiting = sorted(self.versions, key=lambda each: each.updated_at or ALWAYS)

    def turn_to(self, moment: datetime) -> bool:
        """Whether anything was put there for it."""
        due: dict[ArticleId, Article] = {}
        while self._waiting and (self.today or (self._waiting[0].updated_at or ALWAYS) <= moment):
            article = self._waiting.pop(0)
            due[article.id] = article
        if not due:
            return False
        self.library.add(due.values())
        return True


def known_from(versions: Iterable[Article]) -> dict[ArticleId, datetime]:
    """From when on something is known of each article: its oldest known version, ALWAYS where that bears no date."""
    found: dict[ArticleId, datetime] = {}
    for each in versions:
        at = each.updated_at or ALWAYS
        found[each.id] = min(found.get(each.id, at), at)
    return found
