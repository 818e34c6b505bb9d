"""Languages as people write them down: by name, by code, with a region."""

import re

CODE = re.compile(r"[a-z]{2}(?:[-_][a-z0-9]{2,4})*", re.IGNORECASE)

# Names under which accounts list languages and customers ask for them: English, their own, a few in others.
NAMES = {
    "arabic": "ar",
    "chinese": "zh",
    "anglais": "en",
    "czech": "cs",
    "danish": "da",
    "dansk": "da",
    "deutsch": "de",
    "dutch": "nl",
    "englisch": "en",
    "english": "en",
    "español": "es",
    "finnish": "fi",
    "français": "fr",
    "französisch": "fr",
    "french": "fr",
    "german": "de",
    "greek": "el",
    "hebrew": "he",
    "hindi": "hi",
    "hungarian": "hu",
    "inglés": "en",
    "inglês": "en",
    "italian": "it",
    "italiano": "it",
    "japanese": "ja",
    "korean": "ko",
    "nederlands": "nl",
    "norwegian": "no",
    "norsk": "no",
    "polish": "pl",
    "polski": "pl",
    "portuguese": "pt",
    "português": "pt",
    "romanian": "ro",
    "russian": "ru",
    "spanisch": "es",
    "spanish": "es",
    "swedish": "sv",
    "svenska": "sv",
    "thai": "th",
    "turkish": "tr",
    "ukrainian": "uk",
    "vietnamese": "vi",
    "日本語": "ja",
    "英語": "en",
}


def language_code(name: str) -> str:
    """The ISO 639-1 code for a language's name or tag (`German`, `de`, `pt-BR`, `es-419`); empty for what is none."""
    word = name.strip().lower()
    if word in NAMES:
        return NAMES[word]
    return word[:2] if CODE.fullmatch(word) else ""
