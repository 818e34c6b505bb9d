"""What must be seen: words that are there, words that are not, how many there are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from apps.demo.outside import NotSeenError, need

LONGEST = 900  # characters of what was seen instead


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """Words are compared without regard to case and to the kind of space between them."""

    has: tuple[str, ...] = ()
    has_not: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()
    count: int = 1

    def check(self, what: str, texts: Sequence[str]) -> None:
        """Of several texts each word may be in any. Raises NotSeenError."""
        if len(texts) != self.count:
            raise NotSeenError(f"{what}: {len(texts)} instead of {self.count}: {_shown(texts)}")
        self.check_words(what, texts)

    def check_words(self, what: str, texts: Sequence[str]) -> None:
        whole = plain("\n".join(texts))
        for word in self.has:
            need(plain(word) in whole, f"{what} does not say “{word}”: {_shown(texts)}")
        for word in self.has_not:
            need(plain(word) not in whole, f"{what} says “{word}”: {_shown(texts)}")
        if self.any_of:
            found = any(plain(word) in whole for word in self.any_of)
            need(found, f"{what} says none of {', '.join(self.any_of)}: {_shown(texts)}")


def expected(given: Any) -> Expected:
    """A word, a list of words, or a mapping of `has`, `has not`, `any of`, `count`. ValueError for another word."""
    if given is None:
        return Expected()
    if isinstance(given, Mapping):
        unknown = set(given) - {"has", "has not", "any of", "count"}
        if unknown:
            raise ValueError(f"unknown: {', '.join(map(str, unknown))}")
        return Expected(
            has=words(given.get("has")),
            has_not=words(given.get("has not")),
            any_of=words(given.get("any of")),
            count=int(given.get("count", 1)),
        )
    return Expected(has=words(given))


def words(given: Any) -> tuple[str, ...]:
    if given is None:
        return ()
    return tuple(map(str, given)) if isinstance(given, list) else (str(given),)


def plain(text: str) -> str:
    return " ".join(text.casefold().replace("’", "'").split())


def _shown(texts: Sequence[str]) -> str:
    whole = " | ".join(" ".join(text.split()) for text in texts) or "nothing"
    return whole if len(whole) <= LONGEST else f"{whole[:LONGEST]} …"
