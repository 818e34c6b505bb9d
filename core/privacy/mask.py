"""Placeholders instead of personal data, the way back, and a language model that sees nothing else."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from core.model.customer import Customer
from core.ports import LanguageModel
from core.privacy.find import PLACEHOLDER, find, of_customer, region_of
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


# What nobody needs in a log or on an alert: an event's name, a ticket's number and a link to it stay.
_HIDDEN = frozenset({Kind.PHONE, Kind.EMAIL, Kind.CARD, Kind.IBAN, Kind.SECRET, Kind.BIRTH})


def hide(text: str) -> str:
    """The text with `[email]` for an address and `[phone …23]` for a number: for logs and for supervisors' channels,
    where somebody may have to tell two customers apart, and nobody needs to reach one."""
    parts, last = [], 0
    for one in find(text):
        if one.kind in _HIDDEN:
            ending = f" …{one.text[-2:]}" if one.kind is Kind.PHONE else ""
            parts += [text[last : one.start], f"[{one.kind}{ending}]"]
            last = one.end
    return "".join([*parts, text[last:]])


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


# ------------------------------------------------------------------
# A language model that never sees personal data: placeholders go out, the values come back.

NOTE = (
    " Words in square brackets with a number, such as [phone 1], stand for values that you are not shown: copy them"
    " exactly as they are where the value belongs."
)
_BEGUN = re.compile(r"\[[a-z]{0,8}(?: \d{0,4})?\Z")


class MaskedModel:
    """Wraps any LanguageModel. The prompt, ours and the customer's words, goes out with placeholders; in the model's
    JSON each placeholder that we gave out becomes its value again. The schema goes out as it is: it is ours."""

    def __init__(self, model: LanguageModel, *, region: str | None = None, known: Sequence[Known] = ()) -> None:
        """`region` is where a phone number without country code would be dialled; `known` is what a profile says."""
        self._model = model
        self._region = region
        self.known = tuple(known)

    @property
    def name(self) -> str:
        return self._model.name

    def knowing(self, customer: Customer) -> "MaskedModel":
        """The same model, for whom this customer's name and addresses are masked too."""
        region = self._region or region_of(customer)
        return MaskedModel(self._model, region=region, known=of_customer(customer))

    def complete(
        self, *, system: str, user: str, schema: Mapping[str, Any], max_tokens: int, within: timedelta | None = None
    ) -> str:
        system, user, entries = self._masked(system, user)
        reply = self._model.complete(system=system, user=user, schema=schema, max_tokens=max_tokens, within=within)
        return restore_values(reply, entries, _in_json)

    def stream(
        self, *, system: str, user: str, schema: Mapping[str, Any], max_tokens: int, within: timedelta | None = None
    ) -> Iterator[str]:
        """A placeholder that comes in two pieces is held back until it is whole."""
        system, user, entries = self._masked(system, user)
        pieces = self._model.stream(system=system, user=user, schema=schema, max_tokens=max_tokens, within=within)
        held = ""
        try:
            for piece in pieces:
                ready, held = _whole(held + piece)
                if ready:
                    yield restore_values(ready, entries, _in_json)
        finally:
            if close := getattr(pieces, "close", None):
                close()
        if held:
            yield held

    def count_tokens(self, text: str) -> int:
        return self._model.count_tokens(text)

    def _masked(self, system: str, user: str) -> tuple[str, str, Mapping[str, str]]:
        (system, user), entries = mask_all((system, user), region=self._region, known=self.known)
        return system + NOTE if entries else system, user, entries


def mask_model_for(model: LanguageModel, customer: Customer) -> MaskedModel:
    """The model, shown neither personal data nor this customer's own name; it may be wrapped already."""
    return (model if isinstance(model, MaskedModel) else MaskedModel(model)).knowing(customer)


def _whole(text: str) -> tuple[str, str]:
    """(what can be read now, the beginning of a placeholder)."""
    begun = _BEGUN.search(text)
    return (text[: begun.start()], text[begun.start() :]) if begun else (text, "")


def _in_json(value: str) -> str:
    """The value as it stands inside a JSON string: a quotation mark in a name must not end it."""
    return json.dumps(value, ensure_ascii=False)[1:-1]
