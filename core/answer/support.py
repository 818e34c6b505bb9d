"""How well a source bears a text out, from the words alone: 0 to 1, fitted on people's judgements.

The contract asks it last, after numbers, names and negations have been compared: it catches what only sounds alike.
"""

import math
import re
from functools import lru_cache

from core.answer.familiar import FAMILIAR
from core.answer.support_table import WEIGHTS
from core.knowledge.synonyms import concepts
from core.text.stems import STOP, stem

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=\S)")
_SELF = re.compile(r"(?<!\w)(?:i|i['’]\w+|my|me|mine|myself|im|ive)(?!\w)", re.IGNORECASE)
_YOU = re.compile(r"(?<!\w)(?:you|your|yours|u)(?!\w)", re.IGNORECASE)
_FEELING = re.compile(
    r"(?<!\w)(?:wow|yeah|yep|yes|no|oh|haha|lol|love|loved|like|liked|hate|think|thought|guess|wonder|hope|wish|sure|agree"
    r"|cool|awesome|great|interesting|amazing|crazy|funny|sorry|maybe|probably|believe|feel|heard|remember|know|really"
    r"|definitely|right|nice|good|best|favorite|favourite|enjoy|interested)(?!\w)",
    re.IGNORECASE,
)
_NOT = re.compile(r"(?<!\w)(?:not|no|never|none|nothing|cannot|\w+n['’]t)(?!\w)", re.IGNORECASE)
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_NAME = re.compile(r"(?<=[a-z,;] )[A-Z][\w-]+")
NAMES = (
    "covered", "rare covered", "all covered", "pairs", "triples", "run", "least"
    " covered", "gap", "strange", "names", "figures",
    "denied", "asked", "self", "you", "feeling", "length", "drawn", "openers", "sentences",
)  # fmt: skip


@lru_cache(maxsize=8192)
def support(text: str, source: str) -> float:
    """How sure one can be that the source bears out all of the text."""
    total = WEIGHTS["constant"] + sum(
        WEIGHTS[name] * value for name, value in zip(NAMES, features(text, source), strict=True)
    )
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, total))))


def overlap(text: str, source: str) -> float:
    """Share of the text's content words found in the source: the simple measure."""
    return features(text, source)[0]


def features(text: str, source: str) -> tuple[float, ...]:
    """The traits that the judgement is made of, in the order of NAMES."""
    mine, theirs = _stems(text), _stems(source)
    known = frozenset(theirs) | concepts(source)
    telling = [word for word in mine if word not in STOP]
    found = [word in known or bool(concepts(word) & known) for word in telling]
    rare = [hit for word, hit in zip(telling, found, strict=True) if word not in _FAMILIAR]
    parts = [part for part in _SENTENCE.split(text) if _WORD.search(part)]
    run = _longest_run(mine, theirs)
    return (
        _share(found),
        _share(rare),
        _share([word in set(theirs) for word in mine]),
        _share(_grams(mine, theirs, 2)),
        _share(_grams(mine, theirs, 3)),
        run / max(len(mine), 1),
        min(
            (_share([bool(concepts(w) & known) or w in known for w in _stems(p) if w not in STOP]) for p in parts),
            default=1.0,
        ),
        _longest_gap(found) / 5,
        math.log1p(len(found) - sum(found)),
        _missing(_NAME, text, source),
        _missing(_FIGURE, text, source),
        float(bool(_NOT.search(text)) != bool(_NOT.search(source))),
        float("?" in text),
        math.log1p(len(_SELF.findall(text))),
        math.log1p(len(_YOU.findall(text))),
        math.log1p(len(_FEELING.findall(text))),
        math.log1p(len(mine)),
        _share([word in set(mine) for word in theirs if word not in STOP]),
        float(bool(_FEELING.match(text))),
        math.log1p(len(parts)),
    )


def _stems(text: str) -> list[str]:
    return [stem(word.casefold().replace("’", "'").removesuffix("'s")) for word in _WORD.findall(text)]


_FAMILIAR = frozenset(stem(word) for word in FAMILIAR)


def _share(hits: list[bool]) -> float:
    return sum(hits) / len(hits) if hits else 1.0


def _grams(mine: list[str], theirs: list[str], size: int) -> list[bool]:
    known = {tuple(theirs[i : i + size]) for i in range(len(theirs) - size + 1)}
    return [tuple(mine[i : i + size]) in known for i in range(len(mine) - size + 1)]


def _longest_run(mine: list[str], theirs: list[str]) -> int:
    """Words in a row that stand in the source just so."""
    best, before = 0, [0] * (len(theirs) + 1)
    for word in mine:
        row = [0] * (len(theirs) + 1)
        for place, other in enumerate(theirs):
            if word == other:
                row[place + 1] = before[place] + 1
                best = max(best, row[place + 1])
        before = row
    return best


def _longest_gap(found: list[bool]) -> int:
    best = now = 0
    for hit in found:
        now = 0 if hit else now + 1
        best = max(best, now)
    return best


def _missing(pattern: re.Pattern[str], text: str, source: str) -> float:
    known = source.casefold()
    return math.log1p(sum(word.casefold() not in known for word in pattern.findall(text)))
