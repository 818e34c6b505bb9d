"""Whether what was found answers: boosted trees over the traits, and a line through what question and passages share.

Learned from labelled questions (`connectors.local.answering`), used with numpy alone. The trees see how well the search
went, the line what the question is about and what the passages say: neither alone tells as much as both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.answer.evidence import Evidence
from core.ports import Vector

DEPTH = 3  # questions that a tree asks before it answers
_FAR = 30.0
_FIELDS = ("feature", "cut", "left", "right", "value")

Numbers = NDArray[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """What was seen of a question, and whether it is answered there. Questions of one `group` are never split between
    what is learned from and what is tried on: the same question with and without its answer, for example."""

    evidence: Evidence
    answered: bool
    group: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Forest:
    """Trees side by side: for each, its nodes' trait, cut and children; a leaf is its own child."""

    nodes: Mapping[str, Numbers]

    def score(self, row: Vector) -> float:
        tree = np.arange(len(self.nodes["value"]))
        at = np.zeros(len(tree), dtype=np.int64)
        for _ in range(DEPTH):
            less = row[self.nodes["feature"][tree, at]] <= self.nodes["cut"][tree, at]
            at = np.where(less, self.nodes["left"][tree, at], self.nodes["right"][tree, at])
        return float(self.nodes["value"][tree, at].sum())


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AnswerHead:
    """`core.answer.evidence.AnswerReader`. `mixed` holds the weight of the trees, that of the line, and a constant."""

    names: tuple[str, ...]
    forest: Forest
    line: Vector
    always: float
    mixed: tuple[float, float, float]

    def sure(self, evidence: Evidence) -> float:
        """0 to 1; 0 when nothing was found, or the vectors are of another encoder than those it was fitted to."""
        if not evidence.traits or len(evidence.met) != len(self.line):
            return 0.0
        by_trees, by_line = self.scores(evidence)
        score = self.mixed[0] * by_trees + self.mixed[1] * by_line + self.mixed[2]
        return float(1 / (1 + np.exp(-np.clip(score, -_FAR, _FAR))))

    def scores(self, evidence: Evidence) -> tuple[float, float]:
        """What the trees say and what the line says, unmixed."""
        return self.forest.score(row_of(self.names, evidence)), float(self.line @ evidence.met) + self.always

    def as_json(self) -> dict[str, Any]:
        """All of it for JSON."""
        nodes = {name: np.round(self.forest.nodes[name], 6).tolist() for name in _FIELDS}
        line = {"weights": np.round(self.line, 6).tolist(), "always": self.always}
        return {"names": list(self.names), "nodes": nodes, "line": line, "mixed": list(self.mixed)}

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> "AnswerHead":
        """What `as_json` told. ValueError, KeyError or TypeError when it is something else."""
        whole = ("feature", "left", "right")
        nodes = {n: np.array(told["nodes"][n], dtype=np.int64 if n in whole else np.float64) for n in _FIELDS}
        shape, names = nodes["value"].shape, tuple(str(name) for name in told["names"])
        sound = len(shape) == 2 and shape[1] > 0 and all(nodes[name].shape == shape for name in _FIELDS)
        if not sound or any(nodes[name].min(initial=0) < 0 for name in whole):
            raise ValueError("the trees are not whole")
        if nodes["feature"].max(initial=0) >= len(names) or max(nodes[n].max(initial=0) for n in whole[1:]) >= shape[1]:
            raise ValueError("the trees point to nothing")
        line = np.array(told["line"]["weights"], dtype=np.float32)
        trees, shared, constant = (float(value) for value in told["mixed"])
        if line.ndim != 1:
            raise ValueError("the line is not whole")
        return cls(
            names=names,
            forest=Forest(nodes=nodes),
            line=line,
            always=float(told["line"]["always"]),
            mixed=(trees, shared, constant),
        )


def row_of(names: Sequence[str], evidence: Evidence) -> Vector:
    """The traits of these names, in their order."""
    return np.array([evidence.traits.get(name, 0.0) for name in names], dtype=np.float32)
