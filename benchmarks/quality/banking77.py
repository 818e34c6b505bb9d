"""Messages to a bank, 77 intents (Casanueva and others 2020), by the product's own model.

Fitted on the rows with md5(text) % 5 != 0, reported on the others or on HELDOUT; and, as "10 an intent", fitted on ten
rows of each intent drawn three times."""

import random
from collections.abc import Sequence

from apps.evaluate.intents import Judged
from apps.evaluate.report import Score
from apps.evaluate.statistics import fold_of
from benchmarks.quality.intents import Pair, baselines, compared, encoder_of, judged_by, model_of, pairs_of
from benchmarks.quality.sources import Sources
from connectors.local.intents_trained import encoded

SET = "banking77"
AIMS = {"accuracy": 0.94, "ECE": 0.03}
FEW_AIMS = {"accuracy": 0.86}
FEW = 10
DRAWS = (1, 2, 3)


def measure(sources: Sources) -> list[Score]:
    rows = pairs_of(sources.tuning(SET, "train*"))
    held = pairs_of(sources.reported(SET, "intent"))
    fitted = [row for row in rows if fold_of(row[0]) != 0]
    asked = held or [row for row in rows if fold_of(row[0]) == 0]
    part = "held out" if held else "md5(text) % 5 = 0"
    encoder = encoder_of(sources.cache)
    encoded(encoder, [text for text, _ in asked])  # many at once are kept for the next run
    # The training has no chance in it: the seeds play a part in the draws alone.
    whole = [(judged_by(model_of(encoder, fitted), asked), baselines(encoder, fitted, asked))]
    few = []
    for seed in DRAWS:
        drawn = _drawn(fitted, seed)
        few.append((judged_by(model_of(encoder, drawn), asked), baselines(encoder, drawn, asked)))
    return [*compared(SET, whole, AIMS, part), *_means(few, part)]


def _means(few: Sequence[tuple[list[Judged], dict[str, list[Judged]]]], part: str) -> list[Score]:
    """The mean of the draws, as all draws' cases together have it."""
    mine = [case for judged, _ in few for case in judged]
    simple = {system: [case for _, theirs in few for case in theirs[system]] for system in few[0][1]}
    return compared(f"{SET}, 10 an intent", [(mine, simple)], FEW_AIMS, f"{part}, 3 draws")


def _drawn(rows: Sequence[Pair], seed: int) -> list[Pair]:
    shuffled = sorted(rows)
    random.Random(seed).shuffle(shuffled)
    taken: dict[str, int] = {}
    kept = []
    for row in shuffled:
        taken[row[1]] = taken.get(row[1], 0) + 1
        if taken[row[1]] <= FEW:
            kept.append(row)
    return kept
