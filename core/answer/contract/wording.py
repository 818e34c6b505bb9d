"""The small words that turn a sentence round: not, unless, only, before, must, always, we will."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from core.knowledge.synonyms import concepts

# ------------------------------------------------------------------
# Who pays: we or the customer, in the words of four languages.

_US = re.compile(
    r"(?<!\w)(?:(?:is|are) on us|on the house|at our (?:own )?(?:expense|cost)"
    r"|(?:we|the (?:seller|merchant|retailer)) (?:will |always |also )*(?:pays?|covers?|bears?)\b(?! no | nothing)"
    r"(?= (?:for |the |all |your |any )*(?:\w+ )?(?:cost|shipping|postage|return|delivery|fee|charge|label)s?|\.|$)"
    r"|paid by (?:us|the seller)|auf unsere Kosten"
    r"|(?:wir|der (?:Verkäufer|Händler)) (?:zahl\w+|bezahl\w+|übern\w+|tr[aä]g\w+)"
    r"|(?:nosotros|el vendedor) (?:pag\w+|asum\w+)|a nuestro cargo"
    r"|(?:nous|le vendeur) (?:pay\w+|paie\w*|prend\w* en charge)"
    r"|à nos frais|à notre charge)(?!\w)(?! (?:nichts|keine?|nada|ningún|rien|aucun)\b)",
    re.IGNORECASE,
)
_YOU = re.compile(
    r"(?<!\w)(?:at (?:your|their|the (?:customer|buyer)['’]s) (?:own )?(?:expense|cost)"
    r"|(?:you|the (?:customer|buyer|recipient)|customers|buyers)"
    r" (?:must |have to |will |has to )?(?:pays?|bears?|covers?)\b(?! no | nothing)"
    r"(?= (?:for |the |all |your |any )*(?:\w+ )?(?:cost|shipping|postage|return|delivery|fee|charge|label)s?|\.|$)"
    r"|paid by (?:you|the (?:customer|buyer))|auf (?:Ihre|eigene) Kosten"
    r"|(?:Sie|der (?:Kunde|Käufer)) (?:zahl\w+|bezahl\w+|übern\w+|tr[aä]g\w+)"
    r"|(?:el (?:cliente|comprador)|usted) (?:pag\w+|asum\w+)"
    r"|a su (?:propio )?cargo|(?:le client|l['’]acheteur|vous) (?:pay\w+|paie\w*|prend\w* en charge)"
    r"|à (?:vos|ses) frais"
    r"|à votre charge)(?!\w)(?! (?:nichts|keine?|nada|ningún|rien|aucun)\b)",
    re.IGNORECASE,
)


def bearers(text: str) -> frozenset[str]:
    """`us`, `you`, both or neither: on whom a text lays the cost of something."""
    return frozenset(name for name, pattern in (("us", _US), ("you", _YOU)) if pattern.search(text))


_TEXTS: Mapping[str, str] = {
    # what reads like a negation and is none
    "bound": r"(?:not?|never) (?:more|less|fewer|later|longer|earlier|sooner) than|(?:not|never) exceed(?:ing)?"
    r"|not only|nicht nur"
    r"|no(?:t)? s[oó]lo|non seulement|pas seulement|whether or not|no matter|no\.(?=\s?\d)|if not already"
    r"|don['’]t hesitate|do not hesitate|don['’]t forget to|do not forget to"
    r"|don['’]t worry|do not worry|no worries|keine Sorge|no se preocupe|ne vous inquiétez pas",
    "free": r"(?:for )?free(?: of charge)?|complimentary|(?:at )?(?:no|without) (?:an )?(?:extra |additional "
    "|further )?"
    r"(?:charge|cost|costs|fee|fees)|(?:£|€|\$)\s?0(?:[.,]00)?(?!\d)|kostenlos\w*|kostenfrei\w*|gratis|gebührenfrei"
    r"|ohne (?:Kosten|Gebühr|Aufpreis)|(?:sin|sans) (?:coste|costo|cargo|frais)|gratuit\w*|costs? nothing",
    "not": r"not|no|never|none|nobody|no one|nothing|neither|nor|without|cannot|\w+n['’]t|dont|cant|wont|impossible"
    r"|(?<!to )avoid(?:ing)?|unable|unavailable|prohibited|forbidden|hardly|rarely|lacks?|fails? to"
    r"|stops? (?:being|working)"
    r"|nicht|kein\w*|nie|niemals|niemand\w*|nichts|ohne|weder|unmöglich|verboten|nunca|jamás|nadie|nada|ningun\w*"
    r"|ningún|sin|tampoco|imposible|prohibid[oa]s?|pas|jamais|aucun\w*|sans|rien|ni|interdite?s?",
    "except": r"except(?:ing)?|apart from|unless|excluded|excluding|excludes?|voids?|invalidates?|instead of"
    r"|rather than|außer|ausgenommen"
    r"|ausgeschlossen|es sei denn|statt|salvo|excepto|excluid[oa]s?|a menos que|sauf|hormis|exclue?s?|à moins que?",
    "if": r"if|provided(?: that)?|providing|as long as|so long as|on condition that|in case|assuming|subject to"
    r"|depends? on|depending on|falls|sofern|solange|vorausgesetzt|wenn|abhängig von|si|siempre que"
    r"|en caso de|a condición de|depende de|s['’]il|à condition|pourvu que|selon",
    "when": r"when|whenever|once(?= (?:the|you|your|we|our|it|they|this|an?)\b)|as soon as|upon|sobald|cuando|en"
    " cuanto|una vez|lorsque?|quand|dès que|une fois"
    r"|sobald|wenn",
    "only": r"only|solely|exclusively|just for|nothing but|nur|ausschließlich|lediglich|sólo|solamente"
    r"|únicamente|seulement|uniquement|exclusivement|ne \w+ que|solo",
    "before": r"before|prior to|ahead of|vor|bevor|antes de|antes|avant|in advance|no later than|beforehand",
    "after": r"after|following|afterwards|nach|nachdem|después|tras|après",
    "until": r"until|till|up until|bis zum|bis zur|hasta|jusqu['’](?:à|au)",
    "even": r"even if|either way|in either case|even when|even though|regardless|no matter|whether or not|in any case"
    r"|under any circumstances|auch wenn"
    r"|selbst wenn|aunque|incluso si|même si|quoi qu['’]il|in jedem Fall|en tout cas|en cualquier caso|any time"
    r"|anytime",
    "must": r"must|have to|has to|need(?:s)? to|required?|mandatory|obligatory|compulsory|necessary|müssen|muss|musst"
    r"|erforderlich|notwendig|debe\w*|tiene que|tienen que|obligatorio|necesari[oa]|doit|doivent|devez|faut"
    r"|obligatoire",
    "may": r"may|might|can|could|optional|optionally|allowed|permitted|possible|possibly|perhaps|maybe|kann|können"
    r"|könnte\w*|möglich\w*|vielleicht|darf|dürfen|puede\w*|podría\w*|posible|quizá\w*|opcional|peut|peuvent|pouvez"
    r"|possible|facultatif|usually|normally|typically|generally|often|sometimes|likely|probably|about|around"
    r"|approximately|roughly|normalerweise|meist\w*|in der Regel|etwa|circa|normalmente|generalmente|suele\w*"
    r"|aproximadamente|normalement|généralement|souvent|environ|ungefähr",
    "might": r"may|might|könnte\w*|podría\w*|pourrai\w*|perhaps|maybe|possibly|vielleicht|quizá\w*|peut-être",
    "will": r"will|shall|['’]ll|going to|werden|wird|garantiert|va a|van a|\w+(?:ará|erá|irá)n?|allons|va",
    "all": r"always|all|every|everyone|everybody|everything|each|any|whatever|anything|entire(?:ly)?|in full|fully"
    r"|complete(?:ly)?|immer|alle[nrs]?|jede[nrsm]?|vollständig|siempre|tod[oa]s?|cualquier\w*|toujours|tous|toutes?"
    r"|chaque|entièrement|everywhere|anywhere|worldwide",
    "some": r"some|certain|most|many|few|several|selected|sometimes|usually|normally|generally|often|partly|einige[nr]?"
    r"|manche[nr]?|bestimmte[nr]?|meisten|algun[oa]s|ciert[oa]s|certain[es]*|quelques|plupart|at least one",
}
_PATTERNS = {name: re.compile(rf"(?<![\w£€$])(?:{pattern})(?!\w)", re.IGNORECASE) for name, pattern in _TEXTS.items()}
_PATTERNS["will"] = re.compile(rf"(?:(?<!\w)|(?<=\w)(?=['’]))(?:{_TEXTS['will']})(?!\w)", re.IGNORECASE)
_FROM = re.compile(
    r"(?<!\w)(?:from|since|starting|as of|ab|seit|desde|a partir de|dès|depuis|à partir de)(?!\w)", re.IGNORECASE
)
# A vow, or something that we are said to do or to have done, whatever the source says around it.
PROMISE = re.compile(
    r"(?<!\w)(?:we can [^.,;]{3,40} for you|guarante\w+"
    r"|promis(?:e|es|ed|ing)|assur(?:e|es|ed|ance|ing)|definitely|certainly|absolutely|surely"
    r"|for sure|without fail|without (?:any )?(?:question|exception)s?|no questions asked|100 ?% (?:sure|safe"
    r"|certain|satisf\w+)"
    r"|always|immer|siempre|toujours|risk-free|immediately|instantly|right away|straight ?away|at once|on the"
    r" spot|as soon as possible|asap|first thing"
    r"|in full|full (?:refund|compensation|reimbursement)|compensat\w+|reimburs\w+|forever|for life|lifetime|unlimited"
    r"|priority|personally|as a gesture|goodwill|garant\w+|versprech\w*|versprochen|sofort|umgehend|auf jeden Fall"
    r"|bestimmt|unverzüglich|lebenslang|promet\w+|prometemos|inmediat\w+|de inmediato|seguro que|sin falta|promett\w+"
    r"|promis|immédiat\w*|sans faute|tout de suite|à vie|de por vida|make sure|see to it|take care of (?:it|this|that)"
    r"|entschädig\w+|indemniz\w+|indemnis\w+|dédommag\w+)(?!\w)",
    re.IGNORECASE,
)
ACTION = re.compile(
    r"(?<!\w)(?:(?:we|i)(?: will|['’]ll| shall| have|['’]ve|['’]m going to|['’]re going to| am going to| are going to)"
    r"(?: (?:now|already|also|gladly|happily|just))* (?!not\b|need\b)(?P<en>\w+)"
    r"|(?:wir|ich) (?:werden|werde|haben|habe)\b[^.,;]*? (?P<de>\w+)(?=[.,;!]|$)"
    r"|(?:haben|habe) (?:wir|ich)\b[^.,;]*? (?P<de_done>\w+)(?=[.,;!]|$)"
    r"|(?:le|les|te|os) (?P<es>\w+(?:aremos|eremos|iremos|aré|eré|iré))"
    r"|(?:nous|je) vous (?P<fr>\w+(?:rons|rai))"
    r"|(?:hemos|he) (?:ya )?(?P<es_done>\w+[ai]do)"
    r"|(?:nous (?:vous )?avons|j['’]ai|je vous ai) (?:déjà |bien )?(?P<fr_done>\w+(?:é|i|u|is|it)e?s?))(?!\w)",
    re.IGNORECASE,
)
DONE = re.compile(r"(?:\bhave|['’]ve|\bhabe|\bhaben|\bhemos|\bhe|\bavons|['’ ]ai)\s", re.IGNORECASE)
_BREAK = re.compile(
    r"[;–—|()\n]|:(?!\d\d)|(?<=[^\W_])\.(?=\s+[A-ZÄÖÜÉ¿¡])|(?<=[a-z)%])\.(?=\s)|, |[?!]"
    r"|(?<!\bbut)(?<!\bonly)(?<!\beven)"
    r"\s(?=(?:but|because|so that|although|though|while|whereas|however|aber|sondern|weil|obwohl|während|pero|sino"
    r"|porque|aunque|mais|parce|tandis|if|unless|provided|as long as|only if|even if|when|whenever|once (?:the"
    r"|you|your|we|our|it|they|this|an?)|as soon as"
    r"|until|except|falls|sofern|wenn|sobald|außer|es sei denn|siempre que|a menos que|cuando|salvo|excepto|lorsque"
    r"|sauf|à moins|après que|pourvu|si)\b)"
    r"|\s(?=(?:and|or|und|oder|y|et|ou|o)\s(?:we|you|it|they|there|do|does|don['’]t|are|is|can|cannot|will|won['’]t|never"
    r"|not|the|der|die|das|el|la|los|las|le|les|wir|sie|es|ist|sind|kann|nicht|kein\w*|no|nunca|se|nous|vous|ne|n['’]|il|elle)\b)",
    re.IGNORECASE,
)
_BRIEF = re.compile(r"^(?:[\s,;:–—|().?!\n]|(?:and|or|but|und|oder|aber|y|o|pero|et|ou|mais)\s)+", re.IGNORECASE)
# "if you want to return it" says no more than "to return it"
_WISH = re.compile(
    r"(?<!\w)(?:if|when(?:ever)?|falls|wenn|si|cuando|quand|lorsque) (?:you|sie|du|usted|vous|desea|quiere)?"
    r" ?(?:want|wish|would like|['’]d like|like|prefer|need|have (?:any|more|further)|are (?:looking|trying)"
    r"|möchten|wollen"
    r"|quiere|desea|prefiere|voulez|souhaitez|désirez)\b",
    re.IGNORECASE,
)

# Their values are compared elsewhere: 14 days are two weeks.
MEASURES = frozenset(
    concept
    for word in [
        "long",
        "day",
        "week",
        "month",
        "year",
        "hour",
        "minute",
        "second",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "within",
        "Tag",
        "Woche",
        "Stunde",
        "Minute",
        "Monat",
        "Jahr",
        "día",
        "semana",
        "mes",
        "año",
        "hora",
        "jour",
        "semaine",
        "mois",
        "heure",
    ]
    for concept in concepts(word)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A piece of a sentence between two breaks. `turns` names the small words in it."""

    text: str
    start: int
    end: int
    sentence: int
    joined: bool  # with "and" to the one before
    turns: frozenset[str]
    words: frozenset[str]


@lru_cache(maxsize=4096)
def clauses(text: str) -> tuple[Clause, ...]:
    """The clauses of one or more sentences, in order."""
    found: list[Clause] = []
    sentence = 0
    place = 0
    for stop in [*(m for m in _BREAK.finditer(text)), None]:
        end = stop.start() if stop else len(text)
        piece = text[place:end]
        lead = _BRIEF.match(piece)
        start = place + (lead.end() if lead else 0)
        if text[start:end].strip():
            joined = lead is not None and any(letter.isalpha() for letter in lead.group())
            found.append(_clause(text[start:end], start, end, sentence, joined))
        if stop is not None:
            sentence += any(mark in stop.group() for mark in ".?!\n") or (stop.group() == ";")
            place = stop.start() if not stop.group().strip() and stop.group() != "\n" else stop.end()
    return tuple(found)


def _clause(text: str, start: int, end: int, sentence: int, joined: bool) -> Clause:
    words = concepts(text)
    return Clause(text=text, start=start, end=end, sentence=sentence, joined=joined, turns=turns(text), words=words)


@lru_cache(maxsize=8192)
def turns(text: str) -> frozenset[str]:
    """Which small words a text has. What only looks like a negation or a condition does not count."""
    left = _PATTERNS["bound"].sub(" ", _WISH.sub(" ", text))
    found = {"free"} if _PATTERNS["free"].search(left) else set()
    left = _PATTERNS["free"].sub(" ", left)
    if _PATTERNS["even"].search(text):
        found.add("even")
        left = _PATTERNS["even"].sub(" ", left)
    found |= {
        name
        for name in (
            "not",
            "except",
            "if",
            "when",
            "only",
            "before",
            "after",
            "until",
            "must",
            "may",
            "might",
            "will",
            "all",
            "some",
        )
        if _PATTERNS[name].search(left)
    }
    return frozenset(found)


def negations(text: str) -> list[tuple[int, int]]:
    """Where a text says no. What only looks like it does not count."""
    left = text
    for name in ("bound", "free", "even"):
        left = _PATTERNS[name].sub(lambda match: "\0" * len(match.group()), left)
    return [match.span() for match in _PATTERNS["not"].finditer(left)]


def order_words(name: str, text: str) -> list[tuple[int, int]]:
    """Where a text says before, after or until."""
    found = [match.span() for match in _PATTERNS[name].finditer(text)]
    return found + [match.span() for match in _FROM.finditer(text)] if name == "after" else found
