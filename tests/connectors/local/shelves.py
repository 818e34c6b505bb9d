"""A store that holds nothing but vectors, to see when it is asked."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import numpy as np

from core.model.ids import PassageId
from core.ports import Vector


class VectorStore:
    def __init__(self) -> None:
        self.rows: dict[str, list[float]] = {}
        self.stamp = 1
        self.loads = 0

    def put(self, name: str, *vector: float) -> None:
        self.rows[name] = list(vector)
        self.stamp += 1

    def version(self) -> int:
        return self.stamp

    def vectors(self, encoder: str) -> tuple[list[PassageId], Vector]:
        self.loads += 1
        return [PassageId(name) for name in self.rows], np.array(list(self.rows.values()), dtype=np.float32)

    @contextmanager
    def read(self) -> Iterator[Any]:
        yield SimpleNamespace(articles=self)
