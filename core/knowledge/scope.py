"""What a conversation is about: the things it names, those named last first."""

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from threading import Lock

from core.ports import ArticleTable
from core.text.stems import STOP

LEAST = 0.55  # share of a name, by weight, that must be heard
ALL = 0.9  # … of one that consists of everyday words
EVERYDAY = 0.45  # weight of an everyday word in a name: "house" tells less than "Maharajah"
EMPTY = 0.25  # … of "the", "of" and of numbers
BRANCH = 0.3  # … of what follows a dash, comma or bracket: which branch, in which house
PLURAL, SLIP, ALIKE = 0.95, 0.85, 0.7  # how sure a word is that is not written as in the name
_JOINED = 0.05  # what "under dogs" loses against "underdogs"
_FEW = 15  # names that may share a word before it no longer leads to any of them
_FEW_SHARE = 0.03
_WORD = re.compile(r"[^\W_]+")
_TAIL = re.compile(r"\s+[-–—]\s+|[,(]")
_BED_AND_BREAKFAST = re.compile(r"\bb\s*(?:&|and)\s*b\b|\bbnb\b")
_NUMBERS = """zero one two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty sixty
    seventy eighty ninety hundred thousand""".split()  # noqa: SIM905 - words are read as a text
_HOLLOW = STOP | set(_NUMBERS) | {"uh", "um", "umm", "uhh", "hmm"}


@lru_cache(maxsize=1)
def everyday() -> frozenset[str]:
    """The commonest English words: none of them is a name by itself, nor a name misspelt."""
    return frozenset(resources.files("core.knowledge").joinpath("everyday.txt").read_text("ascii").split())


@lru_cache(maxsize=4096)
def words_of(text: str) -> tuple[str, ...]:
    """Lower case, without accents and apostrophes."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(c for c in plain if not unicodedata.combining(c) and c not in "'’`")
    return tuple(_WORD.findall(_BED_AND_BREAKFAST.sub("bed and breakfast", plain).replace("&", " and ")))


_SOUNDS = (
    (r"^(?:kn|gn|pn|wr)", "n"), (r"ph", "f"), (r"gh", "g"), (r"sch", "sk"), (r"tch", "ch"), (r"ck", "k"),
    (r"c(?=[eiy])", "s"), (r"[cs]h", "C"), (r"th", "t"), (r"qu?", "k"), (r"x", "ks"), (r"[cgj]", "k"), (r"z", "s"),
    (r"v", "f"), (r"d", "t"), (r"b", "p"),
)  # fmt: skip
_SPOKEN = tuple((re.compile(pattern), sound) for pattern, sound in _SOUNDS)


@lru_cache(maxsize=50_000)
def sound(word: str) -> str:
    """How a word sounds, roughly: its consonants, those alike as one. Words of one sound may be one word misheard."""
    for pattern, spoken in _SPOKEN:
        word = pattern.sub(spoken, word)
    first = "a" if word[:1] in "aeiou" else word[:1]
    return re.sub(r"(.)\1+", r"\1", first + re.sub(r"[aeiouyhw]", "", word[1:]))


def one_slip(one: str, other: str) -> bool:
    """One letter too many, too few, wrong, or two exchanged."""
    short, long = sorted((one, other), key=len)
    if len(long) - len(short) > 1:
        return False
    same = next((i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if len(short) < len(long):
        return short[same:] == long[same + 1 :]
    swapped = short[same : same + 2] == long[same : same + 2][::-1] and short[same + 2 :] == long[same + 2 :]
    return short[same + 1 :] == long[same + 1 :] or swapped


def _shortened(word: str) -> Iterator[str]:
    yield word
    for place in range(len(word)):
        yield word[:place] + word[place + 1 :]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A name heard in words `start` to `end` of a text. `share` of it was heard, `weight` is what that tells."""

    name: str
    start: int
    end: int
    share: float
    weight: float


@dataclass(frozen=True, slots=True)
class _Heard:
    """Words `length` from some place on sound like `span` words of a name from `place` on."""

    length: int
    place: int
    span: int
    sure: float
    firm: bool


class Names:
    """Known names, made ready once (a second for 10,000); then a text is read in a few milliseconds."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = sorted(name for name in set(names) if words_of(name))
        self._words = [words_of(name) for name in self.names]
        heads = [len(words_of(_TAIL.split(name)[0])) or len(words_of(name)) for name in self.names]
        self._weights = self._weighed(heads)
        self._whole = [sum(weights[:head]) for weights, head in zip(self._weights, heads, strict=True)]
        self._of: dict[str, list[tuple[int, int, int]]] = defaultdict(list)  # word → name, place, words spanned
        for number, words in enumerate(self._words):
            for place, word in enumerate(words):
                self._of[word].append((number, place, 1))
                if place + 1 < len(words):
                    self._of[word + words[place + 1]].append((number, place, 2))
        self._leads = max(_FEW, _FEW_SHARE * len(self.names))
        self._slips: dict[str, set[str]] = defaultdict(set)
        self._sounds: dict[str, set[str]] = defaultdict(set)
        for word in {word for words in self._words for word in words}:
            self._misheard(word)

    def _weighed(self, heads: Sequence[int]) -> list[list[float]]:
        counts = Counter(word for words in self._words for word in set(words))
        size = len(self.names)

        def weight(word: str) -> float:
            rare = math.log((size + 1) / counts[word]) + 0.2
            return rare * (EMPTY if word in _HOLLOW else EVERYDAY if word in everyday() else 1.0)

        return [
            [weight(word) * (1.0 if place < head else BRANCH) for place, word in enumerate(words)]
            for words, head in zip(self._words, heads, strict=True)
        ]

    def _misheard(self, word: str) -> None:
        if word in everyday() or word in _HOLLOW:
            return
        if len(word) >= 5:
            for shorter in _shortened(word):
                self._slips[shorter].add(word)
        if len(word) >= 4 and len(sound(word)) >= 3:
            self._sounds[sound(word)].add(word)

    def _near(self, word: str, joined: bool) -> dict[str, float]:
        """The names' words that this one may be, and how surely. What was joined by us is not misspelt as well."""
        found = {w: PLURAL for w in (f"{word}s", word.removesuffix("s")) if w in self._of}
        if word in self._of:
            found[word] = 1.0
        if found or joined or word in everyday() or word in _HOLLOW:
            return found
        if len(word) >= 4 and len(sound(word)) >= 3:
            found |= dict.fromkeys(self._sounds.get(sound(word), ()), ALIKE)
        if len(word) >= 5:
            near = {other for shorter in _shortened(word) for other in self._slips.get(shorter, ())}
            found |= dict.fromkeys((other for other in near if one_slip(word, other)), SLIP)
        return found

    def mentions(self, text: str) -> list[Mention]:
        """The names in a text, in order. Where several explain the same words, the one that explains them best; all of
        them where they do so equally well."""
        words = words_of(text)
        heard = self._heard(words)
        found = [m for number, by_place in heard.items() if (m := self._mention(number, by_place, words))]
        kept: list[Mention] = []
        for mention in sorted(found, key=lambda m: (-m.weight * m.share, m.start, m.name)):
            if all(_compatible(mention, other) for other in kept):
                kept.append(mention)
        return sorted(kept, key=lambda m: (m.end, m.name))

    def _heard(self, words: Sequence[str]) -> dict[int, dict[int, list[_Heard]]]:
        """By name and place in the text; only names of which a telling word was heard."""
        heard: dict[int, dict[int, list[_Heard]]] = defaultdict(lambda: defaultdict(list))
        common: list[tuple[int, int, str, float]] = []
        for place, length, word in _pieces(words):
            for there, sure in self._near(word, length > 1).items():
                less = sure - _JOINED * (length - 1)
                if len(self._of[there]) > self._leads:
                    common.append((place, length, there, less))
                else:
                    self._note(heard, place, length, there, less)
        for place, length, there, sure in common:
            self._note(heard, place, length, there, sure, among=set(heard))
        return heard

    def _note(
        self,
        heard: dict[int, dict[int, list[_Heard]]],
        place: int,
        length: int,
        word: str,
        sure: float,
        among: set[int] | None = None,
    ) -> None:
        telling = word not in everyday() and word not in _HOLLOW and len(word) > 2
        firm = telling and (sure >= PLURAL - _JOINED or (sure >= SLIP - _JOINED and len(word) >= 6))
        for number, at, span in self._of[word]:
            if among is None or number in among:
                heard[number][place].append(_Heard(length, at, span, sure, firm))

    def _mention(self, number: int, by_place: dict[int, list[_Heard]], words: Sequence[str]) -> Mention | None:
        best: Mention | None = None
        for start in by_place:
            mention = self._read(number, by_place, start, len(words))
            if mention and (best is None or mention.weight >= best.weight):
                best = mention
        return best

    def _read(self, number: int, by_place: dict[int, list[_Heard]], start: int, size: int) -> Mention | None:
        """The name's words from here on, in order, with at most one strange word between two."""
        weights = self._weights[number]
        place, reached, end, weight, firm, count, strange = start, -1, start, 0.0, False, 0, 0
        while place < size and strange < 2:
            options = [h for h in by_place.get(place, ()) if h.place > reached]
            if not options:
                place, strange = place + 1, strange + 1
                continue
            best = min(options, key=lambda h: h.place - h.span / 2 - h.sure)
            weight += sum(weights[best.place : best.place + best.span]) * best.sure
            firm, count, strange = firm or best.firm, count + best.span, 0
            reached, place = best.place + best.span - 1, place + best.length
            end = place
        share = min(1.0, weight / self._whole[number])
        # Words of every day, or one that only sounds alike, are the name when they are all of it.
        if share < LEAST or (not firm and (share < ALL * (SLIP if count > 1 else 1) or count < 2)):
            return None
        return Mention(name=self.names[number], start=start, end=end, share=share, weight=weight)


def _pieces(words: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """(place, words taken, letters): each word, and each two written as one."""
    for place, word in enumerate(words):
        yield place, 1, word
        following = words[place + 1] if place + 1 < len(words) else ""
        if following and not (word in _HOLLOW and following in _HOLLOW):
            yield place, 2, word + following


def _compatible(one: Mention, other: Mention) -> bool:
    apart = one.end <= other.start or other.end <= one.start
    return apart or math.isclose(one.weight * one.share, other.weight * other.share, abs_tol=1e-6)


LAST = 3  # names: what was spoken of before them is over
LISTED = 6  # … unless they were listed together, to choose from
_TURNS = 12  # turns looked through, from the last one back


@dataclass(frozen=True, slots=True, kw_only=True)
class Focus:
    """The names of things spoken of, those named last first; none where nothing known is named."""

    names: tuple[str, ...] = ()

    def behind(self, about: Sequence[str]) -> int | None:
        """How many things were named after the latest of these; None when none of them was."""
        return min((self.names.index(name) for name in about if name in self.names), default=None)


NOTHING_NAMED = Focus()


def focus(names: Names, turns: Sequence[str]) -> Focus:
    """What the turns (oldest first, by anybody) name: the last three things, or all of the last list of up to six."""
    found: list[str] = []
    for turn in reversed(turns[-_TURNS:]):
        room = LAST if found else LISTED
        new = dict.fromkeys(mention.name for mention in reversed(names.mentions(turn)))
        found += [name for name in new if name not in found][: max(0, room - len(found))]
        if len(found) >= LAST:
            break
    return Focus(names=tuple(found))


class Known:
    """The names in the articles as they are now; read again when the articles changed."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._version: int | None = None
        self._names = Names(())

    def focus(self, articles: ArticleTable, turns: Sequence[str]) -> Focus:
        """What the turns name of what the articles are about."""
        with self._lock:
            version = articles.version()
            if version != self._version:
                self._names, self._version = Names(articles.names()), version
            names = self._names
        return focus(names, turns) if names.names else NOTHING_NAMED
