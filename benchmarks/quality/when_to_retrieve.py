"""Does the last turn need an article (DSTC11 track 5)? The product's own reader, trained on conversations like them."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from apps.evaluate.report import Score
from apps.evaluate.statistics import bootstrap, counts, fold_of
from benchmarks.quality.sources import Row, Sources
from connectors.local.classifiers import fit
from connectors.local.encoder import CachedEncoder, MiniLmEncoder
from connectors.local.need import Example, NeedModel
from core.ports import Encoder, Vector

SET = "dstc11_track5"
AIM = 0.985
EVEN = 0.5
_BATCH = 64


def measure(sources: Sources) -> list[Score]:
    """F1 of "knowledge needed" on the held-out conversations; without them on a fifth of DATA that nothing saw."""
    rows = [row for row in sources.tuning(SET, "conversations*") if "knowledge_seeking" in row]
    reported = sources.reported(SET, "knowledge_seeking")
    part = "held out"
    if not reported:
        reported = [row for row in rows if fold_of(_conversation(row)) == 0]
        rows = [row for row in rows if fold_of(_conversation(row)) != 0]
        part = "a fifth by first turn"
    encoder = _encoder(sources.cache)
    true = [bool(row["knowledge_seeking"]) for row in reported]
    theirs = _by_last_turn(encoder, rows, reported)
    ours = _by_ours(encoder, rows, reported)
    return [
        _score("handrail", ours, true, part, against=theirs),
        _score("MiniLM + logistic regression, last turn", theirs, true, part),
        _score("ends in a question mark", [_last(row).rstrip().endswith("?") for row in reported], true, part),
    ]


def _by_ours(encoder: Encoder, rows: Sequence[Row], reported: Sequence[Row]) -> list[bool]:
    examples = [Example(_last(row), _before(row), bool(row["knowledge_seeking"])) for row in rows]
    model = NeedModel(encoder, examples)
    return [c >= EVEN for c in model.needs([_last(r) for r in reported], [_before(r) for r in reported])]


def _by_last_turn(encoder: Encoder, rows: Sequence[Row], reported: Sequence[Row]) -> list[bool]:
    needed = [int(row["knowledge_seeking"]) for row in rows]
    linear = fit(encoder.encode([_last(row) for row in rows]), needed, 2)
    return [bool(c >= EVEN) for c in linear.chances(encoder.encode([_last(row) for row in reported]))[:, 1]]


def _score(
    system: str, said: Sequence[bool], true: Sequence[bool], part: str, against: Sequence[bool] | None = None
) -> Score:
    ours, right = np.array(said), np.array(true)

    def f1(chosen: Vector) -> float:
        return counts(ours[chosen].tolist(), right[chosen].tolist()).f1

    gain = None
    if against is not None:
        theirs = np.array(against)
        gain = bootstrap(len(right), lambda c: f1(c) - counts(theirs[c].tolist(), right[c].tolist()).f1)
    return Score(
        set=SET,
        figure="F1 when to retrieve",
        system=system,
        value=counts(said, true).f1,
        cases=len(true),
        interval=bootstrap(len(right), f1),
        aim=AIM if against is not None else None,
        against="MiniLM + logistic regression" if against is not None else "",
        gain=gain,
        part=part,
    )


def _conversation(row: Row) -> str:
    return str(row["turns"][0][1])


def _last(row: Row) -> str:
    return str(row["turns"][-1][1])


def _before(row: Row) -> str:
    return str(row["turns"][-2][1]) if len(row["turns"]) > 1 else ""


def _encoder(cache: Path) -> Encoder:
    return CachedEncoder(MiniLmEncoder(), cache / "vectors.db")
