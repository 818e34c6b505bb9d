"""The installation that a command works on: one that is there already. No command makes one in passing, for whoever
pauses, looks or proves something in the wrong folder would be told of an empty one that all is well."""

import os
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING

from apps.settings import settings_here, toml_here
from core.errors import ConfigurationError

if TYPE_CHECKING:
    from apps.bootstrap import Knowledge

# Whoever sets one of these says where the installation is, as a container does that has no handrail.toml.
PLACES = ("HANDRAIL_STORE_URL", "HANDRAIL_DATA_DIR")


class Begin(Enum):
    """Where a command may begin a store that is not there yet: nowhere; where handrail.toml or the environment says
    where it is to be; anywhere."""

    NOWHERE = auto()
    NAMED = auto()
    ANYWHERE = auto()


def container_here(begin: Begin = Begin.NOWHERE) -> "Knowledge":
    """The installation that the settings name; only what says where the store and the files are must be set. See
    `open_installation`."""
    from apps.bootstrap import Knowledge

    container = Knowledge(settings_here(needed=()))
    open_installation(container, begin)
    return container


def open_installation(container: "Knowledge", begin: Begin = Begin.NOWHERE) -> bool:
    """Bring its store to this version's tables; whether it was begun by that.

    Raises:
        ConfigurationError: there is no installation. Nothing was made then.
    """
    begun = container.store_begun()
    if not begun and not (begin is Begin.ANYWHERE or (begin is Begin.NAMED and _is_named())):
        raise ConfigurationError(_missing(container))
    container.open_store()
    return not begun


def _is_named() -> bool:
    return toml_here().exists() or any(os.environ.get(name) for name in PLACES)


def _missing(container: "Knowledge") -> str:
    if not _is_named():
        return (
            f"There is no Handrail installation here: no handrail.toml in {Path.cwd()}, and no store. Go to the folder "
            "of handrail.toml, name that file in HANDRAIL_CONFIG, or begin one with `handrail init`."
        )
    return (
        f"This installation has no store yet at {container.store_name}, so nothing runs and nothing was done. "
        "Start it with `handrail up`, or correct store_url or data_dir if it is elsewhere."
    )
