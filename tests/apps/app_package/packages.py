"""A package that Zendesk would take, and ways to break it."""

import io
import json
import struct
import zipfile
from collections.abc import Callable
from typing import Any

Files = dict[str, bytes]
Damage = Callable[[Files], None]

MANIFEST: dict[str, Any] = {
    "name": "Shelf",
    "author": {"name": "Nobody", "email": "nobody@shelf.example", "url": "https://shelf.example"},
    "version": "1.2.3",
    "frameworkVersion": "2.0",
    "defaultLocale": "en",
    "private": True,
    "location": {"support": {"ticket_sidebar": {"url": "https://{{setting.host}}/"}, "nav_bar": "assets/page.html"}},
    "parameters": [{"name": "host", "type": "text", "required": True}],
}
WORDS = {"app": {"name": "Shelf", "long_description": "A shelf", "parameters": {"host": {"label": "Host"}}}}
REQUIREMENTS = {"triggers": {"one": {"title": "One"}}, "user_fields": {"tier": {"title": "Tier", "key": "tier"}}}


def png(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", width, height)


def whole() -> Files:
    return {
        "manifest.json": json.dumps(MANIFEST).encode(),
        "requirements.json": json.dumps(REQUIREMENTS).encode(),
        "translations/en.json": json.dumps(WORDS).encode(),
        "translations/de.json": json.dumps(WORDS).encode(),
        "assets/page.html": b"<p>https://shelf.example</p>",
        "assets/icon_nav_bar.svg": b'<svg xmlns="http://www.w3.org/2000/svg"/>',
        "assets/logo.png": png(320, 320),
        "assets/logo-small.png": png(128, 128),
    }


def zipped(files: Files) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def change(**fields: Any) -> Damage:
    """Other values at the top of the manifest; None takes a key away."""

    def apply(files: Files) -> None:
        changed = MANIFEST | fields
        files["manifest.json"] = json.dumps({k: v for k, v in changed.items() if v is not None}).encode()

    return apply


def parameter(**fields: Any) -> Damage:
    return change(parameters=[MANIFEST["parameters"][0] | fields])


def place(name: str, **options: Any) -> Damage:
    return change(location={"support": {name: options}})


def require(**kinds: Any) -> Damage:
    return write("requirements.json", json.dumps(kinds))


def translate(**texts: Any) -> Damage:
    return write("translations/de.json", json.dumps({"app": WORDS["app"] | texts}))


def write(name: str, text: str) -> Damage:
    def apply(files: Files) -> None:
        files[name] = text.encode()

    return apply


def remove(name: str) -> Damage:
    def apply(files: Files) -> None:
        del files[name]

    return apply


def nested(files: Files) -> None:
    everything = dict(files)
    files.clear()
    files.update({f"shelf/{name}": content for name, content in everything.items()})
