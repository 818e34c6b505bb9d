"""Spelling put right before English words are searched and understood: what people see stays as it was written.

The company's own words count more than the dictionary's, so that "dorbell" becomes "doorbell" and a product's name
stays what it is.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from itertools import islice
from threading import Lock
from time import monotonic
from typing import Any

from connectors.local.article_version import ArticleVersion
from core.ports import Store

TAKEN, KNOWN = 30_000, 60_000  # of the commonest English words: put in place of others, and left as they are
_PREFIX = 5  # letters by which words are found: 15 MB and 0.1 ms a word (7: 40 MB and 0.03 ms)
_OWN = 10**12  # what a company's word counts: more than the commonest English one
_SHORT, _LONG = 4, 7  # letters from which on one and two wrong ones are put right
# Share of unknown words from which on it is another language: one English message in a hundred has .11, 19 of 20 in
# Spanish, French or Dutch have .4. Of fewer words nothing can be told.
_STRANGE, _FEW = 0.4, 6
_WORD = re.compile(r"(?<![\w@./'’-])[A-Za-z]+(?:['’][A-Za-z]+)?(?![\w@/’'-])")
_DOUBLED = re.compile(r"(.)\1+")
_READ = 500  # passages read from the store at a time
# What people write in text messages, which no dictionary holds or takes for another word.
_BRIEF = {
    "u": "you", "ur": "your", "r": "are", "n": "and", "y": "why", "b": "be", "c": "see", "k": "ok", "im": "i'm",
    "ive": "i've", "dont": "don't", "doesnt": "doesn't", "didnt": "didn't", "cant": "can't", "wont": "won't",
    "isnt": "isn't", "wasnt": "wasn't", "pls": "please", "plz": "please", "thx": "thanks", "ty": "thank you",
    "cos": "because", "cuz": "because", "coz": "because", "gonna": "going to", "wanna": "want to", "gotta": "got to",
    "wat": "what", "wot": "what", "wen": "when", "wich": "which", "hav": "have", "wud": "would", "cud": "could",
    "shud": "should", "gud": "good", "teh": "the", "da": "the", "dat": "that", "dis": "this", "wiv": "with",
    "rly": "really", "abt": "about", "bt": "but", "b4": "before", "msg": "message", "tmrw": "tomorrow",
    "wots": "what's", "wats": "what's", "nite": "night", "nites": "nights", "gona": "going to", "yall": "you all",
    "infront": "in front", "upto": "up to", "alot": "a lot", "haha": "haha", "lol": "lol", "addr": "address",
    "acct": "account", "acc": "account", "pw": "password", "pwd": "password", "num": "number", "nd": "and",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    version: int
    checker: Any
    known: frozenset[str]


class Spelling:
    """Loaded at the first use and within a minute of a change of the articles, in half a second; safe for several
    threads."""

    def __init__(
        self, words: Iterable[str] = (), store: Store | None = None, clock: Callable[[], float] = monotonic
    ) -> None:
        """`words` are texts in the company's own words, beside the articles in the `store`; `clock` in seconds."""
        self._texts, self._store = list(words), store
        self._version = ArticleVersion(store, clock)
        self._lock = Lock()
        self._words: _Words | None = None

    def __call__(self, text: str) -> str:
        """The text with misspelt words put right; unchanged where most of its words are of another language."""
        words = self._current()
        strange = counted = 0

        def right(found: re.Match[str]) -> str:
            nonlocal strange, counted
            word = found.group()
            small = word.casefold().replace("’", "'")
            counted += 1
            if small in _BRIEF and (word.islower() or found.start() == 0):
                return _BRIEF[small]
            if small in words.known or _of_known(small, words.known):
                return word
            strange += 1
            return (_nearest(small, words.checker) if _may_be_wrong(word, found.start()) else None) or word

        found = _WORD.sub(right, text)
        return text if counted >= _FEW and strange / counted > _STRANGE else found

    def _current(self) -> _Words:
        with self._lock:
            version = self._version()
            if self._words is None or self._words.version != version:
                self._words = self._made(version)
            return self._words

    def _made(self, version: int) -> _Words:
        from symspellpy import SymSpell

        own = Counter(word.casefold() for text in [*self._texts, *self._articles()] for word in _WORD.findall(text))
        checker = SymSpell(max_dictionary_edit_distance=2, prefix_length=_PREFIX)
        taken = dict(islice(self._dictionary.items(), TAKEN)) | {word: _OWN + count for word, count in own.items()}
        for word, count in taken.items():
            checker.create_dictionary_entry(word, count)
        return _Words(version=version, checker=checker, known=frozenset([*self._dictionary, *own]))

    def _articles(self) -> list[str]:
        if self._store is None:
            return []
        with self._store.read() as unit:
            every = [article for article in unit.articles.every() if article.locale.casefold().startswith("en")]
            ids = unit.articles.of_articles([article.id for article in every])
            parts = [unit.articles.passages(ids[start : start + _READ]) for start in range(0, len(ids), _READ)]
        return [f"{passage.title} {passage.text}" for part in parts for passage in part]

    @cached_property
    def _dictionary(self) -> Mapping[str, int]:
        file = resources.files("symspellpy").joinpath("frequency_dictionary_en_82_765.txt")
        rows = (line.split() for line in file.read_text("utf-8-sig").splitlines())
        return dict(sorted(((word, int(count)) for word, count in rows), key=lambda row: -row[1])[:KNOWN])


def _may_be_wrong(word: str, start: int) -> bool:
    """A short word is as often another one; a capital within a sentence begins a name."""
    return len(word) >= _SHORT and (start == 0 or not word[0].isupper() or word.isupper()) and "'" not in word


def _of_known(word: str, known: frozenset[str]) -> bool:
    """Whether it is a form of a known word, or made of two."""
    forms = [word.removesuffix(end) for end in ("s", "es", "d", "ed", "ing", "er", "ly", "able")]
    forms += [word.removeprefix(start) for start in ("un", "re", "non")]
    if any(form in known for form in forms if form != word and len(form) >= _SHORT):
        return True
    return any(word[:cut] in known and word[cut:] in known for cut in range(_SHORT, len(word) - _SHORT + 1))


def _nearest(word: str, checker: Any) -> str | None:
    from symspellpy import Verbosity

    most = 2 if len(word) >= _LONG else 1
    found = checker.lookup(word, Verbosity.CLOSEST, max_edit_distance=most)

    def likely(each: Any) -> tuple[float, ...]:
        # A letter doubled or not is the likeliest slip; hardly anybody gets the first one wrong.
        return (-each.distance, _once(each.term) == _once(word), each.term[0] == word[0], each.count)

    best = max(found, key=likely, default=None)
    return None if best is None else str(best.term)


def _once(word: str) -> str:
    return _DOUBLED.sub(r"\1", word)
