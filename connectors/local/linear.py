"""Logistic regression: trained with scikit-learn, used with numpy alone."""

from collections.abc import Sequence

import numpy as np

from core.ports import Vector


class Linear:
    """Class probabilities from a weight matrix (classes x dimensions) and a bias a class."""

    def __init__(self, weights: Vector, bias: Vector) -> None:
        self.weights = weights
        self.bias = bias

    @classmethod
    def empty(cls) -> "Linear":
        return cls(np.zeros((0, 0), dtype=np.float32), np.zeros(0, dtype=np.float32))

    def chances(self, rows: Vector) -> Vector:
        """Shape (rows, classes); each row adds up to one."""
        scores = rows @ self.weights.T + self.bias
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float32)


def fit(rows: Vector, classes: Sequence[int], count: int, *, strength: float = 10.0) -> Linear:
    """Train on `rows` with their class numbers below `count`. A class without rows is never predicted."""
    # scikit-learn costs a second to import and is needed only where nothing was trained before.
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    model = LogisticRegression(C=strength, max_iter=300, tol=1e-3, class_weight="balanced")
    # So small a problem is solved in 50 ms by one thread and in seconds by several that wait for each other.
    with threadpool_limits(1):
        model.fit(rows, np.asarray(classes))
    weights = np.zeros((count, rows.shape[1]), dtype=np.float32)
    bias = np.full(count, -50.0, dtype=np.float32)
    if len(model.classes_) == 2:  # one row of weights stands for both
        weights[model.classes_[1]], weights[model.classes_[0]] = model.coef_[0] / 2, -model.coef_[0] / 2
        bias[model.classes_[1]], bias[model.classes_[0]] = model.intercept_[0] / 2, -model.intercept_[0] / 2
    else:
        weights[model.classes_], bias[model.classes_] = model.coef_, model.intercept_
    return Linear(weights, bias)
