"""The time: nothing else in the product asks for it.

It is the machine's, but where a story is played (`handrail play`): a story that goes on two days later cannot wait for
them, so its processes read from a file how many seconds they are ahead.
"""

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

JUMP, UNSURE, TOLD = 30.0, 60.0, 3600.0  # seconds
VARIABLE = "HANDRAIL_STORY_CLOCK"  # names the file; never set but by a stage of `handrail play`


class Ahead:
    """How far this process is ahead of the machine's clock."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file

    def follow(self, file: Path | None) -> None:
        """Be ahead by the seconds that stand in this file at each moment; None: by nothing. That is no jump."""
        self._file = file
        STEADINESS.forget()

    def __call__(self) -> timedelta:
        if self._file is None:
            return timedelta(0)
        return timedelta(seconds=float(self._file.read_text(encoding="ascii") or 0))


AHEAD = Ahead(Path(os.environ[VARIABLE]) if os.environ.get(VARIABLE) else None)


class Steadiness:
    """Whether the clock on the wall goes as fast as the one that only counts, as far as this process has looked."""

    def __init__(self, wall: Callable[[], datetime], monotonic: Callable[[], float] = time.monotonic) -> None:
        self._wall, self._monotonic = wall, monotonic
        self._last: tuple[datetime, float] | None = None
        self._jump: tuple[float, float] = (0.0, float("-inf"))

    def forget(self) -> None:
        """What was looked at so far is of another clock."""
        self._last, self._jump = None, (0.0, float("-inf"))

    def look(self) -> None:
        last, wall, counted = self._last, self._wall(), self._monotonic()
        self._last = (wall, counted)
        if last is not None:
            ahead = (wall - last[0]).total_seconds() - (counted - last[1])
            if abs(ahead) > JUMP:
                self._jump = (ahead, counted)

    def steady(self) -> bool:
        """Not in the minute after a jump: what was begun before it may still be going on."""
        self.look()
        return self._monotonic() - self._jump[1] > UNSURE

    def jumped(self) -> str:
        """What is told of a jump for an hour."""
        self.look()
        ahead, at = self._jump
        if self._monotonic() - at > TOLD:
            return ""
        return f"the clock jumped {'forward' if ahead > 0 else 'back'} by {abs(ahead) / 60:.0f} minutes"


def now() -> datetime:
    return datetime.now(UTC) + AHEAD()


STEADINESS = Steadiness(now)
