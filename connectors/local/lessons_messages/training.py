"""How the message reader is trained: the last four layers of the multilingual encoder, and a line through them for each
thing that it tells, with JAX. The first eight layers stay as they are and are run once for each text.

Every piece of a text scores each trigger; the text's score is their smooth maximum, so that one half-sentence of a long
letter may show it, and so that the pieces which do are known."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

from connectors.local.lessons_messages.material import Row
from connectors.local.message_reader import KINDS
from core.ports import Vector

URGENCIES = ("low", "normal", "high")
EPOCHS, RATE, HEAD_RATE, DROPPED = 6, 1.5e-4, 1e-3, 0.1
PIECES = 1536  # in one batch
LENGTHS = (16, 24, 32, 48, 64, 96, 128, 192, 320)  # texts of one batch are about as long as each other
_ATTENTION_HEADS, _SIZE, _EPSILON = 12, 384, 1e-12
_ASKS = 0.15  # how surely a message that was labelled with triggers is one that asks for something

Weights = dict[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """A row with what the first layers say of it: shape (pieces, 384)."""

    row: Row
    pieces: Vector


def train(samples: Sequence[Sample], layers: Mapping[str, Vector], first: int) -> Weights:
    """`layers`: the encoder's own weights from its layer number `first` on. The same samples give the same weights on
    one machine, up to rounding."""
    chance = np.random.default_rng(0)
    triggers = len(samples[0].row.labels)
    told = triggers + len(KINDS) + 1 + len(URGENCIES)
    weights: Weights = {name: jnp.asarray(part) for name, part in layers.items()}
    weights["head.w"] = jnp.asarray(chance.normal(0, 0.02, (_SIZE, told)), jnp.float32)
    weights["head.b"] = jnp.asarray([-4.0] * triggers + [0.0] * (told - triggers), jnp.float32)
    steps = EPOCHS * len(list(_batches(samples, chance)))
    schedule = optax.warmup_cosine_decay_schedule(0, 1.0, min(200, steps // 10), steps, 0.02)
    parts = {name: "head" if name.startswith("head") else "layers" for name in weights}
    rates = {"head": HEAD_RATE, "layers": RATE}
    rules = {
        name: optax.adamw(lambda step, rate=rate: schedule(step) * rate, weight_decay=0.01)
        for name, rate in rates.items()
    }
    optimizer = optax.chain(optax.clip_by_global_norm(1.0), optax.multi_transform(rules, parts))
    state, key = optimizer.init(weights), jax.random.PRNGKey(1)

    def move(weights: Weights, state: Any, batch: Weights, key: Any) -> tuple[Weights, Any]:
        slopes = jax.grad(partial(_loss, triggers=triggers, first=first))(weights, batch, key)
        moves, state = optimizer.update(slopes, state, weights)
        return optax.apply_updates(weights, moves), state

    step = jax.jit(move)
    for _ in range(EPOCHS):
        for length, some in _batches(samples, chance):
            key, own = jax.random.split(key)
            weights, state = step(weights, state, _arrays(some, length), own)
    return weights


def _batches(samples: Sequence[Sample], chance: np.random.Generator) -> Iterator[tuple[int, list[Sample]]]:
    by_length: dict[int, list[Sample]] = {}
    for sample in samples:
        length = next((each for each in LENGTHS if len(sample.pieces) <= each), LENGTHS[-1])
        by_length.setdefault(length, []).append(sample)
    found = []
    for length, some in by_length.items():
        order, size = chance.permutation(len(some)), max(4, PIECES // length)
        order = np.concatenate([order, chance.integers(0, len(some), -len(some) % size)])
        found += [(length, [some[n] for n in order[at : at + size]]) for at in range(0, len(order), size)]
    for place in chance.permutation(len(found)):
        yield found[place]


def _arrays(samples: Sequence[Sample], length: int) -> Weights:
    pieces = np.zeros((len(samples), length, _SIZE), np.float32)
    mask = np.zeros((len(samples), length), bool)
    kinds, urgencies = np.zeros((len(samples), len(KINDS)), np.float32), np.zeros((len(samples), 3), np.float32)
    moods, has_mood = np.zeros(len(samples), np.float32), np.zeros(len(samples), np.float32)
    for place, sample in enumerate(samples):
        row, count = sample.row, min(length, len(sample.pieces))
        pieces[place, :count], mask[place, :count] = sample.pieces[:count], True
        if row.kind:
            kinds[place, KINDS.index(row.kind)] = 1
        elif row.labels.any() or len(row.text) > 100:
            kinds[place, KINDS.index("asks")] = _ASKS
        if row.mood is not None:
            moods[place], has_mood[place] = row.mood, 1
        if row.urgency:
            urgencies[place, URGENCIES.index(row.urgency)] = 1
    labels, counts = np.stack([s.row.labels for s in samples]), np.stack([s.row.counts for s in samples])
    told = {"labels": labels, "counts": counts, "kinds": kinds, "urgencies": urgencies}
    return {"pieces": pieces, "mask": mask, "moods": moods, "has_mood": has_mood, **told}


def _loss(weights: Weights, batch: Weights, key: Any, *, triggers: int, first: int) -> Any:
    """Logistic for triggers, each by what it counts; cross entropy for kinds and urgency, squares for the mood."""
    said = forward(weights, batch["pieces"], batch["mask"], key, triggers=triggers, first=first)
    scores, rest, many = said[:, :triggers], said[:, triggers:], len(batch["pieces"])
    wrong = jnp.maximum(scores, 0) - scores * batch["labels"] + jnp.log1p(jnp.exp(-jnp.abs(scores)))
    loss = (wrong * batch["counts"]).sum() / (batch["counts"].sum() + 1)
    kinds, mood, urgency = rest[:, : len(KINDS)], rest[:, len(KINDS)], rest[:, len(KINDS) + 1 :]
    loss -= 0.5 * (jax.nn.log_softmax(kinds) * batch["kinds"]).sum() / many
    loss += 0.2 * ((mood - batch["moods"]) ** 2 * batch["has_mood"]).sum() / many
    return loss - 0.2 * (jax.nn.log_softmax(urgency) * batch["urgencies"]).sum() / many


def forward(weights: Weights, pieces: Any, mask: Any, key: Any, *, triggers: int, first: int) -> Any:
    """What is told of each text, shape (texts, told), with some of what the layers say left out by chance."""
    rows = pieces
    for number in range(first, first + 4):
        key, one, other = jax.random.split(key, 3)
        heeded = _linear(weights, f"l{number}.ao", _attend(weights, number, rows, mask))
        rows = _normal(weights, f"l{number}.aln", rows + _drop(heeded, one))
        wide = jax.nn.gelu(_linear(weights, f"l{number}.fi", rows), approximate=False)
        rows = _normal(weights, f"l{number}.oln", rows + _drop(_linear(weights, f"l{number}.fo", wide), other))
    scores = _drop(rows, key) @ weights["head.w"] + weights["head.b"]
    count = mask.sum(1)[:, None]
    marks = jnp.where(mask[..., None], scores[..., :triggers], -1e9)
    smooth = jax.nn.logsumexp(marks, axis=1) - jnp.log(count)
    mean = (scores[..., triggers:] * mask[..., None]).sum(1) / count
    return jnp.concatenate([smooth, mean], 1)


def _attend(weights: Weights, number: int, rows: Any, mask: Any) -> Any:
    texts, length, _ = rows.shape
    width = _SIZE // _ATTENTION_HEADS

    def heads(part: str) -> Any:
        split = _linear(weights, f"l{number}.{part}", rows).reshape(texts, length, _ATTENTION_HEADS, width)
        return split.transpose(0, 2, 1, 3)

    asked, offered = heads("q"), heads("k")
    alike = asked @ offered.transpose(0, 1, 3, 2) / math.sqrt(width)
    heed = jax.nn.softmax(jnp.where(mask[:, None, None, :], alike, -1e9), -1)
    return (heed @ heads("v")).transpose(0, 2, 1, 3).reshape(texts, length, _SIZE)


def _linear(weights: Weights, name: str, rows: Any) -> Any:
    return rows @ weights[f"{name}.w"].T + weights[f"{name}.b"]


def _normal(weights: Weights, name: str, rows: Any) -> Any:
    mean = rows.mean(-1, keepdims=True)
    spread = jnp.sqrt(((rows - mean) ** 2).mean(-1, keepdims=True) + _EPSILON)
    return (rows - mean) / spread * weights[f"{name}.w"] + weights[f"{name}.b"]


def _drop(rows: Any, key: Any) -> Any:
    return jnp.where(jax.random.bernoulli(key, 1 - DROPPED, rows.shape), rows / (1 - DROPPED), 0)
