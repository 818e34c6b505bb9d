"""The lessons as rows to learn from, and as messages to measure on, each read as the product reads it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from connectors.local.lessons import ORDINARY, Lesson, Message
from connectors.local.lessons.longer import longer
from connectors.local.triggers import parts_of
from core.ports import Vector

FOREIGN = 0.03  # what a near miss of another trigger counts as a negative here
PLAIN = 1.5  # what a message counts that shows no trigger at all
PLAIN_PART = 0.3  # and each of its sentences
LONGER = 0.9  # what a longer message made of a lesson counts


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reading:
    """A message that detectors are judged on: its row, those of its sentences (none where it is read whole), and for
    each trigger whether it shows it and whether anything is known about that."""

    text: str
    whole: int
    parts: tuple[int, ...]
    labels: Vector
    known: NDArray[np.bool_]
    plain: bool = False  # shows no trigger at all


@dataclass(slots=True, eq=False)
class Material:
    """`groups`: what goes together in folds. A row that counts nothing is only read, not learned from."""

    names: Sequence[str]
    texts: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    labels: list[Vector] = field(default_factory=list)
    counts: list[Vector] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)

    def row(self, text: str, group: str, labels: Vector, counts: Vector) -> int:
        self.texts.append(text)
        self.groups.append(group)
        self.labels.append(labels)
        self.counts.append(counts)
        return len(self.texts) - 1

    def none(self, value: float = 0.0) -> Vector:
        return np.full(len(self.names), value, np.float32)

    def only(self, name: str, value: float = 1.0) -> Vector:
        found = self.none()
        if name in self.names:
            found[self.names.index(name)] = value
        return found

    def message(self, text: str, group: str, labels: Vector, counts: Vector, parts: Vector, **plain: bool) -> None:
        """A message and, where it is read by its sentences, each of them: `parts` is what they count as negatives."""
        whole = self.row(text, group, labels, counts)
        cut = parts_of(text)
        rows = [self.row(part, group, self.none(), parts) for _, part in cut] if cut else []
        # What counts by the way is no matter to judge by.
        known = counts > 2 * FOREIGN
        self.readings.append(
            Reading(
                text=text, whole=whole, parts=tuple(rows), labels=labels, known=known, plain=plain.get("plain", False)
            )
        )


def material_of(taught: Mapping[str, Lesson], long: Iterable[Message]) -> Material:
    """Every sentence, every longer message made of them, and the whole messages."""
    made = Material([name for name in taught if name != ORDINARY])
    _sentences(made, taught)
    for text in taught[ORDINARY].negative:
        made.message(text, text, made.none(), made.none(PLAIN), made.none(PLAIN_PART), plain=True)
    for message in long:
        labels = np.array([name in message.triggers for name in made.names], np.float32)
        # Which sentence shows it is not said: those of a long message are lessons only of what it does not show.
        made.message(message.text, message.text, labels, made.none(PLAIN), (1 - labels) * np.float32(PLAIN_PART))
    for one in longer(taught):
        if one.trigger == ORDINARY:
            made.message(one.text, one.of, made.none(), made.none(PLAIN), made.none(), plain=True)
            continue
        counts = np.maximum(made.only(one.trigger, LONGER), made.none(0 if one.positive else FOREIGN))
        made.message(one.text, one.of, made.only(one.trigger, float(one.positive)), counts, made.none())
    return made


def _sentences(made: Material, taught: Mapping[str, Lesson]) -> None:
    labels: dict[str, Vector] = {}
    counts: dict[str, Vector] = {}
    for name, lesson in taught.items():
        if name == ORDINARY:
            continue
        for positive, sentences in ((True, lesson.positive), (False, lesson.negative)):
            for text in sentences:
                label, count = labels.get(text, made.none()), counts.get(text, made.none())
                labels[text] = np.maximum(label, made.only(name, float(positive)))
                # A positive of one trigger may well be one of another: nothing is said about that.
                by_the_way = made.none(0 if positive else FOREIGN)
                counts[text] = np.maximum(np.maximum(count, made.only(name)), by_the_way)
    for text, label in labels.items():
        made.message(text, text, label, counts[text], made.none())
