"""The four axes of a turn: complexity, emotional weight, business risk, and how it is resolved."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.model.signals import Evidence, Scored, Urgency
from core.read.rule import Rule, compile_pattern, fire_rules
from core.read.turn_input import Heard, is_courtesy

# ------------------------------------------------------------------
# How soon somebody must act, and the words that say so.

URGENT = 1.0
RAISED = 0.5

_WORDS = (
    (
        "urgent",
        URGENT,
        r"(?:very |really |extremely |super )?urgent(?:ly)?|asap|a\.s\.a\.p\.?|immediate(?:ly)?|emergency"
        r"|right (?:now|away)|straight away|at once|time[- ]critical|top priority|this instant|no time"
        r"|dringend(?:st)?|eilt|sofort(?:ige)?|notfall|schnellstmöglich|so schnell wie möglich|umgehend"
        r"|unverzüglich"
        r"|urgente(?:mente)?|lo antes posible|cuanto antes|inmediatamente|emergencia|de inmediato"
        r"|d'urgence|au plus vite|dès que possible|immédiatement|tout de suite|urgence",
    ),
    (
        "deadline",
        RAISED,
        r"(?:by|before|until|till) (?:today|tonight|tomorrow|noon|midday|midnight|the weekend|christmas"
        r"|monday"
        r"|tuesday|wednesday|thursday|friday|saturday|sunday|end of (?:the )?(?:day|week)|eod"
        r"|\d{1,2}(?::\d{2})? ?(?:am|pm)"
        r"|the \d{1,2}(?:st|nd|rd|th)|my (?:wedding|birthday|holiday|flight|trip|move))"
        r"|(?:i am|i'm|we are|we're) (?:leaving|flying|travelling|traveling|moving"
        r"|away)(?: \w+){0,3}? (?:today|tonight|tomorrow|on \w+day)"
        r"|(?:need|needed|needs) (?:it|this|them|that)(?: \w+){0,3}? (?:today|tonight|tomorrow"
        r"|this (?:morning|afternoon|evening|week))"
        r"|(?:bis|vor) (?:heute|morgen|spätestens|freitag|montag|dienstag|mittwoch|donnerstag|samstag"
        r"|sonntag|ende der woche|weihnachten)"
        r"|heute noch|noch heute|antes de(?:l)? (?:hoy|mañana|lunes|martes|miércoles|jueves|viernes"
        r"|sábado|domingo|fin de semana)"
        r"|(?:avant|d'ici) (?:ce soir|demain|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche"
        r"|la fin de la semaine)",
    ),
    (
        "harm",
        URGENT,
        r"(?:water|leak(?:ing)?|flood(?:ed|ing)?|gas|smoke|smoking|fire|burn(?:ing|t)?|sparks?|sparking)"
        r" (?:is |are |was |keeps )?(?:everywhere|coming|pouring|running|dripping|alarm|smell|through"
        r"|all over|from|out|in the)"
        r"|smells? (?:of |like )?(?:gas|burning|smoke)|electric(?:al)? shock|overheat(?:s|ed|ing)?"
        r"|caught fire|exploded"
        r"|(?:no|without|hasn't had|haven't had) (?:any )?(?:heating|heat|hot water)(?: \w+){0,4}"
        r"|freezing(?: cold)?|(?:baby|newborn|infant|toddler|elderly|grandmother"
        r"|grandfather)(?: \w+){0,4} (?:cold|freezing|freezes|ill|sick|no heat)"
        r"|es brennt|rauch|gasgeruch|riecht nach (?:gas|verbrannt)|keine heizung|stromschlag"
        r"|wasser (?:läuft|kommt|steht|tropft)"
        r"|huele a (?:gas|quemado)|sin calefacción|humo|odeur de (?:gaz|brûlé)|sans chauffage|fuite d'eau",
    ),
    (
        "waiting",
        RAISED,
        r"(?:still|been) waiting|waited (?:for )?(?:\w+ )?(?:days|weeks|months|hours)"
        r"|(?:second|third|fourth|fifth|2nd|3rd|4th|5th|\d+th|last|umpteenth) (?:time|message|e-?mail"
        r"|attempt|request|reminder|warning)"
        r"|(?:no|any|without) (?:reply|answer|response)(?: (?:yet|since|for|so far))?|nobody (?:answers"
        r"|replies|responds|answered)"
        r"|seit (?:tagen|wochen|monaten)|keine antwort|zum (?:dritten|zweiten|vierten) mal"
        r"|llevo (?:días|semanas|meses) esperando|nadie (?:responde|contesta)"
        r"|(?:j'attends|attends) depuis|aucune réponse|sans réponse",
    ),
)
RULES = tuple(
    Rule(trigger=name, label=name.capitalize(), why="", patterns=(pattern,), confidence=weight)
    for name, weight, pattern in _WORDS
)
_NOT_URGENT = re.compile(
    r"(?<!\w)(?:not urgent|no rush|no hurry|whenever (?:you|suits)|when you have time|isn't urgent"
    r"|nicht (?:so )?eilig"
    r"|nicht dringend|eilt nicht|sin prisa|no es urgente|pas urgent|rien ne presse)(?!\w)",
    re.IGNORECASE,
)
# Four words in capitals in a row; fewer may be a product, a code or an abbreviation.
_LOUD = re.compile(r"\b[A-ZÄÖÜÉÈÁÍÓÚÑ]{2,}(?:[\s,]+[A-ZÄÖÜÉÈÁÍÓÚÑ]+){3,}\b")
_EXCLAIMED = re.compile(r"!{2,}|\?{3,}|(?:\?!|!\?)")
# Risks that make a turn urgent by themselves.
RISKS_URGENT = frozenset({"health_urgency", "fraud", "account_lockout"})
RISKS_RAISED = frozenset(
    {"legal_threat", "press", "vulnerable_customer", "repeated_question", "formal_complaint", "churn"}
)


def urgency(text: str, *, risks: Sequence[Scored], intent: Scored, hints: Mapping[str, str], mood: float) -> Scored:
    """LOW, NORMAL or HIGH with the words that show it. `hints` maps an intent's name to its usual urgency."""
    if calm := _NOT_URGENT.search(text):
        return _scored(Urgency.LOW, 0.8, (_span(calm),))
    shown = fire_rules(RULES, text)
    points = sum(risk.confidence for risk in shown)
    evidence = [e for risk in shown for e in risk.evidence]
    for risk in risks:
        if risk.value in RISKS_URGENT | RISKS_RAISED:
            points += URGENT if risk.value in RISKS_URGENT else RAISED
            evidence += risk.evidence
    shouted = [_span(m) for pattern in (_LOUD, _EXCLAIMED) for m in pattern.finditer(text)]
    if shouted:
        points += RAISED / 2
        evidence += shouted
    hint = hints.get(intent.value, Urgency.NORMAL)
    points += {Urgency.HIGH: RAISED, Urgency.LOW: -RAISED / 2}.get(Urgency(hint), 0.0) * intent.confidence
    points += RAISED / 2 if mood < -0.6 else 0.0
    return _scored(*_level(points, hint), tuple(_ordered(evidence)))


def _level(points: float, hint: str) -> tuple[Urgency, float]:
    if points >= URGENT - 0.1:
        return Urgency.HIGH, min(0.95, 0.6 + 0.2 * points)
    if points <= 0 and hint == Urgency.LOW:
        return Urgency.LOW, 0.6
    return Urgency.NORMAL, 0.7 - 0.3 * max(0.0, points)


def _ordered(evidence: Sequence[Evidence]) -> list[Evidence]:
    return [span for _, span in sorted({(e.start, e.end): e for e in evidence}.items())]


def _span(match: re.Match[str]) -> Evidence:
    return Evidence(start=match.start(), end=match.end(), words=match.group())


def _scored(level: Urgency, confidence: float, evidence: tuple[Evidence, ...]) -> Scored:
    return Scored(
        value=level, confidence=confidence, label=level.capitalize(), evidence=evidence, made_by="rule:urgency"
    )


# ------------------------------------------------------------------

LOW, HIGH = 0.34, 0.67
SHOWN = 6  # spans kept for each ground


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Something that adds `weight` to a degree; `says` names it for a person (`3 questions`)."""

    says: str
    weight: float
    evidence: tuple[Evidence, ...] = ()


def degree(value: str, grounds: Iterable[Ground], *, made_by: str, confidence: float = 0.8) -> Scored:
    """The fact `value`: amount from 0 to 1, label low, medium or high, and why."""
    weighty = sorted((g for g in grounds if g.weight), key=lambda ground: -ground.weight)
    amount = round(min(1.0, max(0.0, sum(ground.weight for ground in weighty))), 3)
    spans = {(e.start, e.end): e for ground in weighty for e in ground.evidence[:SHOWN]}
    return Scored(
        value=value,
        confidence=confidence,
        label="low" if amount < LOW else "medium" if amount < HIGH else "high",
        evidence=tuple(spans[key] for key in sorted(spans)),
        records=tuple(f"{ground.says} {ground.weight:+.2f}" for ground in weighty),
        amount=amount,
        made_by=made_by,
    )


MADE_BY = "rule:axes-1"

# ---------------------------------------------------------------- complexity

_STEPS = (
    r"(?<!do\x20)(?<!can\x20)(?<!should\x20)(?<!must\x20)(?:i|we)(?:'ve| have| had)? (?:already |also |just "
    r"|even )?(?:tried|reset|restarted|rebooted|re-?installed"
    r"|re-?paired|re-?added|removed|deleted|recreated|updated|replaced|exchanged|swapped|changed|cleared|called|checked"
    r"|moved|disconnected|unplugged|logged out|followed|did|restored|invited|cleaned|downloaded|measured)|(?:deleting"
    r"|recreating|re-?installing|restarting|resetting|re-?pairing|removing) (?:and|it|them|the)"
    r"|(?:habe|haben)(?: [\wäöüß]+){0,6} (?:zurückgesetzt|neu gestartet|gekoppelt|gewechselt|ersetzt|getauscht"
    r"|probiert|versucht|installiert|gelöscht)|(?:he|hemos) (?:probado|reiniciado|cambiado|reinstalado)"
    r"|j'ai (?:essayé|redémarré|changé|réinstallé|remplacé)"
)
_CONDITIONS = (
    r"if|unless|only (?:when|if|after|because|for)|except|but (?:only|not|when|if|then)|as soon as|whether|depends? on"
    r"|either|until|even though|although|the other way round|whereas|instead of|provided that|meanwhile"
    r"|as long as|otherwise|before or after|with and without|wenn|falls|nur wenn|außer|obwohl|während|si|a menos que"
    r"|aunque|sauf|bien que|alors que"
)
_FURTHER = (
    r"also(?=,? (?:i|we|the|my|our|your|whose|who|when|how|what|where|can|could|is|was|please|if|there|it|invoice"
    r"|order)\b)|on top of (?:that|this)|in addition|additionally|besides|another (?:thing|question|issue|problem"
    r"|point)"
    r"|(?:first|second|third|fourth)(?:ly)?,? (?:my|the|i|of|is|,)|finally|the (?:second|third|other) (?:one|thing"
    r"|issue|question)|furthermore|moreover|and (?:now|then) (?:the|my|it|there)|apart from that|plus,|as well as"
    r"|(?:two|three|four|five|several|a few|some) (?:things|questions|points|issues|problems|matters)|since then"
    r"|together with|at the same time|both|außerdem|zusätzlich|zudem|ferner|erstens|zweitens|además|también|en outre"
    r"|de plus|par ailleurs"
)
_PARTIES = (
    r"(?:the |my |our |your |her |his |their )?(?:installer|technician|electrician|plumber|landlord|landlady|tenants?"
    r"|bank|insur(?:er|ance)(?: company)?|courier|carrier|reseller|retailer|accountant|colleagues?|agent|employer|wife"
    r"|husband|partner|father|mother|son|daughter|brother|sister|neighbour|neighbor|lawyer|notary|police|buyer|seller"
    r"|moving company|admin|boiler (?:firm|company)|manufacturer|architect|builder|house ?mates?|flat ?mates?|school"
    r"|installateur|vermieter|mieter|bank|versicherung|techniker|casero|instalador|propriétaire|installateur)"
)
THINGS = (
    r"(?:thermostats?|hubs?|doorbells?|chimes?|sensors?|cameras?|bulbs?|bridges?|locks?|routers?|repeaters?|phones?"
    r"|tablets?|apps?|boilers?|receivers?|switch(?:es)?|transformers?|subscriptions?|plans?|invoices?|bills?|vouchers?"
    r"|refunds?|credit notes?|warrant(?:y|ies)|contracts?|accounts?|recordings?|schedules?|routines?|notifications?"
    r"|networks?|firmware|updates?|orders?|parcels?|labels?|points|logs?|deposit|insurance|passwords?|codes?|cards?"
    r"|prints?|devices?|batter(?:y|ies)|addresse?s?|users?|homes?|discounts?|cables?|alarms?|chargers?|displays?"
    r"|sensoren|zeitplan|rechnung(?:en)?|geräte?|kameras?|abo)"
)
_FIGURES = re.compile(
    r"(?<![\w.])(?:[A-Za-z]{1,4}-?\d[\w-]*|\d[\d.,:]*)(?:\s?(?:%|v|gb|eur|usd|gbp|€|£|\$))?", re.IGNORECASE
)
_TURNS_OF_EVENTS = (
    r"but (?:the|then|now|it|they|her|his|my|our|is|as)|and now|since (?:then|the|version|monday|\d|your|last|3|4|5)"
    r"|after (?:the|that|a)|then|which (?:then|only|was|should|had|did)|the one|says (?:that|the|it)|because|so that"
    r"|or does|and (?:if|what|whom|who|can|could|one|how|which)"
)
# (name, words, how many do not count yet, weight of each further one, at most)
_COMPLEX: tuple[tuple[str, str, int, float, float], ...] = (
    ("steps already tried", _STEPS, 0, 0.24, 0.60),
    ("conditions", _CONDITIONS, 0, 0.16, 0.60),
    ("further matters", _FURTHER, 0, 0.24, 0.60),
    ("other parties", _PARTIES, 0, 0.14, 0.50),
    ("things involved", THINGS, 2, 0.12, 0.60),
    ("turns of events", _TURNS_OF_EVENTS, 0, 0.10, 0.40),
)
_WORDS_FREE, _WORD_WEIGHT, _WORDS_MOST = 40, 0.003, 0.16
_FIGURES_FREE, _FIGURE_WEIGHT, _FIGURES_MOST = 1, 0.12, 0.50
_QUESTION_WEIGHT, _QUESTIONS_MOST = 0.16, 0.50
_SHORT, _SHORT_FACTOR = 25, 0.5  # words; a short text may be full of things and is still one thing


def complexity(text: str) -> Scored:
    """Several matters and things at once, conditions, steps already tried, figures, several parties."""
    counted = [_counted(text, *row) for row in _COMPLEX]
    words = len(text.split())
    figures = [_span(m) for m in _FIGURES.finditer(text)]
    questions = text.count("?")
    grounds = [
        *counted,
        Ground(
            says=f"{len(figures)} figures and references",
            weight=_weight(len({e.words for e in figures}), _FIGURES_FREE, _FIGURE_WEIGHT, _FIGURES_MOST),
            evidence=tuple(figures),
        ),
        Ground(says=f"{questions} questions", weight=_weight(questions, 1, _QUESTION_WEIGHT, _QUESTIONS_MOST)),
        Ground(says=f"{words} words", weight=_weight(words, _WORDS_FREE, _WORD_WEIGHT, _WORDS_MOST)),
    ]
    if words < _SHORT:
        grounds = [Ground(says=g.says, weight=g.weight * _SHORT_FACTOR, evidence=g.evidence) for g in grounds]
    return degree("complexity", grounds, made_by=MADE_BY)


def _counted(text: str, says: str, pattern: str, free: int, each: float, most: float) -> Ground:
    spans = [_span(match) for match in compile_pattern(pattern).finditer(text.replace("’", "'"))]
    different = {re.sub(r"^(?:the|my|our|your|her|his|their) |s$", "", e.words.casefold()) for e in spans}
    return Ground(
        says=f"{len(different)} {says}", weight=_weight(len(different), free, each, most), evidence=tuple(spans)
    )


def _weight(count: int, free: int, each: float, most: float) -> float:
    return round(min(most, max(0, count - free) * each), 3)


# ---------------------------------------------------------------- emotional weight and business risk

_ON_THE_HEART = {
    "health_urgency": 0.5, "vulnerable_customer": 0.45, "abuse": 0.3, "fraud": 0.25, "formal_complaint": 0.25,
    "legal_threat": 0.2, "churn": 0.15, "prior_dissatisfaction": 0.15, "account_lockout": 0.1, "repeated_question": 0.1,
}  # fmt: skip
_FELT = {"anger": 0.35, "frustration": 0.3, "confusion": 0.15, "hesitation": 0.1, "urgency": 0.1}
_OF_MOOD = 0.4
_AT_STAKE = {
    "legal_threat": 0.6, "health_urgency": 0.6, "press": 0.6, "fraud": 0.5, "high_risk_transaction": 0.4,
    "formal_complaint": 0.4,
    "churn": 0.3, "account_lockout": 0.2, "vulnerable_customer": 0.2, "negotiation": 0.15, "prior_dissatisfaction": 0.1,
    "abuse": 0.1,
}  # fmt: skip
_PUBLIC = (
    r"(?:bad|negative|one[- ]star|1[- ]star|honest|public) reviews?|(?:leave|write|post|publish)(?:ing)? (?:a|an|my"
    r"|this) (?:\w+ )?(?:review|post|article|video)|trust ?pilot|social media|twitter|facebook|instagram|tik ?tok"
    r"|reddit|youtube|the press|newspapers?|journalists?|go(?:ing)? viral|schlechte bewertung|presse|prensa"
)
_MONEY = re.compile(
    r"(?:[£€$]|\b(?:EUR|GBP|USD)\b)\s?(\d[\d.,]*)|(?<![\w.])(\d[\d.,]*)\s?(?:[£€$]|\b(?:EUR|GBP|USD|euros?|pounds?"
    r"|dollars?)\b)",
    re.IGNORECASE,
)
# Three places behind a point are thousands (12.500), unless no thousands begin like that.
_DECIMAL = re.compile(
    r"[+-]?(?:\d+(?:\.\d{1,2}|\.\d{4,})?|(?:0|\d{4,})\.\d{3})(?:e[+-]?\d{1,3})?", re.IGNORECASE | re.ASCII
)
_MOST_DIGITS = 15  # no sum of money has more; further ones would end in infinity
_SUMS = ((5_000.0, 0.4), (1_000.0, 0.3), (200.0, 0.15))
_WORTH = ((10_000.0, 0.25), (2_000.0, 0.15))
_OF_VIP = 0.2


def emotional_weight(heard: Heard) -> Scored:
    grounds = [
        *_risked(heard, _ON_THE_HEART),
        *(
            Ground(says=e.label or e.value, weight=round(_FELT.get(e.value, 0.0) * _amount(e), 3), evidence=e.evidence)
            for e in heard.emotions
        ),
        Ground(says=f"mood {heard.mood:+.2f}", weight=round(_OF_MOOD * max(0.0, -heard.mood), 3)),
    ]
    return degree("emotional_weight", grounds, made_by=MADE_BY)


def business_risk(heard: Heard, profile: Sequence[Scored]) -> Scored:
    """What a wrong answer may cost: the law, money, public standing, a valued customer."""
    public = tuple(_span(match) for match in compile_pattern(_PUBLIC).finditer(heard.text))
    largest, spans = _largest_sum(heard.text)
    worth = next((f.amount or 0.0 for f in profile if f.value == "lifetime_value"), 0.0)
    grounds = [
        *_risked(heard, _AT_STAKE),
        Ground(says="speaks of the public", weight=0.35 if public else 0.0, evidence=public),
        Ground(says=f"{largest:,.0f} in money", weight=_step(largest, _SUMS), evidence=spans),
        Ground(says=f"worth {worth:,.0f}", weight=_step(worth, _WORTH)),
        Ground(says="valued customer", weight=_OF_VIP if any(f.value == "vip" for f in profile) else 0.0),
    ]
    return degree("business_risk", grounds, made_by=MADE_BY)


def _risked(heard: Heard, weights: dict[str, float]) -> Iterable[Ground]:
    for risk in heard.risks:
        weight = round(weights.get(risk.value, 0.0) * risk.confidence, 3)
        yield Ground(says=risk.label or risk.value, weight=weight, evidence=risk.evidence)


def _amount(scored: Scored) -> float:
    return scored.confidence if scored.amount is None else min(1.0, scored.amount)


def _largest_sum(text: str) -> tuple[float, tuple[Evidence, ...]]:
    found = [(_money(match), _span(match)) for match in _MONEY.finditer(text)]
    return max((amount for amount, _ in found), default=0.0), tuple(span for _, span in found)


def _money(match: re.Match[str]) -> float:
    return figure(match.group(1) or match.group(2))


def figure(text: str) -> float:
    """1,234.50 and 1.234,50 alike, as people write sums; 0 for what is no figure, or more than money goes."""
    digits = re.sub(r"[^\d.,]", "", text).rstrip(".,")
    cents = re.search(r"[.,](\d{1,2})$", digits)
    whole = re.sub(r"[.,]", "", digits[: cents.start()] if cents else digits)
    if len(whole) > _MOST_DIGITS:
        return 0.0
    return float(f"{whole or 0}.{cents.group(1) if cents else 0}")


def amount(text: str) -> float:
    """A figure as a system keeps it: `83.3333`, `-500` and `1e4` are plain decimals; else as people write sums, the
    sign kept. 0 for what is no figure or has no end."""
    plain = text.strip()
    if _DECIMAL.fullmatch(plain):
        found = float(plain)
        return found if abs(found) < 10.0**_MOST_DIGITS else 0.0
    return -figure(plain) if re.match(r"\D{0,4}?[-−]", plain) else figure(plain)


def _step(amount: float, steps: Sequence[tuple[float, float]]) -> float:
    return next((weight for least, weight in steps if amount >= least), 0.0)


# ---------------------------------------------------------------- resolution pattern

_JUDGED = ("negotiation", "special_request", "exception", "formal_complaint", "legal_threat")
# In this order: the first that is found names the pattern.
_PATTERNS: tuple[tuple[str, float, str], ...] = (
    (
        "troubleshooting",
        0.8,
        r"(?:does(?:n't| not)|do(?:n't| not)|won't|will not|can't|cannot|stopped|isn't|is not|not) (?:\w+ )?(?:work\w*"
        r"|connect\w*|pair\w*|respond\w*|ring\w*|turn\w* on|start\w*|heat\w*|load\w*|update|recogni[sz]\w*|show\w*"
        r"|charg(?:e|ing)|log in|open)|offline|(?:an? |the )?error(?: code)?|frozen|crash\w*|broken|faulty|black"
        r"|keeps? (?:\w+ing)|fail(?:s|ed|ing)?|blink\w*|funktioniert nicht|geht nicht|no funciona|ne (?:fonctionne"
        r"|marche) pas|en panne|fehler(?:code)?",
    ),
    (
        "lookup",
        0.75,
        r"where(?:'s| is| are) (?:my|our|the) (?:\w+ )?(?:order|parcel|package|refund|delivery|invoice|replacement)"
        r"|(?:status|progress|tracking)(?: number)? (?:of|for)|has (?:my|our|the) (?:\w+ ){1,3}(?:shipped|arrived"
        r"|been)|when (?:will|do|does|is|should) (?:my|our|the|i)(?: \w+){0,4} (?:arrive|get|come|receive|delivered"
        r"|back|due)|any news|how many points|my balance|wo (?:ist|bleibt) mein\w*|dónde está|où est",
    ),
    (
        "action",
        0.75,
        r"(?:please|could you|can you|i(?:'d| would) like (?:you )?to|i want (?:you )?to|i need (?:you )?to|kindly)"
        r"(?: \w+){0,3}? (?:cancel|change|update|delete|remove|refund|send|resend|upgrade|downgrade|transfer|correct"
        r"|return|exchange|replace|book|move|stop|close|add|order|charge)|bitte(?: \w+){0,5} (?:kündigen|ändern"
        r"|löschen|stornieren|erstatten|schicken|senden)|(?:quiero|quisiera|puede) (?:cancelar|cambiar|devolver)"
        r"|(?:je veux|je voudrais|pouvez-vous) (?:annuler|changer|résilier)",
    ),
)


def resolution_pattern(heard: Heard) -> Scored:
    """Its label: answer, lookup, action, troubleshooting, judgement or conversation."""
    judged = next((risk for name in _JUDGED if (risk := heard.risk(name))), None)
    if judged is not None:
        return _pattern("judgement", judged.confidence, judged.evidence)
    if not heard.text.strip() or is_courtesy(heard.text):
        return _pattern("conversation", 0.9)
    for label, confidence, pattern in _PATTERNS:
        if match := compile_pattern(pattern).search(heard.text):
            return _pattern(label, confidence, (_span(match),))
    return _pattern("answer", 0.6)


def _pattern(label: str, confidence: float, evidence: tuple[Evidence, ...] = ()) -> Scored:
    return Scored(value="resolution_pattern", label=label, confidence=confidence, evidence=evidence, made_by=MADE_BY)
