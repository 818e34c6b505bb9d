"""What strangers and vendors send, each in one place: JSON, moments and waits. What is odd is a ValueError here,
and no error of another kind where it is used later."""

import json
import math
from datetime import UTC, datetime, timedelta
from typing import Any

DEEPEST = 64  # objects and lists within each other; what nests deeper cannot be walked through everywhere
# Nothing of ours has happened before or lies after; whatever is added to or taken from a moment, it stays one.
EARLIEST, LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)


def read_json(text: str | bytes) -> Any:
    """The JSON of a text, whose numbers are finite and whose parts are at most DEEPEST deep."""
    if isinstance(text, bytes):
        text = text.decode(json.detect_encoding(text))
    text = text.removeprefix("\ufeff").strip(" \t\n\r")
    found, end = json_at(text, 0)
    if end < len(text):
        raise ValueError("something follows the JSON")
    return found


def json_at(text: str, start: int) -> tuple[Any, int]:
    """The JSON that stands there in a text, as `read_json` takes it, and where it ends."""
    try:
        found, end = _DECODER.raw_decode(text, start)
    except RecursionError as error:
        raise ValueError("is nested too deeply") from error
    if text.count("[", start, end) + text.count("{", start, end) > DEEPEST and _is_deep(found):
        raise ValueError("is nested too deeply")
    return found, end


def read_moment(told: object) -> datetime:
    """A moment in UTC, told in ISO 8601 (without a zone: UTC), as seconds since 1970, or as a datetime."""
    try:
        if isinstance(told, str):
            told = datetime.fromisoformat(told)
        if not isinstance(told, datetime):
            told = datetime.fromtimestamp(float(told), UTC)  # type: ignore[arg-type]
        moment = (told if told.tzinfo else told.replace(tzinfo=UTC)).astimezone(UTC)
    except (TypeError, OverflowError, OSError) as error:
        raise ValueError("is no moment") from error
    if not EARLIEST <= moment <= LATEST:
        raise ValueError("is no moment of ours")
    return moment


def read_wait(told: object, longest: timedelta = timedelta(hours=1)) -> timedelta | None:
    """How long somebody asks us to wait, in whole seconds, at most `longest`; None where they do not say so."""
    text = str(told)
    if not (text.isascii() and text.isdigit()):
        return None
    # More digits than these are longer than any wait, and more than a number may have.
    return min(timedelta(seconds=int(text[:9])), longest) if len(text) <= 9 else longest


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError("no finite number")
    return number


_DECODER = json.JSONDecoder(parse_constant=_finite, parse_float=_finite)


def _is_deep(found: Any) -> bool:
    level = [found]
    for _ in range(DEEPEST):
        level = [
            inner
            for each in level
            if isinstance(each, dict | list)
            for inner in (each.values() if isinstance(each, dict) else each)
        ]
        if not level:
            return False
    return any(isinstance(each, dict | list) for each in level)
