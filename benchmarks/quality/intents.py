"""Two public sets of intents by the product's own training and judging, the simple classifiers beside it."""

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median

import numpy as np

from apps.evaluate.intents import Judged, figures, gain
from apps.evaluate.report import Score
from apps.evaluate.statistics import fold_of
from benchmarks.quality.sources import Row, Sources
from connectors.local.classifiers import LayeredEncoder
from connectors.local.encoder import SIZE, CachedEncoder, MiniLmEncoder
from connectors.local.intents import NOWHERE, IntentModel
from connectors.local.intents_trained import encode_all
from core.ports import Encoder, Vector

Pair = tuple[str, str]  # a message and its intent, NOWHERE where it has none
BANKING77 = "banking77"
BANKING77_AIMS = {"accuracy": 0.94, "ECE": 0.03}
FEW_AIMS = {"accuracy": 0.86}
FEW = 10
DRAWS = (1, 2, 3)
CLINC150 = "clinc150"
CLINC150_AIMS = {"accuracy": 0.94, "out of scope recall": 0.90}
HALVINGS = (1, 2, 3)


def measure_banking77(sources: Sources) -> list[Score]:
    """Messages to a bank, 77 intents (Casanueva and others 2020), by the product's own model.

    Fitted on the rows with md5(text) % 5 != 0, reported on the others or on HELDOUT; and, as "10 an intent", fitted on
    ten rows of each intent drawn three times."""
    rows = read_pairs(sources.tuning(BANKING77, "train*"))
    held = read_pairs(sources.reported(BANKING77, "intent"))
    fitted = [row for row in rows if fold_of(row[0]) != 0]
    asked = held or [row for row in rows if fold_of(row[0]) == 0]
    part = "held out" if held else "md5(text) % 5 = 0"
    encoder = open_encoder(sources.cache)
    encode_all(encoder, [text for text, _ in asked])  # many at once are kept for the next run
    # The training has no chance in it: the seeds play a part in the draws alone.
    whole = [(judge_all(make_model(encoder, fitted), asked), judge_simply(encoder, fitted, asked))]
    few = []
    for seed in DRAWS:
        drawn = _draw(fitted, seed)
        few.append((judge_all(make_model(encoder, drawn), asked), judge_simply(encoder, drawn, asked)))
    return [*compare(BANKING77, whole, BANKING77_AIMS, part), *_score_means(few, part)]


def _score_means(few: Sequence[tuple[list[Judged], dict[str, list[Judged]]]], part: str) -> list[Score]:
    """The mean of the draws, as all draws' cases together have it."""
    mine = [case for judged, _ in few for case in judged]
    simple = {system: [case for _, theirs in few for case in theirs[system]] for system in few[0][1]}
    return compare(f"{BANKING77}, 10 an intent", [(mine, simple)], FEW_AIMS, f"{part}, 3 draws")


def _draw(rows: Sequence[Pair], seed: int) -> list[Pair]:
    shuffled = sorted(rows)
    random.Random(seed).shuffle(shuffled)
    taken: dict[str, int] = {}
    kept = []
    for row in shuffled:
        taken[row[1]] = taken.get(row[1], 0) + 1
        if taken[row[1]] <= FEW:
            kept.append(row)
    return kept


def measure_clinc150(sources: Sources) -> list[Score]:
    """150 intents of an assistant, and messages about none of them (Larson and others 2019), by the product's own
    model.

    Fitted on the training rows with their out-of-scope ones; calibrated, the threshold included, on half of the
    validation rows; reported on the other half with the out-of-scope validation rows, or on HELDOUT. Medians of three
    halvings."""
    rows = read_pairs([*sources.tuning(CLINC150, "train*"), *sources.tuning(CLINC150, "oos_train*")])
    known, outside = read_pairs(sources.tuning(CLINC150, "val*")), read_pairs(sources.tuning(CLINC150, "oos_val*"))
    held = read_pairs(sources.reported(CLINC150, "intent"))
    encoder = open_encoder(sources.cache)
    asked_always = held or [*known, *outside]
    simple = judge_simply(encoder, rows, asked_always)
    model = make_model(encoder, rows)
    runs = []
    for seed in HALVINGS:
        half = frozenset(random.Random(seed).sample(range(len(known)), len(known) // 2))
        calibrating = [row for place, row in enumerate(known) if place in half]
        judged = judge_all(model.recalibrate(calibrating), asked_always, refusing=True)
        runs.append(
            (
                _keep_reported(judged, half, held),
                {name: _keep_reported(each, half, held) for name, each in simple.items()},
            )
        )
    return compare(CLINC150, runs, CLINC150_AIMS, "held out" if held else "the other half of val, with oos_val")


def _keep_reported(judged: list[Judged], half: frozenset[int], held: Sequence[Pair]) -> list[Judged]:
    """Without the half that was calibrated on."""
    return judged if held else [case for place, case in enumerate(judged) if place not in half]


# ---------------------------------------------------------------- what both share


def read_pairs(rows: Sequence[Row]) -> list[Pair]:
    return [(str(row["text"]), NOWHERE if row["intent"] == "oos" else str(row["intent"])) for row in rows]


def open_encoder(cache: Path) -> Encoder:
    cache.mkdir(parents=True, exist_ok=True)
    return CachedEncoder(LayeredEncoder(MiniLmEncoder()), cache / "vectors.db")


def make_model(encoder: Encoder, rows: Sequence[Pair]) -> IntentModel:
    """The product's own model, to be trained on the rows."""
    examples: dict[str, list[str]] = {}
    for text, name in rows:
        if name != NOWHERE:
            examples.setdefault(name, []).append(text)
    outside = [text for text, name in rows if name == NOWHERE]
    return IntentModel(encoder, examples, out_of_scope=outside)


def judge_all(model: IntentModel, asked: Sequence[Pair], *, refusing: bool = False) -> list[Judged]:
    """Nothing is refused unless it is told to."""
    guesses = model.guesses([text for text, _ in asked])
    return [
        Judged(
            wanted=None if name == NOWHERE else name,
            likeliest=guess.intent,
            confidence=guess.confidence,
            refused=refusing and not guess.in_scope,
        )
        for guess, (_, name) in zip(guesses, asked, strict=True)
    ]


def judge_simply(encoder: Encoder, rows: Sequence[Pair], asked: Sequence[Pair]) -> dict[str, list[Judged]]:
    """Logistic regression on MiniLM, and its mean with a linear SVM on TF-IDF; one that says NOWHERE refuses."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.svm import LinearSVC
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    texts, names = [text for text, _ in rows], [name for _, name in rows]
    said = [text for text, _ in asked]
    # MiniLM's own vector is the first of those that stand side by side.
    known_as, asked_as = encode_all(encoder, texts)[:, :SIZE], encode_all(encoder, said)[:, :SIZE]
    with threadpool_limits(1):
        meaning = LogisticRegression(C=10, max_iter=300, tol=1e-3).fit(known_as, names)
        by_meaning = meaning.predict_proba(asked_as)
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    wording = LinearSVC(C=1.0, random_state=0).fit(words.fit_transform(texts), names)
    scores = wording.decision_function(words.transform(said))
    powers = np.exp(3 * (scores - scores.max(axis=1, keepdims=True)))
    by_wording = powers / powers.sum(axis=1, keepdims=True)
    known = [str(name) for name in meaning.classes_]
    return {
        "MiniLM + LR": _judge(by_meaning, known, asked),
        "MiniLM + LR with TF-IDF SVM": _judge((by_meaning + by_wording) / 2, known, asked),
    }


def compare(
    name: str, runs: Sequence[tuple[list[Judged], dict[str, list[Judged]]]], aims: dict[str, float], part: str
) -> list[Score]:
    """Medians over the runs, each a (ours, baselines by name); the interval and the gain are those of the first run."""
    mine = _medians([figures(name, judged, part=part, aims=aims) for judged, _ in runs])
    best = max(runs[0][1], key=lambda system: sum(case.right for case in runs[0][1][system] if case.wanted is not None))
    inside = [[case for case in cases if case.wanted is not None] for cases in (runs[0][0], runs[0][1][best])]
    mine[0] = _against(mine[0], best, inside[0], inside[1])
    theirs = [
        _medians([figures(name, simple[system], system, part=part) for _, simple in runs]) for system in runs[0][1]
    ]
    return [*mine, *(score for scores in theirs for score in scores)]


def _against(score: Score, system: str, mine: Sequence[Judged], theirs: Sequence[Judged]) -> Score:
    return replace(score, against=system, gain=gain(mine, theirs))


def _medians(runs: Sequence[Sequence[Score]]) -> list[Score]:
    return [replace(same[0], value=median(score.value for score in same)) for same in zip(*runs, strict=True)]


def _judge(chances: Vector, known: Sequence[str], asked: Sequence[Pair]) -> list[Judged]:
    inside = [place for place, name in enumerate(known) if name != NOWHERE]
    found = []
    for row, (_, name) in zip(chances, asked, strict=True):
        best = max(inside, key=lambda place: row[place])
        found.append(
            Judged(
                wanted=None if name == NOWHERE else name,
                likeliest=known[best],
                confidence=float(row[best]),
                refused=known[int(np.argmax(row))] == NOWHERE,
            )
        )
    return found
