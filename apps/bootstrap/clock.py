"""The time: nothing else in the product asks for it.

It is the machine's, but where a story is played (`handrail play`): a story that goes on two days later cannot wait for
them, so its processes read from a file how many seconds they are ahead.
"""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

VARIABLE = "HANDRAIL_STORY_CLOCK"  # names the file; never set but by a stage of `handrail play`


class Ahead:
    """How far this process is ahead of the machine's clock."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file

    def follow(self, file: Path | None) -> None:
        """Be ahead by the seconds that stand in this file at each moment; None: by nothing."""
        self._file = file

    def __call__(self) -> timedelta:
        if self._file is None:
            return timedelta(0)
        return timedelta(seconds=float(self._file.read_text(encoding="ascii") or 0))


AHEAD = Ahead(Path(os.environ[VARIABLE]) if os.environ.get(VARIABLE) else None)


def now() -> datetime:
    return datetime.now(UTC) + AHEAD()
