"""What is denied: each negation with the words that it bears on, in the text and in its source."""

import re
from dataclasses import dataclass
from functools import lru_cache

from core.answer.contract.wording import negations
from core.knowledge.synonyms import concepts

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_REACH = 4  # content words behind a negation that it may bear on
_STOP = re.compile(
    r"[.;:!?|\n]|, |\s(?:but|aber|sondern|pero|sino|mais|because|weil|porque|if|unless|when|after|before)\s"
)
# "not possible to pause" denies the pausing
_HOLLOW = frozenset(
    concept
    for word in [
        "possible",
        "able",
        "allow",
        "permit",
        "need",
        "require",
        "necessary",
        "available",
        "have",
        "charge",
        "offer",
        "make",
        "take",
        "give",
        "möglich",
        "erlaubt",
        "nötig",
        "posible",
        "necesario",
        "possible",
        "nécessaire",
        "any",
        "extra",
        "anything",
        "automatically",
    ]
    for concept in concepts(word)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Denial:
    """`head` is the first word that is denied, `reach` it and those behind it."""

    start: int
    end: int
    head: str
    reach: frozenset[str]


@lru_cache(maxsize=4096)
def denials(text: str, tongue: str) -> tuple[Denial, ...]:
    return tuple(_denial(text, start, end, tongue) for start, end in negations(text))


def _denial(text: str, start: int, end: int, tongue: str) -> Denial:
    stop = _STOP.search(text, end)
    behind = _contents(text[end : stop.start() if stop else len(text)])
    if tongue == "fr":  # ne couvre pas
        ahead = re.search(r"(?:\bne |\bn['’])([\w'’ ]{2,30})$", text[:start])
        behind = _contents(ahead[1]) + behind if ahead else behind
    if tongue == "de" and not behind:
        behind = _contents(text[:start])[-2:]
    solid = [word for word in behind if word not in _HOLLOW] or behind
    return Denial(start=start, end=end, head=solid[0] if solid else "", reach=frozenset(solid[:_REACH]))


def _contents(text: str) -> list[str]:
    return [concept for word in _WORD.findall(text) for concept in concepts(word)]
