"""150 intents of an assistant, and messages about none of them (Larson and others 2019), by the product's own model.

Fitted on the training rows with their out-of-scope ones; calibrated, the threshold included, on half of the validation
rows; reported on the other half with the out-of-scope validation rows, or on HELDOUT. Medians of three halvings."""

import random
from collections.abc import Sequence

from apps.evaluate.intents import Judged
from apps.evaluate.report import Score
from benchmarks.quality.intents import Pair, baselines, compared, encoder_of, judged_by, model_of, pairs_of
from benchmarks.quality.sources import Sources

SET = "clinc150"
AIMS = {"accuracy": 0.94, "out of scope recall": 0.90}
SEEDS = (1, 2, 3)


def measure(sources: Sources) -> list[Score]:
    rows = pairs_of([*sources.tuning(SET, "train*"), *sources.tuning(SET, "oos_train*")])
    known, outside = pairs_of(sources.tuning(SET, "val*")), pairs_of(sources.tuning(SET, "oos_val*"))
    held = pairs_of(sources.reported(SET, "intent"))
    encoder = encoder_of(sources.cache)
    asked_always = held or [*known, *outside]
    simple = baselines(encoder, rows, asked_always)
    model = model_of(encoder, rows)
    runs = []
    for seed in SEEDS:
        half = frozenset(random.Random(seed).sample(range(len(known)), len(known) // 2))
        calibrating = [row for place, row in enumerate(known) if place in half]
        judged = judged_by(model.tuned(calibrating), asked_always, refusing=True)
        runs.append(
            (_reported(judged, half, held), {name: _reported(each, half, held) for name, each in simple.items()})
        )
    return compared(SET, runs, AIMS, "held out" if held else "the other half of val, with oos_val")


def _reported(judged: list[Judged], half: frozenset[int], held: Sequence[Pair]) -> list[Judged]:
    """Without the half that was calibrated on."""
    return judged if held else [case for place, case in enumerate(judged) if place not in half]
