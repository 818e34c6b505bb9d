"""Optional dependencies: pyproject.toml lists them by extra, and a command of an extra says when they are missing."""

import re
from importlib import metadata

from core.errors import ConfigurationError


def require_extra(extra: str) -> None:
    """Raises ConfigurationError, in one line that says what to install, where a library of the extra is missing."""
    missing = [name for name in _libraries(extra) if not _is_installed(name)]
    if missing:
        raise ConfigurationError(f"{' and '.join(missing)} missing: run `pip install 'handrail[{extra}]'` first.")


def _libraries(extra: str) -> list[str]:
    """As the installed package declares them: `markdown>=3.9; extra == "demo"`."""
    mine = re.compile(rf"""extra\s*==\s*["']{extra}["']""")
    found = (re.match(r"[\w.-]+", line) for line in metadata.requires("handrail") or () if mine.search(line))
    return [name.group() for name in found if name]


def _is_installed(name: str) -> bool:
    try:
        metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return False
    return True
