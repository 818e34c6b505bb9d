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
_MOST_BEYOND = 0.5  # the share of a western text's letters that ASCII lacks
_OWN = 0.9  # the share of those that are the language's own, not a loan word's
_SIGN_IN_WORD = re.compile(r"(?<=[^\W\d_])[^\w\s’‘´·–—…­\x00-\x7f](?=[a-z])|(?<=[a-z])[²³¹](?=[a-z])")
# The letters beyond ASCII of: German; French; Spanish and Catalan; Portuguese; Italian; Nordic; Dutch; Icelandic.
_WESTERN = tuple(
    frozenset(letters + letters.upper())
    for letters in (
        "äöüßéà", "àâçéèêëîïôùûüÿœæ", "áéíñóúüçàèòï", "ãõáâàçéêíóôúü", "àèéìíîòóùú",
        "åæøäöéü", "ëïéèöüáóíú", "ðþýáéíóúæö",
    )
)  # fmt: skip
_LOST = 0.01  # the share of characters that may be lost before a text is not worth reading


class NotTextError(ValueError):
    """The bytes are no text; the message is the rest of a sentence about what they are from."""


def decode_text(content: bytes, declared: str = "") -> str:
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
    western = _strictly(content, "cp1252")
    return western if western is not None and _is_western(western) else _guess(content)


def _is_western(text: str) -> bool:
    """Whether what reads as Windows' letters for the west is a text of one of its languages.

    Other letters of one byte read so too, but then no language has all of them, or signs stand within words."""
    beyond = [letter for letter in text if letter > "\x7f"]
    letters = [letter for letter in beyond if letter.isalpha() and letter not in "ªº"]
    if len(letters) > _MOST_BEYOND * sum(map(str.isalpha, text)) or _SIGN_IN_WORD.search(text):
        return False
    return any(sum(letter in own for letter in letters) >= _OWN * len(letters) for own in _WESTERN)


def _in_head(content: bytes) -> str:
    found = _DECLARED.search(content[:_HEAD].lower())
    return (found[1] or found[2]).decode("ascii") if found else ""


def _strictly(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding) if encoding else None
    except (UnicodeError, LookupError):
        return None


def _guess(content: bytes) -> str:
    best = from_bytes(content[:_SAMPLE]).best()
    # Windows' letters for the west read any byte; what is guessed from a part may not fit the whole.
    text = content.decode(best.encoding if best else "cp1252", errors="replace")
    if text.count("\ufffd") > _LOST * len(text):
        raise NotTextError("is in no encoding that is known")
    return text
