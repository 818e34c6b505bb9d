"""The worker processes: each task takes an id and makes one call.

Celery's default pool forks, so everything with threads or sockets (database, vendor clients) is built in the child, at
its start. Models have neither: they are loaded before, one copy for all children.
"""

import fcntl
import gc
import logging
from collections.abc import Callable, Iterator
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
    IMPROVE,
    RECONCILE,
    SWEEP,
    SYNC_ARTICLES,
    TRACK,
    WATCH,
    Container,
    now,
    run_on_schedule,
)
from apps.heartbeat import Heartbeat
from apps.settings import settings_here
from core.errors import HandrailError
from core.execute.timers import Timekeeper
from core.improve.digest import ProposalDigest
from core.measure.calibrate import Calibrator
from core.measure.outcomes.rollup import Rollup
from core.measure.report.digest import Digest
from core.model.ids import EffectId, EventId
from core.reconcile import EVERY
from core.supervision.watch import Watch
from core.sweep import sweep

SWEEP_EVERY = timedelta(seconds=3)
SYNC_EVERY = timedelta(minutes=5)
IMPROVE_EVERY = timedelta(minutes=30)  # it searches once a night
IMPROVE_WITHIN = 600  # seconds: many weeks of replies are compared
ADVANCE_EVERY = timedelta(seconds=3)

log = logging.getLogger("handrail.worker")


def worker_app(container: Container) -> Celery:
    """The Celery application with its tasks, but for those of outreach."""
    celery = container.celery
    watch_every = timedelta(seconds=container.settings.status.seconds)
    timetable = {
        SWEEP: SWEEP_EVERY,
        SYNC_ARTICLES: SYNC_EVERY,
        WATCH: watch_every,
        RECONCILE: EVERY,
        IMPROVE: IMPROVE_EVERY,
    }
    run_on_schedule(celery, timetable, _beat(container, "worker"), at_once=[RECONCILE])

    @celery.task(name=HANDLE_EVENT)
    def handle_event(event_id: str) -> None:
        with container.going_on("event", event_id):
            result = container.loop.handle(EventId(event_id))
        log.info("event %s: %s", event_id, result)

    @celery.task(name=DELIVER)
    def deliver(effect_id: str) -> None:
        with container.going_on("effect", effect_id):
            state = container.delivery.deliver(EffectId(effect_id))
        log.info("effect %s: %s", effect_id, state or "not ours")

    @celery.task(name=SWEEP)
    def sweep_up() -> None:
        timers = Timekeeper(
            store=container.store,
            policy=container.policy,
            style=container.style,
            receipts=container.receipts,
            actions=container.actions_under(container.policy),
        )
        looking = Watch(store=container.store, policy=container.policy, times=container.handle_times)
        rollup = Rollup(store=container.store, sure_from=container.policy.confidence_intent)
        digest = Digest(store=container.store, policy=container.policy)
        nightly = Calibrator(store=container.store, policy=container.policy)
        sweep(
            container.store, container.publisher, now(), timers, looking, container.retention, rollup, digest, nightly
        )

    _reading(celery, container)
    _improving(celery, container)
    _watching(celery, container)
    _reconciling(celery, container)

    _track(celery, container)

    @worker_process_init.connect(weak=False)
    def warm(**_: Any) -> None:
        container.warm()
        # What was built now stays to the end: the garbage collector need not go through it while a customer waits.
        gc.collect()
        gc.freeze()

    return celery


def outreach_app(container: Container) -> Celery:
    """The Celery application of the worker for outreach: it knows no language models."""
    celery = container.celery
    run_on_schedule(celery, {ADVANCE: ADVANCE_EVERY}, _beat(container, "outreach"))
    _track(celery, container)

    @celery.task(name=ADVANCE, acks_late=False)
    def advance() -> None:
        with alone(container.settings.data_dir / "advance.lock") as first:
            more = first and container.campaigner.advance()
        if more:
            container.publisher.campaigns()

    return celery


def _beat(container: Container, name: str) -> Callable[[], None]:
    heartbeat = Heartbeat(container.settings.data_dir, name)
    heartbeat.forget_others()
    return heartbeat.beat


def _track(celery: Celery, container: Container) -> None:
    # Acknowledged before it is done, as ADVANCE is: it names no row that could be lost with it, and a task that ends
    # while the broker is away has nothing to tell it. (Late, that ends kombu's connection and the worker with it.)
    @celery.task(name=TRACK, acks_late=False)
    def track() -> None:
        followed = container.tracker.work()
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


def _reading(celery: Celery, container: Container) -> None:
    @celery.task(name=SYNC_ARTICLES)
    def sync_articles() -> None:
        try:
            report = container.library.sync(now())
            container.tend()
            for problem in report.problems:
                log.warning("articles: %s", problem)
            log.info("articles: %s changed", report.checked())
        except HandrailError as error:
            log.warning("articles: %s; tried again at the next sync", error)


def _improving(celery: Celery, container: Container) -> None:
    # It may be delivered a second time while it runs; the day was marked by then.
    @celery.task(name=IMPROVE, soft_time_limit=IMPROVE_WITHIN, time_limit=IMPROVE_WITHIN + 30)
    def improve() -> None:
        try:
            fresh = container.lessons.run(now())
            for effect in ProposalDigest(store=container.store, policy=container.policy).run(now()):
                container.publisher.effect(effect.id)
            log.info("improve: %s proposals are new", fresh)
        except HandrailError as error:
            log.warning("improve: %s; tried again tomorrow", error)


def _watching(celery: Celery, container: Container) -> None:
    @celery.task(name=WATCH)
    def watch() -> None:
        try:
            for event_id in container.find_signals(now()):
                log.info("watch: signal %s", event_id)
        except HandrailError as error:
            log.warning("watch: %s; tried again soon", error)


def _reconciling(celery: Celery, container: Container) -> None:
    # Acknowledged before it is done: one that is cut off goes on in a minute, from where it was.
    @celery.task(name=RECONCILE, acks_late=False)
    def reconcile() -> None:
        with alone(container.settings.data_dir / "reconcile.lock") as first:
            found = container.reconciler.run() if first else {}
            if first and container.settings.zendesk.subdomain:
                container.side_conversations.run()
        for name, count in found.items():
            log.warning("reconcile: %d of %s had not come by webhook", count, name)


def from_environment() -> Celery:
    """For `celery --app apps.worker:from_environment()`; `handrail worker` does this."""
    container = Container(settings_here())
    container.migrate()
    return worker_app(container)
