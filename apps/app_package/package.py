"""The zip that Zendesk installs: the manifest with this version's number, the pictures, the translations."""

import io
import json
import zipfile
from importlib.metadata import version as installed_version
from pathlib import Path

from core.errors import ConfigurationError

FOLDER = Path(__file__).parents[2] / "manifests" / "zendesk" / "app"
MANIFEST = "manifest.json"
# What Zendesk reads of a package. A note or an editor's leftover in the folder stays at home.
PARTS = (MANIFEST, "requirements.json", "assets", "translations")
# The same files give the same bytes, whenever they are packed: one upload can be compared with another.
PACKED_AT = (2020, 1, 1, 0, 0, 0)


def package(folder: Path = FOLDER, version: str | None = None) -> bytes:
    """The zip of the app in `folder`, with `version` (default: Handrail's own) written into its manifest.

    Raises:
        ConfigurationError: there is no readable manifest.json in the folder.
    """
    files = packed(folder)
    files[MANIFEST] = _numbered(folder, version or installed_version("handrail"))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            archive.writestr(_entry(name), content)
    return out.getvalue()


def packed(folder: Path) -> dict[str, bytes]:
    """name → content of each file that belongs into the package, hidden ones left out."""
    found = (path for part in PARTS for path in _files(folder / part))
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    return sorted(each for each in path.rglob("*") if each.is_file() and not each.name.startswith("."))


def _numbered(folder: Path, version: str) -> bytes:
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
