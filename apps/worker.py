"""The worker process: each task takes an id and makes one call.

Celery's default pool forks, so everything with threads or sockets (models, database, vendor clients) is built in the
child, at its start: a customer does not wait for a model to load.
"""

import gc
import logging
from datetime import timedelta
from typing import Any

from celery import Celery
from celery.signals import worker_process_init

from apps.bootstrap import DELIVER, HANDLE_EVENT, SWEEP, SYNC_ARTICLES, House, keep_time, now
from apps.settings import settings_here
from core.errors import HandrailError
from core.execute.sweep import sweep
from core.execute.timers import Timekeeper
from core.model.ids import EffectId, EventId

SWEEP_EVERY = timedelta(seconds=3)
SYNC_EVERY = timedelta(minutes=5)

log = logging.getLogger("handrail.worker")


def worker_app(house: House) -> Celery:
    """The Celery application with its four tasks."""
    celery = house.celery
    keep_time(celery, {SWEEP: SWEEP_EVERY, SYNC_ARTICLES: SYNC_EVERY})

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
        sweep(house.store, house.publisher, now(), timers)

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

    @worker_process_init.connect(weak=False)
    def warm(**_: Any) -> None:
        house.warm()
        # What was built now stays to the end: the garbage collector need not go through it while a customer waits.
        gc.collect()
        gc.freeze()

    return celery


def from_environment() -> Celery:
    """For `celery --app apps.worker:from_environment()`; `handrail worker` does this."""
    house = House(settings_here())
    house.migrate()
    return worker_app(house)
