"""A virus scanner as a command: it gets the file on its standard input and tells by its exit code."""

import shlex
import subprocess

from core.errors import ConfigurationError, TransientError

SECONDS = 20.0  # an event is leased for a minute
CLEAN, INFECTED = 0, 1  # as ClamAV's own commands end


class CommandScanner:
    """Implements `core.ports.Scanner`."""

    def __init__(self, command: str) -> None:
        self._command = shlex.split(command)
        if not self._command:
            raise ValueError("a scanner needs a command")

    def is_clean(self, content: bytes) -> bool:
        """Raises TransientError when it takes too long or fails; ConfigurationError when it cannot be started."""
        try:
            done = subprocess.run(  # noqa: S603 - the command is the operator's own setting, no shell reads it
                self._command, input=content, capture_output=True, timeout=SECONDS, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise TransientError("the virus scanner takes too long") from error
        except OSError as error:
            raise ConfigurationError(f"the virus scanner cannot be started: {self._command[0]}") from error
        if done.returncode not in (CLEAN, INFECTED):
            raise TransientError(f"the virus scanner ended with {done.returncode}")
        return done.returncode == CLEAN
