"""What the language model's endpoint has shown that it can do, as `handrail doctor --probe` wrote it down."""

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from core.model.reading import ReaderRole
from core.ports import Store

LOOKED_AT = 60.0  # seconds after which a running process looks again


def marks_name(address: str, model: str) -> str:
    """Under which name the marks of a model at an address stand among the cursors."""
    return f"model_marks:{hashlib.sha256(f'{address} {model}'.encode()).hexdigest()[:16]}"


@dataclass(slots=True, kw_only=True)
class ModelRole:
    """Called, the role; NONE where the model was never tried at this address."""

    store: Store
    name: str
    clock: Callable[[], float] = time.monotonic
    _role: ReaderRole = field(default=ReaderRole.NONE, init=False)
    _until: float = field(default=float("-inf"), init=False)

    def __call__(self) -> ReaderRole:
        if self.clock() >= self._until:
            self._role, self._until = ReaderRole(self.marks().get("role", ReaderRole.NONE)), self.clock() + LOOKED_AT
        return self._role

    def marks(self) -> Mapping[str, Any]:
        """`role`, `at`, `model` and `marks` of the last probe; nothing where there was none."""
        with self.store.read() as unit:
            written = unit.cursors.get(self.name)
        found = json.loads(written) if written else {}
        return found if isinstance(found, dict) else {}

    def keep(self, marks: Mapping[str, Any]) -> None:
        with self.store.begin() as unit:
            unit.cursors.set(self.name, json.dumps(marks))
        self._until = float("-inf")
