"""Personal data by its form or the words beside it: checked numbers, telephone numbers, passwords, birthdays."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import phonenumbers

from core.privacy.personal import NO_PLACEHOLDER, Kind, Span

# ------------------------------------------------------------------
# The check digits of cards, accounts and national numbers. Each takes letters and digits without blanks.

_DNI = "TRWAGMYFPDXBNJZSQVHLCKE"
_MOD_97 = 97
_IBAN_COUNTRIES = (
    "AD AE AL AT AZ BA BE BG BH BI BR BY CH CR CY CZ DE DJ DK DO EE EG ES FI FK FO FR GB GE GI GL GR GT HN HR HU IE IL"
    " IQ IS IT JO KW KZ LB LC LI LT LU LV LY MC MD ME MK MN MR MT MU NI NL NO OM PK PL PS PT QA RO RS RU SA SC SD SE SI"
    " SK SM SO ST SV TL TN TR UA VA VG XK YE"
)


def luhn(digits: str) -> bool:
    """ISO/IEC 7812-1, annex B."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def iban(text: str) -> bool:
    """ISO 13616: a country that has them, and the letters count from A = 10, the whole leaves 1 modulo 97."""
    if text[:2] not in _IBAN_COUNTRIES:
        return False
    moved = text[4:] + text[:4]
    return int("".join(str(int(char, 36)) for char in moved)) % _MOD_97 == 1


def aba(digits: str) -> bool:
    """A routing number of a bank in the United States."""
    weights = (3, 7, 1) * 3
    return len(digits) == 9 and sum(w * int(d) for w, d in zip(weights, digits, strict=True)) % 10 == 0


def german_tax_id(digits: str) -> bool:
    """Steuer-Identifikationsnummer: eleven digits, ISO 7064 modulo 11,10."""
    if len(digits) != 11 or digits[0] == "0":
        return False
    product = 10
    for digit in digits[:10]:
        total = (int(digit) + product) % 10 or 10
        product = total * 2 % 11
    return (11 - product) % 10 == int(digits[10])


def french_number(digits: str) -> bool:
    """Numéro de sécurité sociale: thirteen digits and a key of two."""
    return len(digits) == 15 and digits[0] in "12" and int(digits[:13]) % _MOD_97 + int(digits[13:]) == _MOD_97


def spanish_number(text: str) -> bool:
    """DNI (eight digits and a letter) or NIE (X, Y or Z, seven digits and a letter)."""
    first = {"X": "0", "Y": "1", "Z": "2"}.get(text[0], text[0])
    number = first + text[1:-1]
    return len(text) == 9 and number.isdigit() and _DNI[int(number) % 23] == text[-1]


# ------------------------------------------------------------------
# Phone numbers: by their country code, by their grouping, or by the words beside them.

_EXTENSION = r"(?:[ ,;]{0,2}(?:x|ext\.?|extension|durchwahl|poste)[ .:]{0,2}\d{1,6})?"
_RUN = re.compile(
    r"(?<![\w@#])(?<!\d[.,:/-])(?:\+[ ]?|\(\+?)?\d(?:[ \t\u00a0().\-–‑/·]{0,3}\d){5,33}"
    rf"{_EXTENSION}(?![\w@])(?!-\d)",
    re.IGNORECASE,
)
_CALL = (
    r"phone|telephone|tel|mobile|mob|cell|cellphone|call|calls|called|calling|ring|rang|fax|whatsapp|sms|texts?|texted"
    r"|texting|dial|dialled|hotline|voicemail|number|contact|reach|reached|answering|answer|messages?|landline|desk"
    r"|office|home|direct|caller|telefon|telefonnummer|handy|handynummer|mobil|mobilnummer|rufnummer|nummer|anruf"
    r"|anrufen|rückruf|erreichbar|erreichen|telefoon|gsm|bellen|mobiel|teléfono|telefono|móvil|movil|celular|llamar"
    r"|llame|llamen|numéro|numero|número|téléphone|portable|appeler|appelez|joindre|rappeler|cellulare|chiamare"
    r"|chiamatemi|telefone|telemóvel|ligar|telefonu|numer|телефон|номер|电话|手机|電話"
)
_OTHER = (
    r"order|orders|orden|ticket|case|invoice|reference|ref|tracking|parcel|shipment|serial|model|part|sku|article"
    r"|item|product|transaction|booking|reservation|request|account|customer|member|membership|policy|contract|meter"
    r"|barcode|ean|isbn|imei|mac|id|version|firmware|code|bestellung|bestellnummer|auftrag|auftragsnummer|rechnung"
    r"|rechnungsnummer|kundennummer|sendungsnummer|seriennummer|ticketnummer|vertragsnummer|pedido|factura|commande"
    r"|facture|suivi|ordine|fattura|bestelling|factuur|zip|plz|postcode"
)
_CUE = re.compile(
    rf"(?<![^\W\d_])(?:(?P<call>{_CALL})|(?P<other>{_OTHER}))(?![^\W\d_]){NO_PLACEHOLDER}|(?P<sign>[☎📞📱📲✆])",
    re.IGNORECASE,
)
_BLANK = re.compile(r"[ \t\u00a0/]+")
_EXTENDED = re.compile(r"[a-z]", re.IGNORECASE)
_MOST_DIGITS = 15  # ITU-T E.164
# Groupings of other things too, house numbers among them: only where nothing follows that they could be numbers of.
_LOOSE = re.compile(r"\d{3}[ -]\d{4}|\d{4} \d{4}|\d\d \d{6}")
_NOTHING = re.compile(r"[ \t]*(?:[.?!,;)](?!\d)|[\r\n]|\Z)")
_AMERICAN = re.compile(r"[2-9]\d\d[2-9]\d{6}")
_NEARBY = 48  # characters before a number in which a word speaks of it
_AFTER = 16
_DATE_NOT_PHONE = re.compile(
    r"(?:19|20)\d\d([-./ ])(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12]\d|3[01])(?!\d)"
    r"|(?:(?:0?[1-9]|[12]\d|3[01])([-./ ])(?:0?[1-9]|1[0-2])\2|(?:0?[1-9]|1[0-2])([-./ ])(?:0?[1-9]|[12]\d|3[01])\3)"
    r"(?:(?:19|20)\d\d(?!\d)|\d\d\Z)"
    r"|(?:0?[1-9]|[12]\d|3[01])\W{1,3}(?:19|20)\d\d\Z"  # behind the name of a month
)
_YEARS = re.compile(r"(?:19|20)\d\d\s?[-–/]\s?(?:19|20)\d\d\Z")
_AMOUNT_BEFORE = re.compile(r"(?:[$€£¥₹]|\b(?:usd|eur|gbp|chf|rs))\s?\Z", re.IGNORECASE)
_AMOUNT_AFTER = re.compile(
    r"\s?(?:[$€£¥₹%°]|(?:usd|eur|gbp|chf|dollars?|euros?|pounds?|kwh|wh|mb|gb|kg|km|ms)\b)", re.IGNORECASE
)

# Groupings that people use for phone numbers and hardly for anything else.
_SHAPES = re.compile(
    r"\(\+?\d{1,5}\)[ ./-]{0,2}\d[\d ./-]{4,14}"  # (020) 7946 0991, (602)272-9781
    r"|(?:\+?1[ .-]?)?\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}(?:\D.*)?"  # 201-948-1927
    r"|\d\d(?:[ .-]\d\d){3,5}"  # 03.93.92.16.85
    r"|\d{3} \d\d \d{3}|\d\d \d{3} \d{3}|\d\d \d{3} \d\d \d\d|\d{3}(?: \d{3}){2}"  # 416 60 039
    r"|0\d{1,5}[ /-]\d{3,8}(?:[ -]\d{1,4}){0,4}|\d{2,3}[ -]\d{3,4}[ -]\d{4}"
)


def phones(text: str, region: str | None = None) -> Iterator[Span]:
    """`region` (ISO 3166, "GB") is where a number without its country code would be dialled."""
    for match in _RUN.finditer(text):
        for start, end in _numbers(text, *_bounds(text, match)):
            if _is_phone(text, start, end, text[start:end], region):
                yield Kind.PHONE, start, end


def _bounds(text: str, match: re.Match[str]) -> tuple[int, int]:
    """Without a bracket that opens or closes around the number alone."""
    start, end = match.span()
    if text[start] == "(" and ")" not in text[start:end]:
        start += 1
    return start, end


def _numbers(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Two numbers, or a number and a date, with only a blank between are one run: it is cut where a number ends."""
    while sum(char.isdigit() for char in text[start:end]) > _MOST_DIGITS and not _EXTENDED.search(text, start, end):
        cuts = [gap.start() for gap in _BLANK.finditer(text, start, end)]
        likely = [cut for cut in cuts if 7 <= sum(c.isdigit() for c in text[start:cut]) <= _MOST_DIGITS]
        if not likely:
            return
        shaped = [cut for cut in likely if _SHAPES.fullmatch(text[start:cut])]
        cut = max(shaped or likely)
        yield start, cut
        start = cut + len(text[cut:end]) - len(text[cut:end].lstrip(" \t\u00a0/-–"))
    yield start, end


def _is_phone(text: str, start: int, end: int, run: str, region: str | None) -> bool:
    digits = sum(char.isdigit() for char in run)
    if not 6 <= digits <= 21 or _DATE_NOT_PHONE.match(run) or _YEARS.match(run) or _is_amount(text, start, end):
        return False
    cue = _cue(text, start, end)
    if cue == "other":
        return run[0] == "+" and _possible(run)
    if run[0] == "+" or run.startswith(("00", "(+")):
        return digits >= 7
    if cue == "call":
        return digits <= _MOST_DIGITS or _EXTENDED.search(run) is not None
    if _SHAPES.fullmatch(run):
        return digits >= 7
    if _LOOSE.fullmatch(run):
        return _NOTHING.match(text, end) is not None
    return _alone(text, start, end, run) or (_valid(run, region) if region else _mobile(run))


def _mobile(run: str) -> bool:
    """Ten or eleven digits behind a nought, as people in many countries write their number."""
    return run[0] == "0" and 10 <= len(run) <= 11 and run.isdigit()


def _alone(text: str, start: int, end: int, run: str) -> bool:
    """Ten digits that have a line among others to themselves, as below a name."""
    before = text[max(0, start - 4) : start].rstrip(" \t")
    return before.endswith("\n") and _AMERICAN.fullmatch(run) is not None and _NOTHING.match(text, end) is not None


def _is_amount(text: str, start: int, end: int) -> bool:
    before = text[max(0, start - 5) : start]
    return _AMOUNT_BEFORE.search(before) is not None or _AMOUNT_AFTER.match(text, end) is not None


def _cue(text: str, start: int, end: int) -> str:
    """What the nearest word before the number says it is; else the first behind it; "" when none does."""
    found = ""
    for match in _CUE.finditer(text, max(0, start - _NEARBY), start):
        # "order number 1234567": the word before "number" says what kind of number it is.
        weak = match.group().casefold() in _WEAK and found == "other"
        found = found if weak else "other" if match["other"] else "call"
    if found:
        return found
    behind = _CUE.search(text, end, min(len(text), end + _AFTER))
    return "call" if behind and not behind["other"] else ""


_WEAK = frozenset({"number", "nummer", "numéro", "numero", "número", "numer", "номер"})


def _possible(run: str) -> bool:
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(run, None))
    except phonenumbers.NumberParseException:
        return False


def _valid(run: str, region: str) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(run, region.upper()))
    except phonenumbers.NumberParseException:
        return False


# ------------------------------------------------------------------
# What is personal because of the words beside it: passwords, codes, accounts, birthdays, papers.
#
# The words may stand before the value or behind it: "my PIN is 4821", "4821 is my PIN".

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
