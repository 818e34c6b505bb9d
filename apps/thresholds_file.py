"""`thresholds.json`: how sure an answer must be, for each intent. Written by `handrail eval answers --write`."""

import json
from pathlib import Path

from core.answer.thresholds import Thresholds
from core.errors import ConfigurationError


def read_thresholds(path: Path | None) -> Thresholds:
    """Those that Handrail comes with where there is no file. ConfigurationError when the file is not understood."""
    if path is None or not path.is_file():
        return Thresholds()
    try:
        found = json.loads(path.read_text("utf-8"))
        own = {str(intent): float(value) for intent, value in found.get("intents", {}).items()}
        return Thresholds(otherwise=float(found["otherwise"]), of=own)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConfigurationError(f"{path} does not hold thresholds: {error}") from error


def write_thresholds(path: Path, thresholds: Thresholds) -> None:
    """Whole or not at all: a worker may read it at any moment."""
    told = {"otherwise": round(thresholds.otherwise, 4), "intents": {k: round(v, 4) for k, v in thresholds.of.items()}}
    part = path.with_name(f"{path.name}.part")
    part.write_text(json.dumps(told, indent=2, sort_keys=True, ensure_ascii=False) + "\n", "utf-8")
    part.replace(path)
