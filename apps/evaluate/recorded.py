"""A language model whose answers are kept in a file, so that they can be given again without it."""

import hashlib
import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from core.errors import TransientError
from core.ports import LanguageModel

Row = dict[str, Any]  # key, model, prompt, at, seconds, reply


@dataclass(slots=True)
class RecordedModel:
    """Implements `core.ports.LanguageModel`. Asks `live` for what the recording does not have and writes it down;
    without it, TransientError."""

    file: Path
    live: LanguageModel | None = None
    rows: dict[str, Row] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.file.exists():
            rows = (json.loads(line) for line in self.file.read_text("utf-8").splitlines() if line.strip())
            self.rows = {row["key"]: row for row in rows}

    @property
    def name(self) -> str:
        if self.live is not None:
            return self.live.name
        return next((str(row["model"]) for row in self.rows.values()), "recorded")

    def count_tokens(self, text: str) -> int:
        return self.live.count_tokens(text) if self.live else len(text) // 4

    def complete(
        self, *, system: str, user: str, schema: Mapping[str, Any], max_tokens: int, within: timedelta | None = None
    ) -> str:
        key = _key(system, user, schema, max_tokens)
        if key not in self.rows:
            if self.live is None:
                raise TransientError("the recording has no answer to this")
            self._record(key, system, self.live, user, schema, max_tokens, within)
        return str(self.rows[key]["reply"])

    def stream(
        self, *, system: str, user: str, schema: Mapping[str, Any], max_tokens: int, within: timedelta | None = None
    ) -> Iterator[str]:
        yield self.complete(system=system, user=user, schema=schema, max_tokens=max_tokens, within=within)

    def _record(
        self,
        key: str,
        system: str,
        live: LanguageModel,
        user: str,
        schema: Mapping[str, Any],
        most: int,
        within: timedelta | None,
    ) -> None:
        began = time.monotonic()
        reply = live.complete(system=system, user=user, schema=schema, max_tokens=most, within=within)
        row = {
            "key": key,
            "model": live.name,
            "prompt": hashlib.sha256(system.encode()).hexdigest()[:12],
            "at": f"{datetime.now(UTC):%Y-%m-%d}",
            "seconds": round(time.monotonic() - began, 2),
            "reply": reply,
        }
        self.rows[key] = row
        with self.file.open("a", encoding="utf-8") as written:
            written.write(json.dumps(row, ensure_ascii=False) + "\n")


def _key(system: str, user: str, schema: Mapping[str, Any], most: int) -> str:
    asked = json.dumps([system, user, schema, most], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(asked.encode()).hexdigest()[:24]
