"""A Word document as HTML, as JSON. A script: it runs in a process of its own."""

import io
import json
import sys
import zipfile
from pathlib import Path
from typing import Any
from xml.parsers.expat import ExpatError

import mammoth

sys.path.insert(0, str(Path(__file__).parent))
# It lies beside this script, not in a package.
from bounds import OUTPUT, set_bounds  # type: ignore[import-not-found]

UNPACKED = 80_000_000  # bytes of text and tables; pictures are not unpacked
PARTS = 10_000
ENCRYPTED = b"\xd0\xcf\x11\xe0"  # an old container: Word 97, or a document with a password
DAMAGE = (zipfile.BadZipFile, ExpatError, OSError, ValueError, KeyError, TypeError, AttributeError, IndexError)


def answer(content: bytes) -> dict[str, Any]:
    if content.startswith(ENCRYPTED):
        return {"error": "is an old or encrypted Word file: save it as .docx without a password"}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
        unpacked = sum(part.file_size for part in parts if part.filename.lower().endswith((".xml", ".rels")))
        if len(parts) > PARTS or unpacked > UNPACKED:
            return {"error": f"unpacks to more than {UNPACKED // 1_000_000} MB"}
        html = mammoth.convert_to_html(io.BytesIO(content), convert_image=mammoth.images.img_element(_unseen)).value
    except (MemoryError, RecursionError):
        return {"error": "takes more time or memory to read than a file may"}
    except DAMAGE as error:
        return {"error": f"is damaged or no Word document ({error})"}
    return {"html": html} if len(html) <= OUTPUT * 2 else {"error": f"has more than {OUTPUT:,} characters"}


def _unseen(image: Any) -> dict[str, str]:
    """Pictures are counted, not unpacked."""
    return {"src": ""}


if __name__ == "__main__":
    set_bounds()
    json.dump(answer(sys.stdin.buffer.read()), sys.stdout)
