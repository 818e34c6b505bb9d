"""What a customer says of themselves in passing: how they want to be reached, what device they have, an error code,
an address they go by. Only what stands in a short list is noted, each with the message that says it."""

import re
from collections.abc import Iterator, Mapping

from core.errors import RejectedError
from core.model.conversation import Message
from core.model.customer import Customer, IdentityKind
from core.model.ids import CustomerId
from core.model.language import NAMES
from core.model.profile import Claim, FactSource, ProfileFact
from core.ports import Unit
from core.profile.facts import CHANNEL, LANGUAGE, QUIET
from core.profile.identity import normalise_phone
from core.text.dates import DAYS

LONGEST_READ = 4_000  # characters of a message
_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{2,63})+(?![\w-])")
_PHONE = re.compile(r"(?<![\w+])\+\d[\d ().-]{6,18}\d(?!\w)")
_ORDER = re.compile(r"(?<![\w-])[A-Z]{2,4}-?\d{4,9}(?![\w-])")
_CODE = re.compile(
    r"(?:error|err|code|fehler(?:code)?|erreur|c[oó]digo|erro|エラー)[ :#]*([A-Z]{1,3}-?\d{1,4})(?!\w)", re.IGNORECASE
)
_VERSION = re.compile(r"(?:version|firmware|app)[ :]*v?(\d{1,3}\.\d{1,3}(?:\.\d{1,4})?)(?![\w.])", re.I)
_CHANNELS: Mapping[str, str] = {
    "whatsapp": "whatsapp",
    "sms": "sms",
    "text": "sms",
    "text message": "sms",
    "texting": "sms",
    "e-mail": "email",
    "email": "email",
    "mail": "email",
    "e-mails": "email",
    "correo": "email",
    "courriel": "email",
    "phone": "voice",
    "telefon": "voice",
    "teléfono": "voice",
    "téléphone": "voice",
    "telefone": "voice",
    "電話": "voice",
    "メール": "email",
}
_ONE = "|".join(sorted(map(re.escape, _CHANNELS), key=len, reverse=True))
_PREFERS = (
    rf"\bi(?:'d| would)? (?:prefer|rather(?: use)?|like best)(?: to be (?:contacted|reached) (?:by|on|via))?"
    rf"(?: (?:by|on|via))? ({_ONE})\b",
    rf"\b(?:please |only |rather )+(?:contact|write to|message|reach|text|answer) me (?:\w+ )?(?:by|on|via)"
    rf" ({_ONE})\b",
    rf"\b(?:lieber|bevorzugt|am liebsten|bitte nur)(?: \w+){{0,2}}? (?:per|über|via)? ?({_ONE})\b",
    rf"\b(?:prefiero|mejor|prefiro|melhor)(?: que me \w+)?(?: (?:por|el|o|pelo))* ({_ONE})\b",
    rf"\bje pr[eé]f[eè]re(?: (?:être contactée?|par|le|l'|les|un|sur))* ?({_ONE})\b",
    r"(WhatsApp|SMS|メール|電話)(?:で|の方が|のほうが)(?:お願い|連絡|いい|良い)",
)
_PREFERRED = tuple(re.compile(pattern, re.I) for pattern in _PREFERS)
_LANGUAGES = {name: code for name, code in NAMES.items() if code in DAYS}  # those that we write
_TONGUE = "|".join(_LANGUAGES)
_SPEAKS = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        rf"\b(?:please )?(?:write|answer|reply|speak|talk)(?: to me)? in ({_TONGUE})\b",
        rf"\bin ({_TONGUE}),? please\b",
        rf"\bbitte auf ({_TONGUE})\b|\bauf ({_TONGUE}),? bitte\b",
        rf"\b(?:en|em) ({_TONGUE}),? por favor\b",
        rf"\ben ({_TONGUE}),? s'il (?:vous|te) plaît",
        rf"({_TONGUE})で(?:お願い|返信)",
    )
)
# Who says what must not happen before nine: only where it is about being called or written to, at an hour of a clock.
_NOT = r"(?:not|never|don['\u2019]?t)"
_REACH = (
    r"(?:be )?(?:call|ring|phone|text|message|writ|contact|disturb|e-?mail|reach|bother)(?:e|ed|d|ten)?"
    r"(?: to)?(?: me| us)?(?: back)?"
)
_REFUSED = (
    rf"(?:(?:^|[.!?;\n]|\bplease,?)\s{{0,3}}(?:but )?{_NOT}|\b{_NOT}(?: please| ever)? {_REACH}"
    r"|\bno (?:phone )?(?:calls?|texts?|messages?|e-?mails?))"
)
_ERREICHT = r"(?:an|zurück)?(?:rufen|schreiben|melden|kontaktieren|stören)"
_VERBETEN = (
    r"(?:(?:(?:^|[.!?;\n]|\bbitte,?)\s{0,3}|\b(?:ruf|schreib|meld|kontaktier|stör)\w*(?: \w+){0,3} )"
    r"(?:aber )?(?:nicht|nie)"
    r"|\bkeine? (?:anrufe?|nachricht(?:en)?|sms|e-?mails?|mails?))(?: mehr)?"
)
# "12 March", "3 months" and 2025 are no hours: what follows ends the clause, or says that it is a clock's.
_HOUR = (
    r"(\d{1,2})(?!\d)(?::([0-5]\d)(?!\d))?\s?(?:(am|pm|a\.m\.|p\.m\.)(?!\w)|(?:uhr|o['\u2019]clock|h)(?!\w)|(?<=:\d\d)"
    rf"|(?=\s*(?:$|\n|[!?;)]|\.\s*$|,(?!\s*\d)|(?:please|thanks|thank you|bitte|danke|an(?=\s*[.!]|$)|{_ERREICHT})\b)))"
)


def _refused(english: str, german: str) -> tuple[re.Pattern[str], ...]:
    patterns = (
        rf"{_REFUSED} {english} {_HOUR}",
        rf"{_VERBETEN} {german} {_HOUR}",
        rf"\bnicht {german} {_HOUR}(?= {_ERREICHT}\b)",
    )
    return tuple(re.compile(pattern, re.I) for pattern in patterns)


_NOT_BEFORE, _NOT_AFTER = _refused("before", "vor"), _refused("after", "nach")
MORNING, NIGHT = "08:00", "21:00"  # what goes without saying where only the other end is named


def note_facts(unit: Unit, customer: Customer, message: Message, devices: frozenset[str] = frozenset()) -> None:
    """Keep what the message says of its writer."""
    text = message.text[:LONGEST_READ]
    for name, value in find_facts(text, devices):
        fact = ProfileFact(name=name, value=value, source=FactSource.SAID, at=message.at, evidence=message.id)
        unit.profiles.add(customer.id, fact)
    claim(unit, customer, message, text)


def claim(unit: Unit, customer: Customer, message: Message, text: str) -> None:
    """Addresses and orders that the writer names and that are not theirs as far as we know."""
    for kind, value in find_addresses(text):
        if kind == "order" or not customer.is_known_as(IdentityKind(kind), value):
            made = Claim(kind=kind, value=value, source="said", at=message.at, ref=message.id)
            unit.profiles.claim(CustomerId(customer.id), made)


def find_facts(text: str, devices: frozenset[str] = frozenset()) -> Iterator[tuple[str, str]]:
    """(fact, value) of what may be noted."""
    if (found := _first(_PREFERRED, text)) is not None:
        yield CHANNEL, _CHANNELS.get(found.casefold(), found.casefold())
    if (found := _first(_SPEAKS, text)) is not None:
        yield LANGUAGE, _LANGUAGES[found.casefold()]
    if quiet := _quiet(text):
        yield QUIET, quiet
    if match := _CODE.search(text):
        yield "error_code", match[1].upper()
    if match := _VERSION.search(text):
        yield "app_version", match[1]
    for order in dict.fromkeys(_ORDER.findall(text)):
        yield "order", order
    lower = text.casefold()
    for device in sorted(devices):
        if device.casefold() in lower:
            yield "device", device


def find_addresses(text: str) -> Iterator[tuple[str, str]]:
    """(kind, value) of each address and order in a text."""
    for mail in dict.fromkeys(_MAIL.findall(text)):
        yield "email", mail.lower()
    for number in dict.fromkeys(_PHONE.findall(text)):
        try:
            yield "phone", normalise_phone(number)
        except RejectedError:
            continue
    for order in dict.fromkeys(_ORDER.findall(text)):
        yield "order", order


def _first(patterns: tuple[re.Pattern[str], ...], text: str) -> str | None:
    for pattern in patterns:
        if match := pattern.search(text):
            return next(group for group in match.groups() if group)
    return None


def _quiet(text: str) -> str:
    """Not before nine is quiet from the evening on, not after eight quiet to the morning."""
    opens, closes = _clock(_NOT_BEFORE, text), _clock(_NOT_AFTER, text, evening=True)
    if opens is None and closes is None:
        return ""
    begins, ends = closes or NIGHT, opens or MORNING
    # "Not before ten at night" leaves an evening that nobody can tell the end of.
    return f"{begins}-{ends}" if begins > ends else ""


def _clock(patterns: tuple[re.Pattern[str], ...], text: str, *, evening: bool = False) -> str | None:
    match = next((found for pattern in patterns if (found := pattern.search(text))), None)
    if match is None:
        return None
    hour, minute = int(match[1]), int(match[2] or 0)
    half = (match[3] or "").casefold()[:1]
    hour += 12 if half == "p" and hour < 12 else 0
    hour -= 12 if half == "a" and hour == 12 else 0
    # People who ask for nothing after eight mean the evening.
    hour += 12 if not half and evening and hour <= 10 else 0
    return f"{hour:02}:{minute:02}" if hour < 24 else None
