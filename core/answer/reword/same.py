"""Two texts in one language: do the words of the second come from the first, and is none lost that matters?"""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from functools import lru_cache

from core.answer.contract.wording import turns
from core.answer.reword.kind import courteous
from core.answer.reword.words import CARRYING, FREE, KNOWN, LIGHT, SAME
from core.text.stems import stem

KEPT = 0.5  # share of a sentence's words of content that the revision must have
_ROOT = 5  # letters that two forms of a word begin with
_LONG = 8  # letters from where on a word may have two mistakes
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_SHORT = re.compile(r"'(?:s|d|ll|re|ve|m)$")
_PASSIVE = re.compile(r"(?<!\w)(?:by|von|por|par)(?!\w)", re.IGNORECASE)
_ADVERBS = r"(?:(?:will|would|can|could|may|must|have to|need to|already|also|now|do|did|gladly|happily|then)\s+)*"
_DOES = re.compile(
    rf"(?<!\w)(?P<who>we|i|you|they|the \w+|wir|ich|sie)(?:['’]ll)?\s+{_ADVERBS}(?P<verb>[^\W\d_]{{3,}})", re.IGNORECASE
)
_WHO = {"i": "we", "wir": "we", "ich": "we", "sie": "you"}


def corrected(before: str, after: str) -> str:
    """What a correction changed besides spelling and words of grammar; empty when nothing."""
    old, new = _telling(before), _telling(after)
    matcher = SequenceMatcher(None, [stem(w) for w in old], [stem(w) for w in new], autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag != "equal" and not _spelled(old[a:b], new[c:d]):
            lost, added = " ".join(old[a:b]), " ".join(new[c:d])
            if lost and added:
                return f"puts “{added}” for “{lost}”"
            return f"adds “{added}”" if added else f"loses “{lost}”"
    return _turned(before, after) or _other_doer(before, after)


def _telling(text: str) -> list[str]:
    """The words in small letters, in order, without those of grammar."""
    return [word for word in _words(text) if word not in FREE]


def _words(text: str) -> list[str]:
    return [_SHORT.sub("", word.casefold().replace("’", "'")) for word in _WORD.findall(text)]


def _spelled(old: Sequence[str], new: Sequence[str]) -> bool:
    """Whether the words differ by mistakes only: "recieve" and "receive", "work shop" and "workshop"."""
    one, other = "".join(old), "".join(new)
    if one == other:
        return True
    if not one or not other:
        return bool(old) and all(_jumbled(word) for word in old)
    if len(old) == len(new) > 1:
        return all(_spelled([a], [b]) for a, b in zip(old, new, strict=True))
    if _related(stem(one), stem(other)) and stem(other) in SAME.get(stem(one), ()) and one[0] == other[0]:
        return True  # go and went stand in one group, and so do send and sent
    if stem(one) in KNOWN and stem(other) in KNOWN:
        return False
    return one[0] == other[0] and _distance(one, other) <= (2 if max(len(one), len(other)) >= _LONG else 1)


def _jumbled(word: str) -> bool:
    """Whether it is a word of grammar with two letters exchanged: "teh"."""
    return any(sorted(word) == sorted(free) and _distance(word, free) == 1 for free in FREE)


def _distance(one: str, other: str) -> int:
    """Letters to be changed, added, dropped or exchanged with their neighbour."""
    rows = [list(range(len(other) + 1))]
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            least = min(row[j - 1] + 1, rows[i - 1][j] + 1, rows[i - 1][j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                least = min(least, rows[i - 2][j - 2] + 1)
            row.append(least)
        rows.append(row)
    return rows[-1][-1]


def reworded(before: Sequence[str], after: str) -> str:
    """What a text in other words adds to the sentences `before`, loses of them or turns round; empty when nothing."""
    whole = " ".join(before)
    old, new = _stems(whole), _stems(after)
    for word, key in zip(_contents(after), _content_stems(after), strict=True):
        if not any(_related(key, other) for other in old):
            return f"adds “{word}”"
    for sentence in before:
        if fault := _lost(sentence, new):
            return fault
    return _turned(whole, after) or _other_doer(whole, after) or _swapped(whole, after)


def _lost(sentence: str, new: frozenset[str]) -> str:
    words, keys = _contents(sentence), _content_stems(sentence)
    if not words or courteous(sentence):
        return ""
    gone = [(w, k) for w, k in zip(words, keys, strict=True) if not any(_related(k, other) for other in new)]
    carrying = next((word for word, key in gone if key in CARRYING or SAME.get(key, frozenset()) & CARRYING), "")
    if carrying or len(gone) > (1 - KEPT) * len(words):
        return f"loses “{carrying or gone[0][0]}”"
    return ""


@lru_cache(maxsize=1024)
def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in _words(text))


def _contents(text: str) -> list[str]:
    return [word for word in _words(text) if len(word) > 1 and word not in FREE and stem(word) not in LIGHT]


def _content_stems(text: str) -> list[str]:
    return [stem(word) for word in _contents(text)]


def _related(one: str, other: str) -> bool:
    """Forms of one word, or two words for the same."""
    if one == other or other in SAME.get(one, ()):
        return True
    if one in KNOWN and other in KNOWN:
        return False
    return min(len(one), len(other)) >= _ROOT and one[:_ROOT] == other[:_ROOT] and abs(len(one) - len(other)) <= _ROOT


def _turned(before: str, after: str) -> str:
    """A duty for a choice, a choice for a duty, or something free that is not so any more."""
    old, new = turns(before), turns(after)
    for said, instead in (("must", "may"), ("may", "must")):
        if said in old and said not in new and instead in new - old:
            return f"says “{instead}” for “{said}”"
    for name in ("free", "before", "after", "until", "except", "only"):
        if (name in old) != (name in new):
            return f"{'loses' if name in old else 'adds'} “{name}”"
    return ""


def _other_doer(before: str, after: str) -> str:
    """We do what you did: "you pay" for "we pay"."""
    old, new = dict(_doers(before)), dict(_doers(after))
    for verb, who in new.items():
        if {old.get(verb, who), who} == {"we", "you"}:
            return f"says “{who} {verb}” for “{old[verb]} {verb}”"
    return ""


def _doers(text: str) -> Iterator[tuple[str, str]]:
    for match in _DOES.finditer(text):
        who = match["who"].casefold()
        yield stem(match["verb"].casefold()), _WHO.get(who, who)


def _swapped(before: str, after: str) -> str:
    """Two words that changed places around a third: "Anna pays Ben" and "Ben pays Anna"."""
    old, new = _content_stems(before), _content_stems(after)
    if len(old) != len(new) or bool(_PASSIVE.search(before)) != bool(_PASSIVE.search(after)):
        return ""
    places = [place for place, (a, b) in enumerate(zip(old, new, strict=True)) if a != b]
    if len(places) == 2 and places[1] - places[0] > 1:
        first, second = places
        if (old[first], old[second]) == (new[second], new[first]):
            return f"puts “{old[first]}” in the place of “{old[second]}”"
    return ""
