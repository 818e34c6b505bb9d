"""Which policy file is meant, without a look at the store."""

from pathlib import Path

from apps.settings import settings_here


def file_here(file: Path | None) -> Path:
    """The file that was named, else that of the settings."""
    return file or settings_here(needed=()).policy
