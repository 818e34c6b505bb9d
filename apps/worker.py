"""The worker processes: each task takes an id and makes one call.

Celery's default pool forks, so everything with threads or sockets (models, database, vendor clients) is built in the
child, at its start: a customer does not wait for a model to load.
"""

import fcntl
import gc
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from celery import Celery
from celery.signals import worker_process_init

from apps.bootstrap import (
    ADVANCE,
    DELIVER,
    HANDLE_EVENT,
    SWEEP,
    SYNC_ARTICLES,
    TRACK,
    WATCH,
    House,
    keep_time,
    now,
)
from apps.settings import settings_here
from core.alerts.watch import Watch
from core.errors import HandrailError
from core.execute.sweep import sweep
from core.execute.timers import Timekeeper
from core.model.ids import EffectId, EventId

SWEEP_EVERY = timedelta(seconds=3)
SYNC_EVERY = timedelta(minutes=5)
ADVANCE_EVERY = timedelta(seconds=3)

log = logging.getLogger("handrail.worker")


def worker_app(house: House) -> Celery:
    """The Celery application with its tasks, but for those of outreach."""
    celery = house.celery
    watch_every = timedelta(seconds=house.settings.status.seconds)
    keep_time(celery, {SWEEP: SWEEP_EVERY, SYNC_ARTICLES: SYNC_EVERY, WATCH: watch_every})

    @celery.task(name=HANDLE_EVENT)
    def handle_event(event_id: str) -> None:
        result = house.loop.handle(EventId(event_id))
        log.info("event %s: %s", event_id, result)

    @celery.task(name=DELIVER)
    def deliver(effect_id: str) -> None:
        state = house.delivery.deliver(EffectId(effect_id))
        log.info("effect %s: %s", effect_id, state or "not ours")

    @celery.task(name=SWEEP)
    def sweep_up() -> None:
        timers = Timekeeper(store=house.store, policy=house.policy, style=house.style, receipts=house.receipts)
        looking = Watch(store=house.store, policy=house.policy, times=house.handle_times)
        sweep(house.store, house.publisher, now(), timers, looking)

    _reading(celery, house)
    _watching(celery, house)

    _track(celery, house)

    @worker_process_init.connect(weak=False)
    def warm(**_: Any) -> None:
        house.warm()
        # What was built now stays to the end: the garbage collector need not go through it while a customer waits.
        gc.collect()
        gc.freeze()

    return celery


def outreach_app(house: House) -> Celery:
    """The Celery application of the worker for outreach: it knows no language models."""
    celery = house.celery
    keep_time(celery, {ADVANCE: ADVANCE_EVERY})
    _track(celery, house)

    @celery.task(name=ADVANCE, acks_late=False)
    def advance() -> None:
        with alone(house.settings.data_dir / "advance.lock") as first:
            more = first and house.campaigner.advance()
        if more:
            house.publisher.campaigns()

    return celery


def _track(celery: Celery, house: House) -> None:
    # Acknowledged before it is done, as ADVANCE is: it names no row that could be lost with it, and a task that ends
    # while the broker is away has nothing to tell it. (Late, that ends kombu's connection and the worker with it.)
    @celery.task(name=TRACK, acks_late=False)
    def track() -> None:
        followed = house.tracker.work()
        log.info("statuses: %d", followed)


@contextmanager
def alone(path: Path) -> Iterator[bool]:
    """Whether we are the only one on this machine: a second one would only wait for the same rate. Whoever is killed
    lets go."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
            return
        yield True


def _reading(celery: Celery, house: House) -> None:
    @celery.task(name=SYNC_ARTICLES)
    def sync_articles() -> None:
        try:
            report = house.library.sync(now())
            house.tend()
            for problem in report.problems:
                log.warning("articles: %s", problem)
            log.info("articles: %s changed", report.checked())
        except HandrailError as error:
            log.warning("articles: %s; tried again at the next sync", error)


def _watching(celery: Celery, house: House) -> None:
    @celery.task(name=WATCH)
    def watch() -> None:
        try:
            for event_id in house.find_signals(now()):
                log.info("watch: signal %s", event_id)
        except HandrailError as error:
            log.warning("watch: %s; tried again soon", error)


def from_environment() -> Celery:
    """For `celery --app apps.worker:from_environment()`; `handrail worker` does this."""
    house = House(settings_here())
    house.migrate()
    return worker_app(house)
