"""What one person is erased from: every vendor that is set up, as far as it can be, and the files beside the store."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING

from apps.bootstrap.clock import now
from connectors.sunshine.erase import SunshineEraser
from connectors.twilio.erase import TwilioEraser
from connectors.zendesk.erase import ZendeskEraser
from core.model.privacy import Erasure
from core.ports import Eraser
from core.privacy.erase import Erasing, SlackEraser

if TYPE_CHECKING:
    from apps.bootstrap.container import Container


def make_erasing(container: "Container") -> Erasing:
    return Erasing(store=container.store, vendors=tuple(_vendors(container)), clean=partial(_clean, container), now=now)


def _vendors(container: "Container") -> Iterator[Eraser]:
    settings = container.settings
    if settings.slack.bot_token or settings.slack.client_id:
        yield SlackEraser(desk=container.desk)
    if settings.twilio.account_sid:
        yield TwilioEraser(container.twilio)
    if container.messaging_is_set:
        yield SunshineEraser(container.sunshine)
    # Last: a customer's id there is what the others are found again by.
    if settings.zendesk.subdomain:
        yield ZendeskEraser(container.zendesk)


def _clean(container: "Container", erasure: Erasure) -> Mapping[str, int]:
    """The store's files, and the cache with the vectors of solved tickets that were articles: it is made anew."""
    container.store.compact()
    if not erasure.steps.get("store", {}).get("articles"):
        return {}
    files = list(container.settings.data_dir.glob("vectors.db*"))
    for each in files:
        each.unlink(missing_ok=True)
    return {"caches": len(files)}
