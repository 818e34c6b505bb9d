"""What the message reader learns from: messages as customers write them, in nine languages, with all that they show;
and a part of the sentences in `connectors.local.lessons`.

`python -m connectors.local.lessons_messages` trains it and writes connectors/local/message_reader.npz."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

from connectors.local.lessons import Message, lessons
from connectors.local.lessons import messages as long_messages
from connectors.local.multilingual_encoder import MultilingualEncoder
from connectors.local.written import read_plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A whole message and every trigger of docs/triggers.md that it shows; for one that is there to tell its `kind`, as
    `connectors.local.message_reader.KINDS` has it, None: nothing is said about them. `mood` is from -2 to 2, `urgency`
    low, normal or high, where they are told."""

    text: str
    language: str
    triggers: frozenset[str] | None
    kind: str = ""
    mood: int | None = None
    urgency: str = ""


def labelled() -> tuple[Labelled, ...]:
    """By language, so that the same messages come in the same order everywhere."""
    files = {file.name: file for file in resources.files(__name__).iterdir() if file.name.endswith(".yaml")}
    return tuple(
        _labelled(row, name.removesuffix(".yaml"))
        for name in sorted(files)
        for row in read_plain(files[name])["messages"]
    )


def english() -> tuple[Message, ...]:
    """Those in English that say what they show, and the long ones of `connectors.local.lessons`: what the English
    trigger model learns from beside the sentences."""
    known = long_messages()
    texts = {message.text for message in known}
    told = (each for each in labelled() if each.language == "en" and each.triggers is not None)
    return (*known, *(Message(text=e.text, triggers=e.triggers or frozenset()) for e in told if e.text not in texts))


def fingerprint() -> str:
    """Changes with every lesson and with the encoder: says whether trained weights belong to them."""
    told: list[Any] = [MultilingualEncoder.name]
    told += [[name, one.positive, one.negative] for name, one in lessons().items()]
    told += [[one.text, sorted(one.triggers)] for one in long_messages()]
    for each in labelled():
        told.append([each.text, sorted(each.triggers or ()), each.kind, each.mood, each.urgency])
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]


def _labelled(row: Mapping[str, Any], language: str) -> Labelled:
    kind = str(row.get("kind", ""))
    return Labelled(
        text=str(row["text"]),
        language=language,
        triggers=None if kind else frozenset(map(str, row.get("triggers") or ())),
        kind=kind,
        mood=row.get("mood"),
        urgency=str(row.get("urgency", "")),
    )
