"""Finding structured personal data: linear in the length of the text, and never raising whatever the text."""

import ipaddress
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain

import phonenumbers

from core.model.customer import Customer, IdentityKind
from core.privacy import patterns
from core.privacy.patterns import find_spoken, phones
from core.privacy.personal import NO_PLACEHOLDER, Kind, Known, Personal, Span

# ------------------------------------------------------------------
# What the customer's profile knows, found again word for word in a text.

_SHORTEST_KNOWN = 3  # a shorter name is found in too many other words
_ADDRESS_FIELDS = ("address", "street", "postcode", "zip", "city_address", "adresse", "anschrift")
_IDENTITIES = {IdentityKind.EMAIL: Kind.EMAIL, IdentityKind.PHONE: Kind.PHONE, IdentityKind.EXTERNAL: Kind.ID}


def of_customer(customer: Customer) -> tuple[Known, ...]:
    """The name, whole and in its parts, every address and number."""
    found = [Known(kind=Kind.NAME, value=customer.name)]
    found += [Known(kind=Kind.NAME, value=part) for part in customer.name.split() if len(part) >= _SHORTEST_KNOWN]
    found += [Known(kind=_IDENTITIES[i.kind], value=i.value) for i in customer.identities if i.kind in _IDENTITIES]
    found += [
        Known(kind=Kind.ADDRESS, value=value)
        for field, value in customer.attributes.items()
        if any(word in field.casefold() for word in _ADDRESS_FIELDS)
    ]
    return tuple(dict.fromkeys(known for known in found if len(known.value.strip()) >= _SHORTEST_KNOWN))


def region_of(customer: Customer) -> str | None:
    """The country whose numbers the customer writes without a code: the own number's, else the locale's."""
    try:
        number = phonenumbers.parse(customer.phone or "", None)
    except phonenumbers.NumberParseException:
        country = re.search(r"[-_]([A-Za-z]{2})\Z", customer.locale)
        return country[1].upper() if country else None
    return phonenumbers.region_code_for_number(number) or phonenumbers.region_code_for_country_code(
        number.country_code or 0
    )


def find_known(text: str, known: Sequence[Known]) -> Iterator[Span]:
    """A name of one word counts as it is written in the profile or in capitals: "Will" is a name, "will" is not."""
    for item in known:
        words = tuple(item.value.split())
        if not words or len("".join(words)) < _SHORTEST_KNOWN:
            continue
        for match in _pattern(words).finditer(text):
            if len(words) > 1 or item.kind is not Kind.NAME or not match.group().islower() or words[0].islower():
                yield item.kind, match.start(), match.end()


@lru_cache(maxsize=512)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    spaced = r"[\s,]{1,4}".join(re.escape(word.rstrip(",")) for word in words)
    return re.compile(rf"(?<!\w){spaced}(?!\w)", re.IGNORECASE)


# ------------------------------------------------------------------

PLACEHOLDER = re.compile(rf"\[(?:{'|'.join(Kind)})(?: \d{{1,4}})?\]")


def find(
    text: str, *, region: str | None = None, known: Sequence[Known] = (), greedy: bool = False
) -> tuple[Personal, ...]:
    """Everything personal in the text, in its order; spans never overlap.

    `region` (ISO 3166, "GB") is where a phone number without country code would be dialled; `known` is what the
    profile says. Words that look like our own placeholders are left alone. `greedy` also takes what is only likely to
    be a name or an address, for texts that nobody needs back."""
    taken = [(match.start(), match.end()) for match in PLACEHOLDER.finditer(text)]
    spans = _spans(text, region, known)
    best = _apart(chain(spelt(text), spans, people(text)) if greedy else spans, taken)
    return tuple(Personal(kind=kind, start=start, end=end, text=text[start:end]) for kind, start, end in best)


def _spans(text: str, region: str | None, known: Sequence[Known]) -> Iterable[Span]:
    """Surest first: an earlier one keeps its place."""
    if "@" in text:
        yield from emails(text)
    if "." in text or "://" in text:
        yield from links(text)
    digits = any(char.isdigit() for char in text)
    if digits:
        yield from ibans(text)
        yield from cards(text)
        yield from national(text)
    if digits or ":" in text:
        yield from addresses(text)
    yield from find_spoken(text)
    if digits:
        yield from phones(text, region)
    yield from find_known(text, known)


def _apart(spans: Iterable[Span], taken: list[tuple[int, int]]) -> list[Span]:
    """Those that overlap no earlier one, in the order of the text."""
    marked = _Marked(taken)
    return sorted((span for span in spans if marked.free(span[1], span[2])), key=lambda span: span[1])


class _Marked:
    """Which characters are spoken for."""

    def __init__(self, taken: Iterable[tuple[int, int]]) -> None:
        self._places: set[int] = {place for start, end in taken for place in range(start, end)}

    def free(self, start: int, end: int) -> bool:
        """Whether nobody has any of them; then they are taken."""
        if not self._places.isdisjoint(range(start, end)):
            return False
        self._places.update(range(start, end))
        return True


# ------------------------------------------------------------------
# E-mail addresses, links and network addresses.


_LOCAL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}\Z")
_HOST = re.compile(r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,8}[^\W\d_]{2,24}(?![\w-])|\[[0-9A-Fa-f.:]{7,45}\]")
_LONGEST_LOCAL = 64
_OPENING = "'`{|*/=.!?&"

_ENDINGS = (
    "com|org|net|edu|gov|mil|info|biz|app|dev|shop|store|online|site|cloud|tech|example|eu|uk|fr|nl|ch|pl|cz|dk|pt|ie"
    "|ca|au|nz|jp|cn|br|mx|ru|hu|gr|ro|lu|sk|si|hr|lt|lv|ee|bg|tr|il|za|kr|sg|hk|tw|ar|cl|cy|ua|co|io|ai|tv|mt|rs|by"
)
# These are also words: "Thanks.It works" is two sentences without a blank between.
_WORDS = ("at", "be", "de", "es", "fi", "in", "is", "it", "me", "my", "no", "se", "so", "to", "us")
_SITE = re.compile(
    r"(?:visit|site|website|page|domain|url|link|see|shop|open|browse|go to|on|at)[ :]{1,3}\Z", re.IGNORECASE
)
_LINK = re.compile(
    r"(?<![\w@])(?:https?|ftps?|sftp)://[^\s<>|\"“”»]{1,2048}"
    r"|(?<![\w@.])www\.[^\s<>|\"“”»]{1,2048}"
    r"|(?<![\w@.-])(?P<name>[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?){0,4})"
    rf"\.(?P<ending>{_ENDINGS}|{'|'.join(_WORDS)})(?![\w@-])(?P<path>/[^\s<>|\"“”»]{{0,2048}})?",
    re.IGNORECASE,
)
_CLOSING = ".,;:!?)]}'’*_"
_IP_4 = re.compile(r"(?<![\w.])\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?![\w]|\.\d)")
_IP_6 = re.compile(r"(?<![\w:.])(?:[0-9A-Fa-f]{0,4}:){2,7}(?:[0-9A-Fa-f]{1,4}|\d{1,3}(?:\.\d{1,3}){3})?(?![\w:])")
_VERSION = re.compile(
    r"(?:\b(?:version|firmware|release|build|update|software|fw|ver)\b\W{0,2}|\bv\W?)(?:\w{1,6}\W)?\Z", re.IGNORECASE
)


def emails(text: str) -> Iterator[Span]:
    """Found from the @ outwards, so that a long run of letters costs nothing."""
    at = text.find("@")
    while at >= 0:
        local = _LOCAL.search(text, max(0, at - _LONGEST_LOCAL), at)
        host = _HOST.match(text, at + 1, at + 256)
        if local and host:
            start = local.start() + len(local.group()) - len(local.group().lstrip(_OPENING))
            if start < at:
                yield Kind.EMAIL, start, host.end()
        at = text.find("@", host.end() if host else at + 1)


def links(text: str) -> Iterator[Span]:
    for match in _LINK.finditer(text):
        if match["name"] and not _is_site(text, match):
            continue
        end = match.start() + len(match.group().rstrip(_CLOSING))
        yield Kind.LINK, match.start(), end


def _is_site(text: str, match: re.Match[str]) -> bool:
    ending, name = match["ending"], match["name"]
    if ending.lower() not in _WORDS or match["path"]:
        return True
    if not ending.islower():
        return False
    before = text[max(0, match.start() - 12) : match.start()]
    return "." in name or "-" in name or _SITE.search(before) is not None


def addresses(text: str) -> Iterator[Span]:
    """IP v4 and v6; four numbers behind "version" are a version."""
    for match in _IP_4.finditer(text):
        before = text[max(0, match.start() - 24) : match.start()]
        if _is_ip(match.group()) and not _VERSION.search(before):
            yield Kind.IP, match.start(), match.end()
    for match in _IP_6.finditer(text):
        if _is_ip(match.group()) and len(match.group()) > 3:
            yield Kind.IP, match.start(), match.end()


def _is_ip(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


# ------------------------------------------------------------------
# Cards, accounts and national numbers, known by their check digits or by the words beside them.


_RUN = re.compile(r"(?<![\w+])(?<!\d[.,])\d(?:[ \u00a0.\-]?\d){11,}")
_GROUP = re.compile(r"\d+")
_CARD_WORD = re.compile(
    r"(?<![^\W\d_])(?:card|cards|cc|visa|master ?card|maestro|amex|debit|credit|karte|kreditkarte|tarjeta|carte|carta"
    r"|kaart|kort|cartão)(?![^\W\d_])" + NO_PLACEHOLDER,
    re.IGNORECASE,
)
_NO_CARD = re.compile(
    r"(?:imei|ean|gtin|isbn|barcode|serial|tracking|sendung\w*)\W{0,3}(?:number|no\.?|nr\.?|#)?\W{0,3}\Z", re.I
)
# A card has 12 to 19 digits.
_SHORTEST, _LONGEST = 12, 19
# 2026-11-02 0915 is a time.
_STAMP = re.compile(r"(?:19|20)\d\d[-.][01]\d[-.]")
# What schemes issue: American Express, Diners, JCB, Visa, Mastercard, Discover, Maestro, UnionPay.
_ISSUED = re.compile(r"3[0-9]|4|5[0-9]|6[0-9]|2[2-7]|1800|2131")
_IBAN = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?:[ \u00a0-]?[A-Z0-9]){11,30}(?![A-Z0-9])", re.IGNORECASE)
_SSN = re.compile(r"(?<![\w+-])(?!000|666|9\d\d)\d{3}([- ])(?!00)\d{2}\1(?!0000)\d{4}(?![\w]|-\d)")
_DIALLED = re.compile(r"\+\d{1,3}[ -]\Z")  # +992 372 12 3456 is a phone number
_NI = re.compile(
    r"(?<!\w)(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d\d ?\d\d ?\d\d ?[A-D](?!\w)", re.IGNORECASE
)
_SPANISH = re.compile(r"(?<!\w)[XYZ\d]-?\d{7}-?[A-Z](?!\w)", re.IGNORECASE)
_FRENCH = re.compile(r"(?<!\w)[12] ?\d\d ?[0-3]\d ?\d[\dAB] ?\d{3} ?\d{3} ?\d\d(?!\w)")
_GERMAN = re.compile(r"(?<!\w)[1-9]\d ?\d{3} ?\d{3} ?\d{3}(?!\w)")


def cards(text: str) -> Iterator[Span]:
    """Numbers of a card's length that pass the Luhn check and begin as schemes issue them; beside the word "card"
    also a mistyped one."""
    words: list[int] | None = None
    for run in _RUN.finditer(text):
        if _NO_CARD.search(text[max(0, run.start() - 24) : run.start()]):
            continue
        if words is None:
            words = [word.start() for word in _CARD_WORD.finditer(text)]
        groups = [group.span() for group in _GROUP.finditer(text, run.start(), run.end())]
        if run.end() < len(text) and (text[run.end()].isalnum() or text[run.end()] == "_"):
            groups.pop()
        first = 0
        while first < len(groups):
            last = _card_from(text, groups, first, words)
            if last is not None:
                yield Kind.CARD, groups[first][0], groups[last][1]
            first = first + 1 if last is None else last + 1


def _card_from(text: str, groups: list[tuple[int, int]], first: int, words: list[int]) -> int | None:
    """The last group of a card that begins with the group `first`; the longest that passes. `words` are the places
    where the text speaks of a card."""
    start = groups[first][0]
    digits = ""
    lengths: list[int] = []
    sure, mistyped = None, None
    for last, (begin, end) in enumerate(groups[first : first + _LONGEST], first):
        digits, lengths = digits + text[begin:end], [*lengths, end - begin]
        if len(digits) > _LONGEST:
            break
        usual = _is_usual(lengths)
        if len(digits) < _SHORTEST or (len(digits) == _SHORTEST and len(lengths) > 1):
            continue
        beside = _any_between(words, start - 40, end + 20)
        if (beside or (usual and len(digits) > _SHORTEST)) and _ISSUED.match(digits) and patterns.luhn(digits):
            sure = last
        elif beside and usual and not _STAMP.match(text, start):
            mistyped = last
    return sure if sure is not None else mistyped


def _any_between(places: list[int], low: int, high: int) -> bool:
    """Whether one of the places, which are in order, lies from `low` to before `high`."""
    after = bisect_left(places, low)
    return after < len(places) and places[after] < high


def _is_usual(lengths: list[int]) -> bool:
    """One block, 4-4-4-4 with a rest, 4-6-4, 4-6-5, or digit by digit."""
    return len(lengths) == 1 or set(lengths) == {1} or lengths[:3] == [4, 4, 4] or lengths in ([4, 6, 4], [4, 6, 5])


def ibans(text: str) -> Iterator[Span]:
    """The longest that passes: words may follow without a mark between."""
    match = _IBAN.search(text)
    while match:
        end = _iban_end(match.group())
        if end:
            yield Kind.IBAN, match.start(), match.start() + end
        match = _IBAN.search(text, match.start() + (end or 4))


def _iban_end(run: str) -> int | None:
    for end in range(len(run), 14, -1):
        if run[end - 1].isalnum() and (end == len(run) or not run[end].isalnum()):
            plain = re.sub(r"[\s-]", "", run[:end]).upper()
            if 15 <= len(plain) <= 34 and plain.isascii() and patterns.iban(plain):
                return end
    return None


def national(text: str) -> Iterator[Span]:
    """Numbers of a person in the United States, the United Kingdom, Spain, France and Germany."""
    for pattern in (_SSN, _NI):
        for match in pattern.finditer(text):
            if not _DIALLED.search(text[max(0, match.start() - 5) : match.start()]):
                yield Kind.ID, match.start(), match.end()
    for match in _SPANISH.finditer(text):
        if patterns.spanish_number(match.group().replace("-", "").upper()):
            yield Kind.ID, match.start(), match.end()
    for match in _FRENCH.finditer(text):
        digits = match.group().replace(" ", "").upper()
        if patterns.french_number(
            digits.replace("2A", "19", 1).replace("2B", "18", 1) if not digits.isdigit() else digits
        ):
            yield Kind.ID, match.start(), match.end()
    for match in _GERMAN.finditer(text):
        said = re.search(r"steuer|tax|idnr|tin\b", text[max(0, match.start() - 40) : match.start()], re.IGNORECASE)
        if said and patterns.german_tax_id(_digits(match.group())):
            yield Kind.ID, match.start(), match.end()


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isdigit())


# ------------------------------------------------------------------
# What only texts that are kept lose besides: who wrote, where they live, addresses spelt for people. Greedy: a word
# too many is a smaller loss in a record than a name too few. Nothing here is used for what goes to a model and comes
# back.


# A word with a capital: "Müller", "O'Brien", "J."
_PART = r"[^\W\d_a-zß][^\W\d_]{0,24}(?:['’-][^\W\d_]{1,24}){0,2}(?:\.(?=[ \t][^\W\d_a-z]))?"
_BETWEEN = r"(?:(?:von|van|de|der|den|del|della|da|dos|di|la|le|zu|bin|al|el|ter|ten) ){0,2}"
NAME = rf"(?:(?:Mr|Mrs|Ms|Miss|Dr|Prof|Herr|Herrn|Frau|Sr|Sra|M|Mme|Mlle)\.? )?{_PART}(?:[ \t]{_BETWEEN}{_PART}){{0,3}}"
# Behind "I'm" and "this is" stands mostly something else: what is no name though written large, as in "I'm German".
NO_NAME = (
    r"(?!(?:I|The|A|An|My|Our|Your|It|Not|So|Very|Just|Still|Also|Now|Here|There|What|Why|How|When|Where|Who|That|This"
    r"|Sure|Sorry|Happy|Sir|Madam|Sirs|All|Team|Everyone|Support|Customer|Service|Care|Friend|Both|Folks|Again|Thanks"
    r"|Thank|Please|Hello|Hi|Hey|Good|Best|Kind|Many|Und|Damen|Sehr|Ich|Wir|Das|Die|Der|Ein|Eine|Kunde|Kundin"
    r"|English|German|French|Spanish|British|American|Italian|Dutch|Premium|Plus|Business|Standard|OK|Okay|USA|UK|EU"
    r"|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)\b)"
)
_SAYS = re.compile(
    r"(?<!\w)(?i:i['’]m|i am|im|my (?:full |first |last )?name(?:['’]s| is)|name(?: is)?:?|this is|it['’]s me,?"
    r"|ich bin|ich hei(?:ß|ss)e|mein name ist|hier (?:ist|spricht)|je suis|je m['’]appelle|mon nom est|me llamo"
    rf"|mi nombre es|soy|mi chiamo|il mio nome è|sono)[ \t]{NO_NAME}(?P<value>{NAME})"
)
_GREETS = re.compile(
    r"(?:^|(?<=[.!?,;:] )|(?<=\n))[ \t>]{0,4}(?i:dear|hi|hello|hey|good (?:morning|afternoon|evening)|hallo"
    r"|guten (?:tag|morgen|abend)|sehr geehrte[rs]?|liebe[rs]?|bonjour|cher|chère"
    r"|hola|estimad[oa]|querid[oa]|buenos días|ciao)"
    rf",?[ \t]{NO_NAME}(?P<value>{NAME})",
)
CLOSES = re.compile(
    r"(?<!\w)(?i:(?:(?:best|kind|kindest|warm|warmest|many) )?regards|all the best|best(?: wishes)?|cheers|sincerely"
    r"|yours(?: sincerely| faithfully| truly)?|(?:many |kind )?thanks(?: again| in advance)?|thank you(?: very much)?"
    r"|love|(?:mit )?(?:freundliche[nr]?|beste[nr]?|liebe[nr]?|viele[nr]?|herzliche[nr]?|schöne[nr]?)"
    r" gr[üu](?:ß|ss)e?n?"
    r"|gr(?:u|ü)(?:ß|ss)e?|mfg|lg|vg|danke|vielen dank|cordialement|bien à vous|merci|saludos(?: cordiales)?"
    r"|atentamente|un saludo|gracias|cordiali saluti|distinti saluti|grazie)"
    rf"(?:[,.!]?[ \t]{{0,3}}(?:\r?\n[ \t]{{0,3}}){{1,3}}|,[ \t])[-–—]{{0,2}}[ \t]?{NO_NAME}(?P<value>{NAME})"
    r"(?=[ \t]{0,3}(?:[.,!]?[ \t]{0,3}(?:\r?\n|\Z)))",
)
_PEOPLE = (_SAYS, _GREETS, CLOSES)

_UK = r"(?:GIR ?0AA|[A-Z]{1,2}\d[A-Z\d]? ?\d[ABD-HJLNP-UW-Z]{2})"
_TOWN = rf"{_PART}(?: {_PART}){{0,2}}"
_HOUSE = r"\d{1,5}[a-zA-Z]?(?:[-/]\d{1,4}[a-zA-Z]?)?"
_WAY = (
    r"(?:street|st|road|rd|avenue|ave|lane|ln|drive|dr|close|court|ct|crescent|place|pl|square|sq|terrace|way|gardens"
    r"|grove|hill|mews|park|row|walk|boulevard|blvd|parkway|pkwy|highway|hwy|circle|trail|green|yard|wharf)"
)
_STRASSE = (
    r"(?:[^\W\d_]{1,24}(?:-[^\W\d_]{1,24}){0,3}(?:stra(?:ß|ss)e|str\.?|weg|allee|platz|gasse|ring|damm|ufer|steig"
    r"|chaussee)"
    rf"|{_PART}(?: {_PART}){{0,2}} (?:Stra(?:ß|ss)e|Str\.|Weg|Allee|Platz|Gasse|Ring|Damm|Ufer))"
)
_RUE = r"(?:rue|avenue|av\.|boulevard|bd|place|chemin|impasse|allée|quai|route|cours)"
_CALLE = r"(?:calle|c/|avenida|avda\.?|plaza|paseo|carrer|camino|ronda)"
_STATE = (
    r"(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]"
    r"|W[AIVY])"
)
_FIVE = rf"(?:[A-Z]{{1,2}}-)?\d{{5}}[ \t]{_TOWN}"
_US = rf"(?:{_TOWN},? {_STATE},? \d{{5}}(?:-\d{{4}})?|{_STATE},? \d{{5}}(?:-\d{{4}})?)"
_GAP = r"(?:,?[ \t]{1,2}|,?[ \t]{0,2}\r?\n[ \t]{0,3}|,)"
_FLAT = rf"(?:{_GAP}(?i:flat|apt\.?|apartment|unit|suite|ste|floor|#) ?\w{{1,5}})?"
_BEHIND = rf"(?:{_GAP}(?:(?:{_TOWN}{_GAP}){{0,2}}{_UK}|{_US}|{_FIVE}))"
_PLACES = (
    # 12 Elm Street, Leeds LS1 4AB; 500 N Main St Apt 4, Springfield, IL 62701
    re.compile(
        rf"(?<!\w)(?P<value>{_HOUSE},? (?:{_PART} ){{1,4}}?(?i:{_WAY})(?!\w)\.?(?:{_FLAT}{_BEHIND}|{_FLAT}))",
    ),
    re.compile(rf"(?<!\w)(?P<value>{_STRASSE} {_HOUSE}(?!\w)(?:{_GAP}{_FIVE})?)"),
    re.compile(
        rf"(?<!\w)(?P<value>{_HOUSE}(?: ?(?:bis|ter))?,? (?i:{_RUE}) (?:[^\W\d_'’]+[ '’-]){{0,4}}{_PART}"
        rf"(?:{_GAP}{_FIVE})?)"
    ),
    re.compile(
        rf"(?<!\w)(?P<value>(?i:{_CALLE}) ?(?:[^\W\d_]+ ){{0,4}}[^\W\d_]+,? (?:n[º°o.]{{1,2}} ?)?"
        rf"{_HOUSE}(?!\w)(?:{_GAP}{_FIVE})?)"
    ),
    re.compile(rf"(?<!\w)(?P<value>(?:{_TOWN}[, ]{{1,2}})?(?-i:{_UK}))(?!\w)"),
    re.compile(rf"(?<!\w)(?P<value>{_TOWN},? {_STATE},? \d{{5}}(?:-\d{{4}})?)(?!\w)"),
    re.compile(
        r"(?<!\w)(?i:postcode|post code|postal code|zip(?: code)?|plz|postleitzahl|code postal|código postal|cp)"
        r"[ :]{1,2}(?:is |ist |es |est )?(?P<value>(?:[A-Z]{1,2}-)?\d{4,5}(?:-\d{4})?)(?![\w-])"
    ),
    re.compile(
        rf"(?<![\w.,-])(?P<value>(?:[DF]-)?\d{{5}} (?:in )?(?!(?i:eur|euro|usd|gbp|kwh|uhr)\b){_PART})"
        rf"(?=[ \t]{{0,2}}(?:[,.]?[ \t]{{0,2}}(?:\r?\n|\Z)))"
    ),
)
_AT = r"[ \t]{0,2}(?:\((?:at|ät|@|a)\)|\[(?:at|ät|@|a)\]|\{(?:at|@)\}|<at>|(?<=[ \t])at(?=[ \t]))[ \t]{0,2}"
_DOT = (
    r"(?:[ \t]{0,2}(?:\((?:dot|punkt|\.)\)|\[(?:dot|punkt|\.)\]|\{dot\}|<dot>|(?<=[ \t])(?:dot|punkt)(?=[ \t]))"
    r"[ \t]{0,2}|\.)"
)
_SPELT = re.compile(
    rf"(?<![\w.])(?P<value>\w[\w+-]{{0,40}}(?:{_DOT}\w[\w+-]{{0,40}}){{0,3}}(?:{_AT}|@)\w[\w-]{{0,40}}"
    rf"(?:{_DOT}\w[\w-]{{1,30}}){{1,3}})(?!\w)",
    re.IGNORECASE,
)
_DOTTED = re.compile(r"[(\[{<](?:at|ät|@|a)[)\]}>]|\bdot\b|\bpunkt\b", re.IGNORECASE)


def spelt(text: str) -> Iterator[Span]:
    """E-mail addresses with "(at)" and "dot" in them."""
    for match in _SPELT.finditer(text):
        if _DOTTED.search(match["value"]):
            yield Kind.EMAIL, *match.span("value")


def people(text: str) -> Iterator[Span]:
    """Addresses first: a street has words in it that look like names."""
    for kind, ways in ((Kind.ADDRESS, _PLACES), (Kind.NAME, _PEOPLE)):
        for pattern in ways:
            for match in pattern.finditer(text):
                yield kind, *match.span("value")
