"""Phone numbers: by their country code, by their grouping, or by the words beside them."""

import re
from collections.abc import Iterator

import phonenumbers

from core.privacy.personal import NO_PLACEHOLDER, Kind, Span

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
_DATE = re.compile(
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
    if not 6 <= digits <= 21 or _DATE.match(run) or _YEARS.match(run) or _is_amount(text, start, end):
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
