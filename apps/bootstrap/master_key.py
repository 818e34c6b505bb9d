"""The master key: from the settings, else from a file in the data folder that the first start writes."""

import fcntl
import logging
import os
import secrets
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from apps.secret_files import keep_secret, read_secret
from apps.settings import Settings
from connectors.sql.master import MasterKeys
from core.errors import ConfigurationError

FILE = "master.key"
LOCK = "master.key.lock"  # beside it: the file itself is replaced
log = logging.getLogger("handrail.keys")


def key_file(settings: Settings) -> Path | None:
    """Where the key lies; None where it is a setting, which is somebody else's to keep."""
    return None if settings.master_key else settings.data_dir / FILE


def read_master_keys(settings: Settings) -> MasterKeys:
    """Raises ConfigurationError where there is none."""
    path = key_file(settings)
    if path is None:
        return MasterKeys(settings.master_key.value)
    if not path.exists():
        raise ConfigurationError(
            f"the master key is missing: neither master_key (HANDRAIL_MASTER_KEY or its _FILE) is set, nor is there "
            f"{path}. Bring back the one that this store was encrypted with; without it nobody can read the data."
        )
    problems: list[str] = []
    text = read_secret(path, str(path), problems)
    if problems:
        raise ConfigurationError(problems[0])
    return MasterKeys(text)


@contextmanager
def rotating(settings: Settings) -> Iterator[None]:
    """From before the key is read until it is written: of two at once the slower would write one that is over."""
    with (settings.data_dir / LOCK).open("a", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ConfigurationError("another `handrail keys rotate` is under way.") from None
        yield


def begin_rotation(settings: Settings) -> MasterKeys:
    """Both master keys, the new one first: made here where the key lies in a file, unless a rotation is under way."""
    keys = read_master_keys(settings)
    path = key_file(settings)
    if len(keys.all) == 1:
        if path is None:
            raise ConfigurationError(
                "the master key is a setting: set master_key to the new key and the old one, separated by a comma, in "
                "every process, start them anew, and then say this again."
            )
        keep_secret(path.parent, path.name, f"{secrets.token_urlsafe(32)} {keys.texts[0]}")
    return read_master_keys(settings)


def end_rotation(settings: Settings, keys: MasterKeys, used: Collection[str]) -> bool:
    """From now on the new one alone; whether that is done, and not somebody else's to do. `used` are the master keys
    that data are under: ConfigurationError where it is not this one alone, or the key in force is another by now."""
    path = key_file(settings)
    if set(used) != {keys.newest.id} or read_master_keys(settings).newest.id != keys.newest.id:
        raise ConfigurationError(
            "the master key was changed by somebody else meanwhile: every key is kept. Say this again."
        )
    if path is not None:
        keep_secret(path.parent, path.name, keys.texts[0])
    return path is not None


def make_master_key(settings: Settings) -> bool:
    """Write a new key into the data folder, unless one is set or lies there; whether it was written."""
    path = key_file(settings)
    if path is None or path.exists():
        return False
    # Of two processes that start at once one writes it: under a key that is overwritten, data would be lost.
    own = f".{secrets.token_hex(8)}.key"
    keep_secret(path.parent, own, secrets.token_urlsafe(32))
    try:
        os.link(path.parent / own, path)
    except FileExistsError:
        return False
    finally:
        (path.parent / own).unlink()
    log.warning(
        "the master key of this installation was written to %s: who loses it loses every message and profile. Keep a "
        "copy of it apart from the backups of the database, which nobody can read without it and anybody with it",
        path,
    )
    return True
