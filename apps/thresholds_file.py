"""`thresholds.json`: how sure an answer must be, for each intent, and what judges how sure it is.

Written whole by `handrail eval answers --write`, read at every start. Without it Handrail's own weights judge."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.answer.confidence import Thresholds
from core.answer.head import AnswerHead
from core.errors import ConfigurationError


def read_thresholds(path: Path | None) -> Thresholds:
    """Those that Handrail comes with where there is no file. ConfigurationError when the file is not understood."""
    try:
        found = _read(path)
        if found is None:
            return Thresholds()
        own = {str(intent): float(value) for intent, value in found.get("intents", {}).items()}
        return Thresholds(otherwise=float(found["otherwise"]), of=own)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConfigurationError(f"{path} does not hold thresholds: {error}") from error


def read_reader(path: Path | None) -> AnswerHead | None:
    """What was learned from labelled questions; None where nothing was. ConfigurationError when it is damaged."""
    try:
        found = _read(path)
        learned = found.get("reader") if found else None
        return AnswerHead.of(learned) if learned else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise ConfigurationError(f"{path} does not hold what judges the answers: {error!r}") from error


def write_thresholds(path: Path, thresholds: Thresholds, reader: AnswerHead | None = None) -> None:
    """Whole or not at all: a worker may read it at any moment. Thresholds belong to the reader that they were found
    with, so that a reader that is not given again is gone."""
    told: dict[str, Any] = {
        "otherwise": round(thresholds.otherwise, 4),
        "intents": {k: round(v, 4) for k, v in sorted(thresholds.of.items())},
    }
    if reader is not None:
        told["reader"] = reader.as_json()
    part = path.with_name(f"{path.name}.part")
    # The thresholds are for people to read and change, the reader's thousands of numbers are not.
    lines = [f" {json.dumps(key, ensure_ascii=False)}: {json.dumps(told[key], ensure_ascii=False)}" for key in told]
    part.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")
    part.replace(path)


def _read(path: Path | None) -> Mapping[str, Any] | None:
    if path is None or not path.is_file():
        return None
    found: Mapping[str, Any] = json.loads(path.read_text("utf-8"))
    return found
