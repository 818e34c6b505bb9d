"""What the sets of intents share: the product's own training and judging, and the simple classifiers beside it."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median

import numpy as np

from apps.evaluate.intents import Judged, figures, gain
from apps.evaluate.report import Score
from benchmarks.quality.sources import Row
from connectors.local.cache import CachedEncoder
from connectors.local.encoder import SIZE, MiniLmEncoder
from connectors.local.intents import NOWHERE, IntentModel
from connectors.local.intents_trained import encoded
from connectors.local.layered import LayeredEncoder
from core.ports import Encoder, Vector

Pair = tuple[str, str]  # a message and its intent, NOWHERE where it has none


def pairs_of(rows: Sequence[Row]) -> list[Pair]:
    return [(str(row["text"]), NOWHERE if row["intent"] == "oos" else str(row["intent"])) for row in rows]


def encoder_of(cache: Path) -> Encoder:
    cache.mkdir(parents=True, exist_ok=True)
    return CachedEncoder(LayeredEncoder(MiniLmEncoder()), cache / "vectors.db")


def model_of(encoder: Encoder, rows: Sequence[Pair]) -> IntentModel:
    """The product's own model, to be trained on the rows."""
    examples: dict[str, list[str]] = {}
    for text, name in rows:
        if name != NOWHERE:
            examples.setdefault(name, []).append(text)
    outside = [text for text, name in rows if name == NOWHERE]
    return IntentModel(encoder, examples, out_of_scope=outside)


def judged_by(model: IntentModel, asked: Sequence[Pair], *, refusing: bool = False) -> list[Judged]:
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


def baselines(encoder: Encoder, rows: Sequence[Pair], asked: Sequence[Pair]) -> dict[str, list[Judged]]:
    """Logistic regression on MiniLM, and its mean with a linear SVM on TF-IDF; one that says NOWHERE refuses."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.svm import LinearSVC
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    texts, names = [text for text, _ in rows], [name for _, name in rows]
    said = [text for text, _ in asked]
    # MiniLM's own vector is the first of those that stand side by side.
    known_as, asked_as = encoded(encoder, texts)[:, :SIZE], encoded(encoder, said)[:, :SIZE]
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
        "MiniLM + LR": _judged(by_meaning, known, asked),
        "MiniLM + LR with TF-IDF SVM": _judged((by_meaning + by_wording) / 2, known, asked),
    }


def compared(
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


def _judged(chances: Vector, known: Sequence[str], asked: Sequence[Pair]) -> list[Judged]:
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
