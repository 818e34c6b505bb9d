"""Intents: which of the company's own matters a message is about, one or several, or none of them."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import numpy as np

from connectors.local.encoder import SIZE
from connectors.local.intents_articles import ArticleIntents
from connectors.local.intents_trained import (
    Calibration,
    Ridge,
    Trained,
    belonging,
    gaussian,
    load_model,
    recalibrate,
    save_model,
    train_model,
)
from core.model.signals import OUT_OF_SCOPE, Correction, Evidence, Scored
from core.ports import Encoder, IntentCorrections, Vector

# ------------------------------------------------------------------
# A message cut into what may each be a matter of its own: its sentences, and the halves of "…, and also …".

MOST_CLAUSES = 8  # clauses of a message that are read
LEAST_WORDS = 3

_END = re.compile(r"(?<=[.!?…。！？])[\"'”’)\]]*\s+|\n+")
# What begins another matter within a sentence. A bare "and" mostly does not.
_ALSO = re.compile(
    r"(?<!\band)(?<!\bbut)(?<!\bor)(?:[,;]\s*|\s+)(?=(?:and|but|or)?\s*"
    r"(?:also|additionally|besides|furthermore|by the way|btw|another thing"
    r"|secondly|on top of that|one more thing)\b)"
    r"|;\s+"
    r"|\s*,?\s+(?=(?:and|but|plus)\s+(?:can|could|would|will|how|what|when|where|why|who|which|do|does|did|is|are|i|my"
    r"|please|the|you|your)\b)"
    r"|\s+(?=(?:und|aber)\s+(?:auch|außerdem|wie|wann|wo|warum|können|ich|bitte)\b)",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Clause:
    """`text[start:end]` of the message."""

    start: int
    end: int
    text: str


def clauses(text: str) -> tuple[Clause, ...]:
    """In order, at most eight, none shorter than three words; a shorter one belongs to the one before."""
    found: list[tuple[int, int]] = []
    for start, end in _pieces(text):
        if found and len(_WORD.findall(text[start:end])) < LEAST_WORDS:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    if len(found) > 1 and len(_WORD.findall(text[slice(*found[0])])) < LEAST_WORDS:
        found[:2] = [(found[0][0], found[1][1])]
    if len(found) > MOST_CLAUSES:  # in a long letter what is asked counts before what is told
        asking = sorted(found, key=lambda span: "?" not in text[slice(*span)])[:MOST_CLAUSES]
        found = sorted(asking)
    return tuple(Clause(start, end, text[start:end]) for start, end in found)


def _pieces(text: str) -> list[tuple[int, int]]:
    cuts = sorted({0, len(text), *(m.end() for m in _END.finditer(text)), *(m.end() for m in _ALSO.finditer(text))})
    trimmed = []
    for start, end in pairwise(cuts):
        piece = text[start:end]
        left, right = len(piece) - len(piece.lstrip()), len(piece.rstrip())
        if piece.strip():
            trimmed.append((start + left, start + right))
    return trimmed


# ------------------------------------------------------------------
# What agents corrected, laid over a trained model: it counts at once, and nothing is trained anew.
#
# The model's error on each corrected message is spread to messages of nearly the same meaning and to no others. That
# is one step of kernel regression on the residuals, over the corrections alone: some dozens of rows, not thousands.

WIDTH = 5.0  # narrower than the model's own likeness: a cosine of 0.9 shares a third, one of 0.5 next to nothing
PENALTY = 0.02
MOST_CORRECTIONS = 2_000  # the newest ones; older ones belong into the examples


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Memory:
    vectors: Vector  # of the corrected messages, centred as the model's, at the encoder's own depth
    weights: Vector  # corrections x classes

    def scores(self, centred: Vector) -> Vector:
        """What to add to the model's scores of these vectors."""
        near = gaussian(centred[:, : self.vectors.shape[1]], self.vectors, WIDTH)
        return np.asarray(near @ self.weights, dtype=np.float32)


def memory(
    corrections: Sequence[Correction], ridge: Ridge, encoder: Encoder, classes: Mapping[str, int]
) -> Memory | None:
    """None where nothing was corrected to an intent that is still known."""
    last = {one.text: one for one in corrections if one.intent in classes and one.text.strip()}
    kept = list(last.values())[-MOST_CORRECTIONS:]
    if not kept:
        return None
    texts = [one.text for one in kept]
    # One at a time: several at once would be kept on disk, and these are customers' words.
    vectors = np.concatenate([encoder.encode([text]) for text in texts])
    centred = ridge.centre(vectors)[:, : ridge.widths[0]]
    wanted = np.eye(len(classes), dtype=np.float32)[[classes[one.intent] for one in kept]]
    missed = wanted - ridge.scores(vectors, texts)
    similarity = gaussian(centred, centred, WIDTH) + PENALTY * np.eye(len(kept), dtype=np.float32)
    return Memory(vectors=centred, weights=np.linalg.solve(similarity, missed).astype(np.float32))


# ------------------------------------------------------------------

NOWHERE = OUT_OF_SCOPE
VERSION = 5
SHOWN = 3  # intents reported at most, besides those that a clause of their own states
CLEAR = 0.6  # how sure a message by itself must be, so that what was written before it does not count
FAINTEST = 0.05  # an intent less likely than this is not worth showing
STATED = 0.9  # how sure a clause alone must be to count as a matter of its own
LONGEST = 2_000  # characters read at once: more than the encoder sees
LONGEST_MESSAGE = 6_000  # characters looked through for matters of their own


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """The likeliest intent, how sure of it among ours, and whether the message is about any of ours at all."""

    intent: str
    confidence: float
    in_scope: bool
    chances: tuple[tuple[str, float], ...]  # of all intents, likeliest first


class IntentModel:
    """`core.ports.IntentReader`. Trained at the first use, or loaded from `folder`."""

    def __init__(
        self,
        encoder: Encoder,
        examples: Mapping[str, Sequence[str]],
        *,
        out_of_scope: Sequence[str] = (),
        labels: Mapping[str, str] | None = None,
        folder: Path | None = None,
        corrections: IntentCorrections | None = None,
        held: Sequence[tuple[str, str]] = (),
        articles: ArticleIntents | None = None,
        spelling: Callable[[str], str] = str,
    ) -> None:
        """`examples` maps an intent's name to messages that have it; `labels` to the words shown to people. `held` are
        (message, intent or NOWHERE) that are not learned from but calibrated on; without them every example is, as
        seen by a model without it. `articles` have their say in `intents`, not in `guesses`;
        there `spelling` puts words right before they are read."""
        self._encoder = encoder
        self._rows = [(text, name) for name, texts in examples.items() for text in texts]
        self._rows += [(text, NOWHERE) for text in out_of_scope]
        self._labels = dict(labels or {})
        self._folder = folder
        self._corrections = corrections
        self._held = list(held)
        self._articles, self._spelling = articles, spelling
        self._trained: Trained | None = None
        self._memory: tuple[int, Memory | None] = (0, None)

    @cached_property
    def name(self) -> str:
        """Changes whenever the answers would, but for corrections."""
        content = json.dumps([self._encoder.name, self._rows, self._labels, self._held], ensure_ascii=False)
        return f"intents-{VERSION}-{hashlib.sha256(content.encode('utf-8', 'replace')).hexdigest()[:12]}"

    def intents(self, text: str, earlier: str = "") -> tuple[Scored, ...]:
        """Likeliest first; empty where nothing fits. Those that the message states carry the words that do, as spans
        of `text`; up to three others that it may mean carry none. A message that is not clear by itself is read with
        what was written `earlier`."""
        if not text.strip() or not self._ready().names:
            return ()
        parts = clauses(text[:LONGEST_MESSAGE])
        whole, *rest = self._with_articles([text, *(part.text for part in parts if len(parts) > 1)])
        if earlier and not (whole.in_scope and whole.confidence >= CLEAR):
            (whole,) = self._with_articles([f"{earlier} {text}"])
        stated = _stated(rest, parts)
        in_scope = whole.in_scope or any(guess.in_scope for guess in rest)
        if in_scope and not any(clause for clause in stated.values() if clause[0] >= whole.confidence):
            best = _clause_of(whole.intent, rest, parts) or Clause(0, len(text), text)
            stated[whole.intent] = (max(whole.confidence, stated.get(whole.intent, (0.0, best))[0]), best)
        if not stated:
            return ()
        others = [(name, chance) for name, chance in whole.chances[:SHOWN] if name not in stated and chance >= FAINTEST]
        found = [self._scored(name, sure, clause) for name, (sure, clause) in stated.items()]
        found += [self._scored(name, chance) for name, chance in others if in_scope]
        return tuple(sorted(found, key=lambda scored: -scored.confidence))

    def _with_articles(self, texts: Sequence[str]) -> list[Guess]:
        spelled = [self._spelling(text[:LONGEST]) for text in texts]
        if self._articles is None:
            return self.guesses(spelled)
        found = []
        for text, guess in zip(spelled, self.guesses(spelled), strict=True):
            vector = self._encoder.encode([text[:LONGEST]])[0][:SIZE]
            chances = tuple(self._articles.weigh(guess.chances, vector))
            found.append(replace(guess, intent=chances[0][0], confidence=chances[0][1], chances=chances))
        return found

    def guesses(self, texts: Sequence[str]) -> list[Guess]:
        """Each text taken as one matter. ValueError before there are at least two intents."""
        model = self._ready()
        if not model.names:
            raise ValueError("there is nothing to tell apart: fewer than two intents have examples")
        short = [text[:LONGEST] for text in texts]
        # One at a time: several at once would be kept on disk, and these are customers' words.
        vectors = np.concatenate([self._encoder.encode([text]) for text in short])
        scores = model.ridge.scores(vectors, short)
        if (corrected := self._corrected(model)) is not None:
            scores = scores + corrected.scores(model.ridge.centre(vectors))
        return _guesses(scores, model.names, model.calibration)

    def recalibrate(self, held: Sequence[tuple[str, str]]) -> "IntentModel":
        """The same model, calibrated on these messages instead; nothing is trained anew."""
        other = copy(self)
        other._held = list(held)
        other.__dict__.pop("name", None)
        other._trained = recalibrate(self._ready(), self._encoder, held)
        return other

    def with_corrections(self, corrections: Sequence[Correction]) -> "IntentModel":
        """The same model under these corrections and no others."""
        other = copy(self)
        classes = {name: place for place, name in enumerate(self._ready().names)}
        other._corrections = None
        other._memory = (0, memory(corrections, self._ready().ridge, self._encoder, classes))
        return other

    def warm(self) -> None:
        """Train or load now."""
        self._ready()
        if self._articles is not None:
            self._articles.warm()

    def _scored(self, name: str, confidence: float, clause: Clause | None = None) -> Scored:
        return Scored(
            value=name,
            confidence=min(1.0, confidence),
            label=self._labels.get(name) or name.replace("_", " ").capitalize(),
            evidence=(Evidence(start=clause.start, end=clause.end, words=clause.text),) if clause else (),
            made_by=self.name,
        )

    def _corrected(self, model: Trained) -> Memory | None:
        """What agents corrected so far; made anew only when there is something new."""
        newest = self._corrections.newest() if self._corrections else 0
        if self._corrections and newest != self._memory[0]:
            classes = {name: place for place, name in enumerate(model.names)}
            self._memory = (newest, memory(self._corrections.all(), model.ridge, self._encoder, classes))
        return self._memory[1]

    def _ready(self) -> Trained:
        if self._trained is None:
            file = self._folder / f"{self.name}.npz" if self._folder else None
            self._trained = load_model(file)
            if self._trained is None:
                self._trained = train_model(self._encoder, self._rows, self._held, self._labels)
                save_model(self._trained, file)
        return self._trained


def _guesses(scores: Vector, names: Sequence[str], calibration: Calibration) -> list[Guess]:
    outside = names.index(NOWHERE)
    fits = belonging(scores, outside) >= calibration.threshold
    inside = [name for name in names if name != NOWHERE]
    found = []
    for chances, fit in zip(calibration.chances(np.delete(scores, outside, axis=1)), fits, strict=True):
        order = np.argsort(-chances, kind="stable")
        ranked = tuple((inside[place], float(chances[place])) for place in order)
        found.append(Guess(intent=ranked[0][0], confidence=ranked[0][1], in_scope=bool(fit), chances=ranked))
    return found


def _stated(guesses: Sequence[Guess], parts: Sequence[Clause]) -> dict[str, tuple[float, Clause]]:
    """The intents that a clause states by itself, with the clause that is surest of each."""
    found: dict[str, tuple[float, Clause]] = {}
    for guess, part in zip(guesses, parts, strict=False):
        if guess.in_scope and guess.confidence >= max(STATED, found.get(guess.intent, (0.0, part))[0]):
            found[guess.intent] = (guess.confidence, part)
    return found


def _clause_of(intent: str, guesses: Sequence[Guess], parts: Sequence[Clause]) -> Clause | None:
    """The clause that speaks most for an intent of the whole message; None where there is but one, or none does."""
    surest = max(zip(guesses, parts, strict=False), key=lambda pair: dict(pair[0].chances)[intent], default=None)
    return surest[1] if surest and surest[0].intent == intent else None
