"""The check after every composer: does the quoted span say what the sentence says?

It trusts nobody: numbers, amounts, dates, durations, negations and names of a cited sentence must stand in its quote.
"""

import re

from core.answer.passages import heading
from core.model.draft import Sentence, SentenceKind
from core.sense.stems import content

ENOUGH = 0.6  # share of a sentence's content words found in its quote

_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_SIGN = re.compile(r"[€$£%]|(?<!\w)(?:eur|usd|gbp|euros?|dollars?|pounds?|percent|prozent)(?!\w)", re.IGNORECASE)
_UNIT = re.compile(
    r"(?<!\w)(second|minute|hour|(?:working |business )?day|week|month|year|sekunde|minute|stunde|(?:werk"
    r"|arbeits)?tag|woche"
    r"|monat|jahr|segundo|minuto|hora|día|semana|mes|año|seconde|heure|jour|semaine|mois|an)(?:s|n|en|e"
    r"|es)?(?!\w)",
    re.IGNORECASE,
)
_NEGATION = re.compile(
    r"(?<!\w)(?:not|no|never|none|nobody|nothing|neither|nor|without|cannot|unless|except|only|n't|\w+n't"
    r"|nicht|kein\w*|nie|niemals|niemand|ohne|nur|außer|nunca|nadie|sin|solo|sólo|salvo|ne|pas|jamais"
    r"|sans|sauf|seulement)(?!\w)",
    re.IGNORECASE,
)
# Number words in four languages; "one" and its like are left out, because they are mostly articles.
_SPELLED_ROWS = """
    2 two zwei dos deux; 3 three drei tres trois; 4 four vier cuatro quatre; 5 five fünf cinco cinq; 6 six sechs seis
    7 seven sieben siete sept; 8 eight acht ocho huit; 9 nine neun nueve neuf; 10 ten zehn diez dix
    11 eleven elf once onze
    12 twelve zwölf doce douze; 13 thirteen dreizehn trece treize; 14 fourteen vierzehn catorce quatorze
    15 fifteen fünfzehn quince quinze; 20 twenty zwanzig veinte vingt; 30 thirty dreißig treinta trente
"""
_SPELLED = {
    word: row.split()[0] for row in re.split(r"[;\n]", _SPELLED_ROWS) if row.strip() for word in row.split()[1:]
}
_WORD = re.compile(r"[^\W\d_]+")
_NAME = re.compile(r"(?<![.!?:»“\"']\s)(?<!^)(?<!\n)\b([A-ZÄÖÜÉ][\w-]+)", re.UNICODE)
_LINK = re.compile(r"(?:https?://|www\.)\S+|\b[\w.-]+@[\w.-]+|\b[\w-]+(?:\.[\w-]+)+(?:/\S*)?")


def grounded(sentence: Sentence) -> bool:
    """Courtesies need no proof; a cited sentence must be borne out by its quote."""
    if sentence.kind is SentenceKind.COURTESY or sentence.citation is None:
        return True
    return not unproved(sentence.text, sentence.citation.quote, heading(sentence.citation.passage))


def unproved(text: str, quote: str, about: str = "") -> str:
    """What the text states and the quote does not, in a word; empty when the quote bears it out.

    `about` is the heading over the quote, which a sentence may name too ("PayPal | 24 hours" under "Refunds")."""
    if " ".join(text.split()) == " ".join(quote.split()):
        return ""
    if missing := numbers(text) - numbers(quote):
        return f"number {min(missing)}"
    if missing := _units(text) - _units(quote):
        return f"unit {min(missing)}"
    if missing := _found(_SIGN, text) - _found(_SIGN, quote):
        return f"currency or share {min(missing)}"
    if bool(_NEGATION.search(text)) != bool(_NEGATION.search(quote)):
        return "negation"
    if missing := _found(_LINK, text) - _found(_LINK, quote):
        return f"address {min(missing)}"
    if missing := {name for name in _found(_NAME, text) if name not in quote.casefold()}:
        return f"name {min(missing)}"
    said = {word for word in content(text) if not any(letter.isdigit() for letter in word)}
    shared = len(said & content(f"{about}\n{quote}")) / len(said) if said else 1.0
    return "" if shared >= ENOUGH else "words"


def numbers(text: str) -> set[str]:
    """All numbers as digits, spelled ones too; 1,000 and 1000 are the same, 3.95 and 3,95 as well."""
    plain = {_plain(number) for number in _NUMBER.findall(text)}
    spelled = {_SPELLED[w] for w in (word.casefold() for word in _WORD.findall(text)) if w in _SPELLED}
    return plain | spelled


def _plain(number: str) -> str:
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", number):
        return re.sub(r"[.,]", "", number)
    return number.replace(",", ".").rstrip(".").lstrip("0") or "0"


def _units(text: str) -> set[str]:
    return {re.sub(r"\s+", " ", unit.casefold()).replace("business", "working") for unit in _UNIT.findall(text)}


def _found(pattern: re.Pattern[str], text: str) -> set[str]:
    return {found.casefold().rstrip(".,;") for found in pattern.findall(text)}
