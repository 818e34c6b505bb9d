"""Secrets in files: one for each, named as its key, which only the owner of the folder can read.

A folder that a container platform mounts looks the same, so nothing but the files themselves is needed to read one.
"""

import contextlib
import os
import stat
import tempfile
from pathlib import Path

OWNER_ONLY, OWNER_FILE = 0o700, 0o600
UMASK = 0o077  # nothing that we write is for others, whatever the system's own habit is
IGNORED = "*\n"  # of the folder's own .gitignore: nothing in it may ever be committed


def write_for_owner_alone() -> None:
    """From here on this process and its children: folders 0700, files 0600."""
    os.umask(UMASK)


def take_from_others(folder: Path) -> int:
    """What an earlier version left open to others in the folder; how many it was."""
    taken = 0
    for path in (folder, *folder.rglob("*")):
        with contextlib.suppress(FileNotFoundError):  # a file of a moment
            mode = path.lstat().st_mode
            if not stat.S_ISLNK(mode) and mode & UMASK:
                path.chmod(stat.S_IMODE(mode) & ~UMASK)
                taken += 1
    return taken


def write_new(path: Path, content: bytes) -> None:
    """A file that its owner alone can read. Raises FileExistsError: one that is there would keep its rights."""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_FILE), "wb") as file:
        file.write(content)


def read_secret(path: Path, name: str, problems: list[str]) -> str:
    """The secret in a file. What is wrong with it is added to `problems`; `name` is what a person is told about."""
    try:
        # -sig: some editors put an invisible mark in front, which would become part of the secret.
        secret = path.read_text(encoding="utf-8-sig").strip()
    except OSError as error:
        problems.append(f"{name} cannot be read ({error.strerror}): it must be a readable file.")
        return ""
    except UnicodeDecodeError:
        problems.append(f"{name} is not text: write the secret into it and nothing else.")
        return ""
    if not secret:
        problems.append(f"{name} is empty: write the secret into it and nothing else.")
    return secret


def keep_secret(folder: Path, key: str, value: str) -> None:
    """Write a secret, in place of an older one. No moment passes at which others can read it, or half of it."""
    folder.mkdir(mode=OWNER_ONLY, parents=True, exist_ok=True)
    folder.chmod(OWNER_ONLY)
    ignore = folder / ".gitignore"
    if not ignore.exists() and not ignore.is_symlink():
        ignore.write_text(IGNORED, encoding="utf-8")
    # Made readable and writable by its owner alone from the start.
    descriptor, name = tempfile.mkstemp(dir=folder, prefix=".new-")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(f"{value}\n")
        Path(name).replace(folder / key)
    finally:
        Path(name).unlink(missing_ok=True)


def forget_secret(folder: Path, key: str) -> None:
    """Delete a secret; none is fine."""
    (folder / key).unlink(missing_ok=True)
