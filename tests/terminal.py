"""A command as a person sees it at a terminal, who answers what it asks."""

import os
import pty
import re
import select
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

PATIENCE = 120.0  # seconds; a busy machine is slow, not broken
_COLOURS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def at_a_terminal(
    folder: Path, environ: Mapping[str, str], arguments: Sequence[str], answers: Sequence[tuple[str, str]] = ()
) -> tuple[int, str]:
    """The exit code, and all that stood on the screen; each answer is typed once its question is there."""
    child, screen = pty.fork()
    if child == 0:
        os.chdir(folder)
        os.execve(sys.executable, [sys.executable, "-m", "apps.cli", *arguments], environ)  # noqa: S606 - our own command
    shown, until = "", time.monotonic() + PATIENCE
    waiting = list(answers)
    while time.monotonic() < until:
        if not select.select([screen], [], [], 0.1)[0]:
            continue
        try:
            shown += os.read(screen, 4096).decode(errors="replace")
        except OSError:  # the child closed its end
            break
        if waiting and waiting[0][0] in shown:
            time.sleep(0.2)  # the echo is switched off just after the question
            os.write(screen, waiting.pop(0)[1].encode() + b"\n")
    else:
        os.kill(child, signal.SIGKILL)
    os.close(screen)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return code, _COLOURS.sub("", shown).replace("\r\n", "\n")
