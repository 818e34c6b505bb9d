"""The lessons as rows to learn from: a text, what it shows, and how much each of that weighs."""

import hashlib
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from connectors.local.lessons import ORDINARY, Lesson, lessons
from connectors.local.lessons import messages as long_messages
from connectors.local.lessons.longer import longer
from connectors.local.lessons.material import FOREIGN, LONGER, PLAIN
from connectors.local.lessons_messages import Labelled, labelled
from core.ports import Vector

WHOLE = 3.0  # what a message counts that was labelled with all that it shows
COURTEOUS = 2.0  # … that is there for its kind: thanks show no trigger
SENTENCES = 1.0  # share of the single sentences that is learned from: there are ten times as many as messages
MISSPELT = {"sentence": 0.25, "message": 0.4, "own": 0.7, "kind": 0.3}  # share that is there once more, misspelt
_MISSPELT_COUNTS = 0.7
_SEED = 7
_NEAR = {
    "a": "sq", "e": "wr", "i": "uo", "o": "ip", "s": "ad", "t": "ry", "n": "bm", "r": "et", "l": "k", "d": "sf",
    "h": "gj", "u": "yi", "c": "xv", "m": "n",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Row:
    """`labels` and `counts` have a place for each trigger: 0 or 1, and how much it weighs. `mood` is from -1 to 1."""

    text: str
    labels: Vector
    counts: Vector
    source: str  # a key of MISSPELT
    language: str = "en"
    kind: str = ""
    mood: float | None = None
    urgency: str = ""


def trigger_names() -> list[str]:
    named = {name for message in labelled() for name in message.triggers or ()}
    return sorted(named | {name for name in lessons() if name != ORDINARY})


def rows() -> list[Row]:
    """Everything that is learned from, with misspelt copies. The same lessons give the same rows."""
    names = trigger_names()
    made = [*_sentences(names, lessons()), *(_whole(names, message) for message in labelled())]
    chance = random.Random(_SEED)
    copies = [
        replace(row, text=misspell(row.text, chance), counts=row.counts * np.float32(_MISSPELT_COUNTS))
        for row in made
        if row.language != "ja" and chance.random() < MISSPELT[row.source]
    ]
    return [*made, *copies]


def _sentences(names: Sequence[str], taught: Mapping[str, Lesson]) -> Iterator[Row]:
    """A part of the single sentences, of the long messages beside them, and of longer ones that are made of them."""
    labels: dict[str, Vector] = {}
    counts: dict[str, Vector] = {}

    def add(text: str, shows: Vector, weighs: Vector) -> None:
        labels[text] = np.maximum(labels.get(text, np.zeros_like(shows)), shows)
        counts[text] = np.maximum(counts.get(text, np.zeros_like(weighs)), weighs)

    for name, lesson in taught.items():
        for text in lesson.positive:
            add(text, _only(names, name), _only(names, name))
        for text in lesson.negative:
            plain = name == ORDINARY
            add(text, _every(names, 0), _every(names, PLAIN if plain else FOREIGN) + _only(names, name))
    for message in long_messages():
        add(message.text, _shown(names, message.triggers), _every(names, PLAIN))
    for one in longer(taught):
        if one.trigger == ORDINARY:
            add(one.text, _every(names, 0), _every(names, PLAIN))
        else:
            weighs = np.maximum(LONGER * _only(names, one.trigger), _every(names, 0 if one.positive else FOREIGN))
            add(one.text, float(one.positive) * _only(names, one.trigger), weighs)
    for text, shows in labels.items():
        if _share_of(text) < SENTENCES:
            yield Row(text=text, labels=shows, counts=counts[text], source="sentence")


def _share_of(text: str) -> float:
    """A number from 0 to 1 that is the text's own."""
    return int(hashlib.md5(text.encode(), usedforsecurity=False).hexdigest(), 16) % 10 / 10


def _whole(names: Sequence[str], message: Labelled) -> Row:
    if message.triggers is None:  # of what asks for something nothing is said
        weighs = _every(names, 0.0 if message.kind == "asks" else COURTEOUS)
        source = "kind"
    else:
        weighs, source = _every(names, WHOLE), "own" if message.language == "en" else "message"
    return Row(
        text=message.text,
        labels=_shown(names, message.triggers),
        counts=weighs,
        source=source,
        language=message.language,
        kind=message.kind,
        mood=None if message.mood is None else message.mood / 2,
        urgency=message.urgency,
    )


def _every(names: Sequence[str], value: float) -> Vector:
    return np.full(len(names), value, np.float32)


def _only(names: Sequence[str], name: str) -> Vector:
    return np.array([each == name for each in names], np.float32)


def _shown(names: Sequence[str], triggers: frozenset[str] | None) -> Vector:
    return np.array([name in (triggers or ()) for name in names], np.float32)


def misspell(text: str, chance: random.Random) -> str:
    """Letters dropped, swapped, doubled, taken from the key beside, vowels left out; often without capitals and stops.

    `benchmarks/quality/noise.py` measures on other kinds of misspelling than these."""
    share = chance.choice([0.2, 0.35, 0.55])
    words = [_misspelt(word, chance) if chance.random() < share else word for word in text.split(" ")]
    wrong = " ".join(words)
    if chance.random() < 0.5:
        wrong = wrong.lower()
    return wrong.replace(".", "").replace(",", "") if chance.random() < 0.4 else wrong


def _misspelt(word: str, chance: random.Random) -> str:
    if len(word) < 3 or not word.isalpha():
        return word
    place = chance.randrange(1, len(word) - 1)
    before, letter, after = word[:place], word[place], word[place + 1 :]
    return chance.choice(
        [
            before + after,
            before + after[0] + letter + after[1:],
            before + letter + letter + after,
            before + chance.choice(_NEAR.get(letter.lower(), letter)) + after,
            word[0] + "".join(each for each in word[1:] if each.lower() not in "aeiou"),
        ]
    )
