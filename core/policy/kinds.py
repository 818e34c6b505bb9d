"""What a single value in the policy file may be."""

import re
import string
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from enum import StrEnum
from typing import Any, Generic, TypeVar

from core.model.customer import Channel
from core.policy.problem import suggest

E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")
U = TypeVar("U")

YEAR = timedelta(days=365)
NO_WORD = (bool, dict, list)
FEW = 8  # names that are listed although it is plain which one was meant


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind(Generic[T]):
    """What a value may be, in words for a person, and the function that takes it over.

    `read` raises ValueError, TypeError or OverflowError for anything else. `names` are the words that it may be made
    of, where there are only some."""

    expected: str
    read: Callable[[Any], T]
    names: tuple[str, ...] = ()

    def into(self, convert: Callable[[T], U]) -> "Kind[U]":
        """The same of a value that is kept in another form."""
        return Kind(expected=self.expected, read=lambda value: convert(self.read(value)), names=self.names)

    def describe_wanted(self, value: object) -> str:
        """What was expected instead of a value: what it was probably meant to be, else all that it may be."""
        written = value if isinstance(value, list | Mapping) else [value]
        wrong = next((str(item) for item in written if str(item) not in self.names), "")
        near = suggest(wrong, self.names) if self.names and wrong else ""
        return f"one of {len(self.names)} names{near}" if near and len(self.names) > FEW else f"{self.expected}{near}"


def number(value: Any) -> float:
    """A number that is written as one: `"0.5"` in quotes is a text."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError
    return float(value)


def between(least: float, most: float) -> Callable[[Any], float]:
    def read(value: Any) -> float:
        found = number(value)
        if not least <= found <= most:
            raise ValueError
        return found

    return read


def whole(least: int, most: int | None = None) -> Callable[[Any], int]:
    def read(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise TypeError
        if value < least or (most is not None and value > most):
            raise ValueError
        return value

    return read


def positive(value: Any) -> float:
    if not 0 < number(value) < float("inf"):
        raise ValueError
    return number(value)


def span(unit: timedelta, name: str) -> Kind[timedelta]:
    """A time in such units, at most a year: what is longer is a slip of the pen, and no calendar reaches far beyond."""

    def read(value: Any) -> timedelta:
        if positive(value) > YEAR / unit:
            raise ValueError
        return unit * positive(value)

    return Kind(expected=f"{name}, a number over 0 and at most {YEAR / unit:.0f} (a year)", read=read)


def yes_no(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def word(value: Any) -> str:
    """A name or a text; a number is taken as it is written."""
    found = "" if value is None or isinstance(value, NO_WORD) else str(value).strip()
    if not found:
        raise ValueError
    return found


def words(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError
    return tuple(word(item) for item in value)


def _address(value: Any) -> str:
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", word(value)):
        raise ValueError
    return word(value)


def _addresses(value: Any) -> tuple[str, ...]:
    return tuple(_address(item) for item in words(value))


def _currency(value: Any) -> str:
    if len(word(value)) != 3 or not word(value).isascii() or not word(value).isupper():
        raise ValueError
    return word(value)


def _language(value: Any) -> str:
    if not re.fullmatch(r"[a-z]{2,3}", word(value)):
        raise ValueError
    return word(value)


def clock(value: Any) -> time:
    # YAML reads an unquoted 20:00 as the number 1200, which would pass for noon.
    if not isinstance(value, str):
        raise TypeError
    moment = time.fromisoformat(value)
    if moment.tzinfo is not None:
        raise ValueError
    return moment


def template(value: Any) -> str:
    """A text whose places all have names: `{service}`, and no brace is left open."""
    names = [name for _, name, _, _ in string.Formatter().parse(word(value))]
    if any(name is not None and not name.isidentifier() for name in names):
        raise ValueError
    return word(value)


def one_of(names: Iterable[str]) -> Kind[str]:
    known = frozenset(names)

    def read(value: Any) -> str:
        if not isinstance(value, str) or value not in known:
            raise ValueError
        return value

    return Kind(expected=f"one of {', '.join(sorted(known))}", read=read, names=tuple(sorted(known)))


def member(kind: type[E]) -> Kind[E]:
    return Kind(expected=f"one of {', '.join(kind)}", read=kind, names=tuple(kind))


def some_of(names: Iterable[str]) -> Kind[frozenset[str]]:
    """A list of known names."""
    one = one_of(names)
    return Kind(
        expected=f"a list of {one.expected.removeprefix('one of ')}",
        read=lambda value: frozenset(one.read(item) for item in words(value)),
        names=one.names,
    )


def members_of(kind: type[E], names: Iterable[E] | None = None) -> Kind[frozenset[E]]:
    """A list of members of an enumeration, or of some of them."""
    return some_of(kind if names is None else names).into(lambda found: frozenset(map(kind, found)))


def seconds(least: float, most: float) -> Kind[timedelta]:
    read = between(least, most)
    return Kind(expected=f"seconds from {least:g} to {most:g}", read=lambda value: timedelta(seconds=read(value)))


SHARE = Kind(expected="a number from 0 to 1", read=between(0, 1))
MOOD = Kind(expected="a number from -1 to 1", read=between(-1, 1))
COUNT = Kind(expected="a whole number", read=whole(0))
AT_LEAST_ONE = Kind(expected="a whole number from 1 up", read=whole(1))
AMOUNT = Kind(expected="a number from 0 up", read=between(0, 1e12))
POSITIVE = Kind(expected="a number over 0", read=positive)
HOURS = span(timedelta(hours=1), "hours")
MINUTES = span(timedelta(minutes=1), "minutes")
DAYS = span(timedelta(days=1), "days")
FLAG = Kind(expected="true or false", read=yes_no)
NAME = Kind(expected="a name", read=word)
TEXT = Kind(expected="a text", read=word)
TEMPLATE = Kind(expected="a text whose places have names, such as {service}", read=template)
CURRENCY = Kind(expected="a currency in three capital letters, such as EUR", read=_currency)
NAMES = Kind(expected="a list of names", read=words)
NAME_SET = Kind(expected="a list of names", read=lambda value: frozenset(words(value)))
EMAIL = Kind(expected="an e-mail address", read=_address)
EMAILS = Kind(expected="a list of e-mail addresses", read=_addresses)
LANGUAGE = Kind(expected='a language code in quotes, such as "en"', read=_language)
LANGUAGES = Kind(expected="a list of language codes such as en", read=lambda value: tuple(map(_language, words(value))))
CLOCK = Kind(expected='a time in quotes such as "08:00"', read=clock)
CHANNELS = Kind(
    expected=f"a list of {', '.join(Channel)}",
    read=lambda value: frozenset(Channel(name) for name in words(value)),
    names=tuple(Channel),
)
