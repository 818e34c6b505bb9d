"""How bytes from a file or a web page become characters."""

import codecs
import re

from charset_normalizer import from_bytes

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?([\w-]{2,20})|<\?xml[^>]{0,200}?encoding=["']([\w-]{2,20})"""
)
_HEAD = 4096  # bytes in which a page says how it is encoded
_SAMPLE = 65_536  # bytes that the guess of an encoding is made from
_LOST = 0.01  # the share of characters that may be lost before a text is not worth reading


class NotTextError(ValueError):
    """The bytes are no text; the message is the rest of a sentence about what they are from."""


def decoded(content: bytes, declared: str = "") -> str:
    """The characters of a text in whatever encoding it is. Raises NotTextError when it is no text."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return content.decode(encoding, errors="replace")
    if content.count(0) > len(content) // 100:
        raise NotTextError("is not text")
    found = _strictly(content, "utf-8") or _strictly(content, declared or _in_head(content))
    if found is not None:
        return found
    damaged = content.decode("utf-8", errors="replace")
    # A few bad bytes in a text whose other letters are good UTF-8; otherwise it is another encoding.
    if damaged.count("\ufffd") <= _LOST * len(damaged) and any(c > "\x7f" and c != "\ufffd" for c in damaged):
        return damaged
    return _guessed(content)


def _in_head(content: bytes) -> str:
    found = _DECLARED.search(content[:_HEAD].lower())
    return (found[1] or found[2]).decode("ascii") if found else ""


def _strictly(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding) if encoding else None
    except (UnicodeError, LookupError):
        return None


def _guessed(content: bytes) -> str:
    best = from_bytes(content[:_SAMPLE]).best()
    # Windows' letters for the west read any byte; what is guessed from a part may not fit the whole.
    text = content.decode(best.encoding if best else "cp1252", errors="replace")
    if text.count("\ufffd") > _LOST * len(text):
        raise NotTextError("is in no encoding that is known")
    return text
