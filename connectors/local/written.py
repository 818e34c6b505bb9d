"""The lessons that come with the package, read in a tenth of the time that the usual loader takes."""

from importlib.resources.abc import Traversable
from typing import Any

import yaml

# Some builds of the package lack the C parser.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_plain(file: Traversable) -> Any:
    """The plain values in a file of ours. Not for anybody's: the C parser lets tabs pass that the other refuses."""
    return yaml.load(file.read_text(encoding="utf-8"), Loader=LOADER)  # noqa: S506 - both loaders are the safe one
