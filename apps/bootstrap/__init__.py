"""The one place that builds connectors and hands them to the core's ports."""

from pathlib import Path
from typing import TYPE_CHECKING

from apps.bootstrap.clock import now
from apps.bootstrap.container import Container, Knowledge, place_name
from apps.bootstrap.offline import OfflineContainer
from apps.bootstrap.policies import difference, enacter
from connectors.local.files import BadLine
from connectors.local.shipped import fill_caches, pack_caches
from connectors.queue.app import (
    ADVANCE,
    DELIVER,
    HANDLE_EVENT,
    IMPROVE,
    OUTREACH_QUEUES,
    RECONCILE,
    SWEEP,
    SYNC_ARTICLES,
    TRACK,
    WATCH,
)
from connectors.queue.schedule import run_on_schedule
from connectors.sql.keys import KeyRing
from connectors.sql.patience import FOR_WEB
from connectors.sql.store import SqlStore
from connectors.traces import span as traced
from connectors.traces import start as start_tracing
from connectors.traces import trace_id

if TYPE_CHECKING:
    from connectors.queue.embedded import EmbeddedQueue as EmbeddedQueue  # for whoever starts one
    from connectors.queue.embedded import QueueServer as QueueServer

# The names of the tasks and their pulse are the queue connector's; the worker process takes them from here.
__all__ = [
    "ADVANCE",
    "DELIVER",
    "FOR_WEB",
    "HANDLE_EVENT",
    "IMPROVE",
    "OUTREACH_QUEUES",
    "RECONCILE",
    "SWEEP",
    "SYNC_ARTICLES",
    "TRACK",
    "WATCH",
    "BadLine",
    "Container",
    "KeyRing",
    "Knowledge",
    "OfflineContainer",
    "SqlStore",
    "count_task",
    "difference",
    "embedded_queue",
    "enacter",
    "fill_caches",
    "now",
    "pack_caches",
    "place_name",
    "queue_server",
    "run_on_schedule",
    "start_tracing",
    "trace_id",
    "traced",
]


def count_task(name: str, result: str, seconds: float) -> None:
    """For Prometheus."""
    from connectors.measures import TASKS

    TASKS.labels(name, result).observe(seconds)


def embedded_queue(folder: Path) -> "EmbeddedQueue":
    """Start the Redis-compatible server that comes with Handrail, with its files in `folder`."""
    from connectors.queue.embedded import start

    return start(folder)


def queue_server(folder: Path) -> "QueueServer":
    """The same as it is to run, for whoever starts it by its command."""
    from connectors.queue.embedded import plan

    return plan(folder)
