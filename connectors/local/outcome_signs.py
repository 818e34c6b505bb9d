"""What the wording alone shows of a reply to something that was proposed: figures for the reader of outcomes."""

import re
from collections.abc import Sequence

import numpy as np

from core.ports import Vector
from core.read.attempt_words import DENIED, HELPED, LATER, PENDING, PLEASED, SO_ALREADY, UNHELPED, WHAT_ELSE
from core.read.rule import compile_pattern
from core.text.stems import content

_MOST_WORDS = 20
_NEGATIVE = re.compile(
    r"\b(?:no|not|never|nothing|none|without|zero|nicht|kein\w*|nie|nada|ni|sin|ne|pas|sans|won't|can't|cannot|missing"
    r"|fails?|refused|declined|rejected|wrong|silent|offline|dead|dark|stuck|frozen|empty|lost)\b|n't\b",
    re.IGNORECASE,
)
_ENDED = re.compile(
    r"\b(?:any ?more|any longer|no longer|no more|no \w+ (?:left|since|any|now)|not (?:a|one) (?:single )?\w+ since"
    r"|since then|stopped|gone|cured|solved|fixed|sorted|finally|at last|phew|hooray|yay|bliss|perfect\w*|lovely|great"
    r"|super|brilliant|cheers|thanks|thank you|danke|gracias|merci|properly|fine|jetzt|ya)(?!\w)|:\)|[👍🎉😊]",
    re.IGNORECASE,
)
_AGAIN = re.compile(
    r"\b(?:again|still|yet another|as (?:before|ever|always)|like (?:before|earlier)|same|also|either|too|as well"
    r"|another|nope|nothing|none|zilch|nada|noch|wieder|sigue|toujours|not)\b|n't",
    re.IGNORECASE,
)
_NOW = re.compile(r"\b(?:now|already|today|just|this morning)\b", re.IGNORECASE)
_TO_DO = re.compile(
    r"\b(?:will|later|tonight|tomorrow|weekend|when i|once|wait\w*|need to|have to|must|going to|on it|yet"
    r"|\w+ing now|sunday|monday|saturday|thursday|ordered|buy)\b|'ll\b",
    re.IGNORECASE,
)
_FIGURE = re.compile(r"\d")
_QUOTES = re.compile(r'\W*["“]')


def signs(matter: str, told: str, reply: str) -> Vector:
    """One row of figures, each from 0 to 2."""
    plain = reply.replace("’", "'")
    said, fault, advice = content(reply), content(matter), content(told)
    failed, helped = bool(compile_pattern(UNHELPED).search(plain)), bool(compile_pattern(HELPED).search(plain))
    found: Sequence[float] = (
        failed,
        helped,
        failed and helped,
        *(bool(compile_pattern(pattern).search(plain)) for pattern in (PENDING, LATER, SO_ALREADY)),
        *(bool(pattern.search(plain)) for pattern in (PLEASED, WHAT_ELSE, DENIED)),
        reply.rstrip().endswith("?"),
        "?" in reply,
        "!" in reply,
        bool(said & fault),
        bool(said & advice),
        bool(said & (fault - advice)),
        min(len(reply.split()), _MOST_WORDS) / 10,
        bool(_FIGURE.search(reply)),
        bool(_QUOTES.match(reply)),
        told.rstrip().endswith("?"),
        *(bool(pattern.search(plain)) for pattern in (_NEGATIVE, _ENDED, _AGAIN, _NOW, _TO_DO)),
        *_parity(matter, plain),
    )
    return np.array(found, dtype=np.float32)


def _parity(matter: str, reply: str) -> tuple[bool, bool, bool]:
    """Whether words of the fault stand in the reply; denied as they were ("won't ring" - "doesn't ring"); or turned
    round ("won't ring" - "it rings", "it leaks" - "doesn't leak any more")."""
    if not content(matter) & content(reply):
        return False, False, False
    before = bool(_NEGATIVE.search(matter))
    after = bool(_NEGATIVE.search(reply) or (_ENDED.search(reply) and not _AGAIN.search(reply)))
    return True, before == after, before != after
