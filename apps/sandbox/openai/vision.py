"""What the stand-in sees on a picture: what is written into it.

A PNG of a story carries a text chunk `Seen` with a JSON object: `description`, `shows` (what can be seen of what may be
claimed), `of` (the thing) and `confidence`. Anything else is seen as badly as a blurred picture is."""

import base64
import json
import re
import struct
from collections.abc import Iterator
from typing import Any

from apps.sandbox.openai.prompt import telling_words

VISION_MODEL = "sandbox-vision"
CHUNK = "Seen"
_CLAIM = re.compile(r"to prove that it shows: (?P<shows>.*?)\. It is to be of: (?P<of>.*?)\. Judge", re.S)
_DATA = re.compile(r"data:image/[\w.+-]+;base64,(?P<content>[A-Za-z0-9+/=]+)")
UNSURE = {"description": "A blurred picture.", "shows": False, "fits": False, "confidence": 0.2}


def look(messages: Any) -> str | None:
    """The answer about the newest picture among the messages, as JSON; None where there is none."""
    parts = [part for each in messages for part in _parts(each) if isinstance(part, dict)]
    urls = [str((part.get("image_url") or {}).get("url", "")) for part in parts if part.get("type") == "image_url"]
    if not urls:
        return None
    asked = "\n".join(str(part.get("text", "")) for part in parts if part.get("type") == "text")
    found = _DATA.fullmatch(urls[-1])
    seen = _written(base64.b64decode(found["content"])) if found else None
    claim = _CLAIM.search(asked)
    if claim is None:
        return json.dumps({"description": (seen or UNSURE)["description"]})
    if seen is None:
        return json.dumps(UNSURE)
    return json.dumps(
        {
            "description": seen["description"],
            "shows": _shares(claim["shows"], seen["shows"]),
            "fits": claim["of"] == "anything" or _shares(claim["of"], seen["of"]),
            "confidence": seen["confidence"],
        }
    )


def _parts(message: Any) -> list[Any]:
    content = message.get("content") if isinstance(message, dict) else None
    return content if isinstance(content, list) else []


def _shares(claimed: str, seen: str) -> bool:
    """Whether all that tells what is claimed is seen; the company's own name tells nothing."""
    wanted = set(telling_words(claimed)) - {"larkfield", "item"}
    return bool(wanted) and wanted <= set(telling_words(seen))


def _written(content: bytes) -> dict[str, Any] | None:
    for kind, data in _chunks(content):
        name, _, text = data.partition(b"\0")
        if kind == b"tEXt" and name.decode("latin-1") == CHUNK:
            return dict(json.loads(text.decode("latin-1")))
    return None


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The chunks of a PNG; none of another file."""
    place = 8
    while content.startswith(b"\x89PNG") and place + 8 <= len(content):
        (length,) = struct.unpack(">I", content[place : place + 4])
        yield content[place + 4 : place + 8], content[place + 8 : place + 8 + length]
        place += 12 + length
