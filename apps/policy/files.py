"""Which policy file is meant, without a look at the store."""

import os
from pathlib import Path

from apps.settings import Settings, read_settings


def settings_here() -> Settings:
    """Nothing needs to be set."""
    return read_settings(os.environ, Path(os.environ.get("HANDRAIL_CONFIG", "handrail.toml")), needed=())


def file_here(file: Path | None) -> Path:
    """The file that was named, else that of the settings."""
    return file or Path(settings_here()["policy"])
