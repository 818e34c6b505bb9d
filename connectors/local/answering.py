"""Learns from labelled questions whether what was found answers: `core.answer.head`, fitted with scikit-learn."""

from collections.abc import Sequence

import numpy as np

from core.answer.head import DEPTH, AnswerHead, Forest, Labelled, Numbers, row_of
from core.ports import Vector

__all__ = ["FOLDS", "Labelled", "fit"]

FOLDS = 3  # in which the weights of trees and line are found, on questions that neither has seen
_TREES, _RATE, _LEAF, _SEED = 150, 0.05, 15, 0
_STRENGTH = 0.001  # strong regularisation: directions are many, labelled questions few
_TELLS = 1e-6  # a spread below this says nothing


def fit(rows: Sequence[Labelled]) -> AnswerHead:
    """Learn from labelled questions; those for which nothing was found are left out. The same rows give the same head.

    ValueError when only one kind of question is given."""
    seen = [row for row in rows if row.evidence.traits and len(row.evidence.met)]
    if len({row.answered for row in seen}) < 2:
        raise ValueError("fitting needs questions with an answer and questions without one")
    names = tuple(sorted(frozenset.intersection(*(frozenset(row.evidence.traits) for row in seen))))
    return _fitted(names, seen, _mixed(names, seen))


def _mixed(names: tuple[str, ...], rows: Sequence[Labelled]) -> tuple[float, float, float]:
    """How much to believe each, judged by what they say of questions that they were not fitted to."""
    from sklearn.linear_model import LogisticRegression

    said: list[tuple[float, float]] = []
    true: list[bool] = []
    for fold in range(FOLDS):
        rest = [row for row in rows if row.group % FOLDS != fold]
        unseen = [row for row in rows if row.group % FOLDS == fold]
        if len({row.answered for row in rest}) == 2:
            head = _fitted(names, rest, (1.0, 1.0, 0.0))
            said += [head.scores(row.evidence) for row in unseen]
            true += [row.answered for row in unseen]
    if len(set(true)) < 2:
        return 0.5, 0.5, 0.0
    model = LogisticRegression().fit(np.array(said), np.array(true))
    # Where few questions are left one may come out against itself.
    return max(0.0, float(model.coef_[0][0])), max(0.0, float(model.coef_[0][1])), float(model.intercept_[0])


def _fitted(names: tuple[str, ...], rows: Sequence[Labelled], mixed: tuple[float, float, float]) -> AnswerHead:
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    answered = np.array([row.answered for row in rows])
    with threadpool_limits(1):
        line, always = _line(np.stack([row.evidence.met for row in rows]), answered)
        forest = _forest(np.stack([row_of(names, row.evidence) for row in rows]), answered)
    return AnswerHead(names=names, forest=forest, line=line, always=always, mixed=mixed)


def _line(rows: Vector, answered: Numbers) -> tuple[Vector, float]:
    from sklearn.linear_model import LogisticRegression

    means, spreads = rows.mean(axis=0), rows.std(axis=0)
    spreads = np.where(spreads > _TELLS, spreads, np.inf)
    model = LogisticRegression(C=_STRENGTH, max_iter=500).fit((rows - means) / spreads, answered)
    weights = (model.coef_[0] / spreads).astype(np.float32)
    return weights, float(model.intercept_[0] - weights @ means)


def _forest(rows: Vector, answered: Numbers) -> Forest:
    from sklearn.ensemble import GradientBoostingClassifier

    model = GradientBoostingClassifier(
        n_estimators=_TREES,
        learning_rate=_RATE,
        max_depth=DEPTH,
        max_features=0.2,
        subsample=0.7,
        min_samples_leaf=_LEAF,
        random_state=_SEED,
    ).fit(rows, answered)
    trees = [tree.tree_ for tree in model.estimators_[:, 0]]
    width = max(tree.node_count for tree in trees)
    nodes = {name: np.zeros((len(trees), width), dtype=np.int64) for name in ("feature", "left", "right")}
    nodes |= {name: np.zeros((len(trees), width)) for name in ("cut", "value")}
    for place, tree in enumerate(trees):
        leaf, own, count = tree.children_left < 0, np.arange(tree.node_count), tree.node_count
        nodes["feature"][place, :count] = np.where(leaf, 0, tree.feature)
        nodes["cut"][place, :count] = tree.threshold
        nodes["left"][place, :count] = np.where(leaf, own, tree.children_left)
        nodes["right"][place, :count] = np.where(leaf, own, tree.children_right)
        nodes["value"][place, :count] = _RATE * tree.value[:, 0, 0]
    return Forest(nodes=nodes)
