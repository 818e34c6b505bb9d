"""What Handrail counts of itself, added up over its web processes."""

import os
import shutil
from pathlib import Path

from apps.settings import make_data_folder

FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # the library's own name


def count_together(data_dir: Path) -> None:
    """Let the web processes count into one folder. Call it before anything imports prometheus_client, which looks at
    its variable once. Folders of servers that are gone are deleted."""
    place = data_dir / "metrics"
    make_data_folder(place)
    for left in place.iterdir():
        if not _runs(left.name):
            shutil.rmtree(left, ignore_errors=True)
    mine = place / str(os.getpid())
    shutil.rmtree(mine, ignore_errors=True)
    mine.mkdir()
    os.environ[FOLDER] = str(mine)


def _runs(name: str) -> bool:
    if not name.isdecimal():
        return False
    try:
        os.kill(int(name), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def count_all() -> bytes:
    """Everything that the processes of this server have counted, as Prometheus reads it."""
    from prometheus_client import CollectorRegistry, generate_latest
    from prometheus_client.multiprocess import MultiProcessCollector

    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # the library declares no types for it
    return bytes(generate_latest(registry))


def counts_together() -> bool:
    return FOLDER in os.environ
