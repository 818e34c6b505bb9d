"""A stage in one process: the real web app and the sandbox over HTTP, real SQLite, a thread for the workers."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from apps.bootstrap import Container, now
from apps.bootstrap.clock import AHEAD
from apps.demo.launch import connect, fresh
from apps.demo.outside import NotSeenError, Outside
from apps.demo.processes import free_port, only_one
from apps.install.place import Place
from apps.sandbox.app import World, build_world
from apps.sandbox.app import create_app as create_sandbox
from apps.sandbox.settings import read_settings
from apps.sandbox.twilio.calls import PhoneCall
from apps.stories.company import Company
from apps.stories.crew import Crew, FaultError
from apps.stories.environment import HURRY, StoryEnvironment
from apps.stories.stage import StoryClock, by_the_hour, timekeeper
from apps.wsgi import create_app
from core.context.people import sync_people
from core.execute.sweep import sweep
from core.model.ids import EffectId, EventId
from core.ports import Store
from core.ports.throttle import Grant, Throttle

PATIENCE = 60.0  # seconds for everything that one step sets going; a busy machine is slow, not broken
ON_HOLD = 12.0  # seconds that a caller may hear nothing but waiting
SOON = timedelta(seconds=30)  # what is due within this time counts as set going: the clock goes there


@dataclass(frozen=True)
class IndoorContainer(Container):
    """The product's own container, but for the queue between its processes: there is one process."""

    crew: Crew = field(kw_only=True)

    @cached_property
    def publisher(self) -> Any:
        return self.crew

    @property
    def throttle(self) -> Throttle:
        return Unhurried()

    def queue_answers(self) -> bool:
        return True

    def workers_answering(self, seconds: float) -> int:
        return 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Indoors:
    outside: Outside
    container: IndoorContainer
    world: World
    clock: StoryClock
    patience: float = 2.0

    def now(self) -> datetime:
        return self.clock.now()

    def later(self, span: timedelta) -> None:
        by_the_hour(self.clock, span, self.settle)

    def settle(self) -> None:
        """Raises NotSeenError when it does not come to an end, FaultError when nobody was told of something to do."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            self._idle()
            # What is to be tried again in a moment (the store was busy, a vendor said 429) has a hint for its hour.
            if not (self._swept() or self._forwarded()):
                return
        raise NotSeenError(f"the workers were not done after {PATIENCE:.0f} s")

    def _idle(self) -> None:
        """Nothing on its way, nothing being worked off: each in turn, until none has given work to another."""
        for _ in range(2):
            self.world.courier.drain(PATIENCE)
            self.container.crew.idle(PATIENCE)
            self.world.twilio.drain(PATIENCE)
            self.world.messaging.drain(PATIENCE)
            self.container.crew.idle(PATIENCE)
            self._lines_wait()

    def _lines_wait(self) -> None:
        """Every call is over, or it is somebody's turn to speak."""
        until = time.monotonic() + ON_HOLD
        while any(_busy(call) for call in list(self.world.twilio.exchange.calls.values())):
            if time.monotonic() > until:
                return  # a caller on hold: that is for the story to see
            time.sleep(0.02)

    def _swept(self) -> bool:
        """The sweep is there for what a broken queue loses. Here none breaks: what it finds was never told."""
        gleaned = Gleaned(crew=self.container.crew, store=self.container.store)
        found = sweep(self.container.store, gleaned, self.now())
        if gleaned.forgotten:
            raise FaultError(f"nobody told the workers of {', '.join(gleaned.forgotten)}: the sweep found it")
        return found + sweep(self.container.store, self.container.crew, self.now(), timekeeper(self.container)) > 0

    def _forwarded(self) -> bool:
        at = self.container.crew.next_at()
        if at is None or at > self.now() + SOON:
            return False
        self.clock.forward(max(at - self.now(), timedelta(0)))
        self.container.crew.wake()
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Gleaned:
    """`core.ports.Publisher` of the sweep: hands on, and remembers what the workers had never been told of, though
    it was due from its beginning."""

    crew: Crew
    store: Store
    forgotten: list[str] = field(default_factory=list)

    def event(self, event_id: EventId, *, at: datetime | None = None) -> None:
        if event_id not in self.crew.told:
            self.forgotten.append(f"event {event_id}")
        self.crew.event(event_id, at=at)

    def effect(self, effect_id: EffectId, *, at: datetime | None = None) -> None:
        if effect_id not in self.crew.told and self._at_once(effect_id):
            self.forgotten.append(f"effect {effect_id}")
        self.crew.effect(effect_id, at=at)

    def statuses(self) -> None:
        self.crew.statuses()

    def campaigns(self) -> None:
        self.crew.campaigns()

    def _at_once(self, effect_id: EffectId) -> bool:
        """What waits for its hour is the sweep's to find."""
        with self.store.read() as unit:
            row = unit.outbox.get(effect_id)
        return row is not None and (row.effect.not_before is None or row.effect.not_before <= row.effect.created_at)


def _busy(call: PhoneCall) -> bool:
    return not (call.ended_at or call.listening or call.ringing or call.bridged)


@contextmanager
def indoors(folder: Path, company: Company, begins: datetime | None = None) -> Iterator[Indoors]:
    """A fresh stage. What costs time to make and holds nothing of anybody stays in the folder for the next.

    Raises ConfigurationError when another stage is up in this folder."""
    lock = only_one(folder / "stage.lock", "another story")
    state = folder / "state"
    fresh(state)
    clock = StoryClock(state / "ahead", lambda: datetime.now(UTC))
    if begins is not None:
        clock.forward(max(begins - clock.now(), timedelta(0)))
    AHEAD.follow(clock.file)
    try:
        with _up(environment_of(state, company, clock.file), clock) as stage:
            yield stage
    finally:
        AHEAD.follow(None)
        lock.close()


def environment_of(state: Path, company: Company, clock: Path) -> StoryEnvironment:
    return StoryEnvironment(
        folder=state,
        web_port=free_port(None, 0),
        sandbox_port=free_port(None, 0),
        queue_url="memory://",
        store_url="",
        sandbox_more=HURRY,
        company=company,
        clock=clock,
    )


@contextmanager
def _up(environment: StoryEnvironment, clock: StoryClock) -> Iterator[Indoors]:
    settings = read_settings(environment.sandbox())
    world = build_world(settings)
    try:
        with _served(create_sandbox(settings, world), environment.sandbox_port):
            container = _container(environment)
            with _served(create_app(container), environment.web_port):
                container.crew.begin(
                    lambda name: container.loop.handle(name),
                    lambda name: container.delivery.deliver(name),
                    lambda: container.tracker.work(),
                    lambda: container.campaigner.advance(),
                )
                try:
                    with Outside(environment=environment).session as session:
                        outside = Outside(environment=environment, session=session)
                        yield Indoors(outside=outside, container=container, world=world, clock=clock)
                finally:
                    container.crew.close()
                    container.store.close()
    finally:
        world.close()


def _container(environment: StoryEnvironment) -> IndoorContainer:
    """Connected as an admin would connect it to real accounts, with its customers and articles taken over."""
    environment.toml.parent.mkdir(parents=True, exist_ok=True)
    environment.toml.write_text("", encoding="utf-8")
    place = Place(toml=environment.toml, environ=environment.connected())
    connect(place)
    container = IndoorContainer(place.settings(None), crew=Crew(now))
    container.migrate()
    sync_people(container.store, container.helpdesk, now())
    container.library.sync(now()).checked()
    return container


class Unhurried:
    """`core.ports.throttle.Throttle` of a story, whose clock does not run while a campaign is sent."""

    def take(self, name: str, rate: float, burst: int, wanted: int) -> Grant:
        return Grant(granted=wanted)


class Quiet(WSGIRequestHandler):
    """Says nothing of each request: the story is what is told."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        return


@contextmanager
def _served(app: Flask, port: int) -> Iterator[BaseWSGIServer]:
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
