"""The files of a package: their types, pictures, and what must not stand in them."""

import re
import struct
from collections.abc import Iterator
from pathlib import PurePosixPath

from apps.app_package.contents import Contents
from apps.app_package.rules import Finding

REJECTED = frozenset(
    [
        "rar",
        "zip",
        "gz",
        "gzip",
        "pdf",
        "doc",
        "docx",
        "avi",
        "bin",
        "bz",
        "bz2",
        "csh",
        "sh",
        "jar",
        "mp3",
        "mpeg",
        "odt",
        "pptx",
        "ppt",
        "xls",
        "xlsx",
        "7z",
    ]
)
# The first bytes tell what a file is, whatever it is called.
MAGIC = (
    (b"PK\x03\x04", "zip"),
    (b"%PDF-", "pdf"),
    (b"\x1f\x8b", "gzip"),
    (b"Rar!", "rar"),
    (b"7z\xbc\xaf", "7z"),
    (b"BZh", "bz2"),
    (b"\xd0\xcf\x11\xe0", "doc"),
    (b"ID3", "mp3"),
    (b"#!", "sh"),
)
LOGOS = {"assets/logo.png": (320, 320), "assets/logo-small.png": (128, 128)}
TEXT = frozenset(["json", "svg", "html", "htm", "js", "mjs", "css", "txt", "md", "xml", "yaml", "yml"])
PAGES = frozenset(["html", "htm", "js", "mjs"])
SECRETS = (
    re.compile(r"xox[abeoprs]-[\w-]{4,}"),
    re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY"),
    re.compile(r"\bAKIA[0-9A-Z]{12,}"),
    re.compile(r"\bgh[pousr]_\w{20,}"),
    re.compile(r"\bsk-[\w-]{16,}"),
    re.compile(r"""(?:token|password|passwd|secret|api[_-]?key)["']?\s*[:=]\s*["']?[\w+.\-/]{8,}""", re.IGNORECASE),
)
WORDS = re.compile(r"\b(pass|password|secret|secret_?token|auth_?key|auth_?pass|auth_?user|api_?key)\b", re.IGNORECASE)
# Names of XML vocabularies look like addresses and are never called; one's own machine has no certificate.
PLAIN = re.compile(r"http://(?!www\.w3\.org/|localhost\b|127\.0\.0\.1\b)[^\s\"'<>)]+")
SCRIPT = re.compile(r"<\s*(script|foreignObject|iframe|embed)\b|\son\w+\s*=|javascript:|<!ENTITY", re.IGNORECASE)


def files(package: Contents) -> Iterator[Finding]:
    """What is wrong with the files themselves."""
    for name, content in sorted(package.files.items()):
        ending = PurePosixPath(name).suffix.lower().removeprefix(".")
        kind = next((kind for start, kind in MAGIC if content.startswith(start)), "")
        if ending in REJECTED or kind:
            yield Finding(rule="file type", file=name, found=kind or ending)
        if ending in TEXT and not kind:
            yield from _text(name, ending, package.text(name))


def _text(name: str, ending: str, text: str) -> Iterator[Finding]:
    # The secret itself is not repeated: the report is kept, and shown to others.
    secret = next((found for pattern in SECRETS if (found := pattern.search(text))), None)
    if secret:
        yield Finding(rule="secret", file=name, key=f"line {text.count(chr(10), 0, secret.start()) + 1}")
    elif ending in PAGES and (word := WORDS.search(text)):
        line = text.count("\n", 0, word.start()) + 1
        yield Finding(rule="word for a secret", file=name, key=f"line {line}", found=word.group(0))
    if ending in PAGES and (plain := PLAIN.search(text)):
        yield Finding(rule="plain http", file=name, found=plain.group(0))
    if ending == "svg" and SCRIPT.search(text):
        yield Finding(rule="svg unclean", file=name)


def logos(package: Contents) -> Iterator[Finding]:
    """What is wrong with the app's own pictures."""
    for name, wanted in LOGOS.items():
        if name not in package.files:
            yield Finding(rule="logo missing", file=name)
        elif (size := png_size(package.files[name])) != wanted:
            yield Finding(rule="logo size", file=name, found=f"{size[0]} by {size[1]}" if size else "no PNG")


def png_size(content: bytes) -> tuple[int, int] | None:
    """Width and height in pixels; None where it is no PNG."""
    if len(content) < 24 or not content.startswith(b"\x89PNG\r\n\x1a\n"):
        return None
    width, height = struct.unpack(">II", content[16:24])
    return width, height
