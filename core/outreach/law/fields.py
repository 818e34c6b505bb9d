"""Channel law for what one person alone is told: the facts that a signal states of them. Nobody reads each of these
before it leaves, so what should stand in no message leaves the person out."""

import unicodedata
from collections.abc import Iterable, Mapping

from core.answer.guardrails import placeholders, strangers
from core.privacy.find import find
from core.privacy.personal import Kind

NOT_SAYABLE = "a fact of theirs cannot be said"
LONGEST = 120  # characters: a name, a day, an order, a sentence of what comes next
SECRET = frozenset({Kind.CARD, Kind.IBAN, Kind.ACCOUNT, Kind.ID, Kind.SECRET, Kind.LINK})
# What is no letter or sign: controls, ends of lines, letters of nobody's alphabet.
CONTROLS = frozenset({"Cc", "Cs", "Co", "Zl", "Zp"})
TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # the way one reads


def unsayable(known: Mapping[str, object], names: Iterable[str]) -> bool:
    """Whether one of the named facts must not be said, to its own person either: a card, account or identity number, a
    password or a code, a link or another way that is not ours, what is too long for a fact, and what is no text."""
    return any(_is_unsayable(name, known[name]) for name in names if known.get(name) is not None)


def _is_unsayable(name: str, value: object) -> bool:
    """Its name says what a number is: `pin: 4821`."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return True
    text = str(value)
    if len(text) > LONGEST or any(unicodedata.category(each) in CONTROLS or each in TURNING for each in text):
        return True
    said = f"{name.replace('_', ' ')}: {text}"
    personal = any(each.kind in SECRET for each in find(said))
    return personal or any(placeholders(text)) or any(strangers(said, customer=text))
