"""Wishes that were not understood: the customer's turns in a row that no known intent fits."""

import re
from collections.abc import Sequence

from core.model.conversation import Message
from core.model.signals import Scored
from core.read.axes import THINGS
from core.read.courtesy import is_courtesy
from core.read.rule import compile_pattern
from core.read.similarity import sentences
from core.read.turn_input import Heard, Round, rounds
from core.read.words import join_words
from core.text.stems import content

MADE_BY = "rule:understanding-2"
_SHOWN = 120  # characters of a turn that a record repeats

_NO_WISH = re.compile(
    r"[\W\d_]*(?:[A-Za-z]{1,4}-?\d[\w-]*[\W_]*)*", re.UNICODE
)  # emoji, or a number that was asked for
_DONE = re.compile(
    r"\W*(?:done|ok(?:ay)?|yes|no|yep|nope|hm+|sure|ja|nein|sí|oui|non|erledigt|hecho|hi|hey|hello)\W*", re.IGNORECASE
)

_LIGHT = re.compile(
    r"\b(?:lol|haha+|hehe|anyway|anyways|oh|ah|well|then|just the same|never mind|nevermind|no worries)\b",
    re.IGNORECASE,
)


def unrecognised_turns(heard: Heard) -> Scored | None:
    """How many of the customer's turns in a row wanted something that was not understood, this one last."""
    unclear: list[str] = []
    turns = rounds(heard.case.timeline)
    for place in reversed(range(len(turns))):
        words = join_words(turns[place].wrote)
        if not wants_something(words):
            if not unclear:
                return None  # nothing is wanted now
            continue
        if _is_understood(heard, turns, place):
            break
        unclear.append(words)
    if not unclear:
        return None
    records = tuple(f"said: {words[:_SHOWN]}" for words in reversed(unclear))
    return Scored(
        value="unrecognised_turns", confidence=0.8, amount=float(len(unclear)), records=records, made_by=MADE_BY
    )


def _is_understood(heard: Heard, turns: Sequence[Round], place: int) -> bool:
    words = join_words(turns[place].wrote)
    last = place == len(turns) - 1
    if not last and is_answer(turns[place + 1].said):
        return True
    if is_clear(words):
        return True
    upon = () if last else turns[place + 1].said
    if (_asks_back(upon) or _declines(upon)) and not compile_pattern(THINGS).search(words):
        return False
    if place and _declines(turns[place].said) and not compile_pattern(THINGS).search(words):
        return False
    if place and _asks_back(turns[place].said) and not _adds(words, turns[place - 1], turns[place]):
        return False
    known = heard.is_recognised if last else heard.recognised(words)
    if last and place and _asks_back(turns[place].said) and not compile_pattern(THINGS).search(words):
        # Nothing is named even now: a half-sure intent is a guess.
        known = known and heard.intents[0].confidence >= _SURE
    if known and not is_vague(words):
        return True
    if not last or not place:
        return False
    # "Which product?" - "A sensor, for this morning's order": an answer to a question of ours is read with what it
    # completes.
    whole = f"{join_words(turns[place - 1].wrote)} {words}"
    return not is_vague(words) and bool(compile_pattern(THINGS).search(words)) and heard.recognised(whole)


# We did not know what was meant.
_ASKS_BACK = re.compile(
    r"\b(?:do you mean|what (?:exactly|should|is it about|would you)|which \w+|what about|about what|regarding what"
    r"|(?:could|can) you (?:please )?(?:tell|describe|say|explain|rephrase|give|be)|sorry\?|pardon"
    r"|did(?:n't| not) (?:quite )?(?:understand|get|follow|catch)|what (?:is|are|became|does|do) \w+"
    r"|was genau|welche[rs]? \w+|qué|quel\w*)",
    re.IGNORECASE,
)


def _asks_back(said: Sequence[Message]) -> bool:
    return bool(_ASKS_BACK.search("\n".join(message.text for message in said).replace("’", "'")))


# We said that it is none of our business.
_DECLINES = re.compile(
    r"\b(?:can (?:only )?help (?:you )?with|we (?:only )?sell|only (?:help|deal)|outside (?:of )?(?:what|my|our))\b",
    re.IGNORECASE,
)


def _declines(said: Sequence[Message]) -> bool:
    return bool(_DECLINES.search("\n".join(message.text for message in said)))


def _adds(words: str, before: Round, now: Round) -> bool:
    """Whether an answer to a question of ours says anything that had not been said."""
    known = content(join_words(before.wrote)) | content("\n".join(message.text for message in now.said)) | _VAGUE
    return bool(compile_pattern(THINGS).search(words)) or bool(_FIGURE.search(words)) or len(content(words) - known) > 1


# An answer that says it did not understand, or that this is none of the company's business.
_NO_ANSWER = re.compile(
    r"\b(?:sorry|afraid|unfortunately|can (?:only|help)|how can|what can"
    r"|only (?:help|sell|deal|handle|support)|outside|unable|unclear|not sure"
    r"|we(?:'re| are) (?:a|an|only|here)|we (?:sell|have only)|our (?:products|devices|shop|own)"
    r"|(?:matter|question|one|something) for|please (?:ask|try|contact) (?:a|an|your|the)"
    r"|(?:can|could|do|did|does)(?:n't| not)|cannot|not able"
    r"|not something|(?:under|mis)(?:stand|stood)|follow|rephrase|no idea|more (?:details?|precise|about)"
    r"|leider|nur|nichts?|lo siento|solo|désolé|seulement|pas)\b|n't\b",
    re.IGNORECASE,
)


def is_answer(said: Sequence[Message]) -> bool:
    """Whether it was told something to the point: then what it was told upon was understood."""
    whole = "\n".join(message.text for message in said).replace("’", "'")
    if _NO_ANSWER.search(whole):
        return False
    return any(
        len(sentence.split()) >= _LEAST_SAID and not sentence.rstrip().endswith("?") for _, sentence in sentences(whole)
    )


_FIGURE = re.compile(r"\d")
_SURE = 0.6
_LEAST_SAID = 4  # words of a sentence that tells something
_SAYS_ENOUGH = 3  # words of meaning
# Words that say nothing about what is wanted.
_VAGUE = content(
    """thing things stuff situation whatsit something somehow somewhere anything everything matter needful same one ones
    guy way sort kind like know mean fix make get go come tell say said please need want help sort solve look u pls
    whole obviously exactly just quick issue problem question other another regarding revert kindly does doing did up
    down left right here there now then again before day time ding dings sache zeug irgendwas cosa cosas algo chose
    truc well must have got"""
)


def is_vague(words: str) -> bool:
    """Nothing in it names a thing or a wish: "can you fix the situation"."""
    return not content(words) - _VAGUE


def is_clear(words: str) -> bool:
    """It names a thing and says something of it, even if no intent of the company's list is meant."""
    return len(content(words) - _VAGUE) >= _SAYS_ENOUGH and bool(compile_pattern(THINGS).search(words))


def wants_something(words: str) -> bool:
    """Not a greeting, thanks, an emoji, a bare number or a bare yes."""
    plain = _LIGHT.sub(" ", words)
    return bool(words.strip()) and not (
        is_courtesy(words) or is_courtesy(plain) or _NO_WISH.fullmatch(words) or _DONE.fullmatch(words)
    )
