"""Runs a command that ends when its parent does, however the parent ends.

The parent holds the other end of our standard input. When it closes, be it because the parent was killed with
signal 9, the command's whole process group is ended; on Linux the command ends when we are killed, too. Used as
`python -m apps.child_process COMMAND …`.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from types import FrameType

_PR_SET_PDEATHSIG = 1
ASKING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
GRACE = 8.0  # seconds between asking a process group to end and ending it


class ChildProcess:
    def __init__(self) -> None:
        self._asked = threading.Event()

    def run(self, command: Sequence[str]) -> int:
        """Run the command until it ends, is asked to end, or our parent is gone; its exit code, with 128 added to the
        signal that ended it, as a shell does."""
        # Before the command starts: from then on no signal may end us without ending it. A terminal that is closed
        # hangs up on us too.
        for number in ASKING:
            if signal.getsignal(number) is not signal.SIG_IGN:  # as `nohup` leaves it
                signal.signal(number, self._ask)
        self._child = subprocess.Popen(  # noqa: S603 - the command that our caller names
            command,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_end_with_parent(),  # from the main thread, with which it ends
        )
        # Only the thread that waits may be given a signal, or it goes on waiting.
        signal.pthread_sigmask(signal.SIG_BLOCK, ASKING)
        for work in (self._watch, self._end):
            threading.Thread(target=work, daemon=True).start()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ASKING)
        code = self._child.wait()
        # A group may outlive its leader: whatever is left of it goes too.
        self._signal(signal.SIGKILL)
        return code if code >= 0 else 128 - code

    def _ask(self, _: int, __: FrameType | None) -> None:
        self._asked.set()

    def _watch(self) -> None:
        while os.read(sys.stdin.fileno(), 1024):
            pass
        self._asked.set()

    def _end(self) -> None:
        self._asked.wait()
        self._signal(signal.SIGCONT)  # one that was stopped would not hear
        self._signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._child.wait(GRACE)
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        try:
            os.killpg(self._child.pid, number)
        except (ProcessLookupError, PermissionError):
            return


def _end_with_parent() -> Callable[[], None] | None:
    if sys.platform != "linux":
        return None
    # Loaded before the fork: nothing may be imported after it.
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(ChildProcess().run(sys.argv[1:]))
