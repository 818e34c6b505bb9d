"""Placeholders instead of personal data, and the way back."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from core.privacy.find import PLACEHOLDER, find
from core.privacy.personal import Kind, Known

_ROUNDS = 8  # what was masked may bring a word and a number together that were apart


@dataclass(frozen=True, slots=True, kw_only=True)
class Masked:
    """The text with placeholders, and what each of them stands for."""

    text: str
    entries: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def mask(text: str, *, region: str | None = None, known: Sequence[Known] = ()) -> Masked:
    """Each value becomes `[phone 1]`; the same value always the same placeholder. `restore_values` gives the text
    back."""
    (masked,), entries = mask_all((text,), region=region, known=known)
    return Masked(text=masked, entries=entries)


def mask_all(
    texts: Sequence[str], *, region: str | None = None, known: Sequence[Known] = ()
) -> tuple[tuple[str, ...], Mapping[str, str]]:
    """Several texts that go out together, under one set of placeholders."""
    names = _Names(frozenset(match.group() for text in texts for match in PLACEHOLDER.finditer(text)))
    masked = tuple(_replaced(text, names.of, region, known) for text in texts)
    return masked, MappingProxyType(names.entries)


def redact(text: str, *, region: str | None = None, known: Sequence[Known] = ()) -> str:
    """The text with `[phone]` for what was there: for what is kept, with no way back. Takes out more than `mask`: what
    is likely to be a name or an address of somebody unknown."""
    return _replaced(text, lambda kind, _: f"[{kind}]", region, known, greedy=True)


def restore_values(text: str, entries: Mapping[str, str], written: Callable[[str], str] = str) -> str:
    """`written` says how a value is spelt where it goes back, for example inside JSON."""
    if not entries:
        return text
    return PLACEHOLDER.sub(lambda match: _back(match, entries, written), text)


def _back(match: re.Match[str], entries: Mapping[str, str], written: Callable[[str], str]) -> str:
    value = entries.get(match.group())
    return match.group() if value is None else written(value)


def _replaced(
    text: str, name: Callable[[Kind, str], str], region: str | None, known: Sequence[Known], *, greedy: bool = False
) -> str:
    for _ in range(_ROUNDS):
        found = find(text, region=region, known=known, greedy=greedy)
        if not found:
            break
        parts, last = [], 0
        for one in found:
            parts += [text[last : one.start], name(one.kind, one.text)]
            last = one.end
        text = "".join([*parts, text[last:]])
    return text


class _Names:
    """Gives each value its placeholder, and never one that a text already has of its own."""

    def __init__(self, reserved: frozenset[str]) -> None:
        self._reserved = reserved
        self._given: dict[tuple[Kind, str], str] = {}
        self._counts: dict[Kind, int] = {}
        self.entries: dict[str, str] = {}

    def of(self, kind: Kind, value: str) -> str:
        if (kind, value) not in self._given:
            self._given[kind, value] = self._next(kind)
            self.entries[self._given[kind, value]] = value
        return self._given[kind, value]

    def _next(self, kind: Kind) -> str:
        while True:
            self._counts[kind] = self._counts.get(kind, 0) + 1
            name = f"[{kind} {self._counts[kind]}]"
            if name not in self._reserved:
                return name
