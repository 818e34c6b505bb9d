"""A package as its files, from a folder or from a zip; a zip is not trusted."""

import io
import json
import stat
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from apps.app_package.package import MANIFEST, packed
from apps.app_package.rules import Finding

LARGEST = 20 * 1024 * 1024  # bytes, unpacked: what is more is not read


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What is in a package, and what was wrong with taking it out."""

    files: Mapping[str, bytes] = field(default_factory=dict)
    faults: tuple[Finding, ...] = ()

    def text(self, name: str) -> str:
        return self.files[name].decode("utf-8", errors="replace")

    def below(self, folder: str) -> Iterator[str]:
        return (name for name in self.files if name.startswith(f"{folder}/"))


def contents(path: Path) -> Contents:
    """The package at `path`, a folder or a zip."""
    if path.is_dir():
        linked = [each for each in path.rglob("*") if each.is_symlink()]
        names = (each.relative_to(path).as_posix() for each in linked)
        return Contents(files=packed(path), faults=tuple(Finding(rule="link", file=name) for name in names))
    return unzipped(path.read_bytes())


def unzipped(content: bytes) -> Contents:
    """The files of a zip; a name that points elsewhere, a link and too much of it are faults."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if sum(entry.file_size for entry in entries) > LARGEST:
                return Contents(faults=(Finding(rule="too large", file="the package"),))
            faults = tuple(fault for entry in entries for fault in _entry_faults(entry))
            return Contents(files={entry.filename: archive.read(entry) for entry in entries}, faults=faults)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, ValueError, RuntimeError, EOFError) as error:
        # The last four: spoilt bytes, a place before the file, a password or an unknown compression, a cut end.
        return Contents(faults=(Finding(rule="not a zip", file="the package", found=str(error)),))


def _entry_faults(entry: zipfile.ZipInfo) -> Iterator[Finding]:
    parts = entry.filename.replace("\\", "/").split("/")
    if entry.filename.startswith("/") or ".." in parts:
        yield Finding(rule="path", file=entry.filename)
    if stat.S_ISLNK(entry.external_attr >> 16):
        yield Finding(rule="link", file=entry.filename)


def read_json(package: Contents, name: str) -> tuple[Any, tuple[Finding, ...]]:
    """The file's JSON (None where it is none) and what is wrong with it."""
    twice: list[str] = []

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                twice.append(key)
            seen.add(key)
        return dict(pairs)

    try:
        value = json.loads(package.files[name].decode("utf-8"), object_pairs_hook=once)
    except (ValueError, RecursionError) as error:
        return None, (Finding(rule="not json", file=name, found=str(error)),)
    return value, tuple(Finding(rule="key twice", file=name, key=key) for key in twice)


def manifest_of(package: Contents) -> tuple[dict[str, Any] | None, tuple[Finding, ...]]:
    """The manifest, and what keeps it from being read."""
    if MANIFEST not in package.files:
        nested = [name for name in package.files if name.count("/") == 1 and name.endswith(f"/{MANIFEST}")]
        if nested:
            return None, (Finding(rule="manifest nested", file=nested[0]),)
        return None, (Finding(rule="manifest missing", file=MANIFEST),)
    value, faults = read_json(package, MANIFEST)
    if value is not None and not isinstance(value, dict):
        return None, (Finding(rule="not an object", file=MANIFEST),)
    return value, faults
