"""The one place that builds connectors and hands them to the core's ports."""

from pathlib import Path
from typing import TYPE_CHECKING

from apps.bootstrap.clock import now
from apps.bootstrap.container import Container, Knowledge, place_name
from apps.bootstrap.offline import OfflineContainer
from apps.bootstrap.policies import difference, enacter
from connectors.local.files import BadLine
from connectors.queue.app import (
    ADVANCE,
    DELIVER,
    HANDLE_EVENT,
    OUTREACH_QUEUES,
    SWEEP,
    SYNC_ARTICLES,
    TRACK,
    WATCH,
)
from connectors.queue.schedule import run_on_schedule

if TYPE_CHECKING:
    from connectors.queue.embedded import EmbeddedQueue as EmbeddedQueue  # for whoever starts one

# The names of the tasks and their pulse are the queue connector's; the worker process takes them from here.
__all__ = [
    "ADVANCE",
    "DELIVER",
    "HANDLE_EVENT",
    "OUTREACH_QUEUES",
    "SWEEP",
    "SYNC_ARTICLES",
    "TRACK",
    "WATCH",
    "BadLine",
    "Container",
    "Knowledge",
    "OfflineContainer",
    "difference",
    "embedded_queue",
    "enacter",
    "now",
    "place_name",
    "run_on_schedule",
]


def embedded_queue(folder: Path) -> "EmbeddedQueue":
    """Start the Redis-compatible server that comes with Handrail, with its files in `folder`."""
    from connectors.queue.embedded import start

    return start(folder)
