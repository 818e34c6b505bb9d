"""A message as a person would read it: without markup, files pasted as letters, and marks that no screen shows."""

import re
import unicodedata

from core.text.html import from_html

LONGEST_MAIL = 60_000  # characters of a message that are looked at: what a person wrote stands before what they quote
LONGEST_WORDS = 12_000  # characters of the customer's own words that are read
_TAG = re.compile(
    r"<(?:!doctype|html|head|body|div|p|br|table|tr|td|span|font|blockquote)\b[^<>]{0,2000}>", re.IGNORECASE
)
_TAGS = 3  # fewer may be a customer who writes about a web page
# Files pasted as letters: one long run, or lines of one width.
_BLOB = re.compile(r"(?:^[A-Za-z0-9+/]{60,}={0,2}\s*$\n?){2,}|[A-Za-z0-9+/_-]{120,}={0,2}", re.MULTILINE)
_LEFT = "[…]"
# Controls but line ends and tabs, overrides of the writing direction, what has no width.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069]")
_HALF = re.compile("[\ud800-\udfff]")
_MARKS = re.compile("[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]")
_CROWDED = 0.25  # marks for each character, beyond which they are there to disturb


def readable(text: str) -> str:
    """At most LONGEST_MAIL characters of it. Words and their order stay as they are."""
    text = text[:LONGEST_MAIL].replace("\r\n", "\n").replace("\r", "\n")
    if len(_TAG.findall(text)) >= _TAGS:
        text = from_html(text)
    if text.isascii() and text.isprintable() and len(text) < 120:
        return text
    text = _UNSEEN.sub("", _HALF.sub("\ufffd", text))
    return _uncrowded(_BLOB.sub(_LEFT, text))


def _uncrowded(text: str) -> str:
    """Letters without the towers of marks that some put on them; accents that a language has are kept."""
    if text.isascii():
        return text
    composed = unicodedata.normalize("NFC", text)
    marks = len(_MARKS.findall(composed))
    if marks <= _CROWDED * (len(composed) - marks):
        return text
    return unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFD", text)))
