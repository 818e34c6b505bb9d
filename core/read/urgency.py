"""How soon somebody must act, and the words that say so."""

import re
from collections.abc import Mapping, Sequence

from core.model.signals import Evidence, Scored, Urgency
from core.read.rule import Rule, fire_rules

HIGH = 1.0
RAISED = 0.5

_WORDS = (
    (
        "urgent",
        HIGH,
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
        HIGH,
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
RISKS_RAISED = frozenset({"legal_threat", "vulnerable_customer", "repeated_question", "formal_complaint", "churn"})


def urgency(text: str, *, risks: Sequence[Scored], intent: Scored, hints: Mapping[str, str], mood: float) -> Scored:
    """LOW, NORMAL or HIGH with the words that show it. `hints` maps an intent's name to its usual urgency."""
    if calm := _NOT_URGENT.search(text):
        return _scored(Urgency.LOW, 0.8, (_span(calm),))
    shown = fire_rules(RULES, text)
    points = sum(risk.confidence for risk in shown)
    evidence = [e for risk in shown for e in risk.evidence]
    for risk in risks:
        if risk.value in RISKS_URGENT | RISKS_RAISED:
            points += HIGH if risk.value in RISKS_URGENT else RAISED
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
    if points >= HIGH - 0.1:
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
