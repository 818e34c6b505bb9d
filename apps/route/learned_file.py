"""The file in which `handrail route learn` keeps how long conversations take."""

import json
from pathlib import Path
from typing import Any

from core.errors import ConfigurationError
from core.routing import HandleTimes

VERSION = 1


def write_handle_times(path: Path, times: HandleTimes) -> None:
    """Replace the file. The same times make the same bytes."""
    kinds = sorted([intent, hard, minutes] for (intent, hard), minutes in times.kinds.items())
    factors = sorted([agent, intent, factor] for (agent, intent), factor in times.factors.items())
    body = {
        "version": VERSION,
        "overall": times.overall,
        "intents": dict(sorted(times.intents.items())),
        "kinds": kinds,
        "factors": factors,
    }
    path.write_text(json.dumps(body, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def read_handle_times(path: str) -> HandleTimes:
    """Nothing is known where there is no path.

    Raises:
        ConfigurationError: the file is not there, or is none of ours.
    """
    if not path:
        return HandleTimes()
    try:
        body: Any = json.loads(Path(path).read_text(encoding="utf-8"))
        if body["version"] != VERSION:
            raise ConfigurationError(f"{path} is of version {body['version']}: learn it again")
        return HandleTimes(
            overall=None if body["overall"] is None else float(body["overall"]),
            intents={str(name): float(minutes) for name, minutes in body["intents"].items()},
            kinds={(str(intent), bool(hard)): float(minutes) for intent, hard, minutes in body["kinds"]},
            factors={(str(agent), str(intent)): float(factor) for agent, intent, factor in body["factors"]},
        )
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConfigurationError(f"{path} was not written by `handrail route learn`") from error
