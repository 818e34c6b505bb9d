"""Bringing everything up: queue, sandbox, connection, web and workers, and meanwhile the knowledge."""

import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING

from apps.bootstrap import Container, fill_caches, now
from apps.demo.environment import VECTORS, DemoEnvironment
from apps.install.connecting import Connecting
from apps.install.place import Place
from apps.install.talk import Talk
from apps.install.vendors import VENDORS, Wish
from apps.processes import LOADING, PATIENCE, Processes, answers, free_port, lock_folder
from apps.supervisor import Child, Supervisor
from apps.up import say, start_parts, start_queue
from core.errors import ConfigurationError
from core.knowledge.library import Step, Watch, ignore_progress
from core.knowledge.match import comparable_text
from core.ports import Source
from core.profile.identity import sync_people

if TYPE_CHECKING:
    from apps.bootstrap import QueueServer

WEB_PORT = 8800
SANDBOX_PORT = 8801
KEPT = ("vectors.db", "models")  # caches that cost time and hold nothing of anybody
READ_AT_ONCE = 16  # passages: a quarter of a second


@dataclass(slots=True, kw_only=True)
class Demo:
    """A running demo. `timings` are seconds per step of the start; `reading` goes on after it (see `_read_ahead`)."""

    environment: DemoEnvironment
    supervisor: Supervisor
    container: Container
    reading: Thread
    timings: dict[str, float] = field(default_factory=dict)

    @property
    def processes(self) -> Processes:
        return self.supervisor.processes


@contextmanager
def start_demo(
    folder: Path,
    *,
    web_port: int | None = None,
    sandbox_port: int | None = None,
    store_url: str = "",
    sandbox_more: Mapping[str, str] | None = None,
    kind: Callable[..., DemoEnvironment] = DemoEnvironment,
    watch: Watch = ignore_progress,
    vectors: Path = VECTORS,
    articles: Sequence[Source] = (),
) -> Iterator[Demo]:
    """Start everything fresh, and stop everything at the end. `sandbox_more` are settings of the sandbox; `kind`
    makes the environment of another company; `vectors` is the file of those that come along; `articles` are taken over
    besides those of the sandbox.

    Raises:
        ConfigurationError: a port that was asked for is taken, another demo runs here, or a process did not come up.
    """
    with lock_folder(folder / "demo.lock"):
        clear_state(folder / "state")
        web_port = free_port(web_port, WEB_PORT)
        sandbox_port = free_port(sandbox_port, SANDBOX_PORT, web_port)
        watch(Step(source="queue and sandbox", done=0))
        fill_caches(vectors, folder / "state")
        with Supervisor(Processes(folder / "state" / "log"), say) as supervisor:
            queue = start_queue(supervisor, folder / "state" / "queue", os.environ)
            environment = kind(
                folder=folder / "state",
                web_port=web_port,
                sandbox_port=sandbox_port,
                queue_url=queue.url,
                store_url=store_url,
                sandbox_more=sandbox_more or {},
            )
            running: Demo | None = None
            ending = Event()
            try:
                running = _start_all(environment, supervisor, queue, watch, ending, articles)
                yield running
            finally:
                ending.set()
                if running is not None:
                    running.reading.join()


def _start_all(
    environment: DemoEnvironment,
    supervisor: Supervisor,
    queue: "QueueServer",
    watch: Watch,
    ending: Event,
    articles: Sequence[Source],
) -> Demo:
    timings: dict[str, float] = {}
    began = time.monotonic()
    command = (sys.executable, "-m", "apps.sandbox.main")
    sandbox_answers = partial(answers, f"{environment.sandbox_url}/sandbox/api/config")
    supervisor.start(Child(name="sandbox", command=command, env=environment.sandbox(), answers=sandbox_answers))
    supervisor.wait_for("queue", queue.answers, PATIENCE)
    timings["sandbox"] = supervisor.wait_for("sandbox", sandbox_answers, PATIENCE)
    watch(Step(source="connecting the vendors", done=0))
    container = _connect_sandbox(environment)
    timings["connect"] = time.monotonic() - began - timings["sandbox"]
    # They load for longer than the articles take, mostly in one processor each.
    start_parts(supervisor, environment.connected(), environment.web_url, environment.folder, queue.answers)
    timings["knowledge"] = _take_over(container, watch, articles)
    watch(Step(source="web", done=0))
    timings["web"] = supervisor.wait_for("web", partial(answers, f"{environment.web_url}/healthz"), PATIENCE)
    watch(Step(source=LOADING, done=0))
    timings["workers"] = supervisor.wait_for(LOADING, partial(answers, f"{environment.web_url}/readyz"), PATIENCE)
    timings["all"] = time.monotonic() - began
    reading = Thread(target=_read_ahead, args=(container, ending), daemon=True)
    reading.start()
    return Demo(
        environment=environment,
        supervisor=supervisor,
        container=container,
        timings=timings,
        reading=reading,
    )


def _connect_sandbox(environment: DemoEnvironment) -> Container:
    """Connect to the sandbox as an admin would to real accounts."""
    environment.toml.parent.mkdir(parents=True, exist_ok=True)
    environment.toml.write_text("# What `handrail connect` found at the sandbox.\n", encoding="utf-8")
    place = Place(toml=environment.toml, environ=environment.connected())
    connect(place)
    container = Container(place.settings(None))
    container.migrate()
    return container


def _take_over(container: Container, watch: Watch, articles: Sequence[Source]) -> float:
    """Customers and articles, as `handrail sync` takes them over; the seconds it took."""
    began = time.monotonic()
    watch(Step(source="customers", done=0))
    sync_people(container.store, container.helpdesk, now())
    sources = (*container.library.sources, *articles)
    replace(container.library, aligner=None, sources=sources).sync(now(), watch=watch).checked()
    return time.monotonic() - began


def _read_ahead(container: Container, ending: Event) -> None:
    """Read the passages word by word, as `handrail sync` does: half of what the articles take, so that nobody waits for
    it here. Until it is done a question waits for the dozen that it is compared with."""
    with container.store.read() as unit:
        ids = unit.articles.of_articles([article.id for article in unit.articles.every()])
    for number in range(0, len(ids), READ_AT_ONCE):
        if ending.is_set():
            return
        with container.store.read() as unit:
            passages = unit.articles.passages(ids[number : number + READ_AT_ONCE])
        container.aligner.prepare([comparable_text(passage) for passage in passages])


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
