"""The files of a folder and of those within it, none that is elsewhere."""

import os
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(slots=True)
class Walked:
    """`closed` are folders that could not be looked into, and why; `outside` links that lead out of the folder,
    `nowhere` those that lead nowhere or in a circle. All in an order that does not change from time to time."""

    files: list[Path] = field(default_factory=list)
    outside: list[Path] = field(default_factory=list)
    nowhere: list[Path] = field(default_factory=list)
    closed: dict[Path, str] = field(default_factory=dict)


def walked(folder: Path) -> Walked:
    """Hidden files are left out. Links to folders are not followed: a folder within is read where it is."""
    found, root = Walked(), folder.resolve()
    for place, folders, names in os.walk(
        folder, onerror=lambda error: _close(Path(error.filename or folder), error, found)
    ):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        kept = [name for name in names if not name.startswith((".", "~$"))]
        for path in (Path(place, name) for name in (*folders, *kept)):
            try:
                _add(path, root, found)
            except OSError as error:
                _close(path, error, found)
    found.files.sort()
    found.outside.sort()
    found.nowhere.sort()
    return found


def _add(path: Path, root: Path, found: Walked) -> None:
    if (led := _leads(path, root)) is not None:
        (found.outside if led else found.nowhere).append(path)
    elif path.is_file():
        found.files.append(path)


def _leads(path: Path, root: Path) -> str | None:
    """Where a link leads that leads out of the root; empty for nowhere, None for what is no such link."""
    if not path.is_symlink():
        return None
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError):
        return ""
    return None if target.is_relative_to(root) else str(target)


def _close(path: Path, error: OSError, found: Walked) -> None:
    found.closed[path] = f"cannot be looked into: {error.strerror or error}"
