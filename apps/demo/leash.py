"""Runs a command that ends when its parent does, however the parent ends.

The parent holds the other end of our standard input. When it closes, be it because the parent was killed with
signal 9, the command's whole process group is ended. Used as `python -m apps.demo.leash COMMAND …`.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from types import FrameType

GRACE = 8.0  # seconds between asking a process group to end and ending it


class Leash:
    def __init__(self, command: Sequence[str]) -> None:
        self._child = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)  # noqa: S603
        self._ending = threading.Lock()

    def run(self) -> int:
        """Wait for the command; its exit code."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._asked)
        threading.Thread(target=self._watch, daemon=True).start()
        return self._child.wait()

    def _asked(self, _: int, __: FrameType | None) -> None:
        threading.Thread(target=self._end, daemon=True).start()

    def _watch(self) -> None:
        while os.read(sys.stdin.fileno(), 1024):
            pass
        self._end()

    def _end(self) -> None:
        if not self._ending.acquire(blocking=False):
            return
        self._signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._child.wait(GRACE)
        # A group may outlive its leader: whatever is left of it goes too.
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        try:
            os.killpg(self._child.pid, number)
        except (ProcessLookupError, PermissionError):
            return


if __name__ == "__main__":
    leash = Leash(sys.argv[1:])
    code = leash.run()
    sys.exit(code)
