"""The Celery application: what is promised about every task, in one place.

A task is only a hint that a row of the store may have work. So hints may be lost (the sweeper repeats them) or come
twice (the row is claimed once); what they may not do is pile up, hence `expires` on each.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from celery import Celery
from celery.signals import worker_init, worker_shutting_down
from kombu.exceptions import OperationalError
from kombu.transport.redis import Channel, QoS
from redis.exceptions import RedisError

HANDLE_EVENT: Final = "handle_event"
DELIVER: Final = "deliver"
SWEEP: Final = "sweep"
SYNC_ARTICLES: Final = "sync_articles"
ADVANCE: Final = "advance"
TRACK: Final = "track"
WATCH: Final = "watch"
RECONCILE: Final = "reconcile"
IMPROVE: Final = "improve"

EVENTS: Final = "events"
EFFECTS: Final = "effects"
STATUSES: Final = "statuses"
OUTREACH: Final = "outreach"
QUEUE_OF: Final[Mapping[str, str]] = {
    HANDLE_EVENT: EVENTS,
    DELIVER: EFFECTS,
    SWEEP: "sweep",
    SYNC_ARTICLES: "sync",
    ADVANCE: OUTREACH,
    TRACK: STATUSES,
    WATCH: "watch",
    RECONCILE: "reconcile",
    IMPROVE: "improve",
}
# What a worker takes, and what a worker for outreach takes: a hundred thousand messages have a process of their own, so
# that no customer's answer stands behind them.
QUEUES: Final = tuple(queue for queue in QUEUE_OF.values() if queue != OUTREACH)
OUTREACH_QUEUES: Final = (OUTREACH, STATUSES)

EXPIRES: Final = timedelta(minutes=10)
# Below the store's lease of 60 s: a task that runs longer would find its row taken by another worker.
SOFT_LIMIT: Final = timedelta(seconds=50)
HARD_LIMIT: Final = timedelta(seconds=55)
# Above HARD_LIMIT and the longest countdown, or a task that is only waiting would be delivered a second time.
VISIBILITY_TIMEOUT: Final = timedelta(seconds=150)
# A worker that takes another's place reads its models before it says that it is up. One that is not waited for is
# killed, and so is the next: on a busy machine nobody would work at all.
WARMING: Final = timedelta(seconds=60)


def make_celery(
    broker_url: str, *, name: str = "handrail", visibility_timeout: timedelta = VISIBILITY_TIMEOUT
) -> Celery:
    """The application without tasks: `apps.worker` registers them under the names above."""
    celery = Celery(name, broker=broker_url, set_as_current=False)
    celery.conf.update(
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        worker_prefetch_multiplier=1,
        worker_proc_alive_timeout=WARMING.total_seconds(),
        task_serializer="json",
        accept_content=["json"],
        result_backend=None,
        task_ignore_result=True,
        task_store_errors_even_if_ignored=False,
        task_routes={task: {"queue": queue} for task, queue in QUEUE_OF.items()},
        task_default_queue=EVENTS,
        task_create_missing_queues=True,
        task_annotations={task: _limits() for task in (HANDLE_EVENT, DELIVER, ADVANCE, TRACK)},
        task_publish_retry=False,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        worker_cancel_long_running_tasks_on_connection_loss=False,
        worker_send_task_events=False,
        worker_hijack_root_logger=False,
        enable_utc=True,
        timezone="UTC",
        broker_transport_options=_transport_options(visibility_timeout),
    )
    return celery


def keep_what_a_lost_connection_held(**_: object) -> None:
    """A worker whose broker goes away closes its channel, and kombu would give back the hints over the connection that
    is gone: where its transport has no client any more it fails at that with an AttributeError, which ends the worker.
    They come back without it: when VISIBILITY_TIMEOUT has passed, and by the sweeper before."""
    Channel.do_restore = False


def give_back_what_was_not_begun(**_: object) -> None:
    """A worker that is told to end has a broker to give its hints back to."""
    Channel.do_restore = True


class ForgivingQoS(QoS):
    """A task that ends, or whose process was killed, when the broker is away has nobody to tell: kombu would raise an
    AttributeError, which ends the worker. The hint comes back as those above do."""

    def ack(self, delivery_tag: str) -> None:
        if self.channel.connection is not None:
            super().ack(delivery_tag)  # type: ignore[no-untyped-call]

    def reject(self, delivery_tag: str, requeue: bool = False) -> None:
        if self.channel.connection is not None:
            super().reject(delivery_tag, requeue)  # type: ignore[no-untyped-call]


Channel.QoS = ForgivingQoS
worker_init.connect(keep_what_a_lost_connection_held)
worker_shutting_down.connect(give_back_what_was_not_begun)


def reachable(celery: Celery, timeout: timedelta = timedelta(seconds=1)) -> bool:
    """Whether the broker answers."""
    try:
        with celery.connection_for_write() as connection:
            connection.ensure_connection(max_retries=1, interval_start=0, timeout=timeout.total_seconds())
    except (OperationalError, OSError):
        return False
    return True


def _limits() -> dict[str, float]:
    return {
        "soft_time_limit": SOFT_LIMIT.total_seconds(),
        "time_limit": HARD_LIMIT.total_seconds(),
        "expires": EXPIRES.total_seconds(),
    }


def _transport_options(visibility_timeout: timedelta) -> dict[str, Any]:
    return {
        # How long a dead worker's tasks stay with it. The two that follow let the search for them run every 2 s;
        # left alone it runs every 100 s.
        "visibility_timeout": visibility_timeout.total_seconds(),
        "unacked_restore_interval": 2,
        "unacked_restore_throttle": 1,
        "socket_connect_timeout": 2,
        "socket_timeout": 10,
        "socket_keepalive": True,
        "health_check_interval": 10,
        "retry_on_timeout": False,
    }


def lengths(celery: Celery, timeout: timedelta = timedelta(seconds=1)) -> dict[str, int]:
    """How many hints each queue holds; empty where the broker does not answer."""
    try:
        with celery.connection_for_write(transport_options={"max_retries": 0}) as connection:
            connection.ensure_connection(max_retries=1, interval_start=0, timeout=timeout.total_seconds())
            client = connection.default_channel.client
            names = list(dict.fromkeys(QUEUE_OF.values()))
            with client.pipeline(transaction=False) as pipeline:
                for name in names:
                    pipeline.llen(name)
                return dict(zip(names, map(int, pipeline.execute()), strict=True))
    except (OperationalError, OSError, RedisError):
        return {}
