"""How many SMS a text takes, and how it is kept to few.

An SMS carries 140 bytes: 160 characters of the GSM alphabet or 70 of UTF-16. A longer text is cut into parts that each
give six bytes to the header which joins them: 153 and 67. One character outside the alphabet makes the whole text
UTF-16; the letters of the extension table take two places, and neither they nor a surrogate pair are ever cut apart.
"""

import re
from collections.abc import Callable

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("\f^{}\\[~]|€")
GSM_PLACES, UCS_PLACES = (160, 153), (70, 67)  # alone, and in each of several
# Typographic signs and the plain ones that say the same.
PLAIN = str.maketrans(
    {
        **dict.fromkeys("“”„‟«»″", '"'),
        **dict.fromkeys("‘’‚‛′ʼ`´", "'"),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("\u00a0\u2002\u2003\u2007\u2008\u2009\u200a\u202f\t", " "),
        **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad", ""),
        "…": "...",
        "•": "-",
        "·": "-",
        "‹": "<",
        "›": ">",
    }
)
_SENTENCE = re.compile(r"(?<=[.!?。！？])\s+|\n+|(?<=[。！？])")


def is_gsm(text: str) -> bool:
    """Whether every character is of the GSM alphabet."""
    return all(letter in BASIC or letter in EXTENDED for letter in text)


def segments(text: str) -> int:
    """The number of SMS that the text is sent as; an empty one takes one too."""
    places = _gsm_places if is_gsm(text) else _ucs_places
    alone, joined = GSM_PLACES if is_gsm(text) else UCS_PLACES
    if sum(map(places, text)) <= alone:
        return 1
    parts, used = 1, 0
    for letter in text:
        if used + places(letter) > joined:
            parts, used = parts + 1, 0
        used += places(letter)
    return parts


def simplify_signs(text: str) -> str:
    """The text with plain signs for typographic ones, where that alone brings it into the GSM alphabet; else as it
    is: nothing is gained then, and three dots are longer than one sign."""
    plain = text.translate(PLAIN)
    return plain if is_gsm(plain) else text


def shorten(text: str, fits: Callable[[str], bool]) -> str:
    """The text up to the last sentence with which it still fits; where not even the first one does, up to its last
    word. Empty where nothing fits."""
    if fits(text):
        return text
    ends = [found.start() for found in _SENTENCE.finditer(text)]
    whole = next((cut for end in reversed(ends) if (cut := text[:end].rstrip()) and fits(cut)), "")
    return whole or _to_a_word(text, fits)


def _to_a_word(text: str, fits: Callable[[str], bool]) -> str:
    ends = [found.start() for found in re.finditer(r"\s+", text.strip())]
    return next((cut for end in reversed(ends) if (cut := f"{text.strip()[:end]}...") and fits(cut)), "")


def _gsm_places(letter: str) -> int:
    return 2 if letter in EXTENDED else 1


def _ucs_places(letter: str) -> int:
    return 2 if ord(letter) > 0xFFFF else 1
