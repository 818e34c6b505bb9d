"""Attempts that did not help, counted over the conversation."""

import math
import re
from itertools import pairwise

from core.model.signals import Scored
from core.read.attempt_words import DENIED, PENDING, PLEASED, SO_ALREADY, WHAT_ELSE, stated_outcome
from core.read.courtesy import is_courtesy
from core.read.rule import compile_pattern
from core.read.similarity import sentences
from core.read.turn_input import Heard, Round, rounds
from core.read.words import join_words
from core.text.stems import content

MADE_BY = "rule:attempts-2"
FAILED, HELPED, UNTRIED, OTHER = "failed", "helped", "untried", "other"  # what a reader of outcomes tells apart
_LEAN = 0.3  # added to the logarithm of the chance that it failed: a missed failure costs the customer another round
_PLAIN = 0.8  # surer than this the reader is believed against the plain words
SAID = "said: "  # before the customer's words in a record
_SHOWN = 120  # characters of a turn that a record repeats
_BACK = 8  # rounds that are looked at
_ASKS_ONLY = re.compile(r"\?\s*$")
# What is said around an attempt and is none by itself.
_CIVIL = re.compile(
    r"^\W*(?:(?:very |so |i'm |i am )?(?:glad|happy|good|great|perfect|wonderful|pleased)\b|you(?:'re| are) welcome"
    r"|my pleasure|anything else|(?:i am|i'm|we are|we're) (?:so |very |really )?sorry|sorry|thank(?:s| you)"
    r"|i understand|i see|hello|hi|dear|apologies|got it|no problem|of course|sure|let me (?:know|check|see|look)"
    r"|danke|es tut|tut mir|gracias|lo siento|merci|désolé)\b",
    re.IGNORECASE,
)
# Who writes, the way to a person and the sources stand under everything that is said automatically.
_FRAME = re.compile(
    r"virtual assistant\.?\W*$|virtuelle[nr]? assistent|asistente virtual|assistant virtuel|assistente virtual"
    r"|for a person\.?\W*$|rather talk to a person|für einen menschen|mit einem menschen|con una persona"
    r"|à une personne|com uma pessoa|^\W*(?:source|quelle|fuente|fonte|出典)\s?:|^\W*https?://\S+\W*$"
    r"|バーチャル|担当者",
    re.IGNORECASE,
)
_OFFERS = re.compile(
    r"\b(?:(?:could|can|would|have|did) you (?:please |already |also )?(?:try|tried|restart\w*|reset|check\w*|unplug\w*"
    r"|update\w*|re-?install\w*|press\w*|hold|turn\w*|switch\w*|move\w*|clear\w*|log))\b",
    re.IGNORECASE,
)


def failed_cycles(heard: Heard) -> Scored | None:
    """How many attempts in a row did not help; one that did begins the count again, unless the fault comes back."""
    shown: list[str] = []
    before_help: list[str] | None = None  # what had failed before something helped
    turns = rounds(heard.case.timeline)
    for before, now in list(pairwise(turns))[-_BACK:]:
        words = join_words(now.wrote)
        helped = _outcome(heard, turns, before, now)
        attempt = _is_attempt(now)
        if helped and attempt:
            before_help, shown = shown, []
        elif helped is False and attempt:
            shown.append(words[:_SHOWN])
        elif helped is False and before_help is not None and not shown:
            # "Glad to hear it!" - "It's red again": what seemed to help did not.
            shown, before_help = [*before_help, words[:_SHOWN]], None
    if not shown:
        return None
    records = tuple(f"{SAID}{words}" for words in shown)
    return Scored(value="failed_cycles", confidence=0.85, amount=float(len(shown)), records=records, made_by=MADE_BY)


def _outcome(heard: Heard, turns: list[Round], before: Round, now: Round) -> bool | None:
    """Whether what was said helped; None where that is not known (yet)."""
    words = join_words(now.wrote)
    if not words:
        return None
    if heard.outcomes is None:
        return _by_words(words, now, before)
    matter = next((text for turn in turns if (text := join_words(turn.wrote)) and not is_courtesy(text)), "")
    chances = heard.outcomes.outcomes(matter, "\n".join(m.text for m in now.said), words)
    plain = stated_outcome(words)
    if plain and chances[FAILED] < _PLAIN:
        return True
    leaning = {name: math.log(max(chance, 1e-6)) for name, chance in chances.items()}
    leaning[FAILED] += _LEAN
    likeliest = max(leaning, key=lambda name: leaning[name])
    return {FAILED: False, HELPED: True}.get(likeliest)


def _by_words(words: str, now: Round, before: Round) -> bool | None:
    """Where no reader of outcomes is at hand."""
    plain = words.replace("’", "'")
    if (said := stated_outcome(words)) is not None:
        return said
    if compile_pattern(PENDING).search(plain):
        return None
    if PLEASED.search(plain) and "?" not in plain:
        return True
    if WHAT_ELSE.search(plain):
        return False
    if _ASKS_ONLY.search(plain):
        return None
    unmoved = DENIED.search(plain) or compile_pattern(SO_ALREADY).search(plain) or _same_fault(plain, before)
    return False if unmoved else None


def _is_attempt(now: Round) -> bool:
    """Something to do or to know was offered, even if a question follows; a mere question of ours is no attempt, with
    whatever stands under it."""
    said = [sentence for message in now.said for _, sentence in sentences(message.text)]
    return any(
        _OFFERS.search(each) or not (_ASKS_ONLY.search(each) or _CIVIL.match(each) or _FRAME.search(each))
        for each in said
    )


def _same_fault(words: str, before: Round) -> bool:
    """The words for the fault stand there again."""
    return bool(content(words) & (content(join_words(before.wrote)) - content("\n".join(m.text for m in before.said))))
