"""The folder for what can be made again: vectors of texts, fitted models. An installation has its own in `data_dir`."""

import os
from pathlib import Path

import click


def cache_folder() -> Path:
    """The user's own, as the XDG rules place it, whatever folder a command runs in."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "handrail"


cache_option = click.option(
    "--cache",
    type=click.Path(file_okay=False, path_type=Path),
    default=cache_folder,
    show_default="handrail in the user's cache folder",
    help="Keeps what was computed (vectors, fitted models) for the next time; may be deleted.",
)
