"""What is looked at once a minute: the plays' timetable, spikes of one matter, and the company's status page."""

import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from connectors.status.page import HttpStatusPage, read_places
from core.errors import HandrailError
from core.model.ids import EventId
from core.outreach.signals.schedule import Schedule
from core.outreach.signals.spikes import SpikeWatch
from core.outreach.signals.statuspage import StatusWatch
from core.ports import StatusPage

log = logging.getLogger(__name__)

if TYPE_CHECKING:
    from apps.bootstrap.container import Container
    from core.model.outreach import Place


def watched(container: "Container", now: datetime) -> list[EventId]:
    """The signals that are new. What fails is logged, and looked at again the next time."""
    store, publisher, policy = container.store, container.publisher, container.policy
    schedule = Schedule(store=store, publisher=publisher, policy=policy, calendar=container.calendar)
    looks: list[Callable[[datetime], list[EventId]]] = [
        schedule.run,
        SpikeWatch(store=store, publisher=publisher, policy=policy).look,
    ]
    page = container.status_page
    if page is not None:
        looks.append(lambda at: _page_watch(container, page).look(at))
    made: list[EventId] = []
    for look in looks:
        try:
            made += look(now)
        except HandrailError as error:
            log.warning("watch: %s; tried again soon", error)  # and the others go on
    return made


def _page_watch(container: "Container", page: StatusPage) -> StatusWatch:
    """Raises ConfigurationError where the file of the places is none."""
    places = container.status_places
    return StatusWatch(
        store=container.store, publisher=container.publisher, policy=container.policy, page=page, places=places
    )


def status_page(url: str) -> HttpStatusPage | None:
    """None where no page is set."""
    return HttpStatusPage(url) if url else None


def status_places(file: str) -> "tuple[Place, ...]":
    return read_places(Path(file)) if file else ()
