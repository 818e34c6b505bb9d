"""What Handrail counts of itself, added up over the processes of each server and worker.

Each has a folder of its own, `metrics/PART@HOST` in the data folder, and holds it while one of its processes lives:
containers that share a data folder cannot ask for one another's process numbers. Prometheus gets each as a series of
its own (`process`), so that one that begins anew takes nothing from the others.
"""

import fcntl
import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import IO, TYPE_CHECKING

from apps.settings import make_data_folder

if TYPE_CHECKING:
    from prometheus_client import Metric

FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # the library's own name
LOCK = ".lock"
_held: list[IO[str]] = []  # open for as long as we or our children live


def count_together(data_dir: Path, part: str) -> None:
    """Let the processes of this part count into one folder. Call it before anything imports prometheus_client, which
    looks at its variable once. Folders of those that are gone are deleted."""
    place = data_dir / "metrics"
    make_data_folder(place)
    mine, lock = _take(place, f"{part}@{socket.gethostname()}")
    for left in place.iterdir():
        if left.is_dir() and left != mine and (free := _lock(left)) is not None:
            shutil.rmtree(left, ignore_errors=True)
            free.close()
    shutil.rmtree(mine, ignore_errors=True)
    mine.mkdir()
    _held.append(lock)
    os.environ[FOLDER] = str(mine)


def _take(place: Path, name: str) -> tuple[Path, IO[str]]:
    """The first that nobody holds: there may be several workers on a machine."""
    for number in count(1):
        folder = place / (name if number == 1 else f"{name}.{number}")
        lock = _lock(folder)
        if lock is not None:
            return folder, lock
    raise AssertionError("unreachable")


def _lock(folder: Path) -> IO[str] | None:
    lock = folder.with_name(folder.name + LOCK).open("a", encoding="utf-8")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        return None
    return lock


def counts_together() -> bool:
    return FOLDER in os.environ


def count_all() -> bytes:
    """Everything that the servers and workers of this data folder have counted, as Prometheus reads it."""
    from prometheus_client import CollectorRegistry, generate_latest

    registry = CollectorRegistry()
    registry.register(_Together(Path(os.environ[FOLDER]).parent))
    return bytes(generate_latest(registry))


class _Together:
    """A collector of prometheus_client."""

    def __init__(self, place: Path) -> None:
        self._place = place

    def describe(self) -> "list[Metric]":
        return []  # so that nothing is read when it is registered

    def collect(self) -> "Iterator[Metric]":
        from prometheus_client import CollectorRegistry, Metric
        from prometheus_client.multiprocess import MultiProcessCollector
        from prometheus_client.samples import Sample

        families: dict[str, Metric] = {}
        for folder in sorted(each for each in self._place.iterdir() if each.is_dir()):
            with suppress(OSError, ValueError):  # one that begins anew at this moment
                for metric in MultiProcessCollector(CollectorRegistry(), str(folder)).collect():  # type: ignore[no-untyped-call]
                    family = families.setdefault(metric.name, Metric(metric.name, metric.documentation, metric.type))
                    family.samples += [
                        Sample(each.name, {**each.labels, "process": folder.name}, each.value)
                        for each in metric.samples
                    ]
        yield from families.values()
