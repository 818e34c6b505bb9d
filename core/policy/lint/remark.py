"""One thing to say about a policy that could be read."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from core.policy.problem import Place, spell


class Level(StrEnum):
    """ERROR: it names something that is not there, or cannot work as written. WARNING: it never comes into play, or
    does something that is seldom meant."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    level: Level
    place: Place
    text: str

    @property
    def key(self) -> str:
        return spell(self.place)


def error(place: Place, text: str) -> Remark:
    return Remark(level=Level.ERROR, place=place, text=text)


def warning(place: Place, text: str) -> Remark:
    return Remark(level=Level.WARNING, place=place, text=text)


def list_names(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
