"""A file that a worker touches while it does its work, so that one that hangs is told from one that waits."""

import contextlib
import os
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import click

SILENT = timedelta(seconds=60)  # after which it counts as hanging
FORGOTTEN = timedelta(days=1)
READY_WITHIN = 9.0  # seconds: why it is not ready takes long where much is away, and containers wait ten


@dataclass(slots=True)
class Heartbeat:
    """Of the worker `name` on this host: containers that share a data folder do not speak for each other."""

    folder: Path
    name: str
    _seen: int = -1

    @property
    def path(self) -> Path:
        return self.folder / "alive" / f"{self.name}@{socket.gethostname()}"

    def beat(self) -> None:
        """A full disk is no reason to end."""
        with contextlib.suppress(OSError):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.touch()

    def beats(self) -> bool:
        """Whether it has beaten since the last call; the clock of the machine may jump meanwhile."""
        before, self._seen = self._seen, self._touched()
        return self._seen not in (before, 0)

    def recent(self, clock: Callable[[], float] = time.time) -> bool:
        """Whether it has beaten lately, for whoever asks once."""
        return clock() - self._touched() / 1e9 < SILENT.total_seconds()

    def forget_others(self, clock: Callable[[], float] = time.time) -> None:
        """Remove what containers that are gone have left."""
        for left in self.path.parent.glob("*"):
            with contextlib.suppress(OSError):
                if clock() - left.stat().st_mtime > FORGOTTEN.total_seconds():
                    left.unlink()

    def _touched(self) -> int:
        try:
            return self.path.stat().st_mtime_ns
        except OSError:
            return 0


def tell_systemd(state: str) -> None:
    """`READY=1`, `WATCHDOG=1` …, where systemd asked to be told."""
    place = os.environ.get("NOTIFY_SOCKET", "")
    if place:
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as to:
            # An @ stands for the zero byte of an abstract name.
            to.sendto(state.encode(), f"\0{place[1:]}" if place.startswith("@") else place)


def health_here(part: str) -> int:
    """Print how the part is; exit code 0 where it does its work, else 1."""
    import requests

    from apps.processes import local_url
    from apps.settings import settings_here

    settings = settings_here(needed=())
    if part in ("web", "all"):
        path = "healthz" if part == "web" else "readyz"
        try:
            answer = requests.get(f"{local_url(settings.listen)}/{path}", timeout=READY_WITHIN)
        except requests.RequestException as error:
            click.echo(f"{path} does not answer ({type(error).__name__})")
            return 1
        click.echo(answer.text.strip())
        return 0 if answer.ok else 1
    well = Heartbeat(settings.data_dir, part).recent()
    click.echo(f"{part} {'does its work' if well else 'has not been heard of for a minute'}")
    return 0 if well else 1
