"""What only texts that are kept lose besides: who wrote, where they live, addresses spelt for people.

Greedy: a word too many is a smaller loss in a record than a name too few. Nothing here is used for what goes to a
model and comes back.
"""

import re
from collections.abc import Iterator

from core.privacy.personal import Kind, Span

# A word with a capital: "Müller", "O'Brien", "J."
_PART = r"[^\W\d_a-zß][^\W\d_]{0,24}(?:['’-][^\W\d_]{1,24}){0,2}(?:\.(?=[ \t][^\W\d_a-z]))?"
_BETWEEN = r"(?:(?:von|van|de|der|den|del|della|da|dos|di|la|le|zu|bin|al|el|ter|ten) ){0,2}"
_NAME = (
    rf"(?:(?:Mr|Mrs|Ms|Miss|Dr|Prof|Herr|Herrn|Frau|Sr|Sra|M|Mme|Mlle)\.? )?{_PART}(?:[ \t]{_BETWEEN}{_PART}){{0,3}}"
)
# Behind "I'm" and "this is" stands mostly something else: what is no name though written large, as in "I'm German".
_NONE = (
    r"(?!(?:I|The|A|An|My|Our|Your|It|Not|So|Very|Just|Still|Also|Now|Here|There|What|Why|How|When|Where|Who|That|This"
    r"|Sure|Sorry|Happy|Sir|Madam|Sirs|All|Team|Everyone|Support|Customer|Service|Care|Friend|Both|Folks|Again|Thanks"
    r"|Thank|Please|Hello|Hi|Hey|Good|Best|Kind|Many|Und|Damen|Sehr|Ich|Wir|Das|Die|Der|Ein|Eine|Kunde|Kundin"
    r"|English|German|French|Spanish|British|American|Italian|Dutch|Premium|Plus|Business|Standard|OK|Okay|USA|UK|EU"
    r"|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)\b)"
)
_SAYS = re.compile(
    r"(?<!\w)(?i:i['’]m|i am|im|my (?:full |first |last )?name(?:['’]s| is)|name(?: is)?:?|this is|it['’]s me,?"
    r"|ich bin|ich hei(?:ß|ss)e|mein name ist|hier (?:ist|spricht)|je suis|je m['’]appelle|mon nom est|me llamo"
    rf"|mi nombre es|soy|mi chiamo|il mio nome è|sono)[ \t]{_NONE}(?P<value>{_NAME})"
)
_GREETS = re.compile(
    r"(?:^|(?<=[.!?,;:] )|(?<=\n))[ \t>]{0,4}(?i:dear|hi|hello|hey|good (?:morning|afternoon|evening)|hallo"
    r"|guten (?:tag|morgen|abend)|sehr geehrte[rs]?|liebe[rs]?|bonjour|cher|chère"
    r"|hola|estimad[oa]|querid[oa]|buenos días|ciao)"
    rf",?[ \t]{_NONE}(?P<value>{_NAME})",
)
_CLOSES = re.compile(
    r"(?<!\w)(?i:(?:(?:best|kind|kindest|warm|warmest|many) )?regards|all the best|best(?: wishes)?|cheers|sincerely"
    r"|yours(?: sincerely| faithfully| truly)?|(?:many |kind )?thanks(?: again| in advance)?|thank you(?: very much)?"
    r"|love|(?:mit )?(?:freundliche[nr]?|beste[nr]?|liebe[nr]?|viele[nr]?|herzliche[nr]?|schöne[nr]?)"
    r" gr[üu](?:ß|ss)e?n?"
    r"|gr(?:u|ü)(?:ß|ss)e?|mfg|lg|vg|danke|vielen dank|cordialement|bien à vous|merci|saludos(?: cordiales)?"
    r"|atentamente|un saludo|gracias|cordiali saluti|distinti saluti|grazie)"
    rf"(?:[,.!]?[ \t]{{0,3}}(?:\r?\n[ \t]{{0,3}}){{1,3}}|,[ \t])[-–—]{{0,2}}[ \t]?{_NONE}(?P<value>{_NAME})"
    r"(?=[ \t]{0,3}(?:[.,!]?[ \t]{0,3}(?:\r?\n|\Z)))",
)
_PEOPLE = (_SAYS, _GREETS, _CLOSES)

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
    for kind, patterns in ((Kind.ADDRESS, _PLACES), (Kind.NAME, _PEOPLE)):
        for pattern in patterns:
            for match in pattern.finditer(text):
                yield kind, *match.span("value")
