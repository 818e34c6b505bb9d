"""Longer messages made of the lessons: a sentence that shows a trigger, or a near miss, among ordinary ones.

The lessons are short, and the positive ones a little longer than the others: a model of them alone takes every long
message for a trigger."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from connectors.local.lessons import ORDINARY, Lesson
from connectors.local.triggers import parts_of

EACH = 60  # of a trigger's sentences of either kind
PLAIN_ONES = 300  # messages of ordinary sentences alone
FOLDS = 3
_SEED = 7
_SHORTEST = 16  # characters of an ordinary sentence that may stand beside a lesson
_GREETINGS = ("", "", "Hi,\n", "Hello,\n\n", "Dear team,\n\n", "Good morning. ", "hey ")
_CLOSINGS = ("", "", " Thanks", " Thank you.", "\nKind regards", " Cheers!")


@dataclass(frozen=True, slots=True)
class Longer:
    """`of` is the sentence in the middle, `trigger` whose lesson that is; `ORDINARY` where nothing is shown."""

    text: str
    of: str
    trigger: str
    positive: bool


def fold_of(text: str) -> int:
    return int(hashlib.md5(text.encode(), usedforsecurity=False).hexdigest(), 16) % FOLDS


def longer(taught: Mapping[str, Lesson]) -> Iterator[Longer]:
    """The same lessons give the same messages. A lesson's neighbours are of its own fold."""
    chance = np.random.default_rng(_SEED)
    plain = _plain(taught)

    def message(sentences: Sequence[str]) -> str:
        greeting = _GREETINGS[int(chance.integers(len(_GREETINGS)))]
        closing = _CLOSINGS[int(chance.integers(len(_CLOSINGS)))]
        ended = (text if text[-1] in ".?!" else f"{text}." for text in sentences)
        return greeting + " ".join(ended) + closing

    for name, lesson in taught.items():
        if name == ORDINARY:
            continue
        for positive, sentences in ((True, lesson.positive), (False, lesson.negative)):
            for number in chance.choice(len(sentences), min(EACH, len(sentences)), replace=False):
                text = sentences[int(number)]
                mail = plain[fold_of(text)][int(chance.integers(len(plain[fold_of(text)])))]
                at = int(chance.integers(0, len(mail) + 1))
                yield Longer(message([*mail[max(0, at - 3) : at], text, *mail[at : at + 3]]), text, name, positive)
    for _ in range(PLAIN_ONES):
        fold = plain[int(chance.integers(FOLDS))]
        chosen = [
            fold[int(number)][0] for number in chance.choice(len(fold), int(chance.integers(3, 8)), replace=False)
        ]
        yield Longer(message(chosen), chosen[0], ORDINARY, False)


def _plain(taught: Mapping[str, Lesson]) -> list[list[list[str]]]:
    """For each fold its ordinary mails, as sentences."""
    found: list[list[list[str]]] = [[] for _ in range(FOLDS)]
    for text in taught[ORDINARY].negative:
        sentences = [part.strip() for _, part in parts_of(text) or [(0, text)]]
        if kept := [sentence for sentence in sentences if len(sentence) >= _SHORTEST]:
            found[fold_of(text)].append(kept)
    return found
