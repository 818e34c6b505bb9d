"""Names of people, products, places and firms, and words that rule one another out."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from core.answer.familiar import FAMILIAR
from core.knowledge.synonyms import concepts
from core.text.stems import STOP, stem

_WORD = re.compile(r"[^\W\d_][\w’'&]*(?:-[^\W\d_]\w*)*")
_STARTS = re.compile(r"(?:^|[.!?:|>»“\"„(\n]|\s[-–—•*])\s*[\"'“„*]*$")
_SPEAKS = {
    "de": re.compile(r"\b(?:der|die|das|und|ist|nicht|Sie|wir|für|mit|ein|eine|den|dem|auf|wird|werden|von|zu|im)\b"),
    "es": re.compile(r"\b(?:el|los|las|que|por|para|una|con|del|su|se|es|en|no|puede|al|está)\b"),
    "fr": re.compile(r"\b(?:le|les|des|vous|est|une|dans|et|pour|votre|nous|pas|du|au|sur|peut|être)\b"),
    "en": re.compile(r"\b(?:the|and|you|your|is|are|to|of|for|we|it|in|with|be|can|not|on|this|that|if|by)\b"),
}
_ALIASES = (
    ("uk", "united kingdom", "great britain", "britain"),
    ("eu", "european union"),
    ("us", "usa", "united states", "u.s"),
    ("vat", "value added tax"),
    ("id", "identity"),
    ("app", "application"),
    ("wifi", "wi-fi"),
    ("sms", "text"),
)
# Small groups of which a sentence may not put one in another's place.
_RIVALS = """
    debit | credit
    buyer customer | seller merchant | carrier courier | bank | agent | lead | installer
    modem | router ; thermostat | doorbell | sensor | hub bridge | camera | chime | valve | boiler
    e-mail email mail correo courriel | phone telephone call telefon teléfono téléphone \
    | post letter brief carta courrier | sms text | chat | fax
    card | paypal | transfer | cheque check | cash | voucher | gift
    monthly monatlich mensual mensuel | yearly annually annual jährlich anual annuel | weekly | daily
    half | full | double ; whole | part
    buy | sell ; purchase | sale ; lend | borrow
    minimum | maximum ; least | most ; lowest | highest ; earliest | latest ; more | less fewer ; shorter | longer
    increase rise raise | decrease reduce lower fall ; extend | shorten
    open | close closed ; lock | unlock ; start begin | stop end ; arrive arrival | leave departure
    install | uninstall
    enable activate | disable deactivate ; connect | disconnect ; add | remove delete ; accept | reject refuse decline
    allow permit | forbid prohibit ; include cover | exclude void
    waive | charge ; resolve fix solve | investigate
    upgrade | downgrade ; subscribe | unsubscribe
    left | right ; front | back rear ; top upper | bottom lower ; inside indoors | outside outdoors ; above | below
    hot warm | cold cool ; old older | new newer ; first | last ; early | late ; full | empty ; public | private
    red | green | blue | yellow | orange | white | black | purple | grey gray | amber
    north | south | east | west
    standard | express ; personal | business ; domestic | international ; online | offline store shop branch
    morning | afternoon | evening | night ; spring | summer | autumn | winter
    invoice | receipt | statement ; password passcode | username ; refund | exchange | repair | replacement
    warehouse | shop store | office ; owner | guest | family | tenant ; tenant | landlord
    free | paid ; wired | wireless
    gross net ; before | after ; succeed | fail ; wins | loses ; safe | unsafe dangerous ; valid | invalid expired
    kreditkarte | lastschrift | überweisung | paypal | bargeld | gutschein ; werktage | kalendertage
    käufer kunde | verkäufer händler ; tarjeta | transferencia | efectivo
    carte | virement | espèces | chèque ; mindestens | höchstens ; vor | nach ; antes | después ; avant | après
    rot | grün | blau | gelb | weiß | schwarz
    rojo | verde | azul | amarillo | blanco | negro ; rouge | vert | bleu | jaune | blanc | noir
"""


def _rivals() -> dict[str, tuple[int, int]]:
    """Word → its group and its place there; a word in several groups counts in the last of them only once each."""
    found: dict[str, list[tuple[int, int]]] = {}
    rows = [row for line in _RIVALS.strip().splitlines() for row in line.split(";")]
    for group, row in enumerate(rows):
        for place, words in enumerate(row.split("|")):
            for word in words.split():
                found.setdefault(word, []).append((group, place))
    return {word: places[0] for word, places in found.items()}


_RIVAL_OF = _rivals()
_COUPLE = re.compile(r",? (?:and|or|und|oder|y|o|et|ou) (?:\w+ ){0,2}", re.IGNORECASE)


@lru_cache(maxsize=4096)
def language(text: str) -> str:
    """en, de, es or fr: the one whose small words are the most frequent; English when there are none."""
    found = {code: len(pattern.findall(text)) for code, pattern in _SPEAKS.items()}
    best = max(found, key=lambda code: (found[code], code == "en"))
    return best if found[best] else "en"


def vocabulary(*texts: str) -> frozenset[str]:
    """All words of the texts in lower case, their parts, their stems and other names of the same."""
    joined = " ".join(texts).casefold().replace("’", "'").replace("*", "")
    words = {word.removesuffix("'s") for word in _WORD.findall(joined)}
    words |= {part for word in words for part in re.split(r"[-'&]", word) if part}
    words |= {stem(word) for word in words}
    for group in _ALIASES:
        if any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", joined) for name in group):
            words |= {part for name in group for part in name.split()}
    return frozenset(words)


def strange_names(text: str, known: frozenset[str], tongue: str) -> Iterator[tuple[int, int]]:
    """Where a text names somebody or something that is not among the known words."""
    for match in _WORD.finditer(text):
        word = match.group()
        if not _is_name(text, match, tongue) or _known(word, known, tongue):
            continue
        yield match.span()


def _is_name(text: str, match: re.Match[str], tongue: str) -> bool:
    word = match.group()
    if word in ("I", "I'm", "I'll", "I've", "I’m", "I’ll", "I’ve"):
        return False
    if any(letter.isupper() for letter in word[1:]) and not word.isupper():
        return True
    if not word[0].isupper():
        return False
    if not _STARTS.search(text[: match.start()]):
        return not (word.isupper() and word.casefold() in FAMILIAR | STOP)
    if tongue == "en":
        return word.casefold() not in STOP and not _everyday(word)
    behind = _WORD.match(text, match.end() + 1)
    return tongue != "de" and behind is not None and behind.group()[0].isupper()


def _everyday(word: str) -> bool:
    plain = word.casefold().replace("’", "'").removesuffix("'s")
    return plain in FAMILIAR or bool(concepts(plain) & _FAMILIAR_STEMS) or len(plain) < 3


_FAMILIAR_STEMS = frozenset(stem(word) for word in FAMILIAR)


def _known(word: str, known: frozenset[str], tongue: str) -> bool:
    plain = word.casefold().replace("’", "'").removesuffix("'s")
    if plain in known or stem(plain) in known or concepts(plain) & known:
        return True
    if all(part in known or stem(part) in known for part in re.split(r"[-'&]", plain) if part):
        return True
    if tongue == "de":  # compounds and inflections share their beginning or end
        return plain in _GERMAN or any(len(k) > 4 and (k in plain or plain in k or k[:5] == plain[:5]) for k in known)
    return False


def rivals(text: str, source: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, the source's word) where a text has one of a group of rivals and the source another one."""
    here, there = _grouped(text), _grouped(source)
    for (group, place), (start, end) in here.items():
        others = [key for key in there if key[0] == group]
        missing = [key for key in others if key not in here]
        beside = [key for key in others if key in here and _coupled(text, here[key], (start, end))]
        if others and (group, place) not in there and (missing or beside):
            first, last = there[(missing or beside)[0]]
            yield start, end, source[first:last]
    yield from _opposites(text, source)


def _coupled(text: str, one: tuple[int, int], other: tuple[int, int]) -> bool:
    """ "Online and in our shops" where the source has one of the two alone."""
    between = text[min(one[1], other[1]) : max(one[0], other[0])]
    return _COUPLE.fullmatch(between) is not None


def _opposites(text: str, source: str) -> Iterator[tuple[int, int, str]]:
    """Opened here and unopened there."""
    mine = {match.group().casefold(): match.span() for match in _WORD.finditer(text)}
    theirs = {match.group().casefold() for match in _WORD.finditer(source)}
    for word, (start, end) in mine.items():
        bare = re.sub(r"^(?:un|in|non-?|dis)(?=\w{4})", "", word)
        for other in (bare, f"un{word}", f"in{word}", f"non-{word}", f"dis{word}"):
            if other != word and other in theirs and word not in theirs and other not in mine:
                yield start, end, other


def rival_places(text: str) -> dict[tuple[int, int], tuple[int, int]]:
    """(group, place in it) → where the text has such a word."""
    return _grouped(text)


def _grouped(text: str) -> dict[tuple[int, int], tuple[int, int]]:
    found: dict[tuple[int, int], tuple[int, int]] = {}
    for match in _WORD.finditer(text):
        if form := _rival_form(match.group().casefold()):
            found.setdefault(_RIVAL_OF[form], match.span())
    return found


def rival_words(text: str) -> Counter[str]:
    """How often each word of a group of rivals is said, whatever its ending."""
    return Counter(form for match in _WORD.finditer(text) if (form := _rival_form(match.group().casefold())))


@lru_cache(maxsize=8192)
def _rival_form(word: str) -> str:
    """The word as the groups have it, or nothing."""
    forms = (word, word.removesuffix("s"), _base(word), f"{_base(word)}e")
    found = next((form for form in forms if form in _RIVAL_OF), "")
    return next((other for other, key in _RIVAL_OF.items() if found and key == _RIVAL_OF[found]), "")


def _base(word: str) -> str:
    """closed → close, raises → raise, lowered → lower."""
    return re.sub(r"(?<=\w{3})(?:es|ed|d|ing)$", "", word)


# Nouns that any German reply may use without naming anything.
_GERMAN = frozenset(
    """abstand angabe angaben anfrage anliegen anruf antwort art artikel auftrag aufwand auskunft beginn
    beispiel bereich
    bestellung betrag bezahlung dauer ende ergebnis erstattung fall fälle fehler firma folge form frage fragen frist
    gebühr geld gerät geräte grund gründe hilfe höhe information informationen jahr kauf konto kosten kunde kunden
    lieferung mal mitarbeiter möglichkeit monat nachricht nummer ort paket person preis problem punkt rechnung regel
    rückgabe rückzahlung sache schritt schritte seite sendung stelle stück stunde tag tage teil termin uhr uhrzeit
    unterlagen versand vorgang ware weg weise wert woche wochen wunsch zahl zahlung zeit zeitraum ziel zweck ihr ihre
    ihnen ihren ihrem ihrer sie""".split()  # noqa: SIM905 - words are read as a text
)
