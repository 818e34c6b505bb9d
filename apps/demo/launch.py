"""Bringing everything up: queue, sandbox, connection, knowledge, web, workers."""

import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from apps.bootstrap import Container, embedded_queue, now
from apps.demo.environment import DemoEnvironment
from apps.demo.processes import Processes, answers, free_port, lock_folder
from apps.install.connecting import Connecting
from apps.install.place import Place
from apps.install.talk import Talk
from apps.install.vendors import VENDORS, Wish
from core.errors import ConfigurationError
from core.profile.identity import sync_people

if TYPE_CHECKING:
    from apps.bootstrap import EmbeddedQueue

WEB_PORT = 8800
SANDBOX_PORT = 8801
KEPT = ("vectors.db", "models")  # caches that cost time and hold nothing of anybody


@dataclass(slots=True, kw_only=True)
class Demo:
    """A running demo. `timings` are seconds per step of the start."""

    environment: DemoEnvironment
    processes: Processes
    container: Container
    queue: "EmbeddedQueue"
    timings: dict[str, float] = field(default_factory=dict)


@contextmanager
def start_demo(
    folder: Path,
    *,
    web_port: int | None = None,
    sandbox_port: int | None = None,
    store_url: str = "",
    sandbox_more: Mapping[str, str] | None = None,
    kind: Callable[..., DemoEnvironment] = DemoEnvironment,
) -> Iterator[Demo]:
    """Start everything fresh, and stop everything at the end. `sandbox_more` are settings of the sandbox; `kind`
    makes the environment of another company.

    Raises:
        ConfigurationError: a port that was asked for is taken, another demo runs here, or a process did not come up.
    """
    lock = lock_folder(folder / "demo.lock")
    clear_state(folder / "state")
    processes = Processes(folder / "state" / "log")
    queue = embedded_queue(folder / "state" / "queue")
    running: Demo | None = None
    try:
        environment = kind(
            folder=folder / "state",
            web_port=free_port(web_port, WEB_PORT),
            sandbox_port=free_port(sandbox_port, SANDBOX_PORT),
            queue_url=queue.url,
            store_url=store_url,
            sandbox_more=sandbox_more or {},
        )
        running = _start_all(environment, processes, queue)
        yield running
    finally:
        processes.stop()
        (running.queue if running is not None else queue).stop()
        lock.close()


def _start_all(environment: DemoEnvironment, processes: Processes, queue: "EmbeddedQueue") -> Demo:
    timings: dict[str, float] = {}
    began = time.monotonic()
    python = [sys.executable, "-m"]
    sandbox = processes.start("sandbox", [*python, "apps.sandbox.main"], environment.sandbox())
    timings["sandbox"] = processes.wait_for(sandbox, lambda: answers(f"{environment.sandbox_url}/sandbox/api/config"))
    variables, container = _connect_sandbox(environment, timings)
    web = processes.start("web", [*python, "apps.cli", "web"], variables)
    worker = processes.start("worker", [*python, "apps.cli", "worker"], variables)
    processes.start("outreach", [*python, "apps.cli", "worker", "--outreach"], variables)
    timings["web"] = processes.wait_for(web, lambda: answers(f"{environment.web_url}/healthz"))
    timings["workers"] = processes.wait_for(worker, lambda: answers(f"{environment.web_url}/readyz"))
    timings["all"] = time.monotonic() - began
    return Demo(environment=environment, processes=processes, container=container, queue=queue, timings=timings)


def _connect_sandbox(environment: DemoEnvironment, timings: dict[str, float]) -> tuple[dict[str, str], Container]:
    """Connect to the sandbox as an admin would to real accounts, then take over customers and articles."""
    began = time.monotonic()
    environment.toml.parent.mkdir(parents=True, exist_ok=True)
    environment.toml.write_text("# What `handrail connect` found at the sandbox.\n", encoding="utf-8")
    place = Place(toml=environment.toml, environ=environment.connected())
    connect(place)
    container = Container(place.settings(None))
    container.migrate()
    timings["connect"] = time.monotonic() - began
    sync_people(container.store, container.helpdesk, now())
    container.library.sync(now()).checked()
    timings["knowledge"] = time.monotonic() - began - timings["connect"]
    return environment.connected(), container


def connect(place: Place) -> None:
    """Connect as `handrail connect` does; its output is shown only when it fails."""
    told: list[str] = []
    talk = Talk(asks=False, sure=True, out=told.append, err=told.append)
    if Connecting(place=place, talk=talk, wish=Wish()).all(list(VENDORS)):
        raise ConfigurationError("the demo could not be connected:\n" + "\n".join(told))


def clear_state(state: Path) -> None:
    """Remove the state of an earlier demo but for its caches."""
    if not state.exists():
        return
    for entry in state.iterdir():
        if entry.name in KEPT:
            continue
        if entry.is_dir():
            shutil.rmtree(entry)
        else:
            entry.unlink()
