"""The zip that Zendesk installs, and any package as its files, from a folder or from a zip that is not trusted."""

import io
import json
import stat
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Any

from apps.app_package.rules import Finding
from core.errors import ConfigurationError

FOLDER = Path(__file__).parents[2] / "manifests" / "zendesk" / "app"
MANIFEST = "manifest.json"
# What Zendesk reads of a package. A note or an editor's leftover in the folder stays at home.
PARTS = (MANIFEST, "requirements.json", "assets", "translations")
# The same files give the same bytes, whenever they are packed: one upload can be compared with another.
PACKED_AT = (2020, 1, 1, 0, 0, 0)


def build_package(folder: Path = FOLDER, version: str | None = None) -> bytes:
    """The zip of the app in `folder`, with `version` (default: Handrail's own) written into its manifest.

    Raises:
        ConfigurationError: there is no readable manifest.json in the folder.
    """
    files = read_parts(folder)
    files[MANIFEST] = _manifest_with(folder, version or installed_version("handrail"))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            archive.writestr(_entry(name), content)
    return out.getvalue()


def read_parts(folder: Path) -> dict[str, bytes]:
    """name → content of each file that belongs into the package, hidden ones left out."""
    found = (path for part in PARTS for path in _files_below(folder / part))
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def _files_below(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    return sorted(each for each in path.rglob("*") if each.is_file() and not each.name.startswith("."))


def _manifest_with(folder: Path, version: str) -> bytes:
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{folder / MANIFEST} cannot be read: {error}") from error
    if not isinstance(manifest, dict):
        raise ConfigurationError(f"{folder / MANIFEST} is not a JSON object")
    return (json.dumps({**manifest, "version": version}, indent=2, ensure_ascii=False) + "\n").encode()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, PACKED_AT)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry


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


def read_contents(path: Path) -> Contents:
    """The package at `path`, a folder or a zip."""
    if path.is_dir():
        linked = [each for each in path.rglob("*") if each.is_symlink()]
        names = (each.relative_to(path).as_posix() for each in linked)
        return Contents(files=read_parts(path), faults=tuple(Finding(rule="link", file=name) for name in names))
    return unzip(path.read_bytes())


def unzip(content: bytes) -> Contents:
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
