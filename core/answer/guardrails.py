"""What must not be said to a customer: promises, phrases that the law or the house forbids, amounts beyond its limits,
other people's data, what a planted instruction asked for."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from core.answer.contract.quantities import FaultKind, Quantity
from core.answer.contract.stated import facts
from core.answer.contract.wording import clauses
from core.model.draft import Finding, Sentence, SentenceKind, Severity
from core.privacy.find import PLACEHOLDER, find
from core.privacy.personal import Kind, Known, Personal

# ------------------------------------------------------------------
# What a company lets nobody promise: limits, phrases that must not and phrases that must be there.


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """Who speaks of one of `words` (as they begin) may name `most` at the most: "60 GBP", "30 days", "20 %".

    Without words it holds for every sentence, whatever it speaks of."""

    name: str
    words: tuple[str, ...]
    most: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Required:
    """A text that speaks of one of `words`, or answers one of `intents`, must contain `text`; `translations` holds it
    in further languages."""

    text: str
    words: tuple[str, ...] = ()
    intents: tuple[str, ...] = ()
    translations: Mapping[str, str] = field(default_factory=dict)

    def text_in(self, language: str) -> str:
        """The phrase in a language, or as it was written first."""
        return self.translations.get(language, self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseRules:
    """The rules of one company; without any, only what holds everywhere is checked."""

    limits: tuple[Limit, ...] = ()
    required: tuple[Required, ...] = ()
    forbidden: tuple[str, ...] = ()


NO_RULES = HouseRules()


# ------------------------------------------------------------------
# Addresses and personal data that belong neither to the customer nor to a public source.

_LEADS = re.compile(
    r"(?<!\w)(?:call|ring|phone|dial|write|e-?mail|contact|visit|open|go|click|follow|transfer|pay|send|reply|text|wire|log"
    r"|sign|see|schreiben|rufen|öffnen|überweisen|llame|escriba|visite|appelez|écrivez|visitez)\b[^.!?]{0,60}$",
    re.IGNORECASE,
)
# An address that no list of endings knows: "bit.ly/abc", "evil dot com".
_ODD_LINK = re.compile(
    r"(?<![\w@./-])(?:[a-z\d][a-z\d-]*\.)+[a-z]{2,12}/[^\s<>\"')]+"
    r"|(?<!\w)[a-z\d-]{2,}(?: dot |\s?[(\[](?:dot|punkt)[)\]]\s?)"
    r"(?:com|net|org|info|io|co|de|fr|es|eu|ru"
    r"|xyz|shop|app)(?!\w)"
    r"|(?<!\w)[a-z\d-]{2,} (?:punkt|punto|point) (?:com|net|org)(?!\w)",
    re.IGNORECASE,
)
_TITLED = re.compile(
    r"(?<!\w)(?:Mr|Mrs|Ms|Miss|Mx|Herr|Herrn|Frau|Señora?|Sra?|Madame|Monsieur|Mme)\.?\s"
    r"(?P<name>[A-ZÄÖÜÉ][\w'’-]+(?:\s[A-ZÄÖÜÉ][\w'’-]+)?)"
)
_NEVER_SAID = (Kind.CARD, Kind.SECRET)


def strangers(
    text: str, *, source: str = "", customer: str = "", record: str = "", known: Sequence[Known] = ()
) -> Iterator[Finding]:
    """Data of another person, and ways to us that no source names. The customer's words may hold the customer's own
    number, but never a way to reach us."""
    ours = _alphanumeric(f"{source}\n{record}")
    theirs = ours + _alphanumeric(customer) + "".join(_alphanumeric(one.value) for one in known)
    every = find(text)
    yield from _odd_links(text, ours, [(found.start, found.end) for found in every if found.kind is Kind.LINK])
    if any(one.kind is Kind.NAME for one in known):
        yield from _others_names(text, f"{source}\n{record}\n{customer}\n" + "\n".join(one.value for one in known))
    for found in every:
        value = _alphanumeric(found.text)
        if found.kind in _NEVER_SAID:
            yield _personal(found, "A card number or secret must not be written out")
        elif found.kind is Kind.NAME or value in ours:
            continue
        elif found.kind is Kind.LINK or (found.kind in _WAYS and _LEADS.search(text[: found.start])):
            yield _astray(found.text, (found.start, found.end))
        elif value not in theirs:
            yield _personal(found, "Data that is not this customer's")


def foreign_hosts(sentences: Sequence[Sentence], sites: Sequence[str]) -> Iterator[str]:
    """Where what was written from articles leads to, but for where one of its articles lies itself, the company's
    `sites`, and what is below either."""
    ours = {urlsplit(each.citation.passage.url).hostname for each in sentences if each.citation}
    ours |= {site.casefold() for site in sites}
    for sentence in sentences:
        if sentence.kind is SentenceKind.RECORD:
            continue  # of the company's own systems, which are asked for nothing but names and numbers
        links = [found.text for found in find(sentence.text) if found.kind is Kind.LINK]
        links += [match.group() for match in _ODD_LINK.finditer(sentence.text)]
        for link in links:
            host = _host(link)
            if not any(host == known or host.endswith(f".{known}") for known in ours if known):
                yield host


def _host(link: str) -> str:
    """Without a scheme it is one all the same: a telephone makes a link of it."""
    try:
        return urlsplit(link if "//" in link else f"//{link}").hostname or link
    except ValueError:
        return link


def _odd_links(text: str, ours: str, taken: list[tuple[int, int]]) -> Iterator[Finding]:
    for match in _ODD_LINK.finditer(text):
        written = _alphanumeric(re.sub(r"\W+(?:dot|punkt|punto|point)\W+", ".", match.group(), flags=re.IGNORECASE))
        seen = any(start < match.end() and match.start() < end for start, end in taken)
        if not seen and _alphanumeric(match.group()) not in ours and written not in ours:
            yield _astray(match.group(), match.span())


def _others_names(text: str, known: str) -> Iterator[Finding]:
    """ "Ms Keller" in an answer to somebody whose name is known and another, where nothing read names a Keller."""
    words = {word.casefold() for word in re.findall(r"\w+", known)}
    for match in _TITLED.finditer(text):
        if not any(word.casefold() in words for word in re.findall(r"\w+", match["name"])):
            yield Finding(
                rule="personal_data",
                severity=Severity.BLOCK,
                text=f"A name that is not this customer's: “{match.group()}”.",
                span=match.span(),
                remedy="Take it out, or write to the customer by their own name.",
            )


def _astray(address: str, span: tuple[int, int]) -> Finding:
    return Finding(
        rule="injected_instruction",
        severity=Severity.BLOCK,
        text=f"No source names this way to us: “{address}”.",
        span=span,
        remedy="Take it out, or use the address that the article names.",
    )


def placeholders(text: str) -> Iterator[Finding]:
    """Where something was hidden from a model and never put back: "[phone 9]"."""
    for match in PLACEHOLDER.finditer(text):
        yield Finding(
            rule="unresolved_placeholder",
            severity=Severity.BLOCK,
            text=f"Something hidden was not put back: “{match.group()}”.",
            span=match.span(),
            remedy="Put in what belongs there, or take it out.",
        )


_WAYS = (Kind.EMAIL, Kind.PHONE, Kind.IBAN)


def _personal(found: Personal, told: str) -> Finding:
    return Finding(
        rule="personal_data",
        severity=Severity.BLOCK,
        text=f"{told} ({found.kind}).",
        span=(found.start, found.end),
        remedy="Take it out.",
    )


def _alphanumeric(text: str) -> str:
    return re.sub(r"[\s()/.-]", "", text).casefold()


# ------------------------------------------------------------------
# Signs that a text did what somebody planted in a message or an article told it to do.

_LEAKED = re.compile(
    r"(?<!\w)(?:(?:my (?:system )?|the system |these are my )(?:prompt|instructions) (?:is|are|say|says|tell"
    r"|reads?|was|were)\b"
    r"|system prompt|as an? (?:ai|large)(?: language)? model|i (?:have been|was|am) (?:instructed|programmed"
    r"|told) (?:to|not to|that)"
    r"|ignor(?:e|ing) (?:all |my |the )?(?:previous|prior|earlier|above) (?:instructions|rules)|developer mode"
    r"|jailbr\w+|dan mode"
    r"|(?:i am|i['’]m) now (?:acting|in|a|an|free)|(?:new|updated) instructions|<\/?(?:passage|customer|system"
    r"|instructions?)\b"
    r"|\[(?:system|inst|/inst)\]|numbered passages|here (?:is|are) (?:the|my) (?:hidden|secret|internal)"
    r"|meine anweisungen lauten|mis instrucciones son|mes instructions sont)",
    re.IGNORECASE,
)
_ASKED = re.compile(
    r"(?:say|reply|answer|respond|write|print|output|include|add|append|insert|begin|start|end|finish|repeat|use"
    r"|tell (?:him|her"
    r"|them|the customer|everyone)|schreib\w*|antworte\w*|sag\w*|escrib\w+|respond\w+|écri\w+|répond\w+)\b"
    r"[^\n\"“”'«»‘’:]{0,40}"
    r"[:\s]*[\"“'«‘](?P<words>[^\"“”'«»‘’\n]{3,120})[\"”'»’]",
    re.IGNORECASE,
)
# What a customer wants said in capitals needs no quotation marks: "Say PWNED", "reply only with HACKED".
_SHOUTED = re.compile(
    r"(?<!\w)(?i:say|repl(?:y|ies)|answer|respond|write|print|output|include|append|repeat|schreib\w*|sag\w*|antworte\w*"
    r"|escrib\w+|di|écri\w+|dis)"
    r"(?i: (?:only|just|exactly|nothing but|with|the word|nur|mit|con|avec|solo|this)){0,3}[: ]\s*"
    r"(?P<words>[A-Z][A-Z\d_]{3,}(?: [A-Z\d_!]{2,}){0,8})(?!\w)"
)
_SHAPE = re.compile(
    r"```|^\s*[\[{]\s*\"|<script\b|<img\b|<iframe\b|!\[[^\]]*\]\(|[A-Za-z0-9+/]{60,}={0,2}", re.IGNORECASE
)
_PAYS = re.compile(
    r"(?<!\w)(?:(?:buy|send|pay|purchase)(?: (?:us|me|it|with|by|in|using|a|an|two|some)){0,3}"
    r" (?:gift (?:cards?|vouchers?)"
    r"|(?:itunes|google play|apple|amazon|steam|paysafe|vanilla|razer|xbox|playstation)[- ]?(?:gift )?"
    r"(?:cards?|vouchers?|codes?|credit)|bitcoin|crypto\w*)"
    r"|(?:install|download) (?:anydesk|teamviewer|quicksupport|remote[- ]control)|wire (?:the )?(?:money|funds)"
    r"|transfer (?:the )?(?:money|funds|amount) to)(?!\w)",
    re.IGNORECASE,
)


def find_obeyed_instructions(text: str, *, source: str = "", customer: str = "") -> Iterator[Finding]:
    """Our instructions told, words put into the draft's mouth, code for text, money sent astray."""
    for pattern, told in (
        (_LEAKED, "Speaks of its own instructions"),
        (_SHAPE, "Is no plain text"),
        (_PAYS, "Sends money or control astray"),
    ):
        for match in pattern.finditer(text):
            if match.group().casefold() not in source.casefold() and not _warns(text, match):
                yield _obeyed(match.start(), match.end(), told, text)
    for shouted in _SHOUTED.finditer(customer):
        place = text.find(shouted["words"])
        if place >= 0 and shouted["words"] not in source:
            yield _obeyed(place, place + len(shouted["words"]), "Says what a quoted text told it to say", text)
    said = text.casefold()
    for asked in _ASKED.finditer(f"{customer}\n{source}"):
        words = asked["words"].strip().casefold()
        place = said.find(words)
        if place >= 0 and not _is_label(source, asked, words):
            yield _obeyed(place, place + len(words), "Says what a quoted text told it to say", text)


def _warns(text: str, match: re.Match[str]) -> bool:
    return (
        re.search(r"\b(?:never|not|n['’]t|nobody|nie|nunca|jamais)\b[^.!?]{0,40}$", text[: match.start()], re.I)
        is not None
    )


def _is_label(source: str, asked: re.Match[str], words: str) -> bool:
    """An article may say: write "PERSON" to reach one of us."""
    return asked.start() > 0 and asked.group() in source and words in source.casefold()


def _obeyed(start: int, end: int, told: str, text: str) -> Finding:
    return Finding(
        rule="injected_instruction",
        severity=Severity.BLOCK,
        text=f"{told}: “{text[start:end][:80]}”.",
        span=(start, end),
        remedy="Take it out and answer the question itself.",
    )


# ------------------------------------------------------------------
# Amounts, deadlines and shares beyond what the house rules allow.

_GIVES = re.compile(
    r"(?<!\w)(?:above|over|more than|exceed\w*|beyond|über|mehr als|más de|plus de|(?:order|orders|purchase|item"
    r"|device|paid"
    r"|cost|costs|price|charged) (?:of|over|for|at)?)\s*$",
    re.IGNORECASE,
)
# Money that goes to the customer, by whatever name.
_PAYS_OUT = re.compile(
    r"(?<!\w)(?:(?:send|give|pay|transfer|return|wire)(?:ing|s)? (?:you |it )?(?:back )?(?:the |your )?money|money back"
    r"|pay you|Geld (?:zurück|überweisen|senden)|Ihnen (?:das|Ihr) Geld|su dinero|votre argent)(?!\w)",
    re.IGNORECASE,
)
_GOES_ON = re.compile(r"(?:It|That|This|They|Es|Das|Dies|Eso|Esto|Cela|C['’]est|Ce sera)(?!\w)")


def breaches(text: str, rules: HouseRules) -> Iterator[Finding]:
    """Each figure above its limit, in a sentence that speaks of what is limited or goes on about it ("It is …"); an
    amount in a currency that none of the limits knows is for somebody to look at."""
    for limit in rules.limits:
        yield from _breaches(text, limit)
    yield from _uncounted(text, rules.limits)


def _breaches(text: str, limit: Limit) -> Iterator[Finding]:
    most = _most(limit)
    for first, last in _speaking(text, limit):
        for said in facts(text[first:last]).quantities:
            place = first + said.start
            over = said.unit == most.unit and said.high > most.high
            # "orders over £100 travel free" promises nobody £100; a limit on everything said looks at that too
            if over and not (limit.words and _GIVES.search(text[first:place])):
                yield Finding(
                    rule="policy_breach",
                    severity=Severity.BLOCK,
                    text=f"“{text[place : first + said.end].strip()}” is more than the {limit.name} allows"
                    f" ({limit.most}).",
                    span=(place, first + said.end),
                    remedy=f"Stay within {limit.most}, or ask somebody who may decide it.",
                )


def _uncounted(text: str, limits: Sequence[Limit]) -> Iterator[Finding]:
    """Amounts in a currency for which what is limited has no limit."""
    money = [limit for limit in limits if limit.words and _most(limit).kind is FaultKind.AMOUNT]
    counted: dict[tuple[int, int], set[str]] = {}
    for limit in money:
        for span in _speaking(text, limit):
            counted.setdefault(span, set()).add(_most(limit).unit)
    for (first, last), units in counted.items():
        for said in facts(text[first:last]).quantities:
            span = (first + said.start, first + said.end)
            if said.kind is FaultKind.AMOUNT and said.unit not in units and not _GIVES.search(text[first : span[0]]):
                yield Finding(
                    rule="policy_breach",
                    severity=Severity.WARN,
                    text=f"“{text[slice(*span)].strip()}” is in a currency that has no limit here.",
                    span=span,
                    remedy="Compare it with the limit yourself, or ask somebody who may decide it.",
                )


def _most(limit: Limit) -> Quantity:
    return facts(limit.most).quantities[0]


def _speaking(text: str, limit: Limit) -> Iterator[tuple[int, int]]:
    """The sentences that speak of what is limited, and those right behind that only point back."""
    about = re.compile("|".join(rf"(?<!\w){re.escape(word)}" for word in limit.words), re.IGNORECASE)
    money = bool(limit.words) and _most(limit).kind is FaultKind.AMOUNT
    before = False
    for first, last in _sentences(text):
        named = about.search(text, first, last) or (money and _PAYS_OUT.search(text, first, last))
        before = bool(named) or (before and _GOES_ON.match(text, first) is not None)
        if before:
            yield first, last


def _sentences(text: str) -> list[tuple[int, int]]:
    found: dict[int, tuple[int, int]] = {}
    for clause in clauses(text):
        first, _ = found.get(clause.sentence, (clause.start, clause.end))
        found[clause.sentence] = (first, clause.end)
    return list(found.values())


# ------------------------------------------------------------------

# Given or granted beyond the rules, vouched for in person, said to be certain.
_CURRENCY = r"%|[£$€]|per ?cent|prozent|por ciento|pour cent|pounds?|quid|euros?|dollars?"
_SUM = rf"(?:[£$€] ?\d[\d.,]*|\d[\d.,]* ?(?:{_CURRENCY}))"
_GIFT = r"(?:voucher|discount|credit|gutschein|rabatt|nachlass|vale|cupón|descuento|bon d['’]achat|remise|avoir)"
_GIVES_EN = (
    r"(?:i|we)(?:['’]ll| will| can| could|['’]ve| have)? (?:\w+ )?(?:give|given|gave|add|added|send|put|offer|apply)"
)
_I_WILL = r"(?:i|we)(?:['’]ll| will|['’]m going to)"
_SEES_TO = r"(?:see to it|make (?:absolutely |very )?(?:sure|certain))"
_OUTCOME = r"(?:arriv\w+|com(?:es|ing)|by \w+day|tomorrow|today|in time|gets? there|never|won['’]t)"
_GRANTED = (
    # English
    r"throw in|on the house|(?:this one is|it['’]s|that['’]s) on us|knock(?:ed)? [^.!?]{1,20} off",
    r"good ?will(?: gesture)?|as a (?:one-?off|gesture|thank[- ]you|special) ",
    r"(?:i|we)(?:['’]ve| have| had)? (?:just )?waived|waive (?:it|that|the|your)",
    rf"{_GIVES} (?:you |on |in |off |to |your |account |a |an |extra ){{0,4}}{_SUM}[^.!?]{{0,15}} (?:{_GIFT}|off|back)",
    r"(?:you have|i give you|take) my word|consider it done|rest assured(?:,)? (?:that )?(?:you|it|this|we)",
    rf"{_I_WILL} (?:personally )?{_SEES_TO} (?:that |it |your |you |the )[^.!?]{{0,60}}{_OUTCOME}",
    r"(?:i|we)(?: will|['’]ll)? personally (?:make|see|take|ensure|deliver)",
    r"(?:won['’]t|will not|will never) happen (?:to you )?again",
    r"(?:will|is going to) (?:definitely|certainly|surely) \w+",
    r"(?:i|we)(?:['’]ll| will) make an exception|(?:made|make|making) an exception (?:for you|this (?:once|time))",
    # German
    r"ich (?:sorge|kümmere mich|stehe) persönlich|(?:ich|wir) (?:gebe|geben) (?:ihnen|dir) (?:mein|unser) wort",
    rf"kulanz(?:halber)?|(?:legen?|geben?|schenken?|gewähren?) (?:wir|ich) (?:\w+ ){{0,3}}{_SUM}",
    rf"(?:wir|ich) (?:legen?|geben?|schenken?|gewähren?|schreiben?) (?:\w+ ){{0,4}}(?:{_SUM}|{_GIFT})",
    r"geht auf (?:uns|unsere kosten)|kommt (?:nie|nicht) (?:wieder|mehr) vor|machen wir (?:für sie )?eine ausnahme",
    r"ausnahmsweise (?:erlassen|verzichten|nehmen)|(?:erlassen|schenken) wir ihnen",
    # Spanish
    r"(?:me|nos) (?:encargaré|encargaremos|encargo) personalmente|(?:tiene|tienes) mi palabra|le perdon(?:o|amos)",
    rf"(?:le|te|os|les) (?:regal\w+|haré|haremos|hago|hacemos|damos|doy|añado) (?:\w+ ){{0,3}}(?:{_SUM}|{_GIFT})",
    r"corre (?:de|por) nuestra cuenta|no volverá a (?:pasar|ocurrir|suceder)|(?:haré|haremos|hacemos) una excepción",
    # French
    r"je m['’](?:en occupe|engage|occupe) personnellement|(?:vous avez|je vous donne) ma parole|geste commercial",
    rf"(?:je|nous) vous (?:offr\w+|fais|faisons|accord\w+|ajout\w+) (?:\w+ ){{0,3}}(?:{_SUM}|{_GIFT})",
    r"c['’]est (?:pour nous|offert)|(?:cela |ça )?ne se reproduira (?:plus|pas)",
    r"(?:je fais|nous faisons|ferai) une exception",
)
_PROMISES = re.compile(
    rf"(?<!\w)(?:{'|'.join(_GRANTED)})(?!\w)|"
    r"(?<!\w)(?:(?:we|i)(?: can| will|['’]ll)? (?:personally )?(?:guarantee|promise|assure you|vow|swear)"
    r"|(?:is|are|it['’]s|be) (?:fully |absolutely )?guaranteed(?! (?:for|by) )|guaranteed (?:to|delivery|refund|result)"
    r"|(?:we|i)(?: will|['’]ll| shall|['’]m going to| are going to) (?:(?:definitely|certainly|immediately|now"
    r"|gladly|also"
    r"|personally|fully) )*(?:refund|compensate|reimburse|credit|pay|waive|replace|make sure you (?:get|receive)"
    r"|give you|double)\b(?! (?:attention|back to you))|you(?: will|['’]ll) (?:definitely|certainly|absolutely"
    r"|surely) (?:get|receive|have)"
    r"|full compensation|at (?:no|any) cost to you|(?:absolutely|100 ?%) (?:sure|safe|certain|secure)|(?:zero"
    r"|no) risk|risk-free"
    r"|(?:will|can) never (?:happen|fail|break|go wrong)|no matter what(?: happens)?|without fail|whatever (?:it"
    r" takes|happens)"
    r"|(?:we are|i am|we['’]re) (?:entirely |fully )?(?:to blame|at fault)"
    r"|(?:cover|pay(?: for)?) all (?:of )?(?:your|the) (?:damages|losses|expenses)"
    r"|admit(?:ting)? (?:our |full |any |all )?(?:negligence|liability|fault|guilt|responsibility)"
    r"|we (?:are liable|accept (?:full )?(?:liability|responsibility)|take full responsibility)|(?:it is|it['’]s"
    r"|this is|was)"
    r" (?:entirely |all )?our (?:own )?fault|our (?:own )?negligence|free for life|for the rest of your life"
    r"|wir (?:garantieren|versprechen|haften)|ich (?:garantiere|verspreche)|garantiert(?! für)|wir erstatten"
    r" Ihnen (?:in jedem"
    r" Fall|sofort|garantiert)|auf jeden Fall (?:bekommen|erhalten)|es ist unsere Schuld|garantizamos|(?:le|te)"
    r" (?:garantizo"
    r"|prometo|prometemos)|prometemos|es culpa nuestra|sin ningún riesgo|nous (?:vous )?(?:garantissons|promettons)"
    r"|je vous (?:garantis|promets)|c['’]est (?:de )?notre faute|sans aucun risque)(?!\w)",
    re.IGNORECASE,
)
_SLANG = re.compile(
    r"(?<!\w)(?:gonna|wanna|gotta|dunno|kinda|sorta|lemme|ain['’]t|y['’]all|dude|bro|mate|buddy|pal|no worries|no probs"
    r"|no biggie|yep|nope|yup|yeah|cheers|ta|lol|lmao|omg|wtf|btw|fyi|tbh|imo|asap|thx|pls|plz|u r|ur|cuz|coz"
    r"|super easy"
    r"|chill|bummer|sucks|crap\w*|damn|hell|freaking|oops|whoops|my bad|stuff like that|hiya|sup|whatevs|krass"
    r"|geil|moin"
    r"|echt jetzt|kein Ding|null Problemo|guay|mola|tío|vale tío|ouais|truc de ouf|mec)(?!\w)",
    re.IGNORECASE,
)
_SORRY = re.compile(
    r"(?<!\w)(?:sorry|apologi[sz]e[sd]?|apolog(?:y|ies)|regret|forgive us|entschuldig\w+|tut (?:mir|uns) (?:sehr )?leid"
    r"|lo siento|lo sentimos|disculp\w+|perdón|désolée?s?|excus\w+|pardon|toutes nos excuses)(?!\w)",
    re.IGNORECASE,
)
_GROVEL = re.compile(
    r"(?<!\w)(?:(?:so|very|truly|deeply|incredibly|extremely|terribly),? (?:so |very )?sorry|a thousand apologies"
    r"|words cannot express|(?:deepest|sincerest|most sincere) apologies|beg (?:you|your) (?:for"
    r" )?(?:forgiveness|pardon)"
    r"|unendlich leid|mille excuses|mil disculpas)(?!\w)",
    re.IGNORECASE,
)
_BLAME = re.compile(
    r"(?<!\w)(?:you (?:should have|shouldn['’]t have|failed to|did not bother|didn['’]t bother|forgot to"
    r"|neglected|refuse to"
    r"|(?:obviously|clearly|apparently|simply) (?:did|have|don['’]t|didn['’]t|misunderst\w+|ignored)|must have"
    r" (?:broken|dropped"
    r"|done something))|your (?:own )?(?:fault|mistake|carelessness|negligence)|as (?:i|we) (?:already|have"
    r" already|clearly)"
    r" (?:told|said|explained|stated|informed)|as previously (?:stated|explained|mentioned)|if you had (?:read"
    r"|followed|listened)"
    r"|user error|calm down|you people|like we said|read the (?:manual|instructions) (?:properly|first|next time)"
    r"|Ihre (?:eigene )?Schuld|selbst schuld|Sie hätten|es culpa suya|debería haber|c['’]est (?:de )?votre faute"
    r"|vous auriez dû)(?!\w)",
    re.IGNORECASE,
)
_FORBIDDEN = re.compile(
    r"(?<!\w)(?:off the record|between (?:you and me|us)|(?:do not|don['’]t) tell (?:anyone|anybody|your bank"
    r"|the (?:police"
    r"|regulator|authorities))|this is (?:legal|medical|tax|financial|investment) advice|(?:i|we) (?:advise"
    r"|recommend) (?:that )?"
    r"you (?:to )?(?:sue|invest|stop taking)|you (?:do not|don['’]t) need (?:a lawyer|a doctor|an electrician)"
    r"|you (?:have no|don['’]t"
    r" have (?:any|a)) (?:legal )?rights?|you waive|(?:cannot|can['’]t) complain|no right to (?:complain"
    r"|withdraw|cancel)"
    r"|(?:(?:send|give|tell|share|reply with|e-?mail|text|confirm|provide|state|read(?: out)?)(?: (?:me|us))?(?: back)?"
    r"|what(?:['’]s| is| was)|reply with) (?:your|the) (?:full |complete |current |old )?"
    r"(?:passw[o0]rd|passcode|pin|cvv|cvc|security code|one-time code|two-step code|card number|recovery codes?)"
    r"|(?:nennen|senden|schicken|bestätigen|geben) Sie (?:uns |mir )?(?:bitte )?(?:Ihr|Ihre|das|die) (?:Passwort|PIN"
    r"|Kennwort|Kartennummer|Prüfnummer)|(?:díganos|envíenos|confirme|indique) su (?:contraseña|pin|clave)"
    r"|(?:donnez|envoyez|confirmez|indiquez)(?:-nous)? votre (?:mot de passe|code (?:pin|secret))"
    r"|sie haben kein(?:e)? recht\w*"
    r"|no tiene derecho|vous n['’]avez aucun droit)(?!\w)",
    re.IGNORECASE,
)
_NOT_BEFORE = re.compile(
    r"(?:\b(?:not|never|no|cannot|n['’]t|nobody|neither)\b|n['’]t)(?! worry\b)[^.!?]{0,45}$", re.IGNORECASE
)
_MOST_SORRY = 1


def promises(text: str) -> Iterator[Finding]:
    """What binds the company beyond its articles."""
    for match in _PROMISES.finditer(text):
        if not _denied(text, match):
            yield _finding(
                "risky_promise", Severity.BLOCK, match, "Promises something", "Say what the article says will happen."
            )


def tone(text: str) -> Iterator[Finding]:
    """Slang, blame and too many apologies, beside what the style card names itself."""
    for match in _SLANG.finditer(text):
        yield _finding("slang", Severity.WARN, match, "Slang", "Use the plain word.")
    for match in _BLAME.finditer(text):
        yield _finding("blame", Severity.WARN, match, "Blames the customer", "Say what happened, not who did it.")
    sorry = list(_SORRY.finditer(text))
    excess = sorry[_MOST_SORRY:] if not _GROVEL.search(text) else [*_GROVEL.finditer(text)]
    for match in excess[:1]:
        yield _finding(
            "over_apologising", Severity.WARN, match, "Apologises too much", "Apologise once, then say what helps."
        )


def phrases(text: str, rules: HouseRules, intent: str, language: str = "") -> Iterator[Finding]:
    """What must not be said to a customer, and what must be."""
    for match in _FORBIDDEN.finditer(text):
        if not _denied(text, match):
            yield _finding("forbidden_phrase", Severity.BLOCK, match, "Must not be said to a customer", "Leave it out.")
    for phrase in rules.forbidden:
        for match in re.finditer(rf"(?<!\w){re.escape(phrase)}(?!\w)", text, re.IGNORECASE):
            yield _finding("forbidden_phrase", Severity.BLOCK, match, "The house rules forbid it", "Leave it out.")
    yield from _required(text, rules, intent, language)


def _required(text: str, rules: HouseRules, intent: str, language: str) -> Iterator[Finding]:
    said = _even(text)
    for required in rules.required:
        about = any(re.search(rf"(?<!\w){re.escape(word.casefold())}", said) for word in required.words)
        phrase = required.text_in(language)
        if (about or (intent and intent in required.intents)) and _even(phrase) not in said:
            yield Finding(
                rule="missing_phrase",
                severity=Severity.WARN,
                text=f"A required phrase is missing: “{phrase}”",
                remedy="Add the phrase as it stands.",
            )


def _even(text: str) -> str:
    return " ".join(text.casefold().split())


def _denied(text: str, match: re.Match[str]) -> bool:
    """ "We cannot guarantee" promises nothing, "never send us your password" asks for none."""
    opened = max(text.rfind(mark, 0, match.start()) for mark in ".!?;\n")
    before = text[opened + 1 : match.start()]
    inside = re.match(r"\w+ (?:cannot|can['’]t|do not|don['’]t|will not|won['’]t)\b", match.group(), re.IGNORECASE)
    return inside is not None or _NOT_BEFORE.search(before) is not None


def _finding(rule: str, severity: Severity, match: re.Match[str], told: str, remedy: str) -> Finding:
    return Finding(rule=rule, severity=severity, text=f"{told}: “{match.group()}”.", span=match.span(), remedy=remedy)
