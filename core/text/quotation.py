"""Finding quoted words in a text, whatever quotation marks, dashes and line breaks they were copied with."""

import re
from collections.abc import Mapping

# Typographic variants that a model writes plain.
_ALIKE: Mapping[str, str] = {
    **dict.fromkeys("'’‘ʼ`´", "['’‘ʼ`´]"), **dict.fromkeys('"“”„«»', '["“”„«»]'), **dict.fromkeys("-–—‑", "[-–—‑]"),
}  # fmt: skip


def find_quotation(text: str, quote: str) -> tuple[int, int] | None:
    """Where the text has these words, whole and in this order: the first and the one after the last character. None
    where it does not have them, and for an empty quotation."""
    words = quote.strip().strip("\"“”„'…").split()
    if not words:
        return None
    pattern = r"\s+".join("".join(_ALIKE.get(letter, re.escape(letter)) for letter in word) for word in words)
    found = re.search(rf"(?<!\w){pattern}(?!\w)", text)
    return found.span() if found else None
