"""What a conversation is about: the things it names, those named last first."""

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

from core.knowledge.names import Names
from core.ports import ArticleTable

LAST = 3  # names: what was spoken of before them is over
LISTED = 6  # … unless they were listed together, to choose from
_TURNS = 12  # turns looked through, from the last one back


@dataclass(frozen=True, slots=True, kw_only=True)
class Focus:
    """The names of things spoken of, those named last first; none where nothing known is named."""

    names: tuple[str, ...] = ()

    def behind(self, about: Sequence[str]) -> int | None:
        """How many things were named after the latest of these; None when none of them was."""
        return min((self.names.index(name) for name in about if name in self.names), default=None)


NOTHING_NAMED = Focus()


def focus(names: Names, turns: Sequence[str]) -> Focus:
    """What the turns (oldest first, by anybody) name: the last three things, or all of the last list of up to six."""
    found: list[str] = []
    for turn in reversed(turns[-_TURNS:]):
        room = LAST if found else LISTED
        new = dict.fromkeys(mention.name for mention in reversed(names.mentions(turn)))
        found += [name for name in new if name not in found][: max(0, room - len(found))]
        if len(found) >= LAST:
            break
    return Focus(names=tuple(found))


class Known:
    """The names in the articles as they are now; read again when the articles changed."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._version: int | None = None
        self._names = Names(())

    def focus(self, articles: ArticleTable, turns: Sequence[str]) -> Focus:
        """What the turns name of what the articles are about."""
        with self._lock:
            version = articles.version()
            if version != self._version:
                self._names, self._version = Names(articles.names()), version
            names = self._names
        return focus(names, turns) if names.names else NOTHING_NAMED
