"""The articles of the installation that the settings name. Only what works on articles must be set."""

from datetime import timedelta
from typing import TYPE_CHECKING

from rich.console import Console

from apps.installed import Begin, open_installation
from apps.settings import Settings, settings_here

if TYPE_CHECKING:
    from apps.bootstrap import Knowledge

AT_LEISURE = timedelta(minutes=15)  # what a command waits for a vendor that asks to: nobody but its user waits for it
_ZENDESK = ("zendesk.subdomain", "zendesk.email", "zendesk.token")
_WIDE = 160  # columns where the output goes into a file or another command


def knowledge_here(begin: Begin = Begin.NOWHERE) -> "Knowledge":
    """With its store at this version's tables; see `open_installation`.

    Raises ConfigurationError when a setting that is used has a wrong value, or half of the helpdesk's are set."""
    from apps.bootstrap import Knowledge

    container = Knowledge(_settings(), longest_wait=AT_LEISURE)
    if open_installation(container, begin):
        progress_output().print(f"A new library begins, kept in {container.store_name}.")
    return container


def _settings() -> Settings:
    settings = settings_here(needed=())
    if settings.zendesk.subdomain or settings.zendesk.email or settings.zendesk.token:
        return settings_here(needed=_ZENDESK)
    return settings


def output() -> Console:
    """For results."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=_WIDE)


def progress_output() -> Console:
    """For what is not a result: progress, warnings."""
    return Console(stderr=True, highlight=False)
