"""What is personal because of the words beside it: passwords, codes, accounts, birthdays, papers.

The words may stand before the value or behind it: "my PIN is 4821", "4821 is my PIN".
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from core.privacy.checks import aba
from core.privacy.personal import NO_PLACEHOLDER, Kind, Span

# What may stand between the word and the value: "code you sent me was: 4821".
_BETWEEN = (
    r"(?:\s{0,3}(?:is|was|are|be|to|as|on|the|in|ist|lautet|war|am|es|est|era|était|è|le|el|il|do|number|no|nr|num|n°"
    r"|nº|says|said|reads|came|got|i|you|me|sent|gave|now|still|called|set|of|für|mein|meine|mon|mi|date|fecha)\b\.?"
    r"|\s{0,3}(?:\(?s\)?(?!\w)|[:=\-–—>#\"'“„‘«(])){0,5}\s{0,3}"
)
_BACK = (
    r"[\"'”“’»)]?[ \t]{0,2}(?:,[ \t]?)?(?:is|was|ist|war|es|est|as|=|-|–|\()[ \t]{0,2}"
    r"(?:(?:my|the|our|a|his|her|mein|meine|mi|mon|ma|la|el|le|das|die|der|me|you|sent)[ \t]{1,2}){0,2}"
    r"(?:\w{1,14} ){0,2}?"
)
_CODE = (
    r"pin(?:[- ]?(?:code|number|nummer))?|tan|otp|pass ?code|cvv2?|cvc2?|csc|one[- ]time (?:password|passcode|pin)"
    r"|(?:security|verification|verify|one[- ]?time|auth\w{0,14}|access|login|log[- ]in|sign[- ]in|sms|2fa|mfa"
    r"|two[- ]factor|activation|recovery|backup|unlock|reset|pairing|door|alarm|confirmation|bestätigungs|sicherheits)"
    r"[- ]?codes?|prüfziffer|einmalpasswort|geheimzahl|clave|código (?:de )?(?:seguridad|verificación|acceso)"
    r"|code (?:de )?(?:sécurité|vérification|secret|confirmation)|codice (?:di )?(?:sicurezza|verifica)"
)
_WORD = (
    r"password|passwort|kennwort|passphrase|pass[- ]word|pwd|passwd|contraseña|mot de passe|wachtwoord|senha|parola"
    r"|api[- ]?key|secret[- ]?key|access[- ]?token|wi-?fi key"
)
_MONTH = r"[^\W\d_]{3,10}\.?"
_DATE = (
    r"(?:\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./ ]{1,2}\d{1,2}[-./ ]{1,2}(?:\d{4}|\d{2})"
    rf"|\d{{1,2}}(?:st|nd|rd|th|\.|er)?(?: of| de)? {_MONTH},?(?: de)? \d{{2,4}}"
    rf"|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}})"
)
_BORN = (
    r"born|date of birth|d\.?o\.?b\.?|birth ?date|birth ?day|geboren|geb\.?|geburtsdatum|geburtstag|née?|né\(e\)"
    r"|date de naissance|fecha de nacimiento|nacid[oa]|nací|nascit[ao]|data di nascita|nascimento|geboortedatum"
)
_ACCOUNT = (
    r"(?:bank |checking |savings )?(?:account|acct|a/c)(?: number| no\.?| #)?|konto(?:nummer|nr\.?)?"
    r"|cuenta(?: bancaria)?|compte|rekening(?:nummer)?|conto"
)
_TAX = (
    r"ssn|social security(?: number| no\.?| #)?|national insurance(?: number| no\.?)?|tax (?:id|number)|tin|itin"
    r"|nhs (?:number|no\.?)|steuer-?id\w{0,20}|sozialversicherungsnummer|dni|nie|nif"
)
_PAPER = (
    r"passport|reisepass(?:nummer)?|pasaporte|passeport|driv(?:er'?s?|er’s|ing) licen[sc]e|führerschein(?:nummer)?"
    r"|id[- ]card|identity card|personalausweis(?:nummer)?|ausweisnummer"
)
_OTHER_CODE = re.compile(
    r"(?:error|fault|promo|promotion|discount|coupon|voucher|gift|post|postal|zip|country|area|product|item|status|qr"
    r"|bar|sort|colou?r|source|dress|dialling|fehler|gutschein|rabatt)[- ]?\Z",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """A word, and the form of the value that it speaks of; not where `unless` matches just before the word."""

    kind: Kind
    word: str
    value: str
    unless: re.Pattern[str] | None = None

    @property
    def forth(self) -> re.Pattern[str]:
        word = rf"(?<![^\W\d_])(?P<word>{self.word})(?![^\W\d_]){NO_PLACEHOLDER}"
        return re.compile(rf"{word}{_BETWEEN}(?<!\w)(?P<value>{self.value})(?!\w)", re.IGNORECASE)

    @property
    def back(self) -> re.Pattern[str]:
        word = rf"(?<![^\W\d_])(?P<word>{self.word})(?![^\W\d_]){NO_PLACEHOLDER}"
        return re.compile(rf"(?<![\w.,-])(?P<value>{self.value}){_BACK}{word}", re.IGNORECASE)


_CODES = r"\d{3}[ -]\d{3}|\d{2}(?:[ -]\d{2}){1,3}|\d{3,10}|(?=[A-Z-]{0,8}\d)[A-Z0-9]{2,6}-?[A-Z0-9]{2,6}"
_SAYINGS = (
    Saying(kind=Kind.SECRET, word=_CODE, value=_CODES),
    Saying(kind=Kind.SECRET, word="code", value=r"\d{3}[ -]?\d{3}", unless=_OTHER_CODE),
    Saying(kind=Kind.SECRET, word=_WORD, value=r"(?=[^\s\d]{0,30}\d)[^\s\"'”’»)]{4,64}"),
    Saying(kind=Kind.BIRTH, word=_BORN, value=_DATE),
    Saying(
        kind=Kind.ACCOUNT,
        word=r"sort[- ]?code|blz|bankleitzahl|bsb",
        value=r"\d\d[- ]?\d\d[- ]?\d\d|\d{3}[- ]?\d{3}[- ]?\d{2}|\d{3}-\d{3}",
    ),
    Saying(kind=Kind.ACCOUNT, word=_ACCOUNT, value=r"\d{6,17}|(?!(?:19|20)\d\d-[01]\d-)\d{2,4}(?:[- ]\d{2,4}){2,4}"),
    Saying(
        kind=Kind.ID,
        word=_TAX,
        value=r"\d{3}[- ]?\d{2}[- ]?\d{4}|(?=[A-Z]{0,3}[ -]?\d)[A-Z0-9](?:[ -]?\d){4,13}[ -]?[A-Z0-9]",
    ),
    Saying(kind=Kind.ID, word=_PAPER, value=r"(?=[A-Z-]{0,6}\d)[A-Z0-9](?:-?[A-Z0-9]){5,17}"),
)
_PATTERNS = [(saying, pattern) for saying in _SAYINGS for pattern in (saying.forth, saying.back)]
# A password of letters alone is told from prose by a colon, an equals sign or quotation marks.
_QUOTED = re.compile(
    rf"(?<![^\W\d_])(?:{_WORD})(?:\s(?:is|was|ist|es|est))?\s?(?::|=|(?=[\"'“„‘«]))\s{{0,3}}[\"'“„‘«]?"
    r"(?!(?:true|false|none|null|yes)\b|[{<$\[*])(?P<value>[^\s\"'”“’»]{4,64})",
    re.IGNORECASE,
)
_ROUTING = re.compile(r"(?:routing|aba|rtn)\D{0,20}(?<!\d)(?P<value>\d{9})(?!\d)", re.IGNORECASE)
_SHORTEST = 3


def find_spoken(text: str) -> Iterator[Span]:
    """Values that a word of the text calls a secret, an account, a birthday or a paper."""
    for saying, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            start = match.start("word")
            if saying.unless is None or not saying.unless.search(text[max(0, start - 16) : start]):
                yield from _value(saying.kind, text, match)
    for match in _QUOTED.finditer(text):
        yield from _value(Kind.SECRET, text, match)
    for match in _ROUTING.finditer(text):
        if aba("".join(str(int(digit)) for digit in match["value"])):
            yield from _value(Kind.ACCOUNT, text, match)


def _value(kind: Kind, text: str, match: re.Match[str]) -> Iterator[Span]:
    """Without the full stop of the sentence."""
    start, end = match.span("value")
    end = start + len(text[start:end].rstrip(".,;:!?"))
    if end - start >= _SHORTEST:
        yield kind, start, end
