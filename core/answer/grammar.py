"""An agent's own text without slips that are certain, by rules and without a language model.

Only what has one right form is put right: a rule that needs to understand the sentence is not here. Numbers, names,
quotations, addresses and code are never touched. The rules of words are English; in other languages only those of
spaces and punctuation hold.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.answer.contract.names import language as language_of
from core.knowledge.passages import Line, Shape, lines

Match = re.Match[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One place of a text as it was and as it is. `after` is empty where it was left out."""

    before: str
    after: str


# Within these nothing is put right: addresses, code, quotations, placeholders, what has a figure or a capital in it.
_KEPT = re.compile(
    r"https?://\S+|www\.\S+|\S+@\S+|`[^`\n]*`|\{[^}\n]*\}|\[[^\]\n]*\]|<[^>\n]*>"
    r"|[“„«][^”“»\n]*[”“»]|\"[^\"\n]*\"|‘[^’\n]*’|(?<!\w)'[^'\n]+'(?!\w)"
    r"|\S*\d\S*|\b\w+\.(?!\s)\w[\w./-]*|^[>|].*$",
    re.MULTILINE,
)
_STARTERS = (
    "we|you|the|it|if|please|your|this|our|to|after|when|once|then|in|for|that|there|as|all|they|my|yes"
    "|thank|thanks|sorry"
)
# Never right twice in a row, as "log in in the app", "what it is is shown" and "we told you you can" are.
_TWICE = "the|an|and|we|your|our|or|but|please"
# After these a full stop ends no sentence.
_ABBREVIATED = "".join(
    rf"(?<!\b{word})"
    for word in ("etc", "approx", "vs", "nos", "incl", "min", "max", "inc", "ltd", "dept", "ext", "tel", "fig", "est")
)
# "a" after these is a letter: "choose option a instead".
_LETTERED = re.compile(
    r"\b(?:answer|appendix|band|block|building|button|case|category|choice|class|column|form|gate|grade|group|hall"
    r"|hepatitis|item|key|letter|level|line|method|model|option|package|part|plan|point|port|product|route|row|schedule"
    r"|section|series|side|size|step|tariff|team|terminal|tier|type|unit|usb|variant|version|vitamin|zone)s? \Z",
    re.IGNORECASE,
)
_BEGINS = re.compile(r"(?:\A|[.!?] |\n)\s*\Z")  # a sentence
# "a" before these is a letter or a thing of that name: "option a is".
_NO_NOUN = (
    r"(?!(?:is|are|and|or|as|at|in|if|it|of|on|into|also|above|again|after|am|us"
    r"|use\w*|uni\w*|eu\w*|ewe|one\w*|once)\b)"
)
_MISSPELT = {
    "recieve": "receive", "recieved": "received", "seperate": "separate", "seperately": "separately",
    "definately": "definitely", "occured": "occurred", "untill": "until", "teh": "the", "alot": "a lot",
    "adress": "address", "wich": "which", "becuase": "because", "acount": "account", "reciept": "receipt",
    "dont": "don't", "doesnt": "doesn't", "didnt": "didn't", "isnt": "isn't", "arent": "aren't", "wasnt": "wasn't",
    "werent": "weren't", "havent": "haven't", "hasnt": "hasn't", "hadnt": "hadn't", "couldnt": "couldn't",
    "wouldnt": "wouldn't", "shouldnt": "shouldn't", "cant": "can't", "wont": "won't",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Rule:
    pattern: re.Pattern[str]
    right: Callable[[Match], str]


def _rule(pattern: str, right: str | Callable[[Match], str], flags: int = 0) -> _Rule:
    def put(match: Match) -> str:
        return match.expand(right) if isinstance(right, str) else right(match)

    return _Rule(re.compile(pattern, flags | re.MULTILINE), put)


def _spelt(match: Match) -> str:
    right = _MISSPELT[match[0].casefold()]
    return right[0].upper() + right[1:] if match[0][0].isupper() else right


def _capital(match: Match) -> str:
    return match[1] + match[2][0].upper() + match[2][1:]


def _once(match: Match) -> str:
    return match[1] if match[2].islower() else match[0]


def _an(match: Match) -> str:
    """A capital within a sentence is a name, and before "includes" at the beginning of one; so is what is numbered."""
    before = match.string[: match.start()]
    named = match[1] == "A" and (not _BEGINS.search(before) or re.fullmatch(r"\w+[^s\W]s", match[2]))
    return match[0] if named or _LETTERED.search(before) else f"{match[1]}n {match[2]}"


_OF_ANY_LANGUAGE = (
    # The only one of its line: a line with several is set in columns.
    _rule(r"^((?:(?! {2}).)*[^\W\d_])  (?=[^\W\d_](?:(?! {2}).)*$)", r"\1 "),
    _rule(r"(?<=[^\W\d_])[ \t]+([,.])(?=\s|$)(?! *\.)", r"\1"),
    _rule(r"(?<=[^\W\d_])([,!?])\1+(?=\s|$)", r"\1"),
    _rule(r"(?<=[^\W\d_])(?<!\.)\.\.(?=\s|$)", "."),
    _rule(r"(?<=[^\W\d_A-ZÀ-Þ]),(?=[^\W\d_])", ", "),
)
# In French a space before these is right.
_NOT_FRENCH = (_rule(r"(?<=[^\W\d_])[ \t]+([!?])(?=\s|$)", r"\1"),)
_ENGLISH = (
    _rule(rf"\b({_TWICE}) (\1)\b(?=[ ,.!?])", _once, re.IGNORECASE),
    _rule(r"\ba a\b(?= )", lambda match: match[0] if _LETTERED.search(match.string[: match.start()]) else "a"),
    _rule(
        r"(?<=[ ])i(?= (?:am|was|have|had|will|would|can|could|do|did|think|hope|see|need|want|know|understand)\b)", "I"
    ),
    _rule(r"(?<=[ ])i(?=['’](?:m|ll|ve|d)\b)", "I"),
    _rule(rf"((?<=[a-z]{{3}}){_ABBREVIATED}[.?] )((?:{_STARTERS})\b)", _capital),
    _rule(r"\b([Aa]) " + _NO_NOUN + r"([aei][a-z]{2,}|o[a-z]{2,}|un[a-hj-z][a-z]+|up[a-z]+|urgent\w*)\b", _an),
    _rule(r"\b([Aa])n (?=[bcdfgjklpqrtvwz][a-z]*[aeiou][a-z]+\b)", r"\1 "),
    _rule(
        r"\b([Ii])ts (?=(?:a|an|the|not|been|going to|possible to|important to)\b(?!-))"
        r"(?!not (?:inconsiderable|insignificant|insubstantial|unreasonable)\b)",
        r"\1t's ",
    ),
    _rule(r"\b([Ii])t['’]s (?=own\b)", r"\1ts "),
    _rule(r"\b([Yy])our welcome(?=[.!,]|$)", r"\1ou're welcome"),
    _rule(
        r"\b(could|should|would|must) of(?= (?:been|had|done|gone|told|seen|received|arrived|sent|come)\b)", r"\1 have"
    ),
    _rule(rf"\b(?:{'|'.join(_MISSPELT)})\b", _spelt, re.IGNORECASE),
)
_FEWEST_WORDS = 4  # of a last sentence that gets its full stop: what is shorter may be a name or a greeting


def put_right(text: str) -> tuple[str, list[Difference]]:
    """The text, and every place that was put right; none where nothing certain was wrong."""
    tongue = language_of(text)
    rules = [*_OF_ANY_LANGUAGE, *(_NOT_FRENCH if tongue != "fr" else ()), *(_ENGLISH if tongue == "en" else ())]
    found: list[Difference] = []
    for rule in rules:
        text = _applied(rule, text, found)
    return _stopped(text, found), found


def _applied(rule: _Rule, text: str, found: list[Difference]) -> str:
    kept = [match.span() for match in _KEPT.finditer(text)]
    parts, at = [], 0
    for match in rule.pattern.finditer(text):
        right = rule.right(match)
        same = next((at for at, (a, b) in enumerate(zip(match[0], right, strict=False)) if a != b), 0)
        start, end = match.start() + same, match.end()
        if right == match[0] or any(first < end and start < last for first, last in kept):
            continue
        shown = (_around(text, start, end, words) for words in (match[0][same:], right[same:]))
        found.append(Difference(before=next(shown), after=next(shown)))
        parts += [text[at:start], right[same:]]
        at = end
    return "".join([*parts, text[at:]])


def _around(text: str, start: int, end: int, middle: str) -> str:
    """With the word before and the word behind, so that the place is found again."""
    before = re.search(r"\S*[ ]?\Z", text[max(0, start - 30) : start])
    behind = re.match(r"[ ]?\S*", text[end : end + 30])
    return f"{before[0] if before else ''}{middle}{behind[0] if behind else ''}".strip()


def _stopped(text: str, found: list[Difference]) -> str:
    """With a full stop behind the last sentence of a paragraph whose others have theirs."""
    units = lines(text)
    ended = re.compile(r"\s*?(?:\n[ \t]*\n(?=\s*[^\W\d_a-zß-ÿ])|\Z)")
    places = [u.end for place, u in enumerate(units) if ended.match(text, u.end) and _lacks_stop(units, place)]
    for end in reversed(places):
        word = re.search(r"\S+\Z", text[:end])
        shown = word[0] if word else ""
        found.append(Difference(before=shown, after=f"{shown}."))
        text = f"{text[:end]}.{text[end:]}"
    return text


def _lacks_stop(units: Sequence[Line], place: int) -> bool:
    unit = units[place]
    alone = place == 0 or units[place - 1].block != unit.block
    words = unit.text.split()
    return (
        unit.shape is Shape.PROSE
        and not alone
        and len(words) >= _FEWEST_WORDS
        and words[-1].isalpha()
        and words[-1].islower()
        and unit.text[0].isupper()
        and units[place - 1].text.endswith((".", "!", "?"))
    )
