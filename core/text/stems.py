"""Content words, cut back to their stems, so that "refunded" finds "refunds"."""

import re
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
STOP = frozenset(
    """a about after again already another any anyone anybody anything away back all also am an and are aren't as at
    be because been being but by can can't cannot could did didn't do does doesn't doing don't down for from get
    gets getting give go goes going got had has have haven't he hello help her here hey hi him his how i i'd i'll
    i'm i've if in into is isn't it it's its just know let like ll me more much my need no not now of ok okay on
    one only or other our out over please put re really s said say see she should so some somebody someone
    something still such t tell than thank thanks that that's the their them then there these they thing this
    those to too try trying up us use using ve very want was wasn't way we well were what what's when where which
    while who why will with within won't would wouldn't yes yet you your
    aber als am an auch auf aus bei bin bis bitte da danke dann das dass dem den der des die doch du ein eine einem
    einen einer er es für habe haben hallo hat ich ihr im in ist ja kann kein keine können man mein meine meinem meinen
    meiner mich mir mit muss nach nicht noch nun nur oder schon sein sich sie sind und uns von vom vor war warum was
    wenn wer wie wieder wir wird wo zu zum zur über
    al como con cuando de del donde el ella en es esta este hay hola la las lo los me mi no o para pero por porque que
    qué se si su un una y ya yo
    ai au aux avec ce cette dans de des du elle en est et être il j'ai je la le les ma mais me mes mon ne nous on ou où
    par pas pour qu que qui sa se si sont sur un une vous""".split()  # noqa: SIM905 - words are read as a text
)
_ENDINGS = (
    ("ational", "ate"), ("izations", "ize"), ("ization", "ize"), ("fulness", "ful"), ("iveness", "ive"),
    ("ements", "e"), ("ement", "e"), ("ments", ""), ("ment", ""), ("ations", "e"), ("ation", "e"), ("ingly", ""),
    ("edly", ""), ("ings", ""), ("ions", ""), ("ies", "y"), ("ied", "y"), ("ing", ""), ("ion", ""), ("sses", "ss"),
    ("ches", "ch"), ("shes", "sh"), ("xes", "x"), ("ers", "er"), ("ed", ""), ("ly", ""), ("es", "e"), ("s", ""),
)  # fmt: skip
_SHORTEST = 3


def content(text: str) -> frozenset[str]:
    """The stems of the words that carry meaning; numbers are kept as they are."""
    return frozenset(stems(text))


def stems(text: str) -> list[str]:
    """As `content`, in order and with repetitions."""
    words = (word.group().casefold().replace("’", "'").removesuffix("'s") for word in _WORD.finditer(text))
    return [stem(word) for word in words if word not in STOP and (len(word) > 1 or word.isdigit())]


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """A light English stem; what it does to other languages is the same on both sides."""
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            word = word[: len(word) - len(ending)] + instead
            break
    word = word.removesuffix("e") if len(word) > _SHORTEST else word
    # shipped → shipp → ship, cancelled → cancell → cancel; but call and pass stay, and the number 30011
    doubled = len(word) > _SHORTEST and word[-1] == word[-2] and word[-1].isalpha() and word[-1] not in "sz"
    return word[:-1] if doubled and (word[-1] != "l" or len(word) > _SHORTEST + 1) else word
