"""`handrail backup` and `handrail restore`: what an installation holds, without its secrets, and put back."""

import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from prometheus_client.core import GaugeMetricFamily

from apps.installed import container_here
from apps.processes import lock_folder
from apps.secret_files import OWNER_ONLY
from apps.settings import SETTINGS, Settings, settings_here, toml_here
from core.errors import ConfigurationError, HandrailError

if TYPE_CHECKING:
    from core.ports import Store

NAME = "handrail-%Y%m%dT%H%M%SZ"
FILES = "files"  # handrail.toml and what it names, in the backup's folder
ABOUT = "backup.json"
CURSOR = "backup"  # when the newest was made
PASSWORD = re.compile(rb"(://[^:/@\s\"']*:)[^@\s\"']+@")  # in an address, such as store_url may be
HIDDEN = rb"\1PASSWORD@"


def backup_here(folder: Path, keep: int | None) -> None:
    """As `handrail backup`."""
    container = container_here()
    made_at = datetime.now(UTC)
    folder.mkdir(mode=OWNER_ONLY, parents=True, exist_ok=True)
    place = folder / made_at.strftime(NAME)
    part = place.with_suffix(".part")
    if place.exists() or part.exists():
        raise ConfigurationError(f"Another backup of this second is at {place}: this one was not begun.")
    part.mkdir()
    try:
        container.copy_store(part)
        for source, name in _files(container.settings):
            to = part / FILES / name
            to.parent.mkdir(parents=True, exist_ok=True)
            to.write_bytes(PASSWORD.sub(HIDDEN, source.read_bytes()))
        about = {
            "version": version("handrail"),
            "made_at": made_at.isoformat(),
            "encrypted": container.store.has_keys(),
            "files": dict(_sums(part)),
        }
        (part / ABOUT).write_text(json.dumps(about, indent=1), encoding="utf-8")
        part.rename(place)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    with container.store.begin_lightly() as unit:
        unit.cursors.set(CURSOR, made_at.isoformat())
    size = sum(each.stat().st_size for each in place.rglob("*") if each.is_file())
    click.echo(f"{place}: {size / 1e6:.1f} MB. The secrets are not in it.")
    for old in _older(folder, keep):
        shutil.rmtree(old)
        click.echo(f"{old} was deleted.")


def restore_here(folder: Path, *, nothing_since: bool) -> None:
    """As `handrail restore`."""
    about = _read(folder)
    made_at = datetime.fromisoformat(about["made_at"])
    _put_files(folder / FILES)
    settings = settings_here(needed=())
    from apps.bootstrap import Knowledge, now
    from core.execute.restored import doubt
    from core.outreach.signals.schedule import begin_anew

    container = Knowledge(settings)
    with lock_folder(settings.data_dir / "up.lock", "Handrail"):
        if container.store_begun():
            raise ConfigurationError(
                f"There is a store already at {container.store_name}, which was left as it is: choose an empty place."
            )
        if about["encrypted"]:
            container.check_master_key()
        container.put_store([folder / name for name in about["files"] if not name.startswith(f"{FILES}/")])
        container.open_store()
        click.echo(f"{container.store_name} is as it was at {made_at:%Y-%m-%d %H:%M:%S} UTC.")
        if nothing_since:
            return
        with container.store.begin() as unit:
            count = doubt(unit, made_at, now())
            begin_anew(unit, now())
    click.echo(
        f"{count} effects that were under way are looked up at the vendors when the workers run. All that leaves by "
        "itself is paused, and answers go to agents. Let it run for five minutes, in which it reads what came in "
        "since, and until `handrail doctor` shows no backlog; then give `handrail outreach resume`. Campaigns stay "
        "paused until each is resumed by name."
    )


@dataclass(frozen=True, slots=True)
class LastBackup:
    """A collector of prometheus_client; without a backup by `handrail backup`, or a store that answers, it has
    nothing."""

    store: "Store"

    def collect(self) -> Iterator[GaugeMetricFamily]:
        with suppress(HandrailError):
            with self.store.read() as unit:
                made = unit.cursors.get(CURSOR)
            if made is not None:
                at = datetime.fromisoformat(made).timestamp()
                yield GaugeMetricFamily(
                    "handrail_last_backup_seconds", "When the newest backup was made, since 1970", value=at
                )


def _files(settings: Settings) -> Iterator[tuple[Path, Path]]:
    """handrail.toml and every file that a setting names: where it is, and its name in the backup."""
    toml = toml_here()
    home = Path.cwd()
    named = {text for each in SETTINGS if not each.secret and (text := settings.texts.get(each.key, ""))}
    for path in (toml, *(Path(text) for text in sorted(named) if "://" not in text)):
        if not path.is_file():
            continue
        inside = path.resolve().is_relative_to(home)
        yield path, path.resolve().relative_to(home) if inside else Path(path.name)


def _sums(part: Path) -> Iterator[tuple[str, str]]:
    for each in sorted(part.rglob("*")):
        if each.is_file():
            with each.open("rb") as file:
                yield each.relative_to(part).as_posix(), hashlib.file_digest(file, "sha256").hexdigest()


def _older(folder: Path, keep: int | None) -> list[Path]:
    found = sorted(each for each in folder.glob("handrail-*Z") if (each / ABOUT).is_file())
    return found[:-keep] if keep else []


def _read(folder: Path) -> dict[str, Any]:
    """What backup.json says, once everything is as it was written.

    Raises ConfigurationError when it is not."""
    try:
        about: dict[str, Any] = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{folder} is no backup of Handrail: {ABOUT} is missing or damaged") from error
    found = dict(_sums(folder))
    wrong = [name for name, value in about["files"].items() if found.get(name) != value]
    if wrong:
        raise ConfigurationError(f"{folder} is damaged: {', '.join(wrong)} differ from what was written")
    return about


def _put_files(files: Path) -> None:
    """Into this folder, where they are not there yet."""
    for source in sorted(each for each in files.rglob("*") if each.is_file()):
        to = Path.cwd() / source.relative_to(files)
        if to.exists():
            continue
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, to)
        click.echo(f"{to} was put back.")
        if b"PASSWORD@" in to.read_bytes():
            click.echo("  A password in it was left out: write it again where it says PASSWORD.")
