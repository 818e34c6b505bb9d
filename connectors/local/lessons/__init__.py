"""Sentences that show a trigger of docs/triggers.md, and near misses that do not: what the trigger model learns from.

`python -m connectors.local.lessons` trains it and writes connectors/local/triggers.npz."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

from connectors.local.encoder import MiniLmEncoder
from connectors.local.written import read_plain

ORDINARY = "ordinary"  # messages that show no trigger at all
_NONE = "none"  # what a file of such messages has for a trigger


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """Of one trigger."""

    positive: tuple[str, ...]
    negative: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A whole message, and every trigger that it shows."""

    text: str
    triggers: frozenset[str]


def lessons() -> Mapping[str, Lesson]:
    """Trigger → its sentences, by name; those of `ORDINARY` are all negative."""
    found: dict[str, Lesson] = {}
    for one in _files():
        if "trigger" not in one:
            continue
        name = ORDINARY if one["trigger"] == _NONE else str(one["trigger"])
        known = found.get(name, Lesson(positive=(), negative=()))
        found[name] = Lesson(
            positive=tuple(dict.fromkeys((*known.positive, *one.get("positive", ())))),
            negative=tuple(dict.fromkeys((*known.negative, *one.get("negative", ()), *one.get(ORDINARY, ())))),
        )
    return dict(sorted(found.items()))


def messages() -> tuple[Message, ...]:
    """Long messages with all that they show."""
    return tuple(
        Message(text=str(row["text"]), triggers=frozenset(map(str, row.get("triggers") or ())))
        for one in _files()
        for row in one.get("long", ())
    )


def fingerprint(taught: Mapping[str, Lesson], long: tuple[Message, ...] = ()) -> str:
    """Changes with every sentence and with the encoder: says whether trained numbers belong to them."""
    told: list[Any] = [MiniLmEncoder.name, [[name, one.positive, one.negative] for name, one in taught.items()]]
    told.append([[message.text, sorted(message.triggers)] for message in long])
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]


def _files() -> Iterator[dict[str, Any]]:
    """By name, so that the same sentences come in the same order everywhere."""
    here = resources.files(__name__)
    for folder in (here, here.joinpath("more")):
        named = {file.name: file for file in folder.iterdir() if file.name.endswith(".yaml")} if folder.is_dir() else {}
        for name in sorted(named):
            yield read_plain(named[name])
