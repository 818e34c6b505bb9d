"""Training the intents' model, and keeping what came of it on disk."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from connectors.local.intents_calibrate import Calibration, calibrated
from connectors.local.intents_ridge import ARRAYS, FEW_EXAMPLES, MOST, Ridge, fit
from connectors.local.kept import keep, load
from connectors.local.ngrams import SIZE
from core.model.signals import OUT_OF_SCOPE
from core.ports import Encoder, Vector

_KEPT = ARRAYS | {"names", *(one.name for one in fields(Calibration))}
_THREADS = 2
JUDGED = 3_000  # examples in scope to calibrate on: more change nothing and take their time
_BATCH = 256

Row = tuple[str, str]  # a message and its intent


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    names: list[str]  # of the classes, OUT_OF_SCOPE among them; empty where there is nothing to tell apart
    ridge: Ridge
    calibration: Calibration


def trained(encoder: Encoder, rows: Sequence[Row], held: Sequence[Row], labels: Mapping[str, str]) -> Trained:
    """Learn from the rows, calibrate on `held` or, without them, on the rows as seen by a model without each."""
    kinds = sorted({name for _, name in rows} - {OUT_OF_SCOPE})
    if len(kinds) < 2:
        return Trained(names=[], ridge=_nothing(), calibration=Calibration())
    names = [*kinds, OUT_OF_SCOPE]
    rows = _even(rows)
    # An intent's own name is a good example where there are hardly any.
    named = [(labels.get(n) or n.replace("_", " "), n) for n in kinds] if len(rows) < FEW_EXAMPLES * len(kinds) else []
    texts = [text for text, _ in (*rows, *named)]
    judged = _judged(rows)
    fitted = fit(encoded(encoder, texts), texts, _classes([*rows, *named], names), len(names), judged)
    calibration = calibrated(fitted.left_out, _classes(rows, names)[judged], len(kinds))
    return recalibrated(Trained(names=names, ridge=fitted.ridge, calibration=calibration), encoder, held)


def _judged(rows: Sequence[Row]) -> NDArray[np.int64]:
    """All that is out of scope, of which there is little, and some of the others."""
    outside = [place for place, (_, name) in enumerate(rows) if name == OUT_OF_SCOPE]
    others = np.setdiff1d(np.arange(len(rows)), outside)
    return np.sort(np.concatenate([outside, np.random.default_rng(0).permutation(others)[:JUDGED]]).astype(np.int64))


def recalibrated(model: Trained, encoder: Encoder, held: Sequence[Row]) -> Trained:
    """The same model, calibrated on messages that it did not learn from; without any, as it was."""
    if not held:
        return model
    said = [text for text, _ in held]
    scores = model.ridge.scores(encoded(encoder, said), said)
    return replace(model, calibration=calibrated(scores, _classes(held, model.names), model.names.index(OUT_OF_SCOPE)))


def encoded(encoder: Encoder, texts: Sequence[str]) -> Vector:
    """As the encoder would, several batches at a time."""
    batches = [texts[start : start + _BATCH] for start in range(0, len(texts), _BATCH)]
    with ThreadPoolExecutor(_THREADS) as pool:
        return np.concatenate(list(pool.map(encoder.encode, batches)))


def loaded(file: Path | None) -> Trained | None:
    kept = load(file, _KEPT) if file else None
    if kept is None:
        return None
    return Trained(
        names=[str(name) for name in kept["names"]],
        ridge=Ridge(**{name: kept[name] for name in ARRAYS}),
        calibration=Calibration(**{one.name: float(kept[one.name]) for one in fields(Calibration)}),
    )


def written(model: Trained, file: Path | None) -> None:
    if file is None:
        return
    numbers = {
        "names": np.array(model.names, dtype=np.str_),
        **{name: np.array(value) for name, value in asdict(model.calibration).items()},
    }
    keep(file, {**model.ridge.arrays(), **numbers})


def _even(rows: Sequence[Row]) -> Sequence[Row]:
    """All, or the first so many of each intent that they can be learned at once."""
    if len(rows) <= MOST:
        return rows
    sizes: dict[str, int] = {}
    for _, name in rows:
        sizes[name] = sizes.get(name, 0) + 1
    most = max(n for n in range(1, MOST + 1) if sum(min(n, size) for size in sizes.values()) <= MOST)
    seen: dict[str, int] = dict.fromkeys(sizes, 0)
    kept = []
    for text, name in rows:
        seen[name] += 1
        if seen[name] <= most:
            kept.append((text, name))
    return kept


def _classes(rows: Sequence[Row], names: Sequence[str]) -> NDArray[np.int64]:
    places = {name: place for place, name in enumerate(names)}
    return np.array([places[name] for _, name in rows], dtype=np.int64)


def _nothing() -> Ridge:
    none = np.zeros((0, 0), dtype=np.float32)
    return Ridge(
        mean=none, axes=none, widths=np.zeros(0, dtype=np.int64), vectors=none, meaning=none, rarity=none,
        places=np.full(SIZE, -1, dtype=np.int32), wording=none, offset=none,
    )  # fmt: skip


def cross_judged(encoder: Encoder, rows: Sequence[Row]) -> list[str]:
    """For each row the name that a model of all the others gives it. At least two names and at most MOST rows."""
    names = sorted({name for _, name in rows})
    texts = [text for text, _ in rows]
    fitted = fit(encoded(encoder, texts), texts, _classes(rows, names), len(names))
    return [names[place] for place in fitted.left_out.argmax(axis=1)]
