"""A stage in one process: the real web app and the sandbox over HTTP, real SQLite, a thread for the workers."""

import heapq
import logging
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Any

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from apps.bootstrap import Container, now
from apps.bootstrap.clock import AHEAD
from apps.demo.launch import clear_state, connect
from apps.demo.outside import NotSeenError, Outside
from apps.install.place import Place
from apps.processes import free_port, lock_folder
from apps.sandbox.app import World, build_world
from apps.sandbox.app import create_app as create_sandbox
from apps.sandbox.settings import read_settings
from apps.sandbox.twilio.calls import PhoneCall
from apps.stories.stage import HURRY, Company, StoryClock, StoryEnvironment, build_timekeeper, forward_by_hours
from apps.wsgi import create_app
from core.model.ids import EffectId, EventId
from core.ports import Store
from core.ports.outreach import Grant, Throttle
from core.profile.identity import sync_people
from core.sweep import sweep

# The workers of a stage that is one process: hints are kept in memory and worked off by a thread.

log = logging.getLogger(__name__)
Task = Callable[[], object]


class FaultError(Exception):
    """A task of the workers failed unexpectedly: the story ends, even one that is expected to fail."""


@dataclass(order=True, slots=True)
class Hint:
    """One task and when it is due; tasks of the same moment run in the order in which they came."""

    at: datetime
    number: int
    task: Task = field(compare=False)


class WorkerThread:
    """`core.ports.Publisher`, and the thread that does what it is told.

    The error of a task that raises is kept in `faults`; the stage reports it instead of waiting for ever."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._handle: Callable[[EventId], object] = lambda _: None
        self._deliver: Callable[[EffectId], object] = lambda _: None
        self._track: Callable[[], object] = lambda: None
        self._advance: Callable[[], object] = lambda: None
        self._hints: list[Hint] = []
        self._numbers = count()
        self._busy = False
        self._closed = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._work, name="worker", daemon=True)
        self.faults: list[BaseException] = []
        self.told: set[str] = set()  # every id that ever came, by whatever way

    def begin(
        self,
        handle: Callable[[EventId], object],
        deliver: Callable[[EffectId], object],
        track: Callable[[], object] = lambda: None,
        advance: Callable[[], object] = lambda: None,
    ) -> None:
        """`track` works off status callbacks, `advance` carries the campaigns on."""
        self._handle, self._deliver, self._track, self._advance = handle, deliver, track, advance
        self._thread.start()

    def event(self, event_id: EventId, *, at: datetime | None = None) -> None:
        self._put(at, event_id, lambda: self._handle(event_id))

    def effect(self, effect_id: EffectId, *, at: datetime | None = None) -> None:
        self._put(at, effect_id, lambda: self._deliver(effect_id))

    def statuses(self) -> None:
        self._put(None, "statuses", self._track)

    def campaigns(self) -> None:
        self._put(None, "campaigns", self._advance)

    def idle(self, timeout: float) -> bool:
        """Wait until nothing that is due is left to do; False if that took longer than `timeout` seconds.

        Raises FaultError when a task has failed."""
        until = time.monotonic() + timeout
        while time.monotonic() < until:
            with self._changed:
                if self.faults:
                    raise FaultError(f"a task failed: {self.faults[0]!r}") from self.faults[0]
                if not self._busy and not self._due():
                    return True
            time.sleep(0.005)
        return False

    def next_at(self) -> datetime | None:
        """When the next thing is due that is not due yet."""
        with self._changed:
            return self._hints[0].at if self._hints else None

    def wake(self) -> None:
        """The clock was moved: look again at what is due."""
        with self._changed:
            self._changed.notify_all()

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        if self._thread.is_alive():
            self._thread.join(timeout=10)

    def _put(self, at: datetime | None, name: str, task: Task) -> None:
        with self._changed:
            self.told.add(name)
            heapq.heappush(self._hints, Hint(at or self._now(), next(self._numbers), task))
            self._changed.notify_all()

    def _due(self) -> bool:
        return bool(self._hints) and self._hints[0].at <= self._now()

    def _work(self) -> None:
        while (task := self._next()) is not None:
            try:
                task()
            except Exception as error:  # whatever it is, the story tells it: a thread's own end would be seen by nobody
                log.exception("a task failed")
                self.faults.append(error)
            with self._changed:
                self._busy = False
                self._changed.notify_all()

    def _next(self) -> Task | None:
        with self._changed:
            while not self._closed:
                if self._due():
                    self._busy = True
                    return heapq.heappop(self._hints).task
                # A hint for later comes due by the story's clock, which runs even where nobody moves it.
                self._changed.wait(0.05 if self._hints else None)
            return None


# The stage.

PATIENCE = 180.0  # seconds for everything that one step sets going; a busy machine is slow, not broken
ON_HOLD = 12.0  # seconds that a caller may hear nothing but waiting
SOON = timedelta(seconds=30)  # what is due within this time counts as set going: the clock goes there


@dataclass(frozen=True)
class ProcessHouse(Container):
    """The product's own parts without the queue between processes, for there is one process."""

    worker: WorkerThread = field(kw_only=True)

    @cached_property
    def publisher(self) -> Any:
        return self.worker

    @property
    def throttle(self) -> Throttle:
        return EndlessThrottle()

    def queue_answers(self) -> bool:
        return True

    def workers_answering(self, seconds: float) -> int:
        return 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessStage:
    outside: Outside
    container: ProcessHouse
    world: World
    clock: StoryClock
    web: "RequestCount"
    patience: float = 2.0

    def now(self) -> datetime:
        return self.clock.now()

    def later(self, span: timedelta) -> None:
        forward_by_hours(self.clock, span, self.settle)

    def settle(self) -> None:
        """Raises NotSeenError when it does not come to an end, FaultError when nobody was told of something to do."""
        until = time.monotonic() + PATIENCE
        while self._is_idle(until):
            # What is to be tried again in a moment (the store was busy, a vendor said 429) has a hint for its hour.
            if not (self._sweep() or self._forward()):
                return
        raise NotSeenError(f"the workers were not done after {PATIENCE:.0f} s")

    def _is_idle(self, until: float) -> bool:
        """Wait until courier, worker and vendors have nothing left; twice, for each can give work to another."""
        wait = (
            self.world.courier.drain,
            self.web.drain,
            self.container.worker.idle,
            self.world.twilio.drain,
            self.world.messaging.drain,
            self.container.worker.idle,
        )
        for _ in range(2):
            if not all(done(until - time.monotonic()) for done in wait):
                return False
            self._lines_wait()
        return time.monotonic() < until

    def _lines_wait(self) -> None:
        """Wait until every call is over or waits for somebody to speak."""
        until = time.monotonic() + ON_HOLD
        while any(_busy(call) for call in list(self.world.twilio.exchange.calls.values())):
            if time.monotonic() > until:
                return  # a caller on hold: that is for the story to see
            time.sleep(0.02)

    def _sweep(self) -> bool:
        """Run the sweep, which finds what a queue has lost. Here none loses anything: a find was never published."""
        publisher = SweepPublisher(worker=self.container.worker, store=self.container.store)
        found = sweep(self.container.store, publisher, self.now())
        if publisher.forgotten:
            raise FaultError(f"nobody told the workers of {', '.join(publisher.forgotten)}: the sweep found it")
        return (
            found + sweep(self.container.store, self.container.worker, self.now(), build_timekeeper(self.container)) > 0
        )

    def _forward(self) -> bool:
        at = self.container.worker.next_at()
        if at is None or at > self.now() + SOON:
            return False
        self.clock.forward(max(at - self.now(), timedelta(0)))
        self.container.worker.wake()
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepPublisher:
    """`core.ports.Publisher` of the sweep: hands on, and remembers what the workers had never been told of, though
    it was due from its beginning."""

    worker: WorkerThread
    store: Store
    forgotten: list[str] = field(default_factory=list)

    def event(self, event_id: EventId, *, at: datetime | None = None) -> None:
        if event_id not in self.worker.told:
            self.forgotten.append(f"event {event_id}")
        self.worker.event(event_id, at=at)

    def effect(self, effect_id: EffectId, *, at: datetime | None = None) -> None:
        if effect_id not in self.worker.told and self._at_once(effect_id):
            self.forgotten.append(f"effect {effect_id}")
        self.worker.effect(effect_id, at=at)

    def statuses(self) -> None:
        self.worker.statuses()

    def campaigns(self) -> None:
        self.worker.campaigns()

    def _at_once(self, effect_id: EffectId) -> bool:
        """Whether the effect is due at once; one for later is found by the sweep."""
        with self.store.read() as unit:
            row = unit.outbox.get(effect_id)
        return row is not None and (row.effect.not_before is None or row.effect.not_before <= row.effect.created_at)


def _busy(call: PhoneCall) -> bool:
    return not (call.ended_at or call.listening or call.ringing or call.bridged)


@contextmanager
def open_in_process(
    folder: Path, company: Company, begins: datetime | None = None, *, store_url: str = ""
) -> Iterator[ProcessStage]:
    """A fresh stage. Caches that hold nothing of anybody stay in the folder for the next one. `store_url` is that of an
    empty database; without one it is SQLite.

    Raises ConfigurationError when another stage is up in this folder."""
    lock = lock_folder(folder / "stage.lock", "another story")
    state = folder / "state"
    clear_state(state)
    clock = StoryClock(state / "ahead", lambda: datetime.now(UTC))
    if begins is not None:
        clock.forward(max(begins - clock.now(), timedelta(0)))
    AHEAD.follow(clock.file)
    try:
        with _up(environment_of(state, company, clock.file, store_url), clock) as stage:
            yield stage
    finally:
        AHEAD.follow(None)
        lock.close()


def environment_of(state: Path, company: Company, clock: Path, store_url: str = "") -> StoryEnvironment:
    sandbox = free_port(None, 0)
    return StoryEnvironment(
        folder=state,
        web_port=free_port(None, 0, sandbox),
        sandbox_port=sandbox,
        queue_url="memory://",
        store_url=store_url,
        sandbox_more=HURRY,
        company=company,
        clock=clock,
    )


@contextmanager
def _up(environment: StoryEnvironment, clock: StoryClock) -> Iterator[ProcessStage]:
    settings = read_settings(environment.sandbox())
    world = build_world(settings)
    try:
        # The web port is ours from the start: setting up takes seconds, in which another story could take it.
        with (
            socket.create_server(("127.0.0.1", environment.web_port)) as kept,
            _serve(create_sandbox(settings, world), environment.sandbox_port),
        ):
            container = _build_house(environment)
            web = RequestCount(create_app(container))
            with _serve(web, environment.web_port, kept.fileno()):
                container.worker.begin(
                    lambda name: container.loop.handle(name),
                    lambda name: container.delivery.deliver(name),
                    lambda: container.tracker.work(),
                    lambda: container.campaigner.advance(),
                )
                try:
                    with Outside(environment=environment).session as session:
                        outside = Outside(environment=environment, session=session)
                        yield ProcessStage(outside=outside, container=container, world=world, clock=clock, web=web)
                finally:
                    container.worker.close()
                    container.store.close()
    finally:
        world.close()


def _build_house(environment: StoryEnvironment) -> ProcessHouse:
    """Connect to the sandbox as an admin connects to real accounts, then take over customers and articles."""
    environment.toml.parent.mkdir(parents=True, exist_ok=True)
    environment.toml.write_text("", encoding="utf-8")
    place = Place(toml=environment.toml, environ=environment.connected())
    connect(place)
    container = ProcessHouse(place.settings(None), worker=WorkerThread(now))
    container.migrate()
    sync_people(container.store, container.helpdesk, now())
    container.library.sync(now()).checked()
    return container


class EndlessThrottle:
    """`core.ports.outreach.Throttle` of a story, whose clock does not run while a campaign is sent."""

    def take(self, name: str, rate: float, burst: int, wanted: int) -> Grant:
        return Grant(granted=wanted)


class RequestCount:
    """A WSGI application and its requests on the way: a vendor that gave up waiting for one does not end it."""

    def __init__(self, app: Callable[..., Iterable[bytes]]) -> None:
        self.app = app
        self._open = 0
        self._changed = threading.Condition()

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        with self._changed:
            self._open += 1
        try:
            return self.app(environ, start_response)
        finally:
            with self._changed:
                self._open -= 1
                self._changed.notify_all()

    def drain(self, timeout: float) -> bool:
        """Wait up to `timeout` seconds until no request is on the way; say whether so."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._open, timeout)


class QuietHandler(WSGIRequestHandler):
    """Logs no requests, for the story is printed instead."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        return


@contextmanager
def _serve(app: Callable[..., Iterable[bytes]], port: int, fd: int | None = None) -> Iterator[BaseWSGIServer]:
    """`fd` is a socket that listens at this port already."""
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=QuietHandler, fd=fd)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
