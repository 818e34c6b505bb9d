"""What is read of the past: finished tickets and the help centre. Nothing here writes."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from apps.bootstrap.vendors import Vendors
from apps.settings import Settings
from connectors.local.files import BadLine, read_articles
from connectors.zendesk.help_center import HelpCenter
from connectors.zendesk.past import PastTickets, tickets_from
from core.errors import ConfigurationError
from core.measure.history.past import PastTicket
from core.model.knowledge import Article, Problem

PATIENCE = timedelta(minutes=30)  # that all waiting for the account's limits may take together


def newest_tickets(settings: Settings, count: int) -> Iterator[PastTicket | Problem]:
    return PastTickets(Vendors(settings).zendesk, total_wait=PATIENCE).newest(count)


def tickets_in(file: Path) -> Iterator[PastTicket | Problem]:
    return tickets_from(file)


def help_centre(settings: Settings) -> Iterator[Article | Problem]:
    """Every published article in its newest version, which is the only one that a help centre keeps."""
    for part in HelpCenter(Vendors(settings).zendesk, total_wait=PATIENCE).changes(None, ()):
        yield from part.articles
        yield from part.problems
        if part.failed is not None:
            raise part.failed


def articles_in(path: Path) -> Iterator[Article | Problem]:
    """Raises ConfigurationError where nothing could be read."""
    found = False
    for each in read_articles(path):
        if isinstance(each, BadLine):
            yield Problem(subject=str(path.name), reason=each.reason)
        else:
            found = True
            yield each
    if not found:
        raise ConfigurationError(f"{path}: no article could be read")
