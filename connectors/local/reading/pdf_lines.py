"""The lines of a PDF with the size of their letters, as JSON. A script: it runs in a process of its own."""

import io
import json
import logging
import sys
from pathlib import Path
from typing import Any

from pypdf import PdfReader
from pypdf.errors import DependencyError, LimitReachedError, PyPdfError

sys.path.insert(0, str(Path(__file__).parent))
# It lies beside this script, not in a package.
from bounds import OUTPUT, set_bounds  # type: ignore[import-not-found]

PAGES = 2_000
# What a damaged file makes a parser stumble over.
DAMAGE = (PyPdfError, ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, ZeroDivisionError)


class RefusedError(Exception):
    """The file is not read; the message says why."""


def lines_of(content: bytes) -> dict[str, Any]:
    """{"title": …, "pages": [[[size, line], …], …], "pictures": n}. Raises RefusedError."""
    reader = PdfReader(io.BytesIO(content), strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        raise RefusedError("is encrypted: save it without a password")
    count = len(reader.pages)
    if count > PAGES:
        raise RefusedError(f"has {count:,} pages; at most {PAGES:,} are read")
    pages, length = [], 0
    for page in reader.pages:
        pages.append(_lines(page))
        length += sum(len(line) for _, line in pages[-1])
        if length > OUTPUT:
            raise RefusedError(f"has more than {OUTPUT:,} characters")
    title = reader.metadata.title if reader.metadata else None
    return {"title": str(title or ""), "pages": pages}


def _lines(page: Any) -> list[tuple[float, str]]:
    lines: list[tuple[float, str]] = []
    pieces: list[str] = []
    sizes: list[float] = []

    def seen(text: str, matrix: list[float], place: list[float], font: Any, size: float) -> None:
        for number, piece in enumerate(text.split("\n")):
            if number:
                lines.append((max(sizes, default=0.0), "".join(pieces)))
                pieces.clear()
                sizes.clear()
            pieces.append(piece)
            if piece.strip():
                sizes.append(round(abs(float(size) * (place[3] or 1) * (matrix[3] or 1)), 1))

    page.extract_text(visitor_text=seen)
    return [*lines, (max(sizes, default=0.0), "".join(pieces))]


def answer(content: bytes) -> dict[str, Any]:
    try:
        return lines_of(content)
    except RefusedError as error:
        return {"error": str(error)}
    except (MemoryError, RecursionError, LimitReachedError):
        return {"error": "takes more time or memory to read than a file may"}
    except DependencyError:
        return {"error": "is encrypted in a way that cannot be read: save it without a password"}
    except DAMAGE as error:
        return {"error": f"is damaged or no PDF ({error})"}


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    set_bounds()
    json.dump(answer(sys.stdin.buffer.read()), sys.stdout)
