"""Turns of phrase that show an emotion: figures for the head, and the words that a person is shown."""

import re

import numpy as np

from core.model.signals import Evidence
from core.ports import Vector

EMOTIONS = ("frustration", "anger", "confusion", "hesitation", "urgency")
_PHRASES: dict[str, tuple[str, ...]] = {
    "frustration": (
        r"(?:so |very |really |a bit |pretty )?frustrat\w+|fed up|tired of|sick of|wits' end|giv(?:e|ing) up"
        r"|had enough"
        r"|los(?:e|ing) (?:my )?patience|running out of patience|exhaust(?:ed|ing)|exasperat\w+|disheartening"
        r"|ugh+|arg+h+"
        r"|driv(?:es?|ing) me (?:crazy|mad|nuts|insane|up the wall)|can't (?:deal|face|take)",
        r"(?:tried|followed|done|did) (?:everything|every step|all|it all)|no matter (?:what|how|which)"
        r"|nothing (?:i do|works"
        r"|helps|changes|has worked)|(?:getting|going) nowhere|(?:round )?in circles|back and forth"
        r"|back where i started"
        r"|no (?:further|progress)|lost count|over and over|what else (?:can|am|do)|keeps? \w+ing|shouldn't be this"
        r"|why (?:is it|is this|does it|is that|do i have to)(?: \w+)? (?:so|never|always)|just want",
        r"(?:third|fourth|fifth|sixth|\d+th|umpteenth) \w+|(?:\d+|three|four|five|six|ten|many"
        r"|several) (?:more )?times"
        r"|yet again|not (?:this )?again|still (?:not|nothing|no|won't|doesn't|isn't)|every time|passed (?:from"
        r"|around)",
        r"alles versucht|leid\b|genervt|ständig|probado de todo|harto|harta|tout essayé|marre|ras-le-bol",
    ),
    "anger": (
        r"(?:so |very |really |absolutely )?(?:angry|furious|livid|outrag\w+|fuming|enraged|infuriat\w+"
        r"|disgust\w+|incensed"
        r"|seething|mad at)|blood boil|beside myself|makes me (?:want to scream|sick)|hate (?:you|your)"
        r"|mad(?:dening)?",
        r"how dare|shame(?:ful)? on|(?:should be )?ashamed|disgrace\w*|scandal\w*|appalling|unacceptable|ridiculous"
        r"|what the (?:hell|heck|f\W*)|wtf|bull\w*|damn|bloody|hell|screw|shove|crap|are you (?:kidding"
        r"|serious)|one job"
        r"|some nerve|get your act together|demand|i want the name|enough!|stop (?:lying|treating|wasting)"
        r"|put up with",
        r"li(?:ed|ars?|es)\b|incompetent|idiots?|useless|stupid|thie(?:f|ves)|theft|stole\w*|steal\w*|robbery|crooks?"
        r"|scam(?:mers?)?|cheat(?:ed|s)?|con artists?|joke of|pathetic|arrogant|clowns?|worst|bankrupt"
        r"|treat(?:ed|ing)? (?:me|us)",
        r"frechheit|stinksauer|wütend|unverschämt|vergüenza|indignad[oa]|furios[oa]|scandaleux|furieu(?:x|se)|honte",
    ),
    "confusion": (
        r"(?:so |very |a bit |totally )?confus\w+|(?:don't|do not|dont|can't|cannot|didn't) (?:get|understand"
        r"|follow|see what|figure"
        r" out)|puzzled|baffl\w+|perplexed|bewildered|unclear|not clear|no idea|(?:a bit|you've"
        r"|you have) lost(?: me| here)?"
        r"|at a loss|none the wiser|head (?:or|and) tail|mixing|struggling to understand|(?:makes|make) (?:no"
        r"|any) sense",
        r"what (?:do you|does (?:that|this|it)|is (?:that|this) supposed to|exactly|am i (?:supposed"
        r"|meant))(?: \w+)*? (?:mean|do"
        r"|need)|wdym|(?:am i|are we) (?:supposed|meant) to|plain words|huh|come again|what now|which (?:one"
        r"|is right|of (?:the"
        r" )?(?:two|these|those))|so (?:do|which|when|what|is|are) \w+|do you mean|wait,? so|how can (?:that|it"
        r"|the)|contradict\w*"
        r"|says? (?:both|one thing|pending)|not sure (?:i follow|what|which|where|how)|explain",
        r"verstehe (?:das |ich )?nicht|verwirr\w+|no entiendo|confundid[oa]|ne comprends pas|comprends rien",
    ),
    "hesitation": (
        r"not (?:\w+ )?(?:sure|certain|convinced|ready|comfortable|decided)|unsure|undecided|hesita\w+"
        r"|reluctant|in two minds"
        r"|on the fence|wavering|torn|have (?:some |my )?doubts|doubtful|can't (?:make up my mind|decide)"
        r"|think (?:about it|it over)"
        r"|sleep on it|rather (?:not|wait)|don't know (?:if|whether|yet)|second thoughts|nervous|tempt(?:ed"
        r"|ing)|leaning",
        r"maybe|perhaps|possibly|might|i guess|i suppose|hm+|um+|idk|what if|(?:is it|it's"
        r"|worth) (?:really )?(?:safe|worth)"
        r"|worth it|before i (?:commit|decide|say|buy|press|order|sign|pay)|check with|talk to my"
        r"|change my mind|a catch|regret"
        r"|should i|convince me|hold off|no decision|wonder if|depends",
        r"nicht sicher|überlege|no estoy segur[oa]|pensar(?:lo|me)?|j'hésite|pas sûr",
    ),
    "urgency": (
        r"(?:very |really )?urgent(?:ly)?|asap|a\.s\.a\.p|as soon as possible|immediate(?:ly)?|emergency"
        r"|right (?:now|away)|at once"
        r"|straight away|hurry|quick(?:ly)?|prioriti[sz]e|(?:top|high) priority|time[- ](?:sensitive|critical)"
        r"|can(?:'t|not) wait"
        r"|time is running out|now!+|the sooner|this (?:very )?(?:moment|instant|minute)|don't let this wait"
        r"|help(?: me)? now",
        r"(?:by|before|until|for|need (?:it|this|them)) (?:today|tonight|tomorrow|noon|midnight|the weekend"
        r"|\w+day(?: morning)?|\d+"
        r" ?(?:am|pm)?)|(?:in|within) (?:the|an?|half an|two|three|ten|\d+) (?:next )?(?:hours?|minutes?|mins?)"
        r"|at the latest|only \w+"
        r" (?:days?|hours?|minutes?) left|deadline|last day|(?:leaves?|starts?|opens?|expires?|closes?"
        r"|arrives?) (?:in|at|on|tonight"
        r"|today|tomorrow|within)|(?:today|tonight|tomorrow)",
        r"(?:water|smoke|gas|leak\w*|flood\w*|fire|sparks?|burning)|stranded|locked out|standing (?:at|in"
        r"|outside)|losing (?:orders"
        r"|money|customers|sales)|every minute|standstill|(?:is|are|about to) (?:down|die|spoil)|newborn|baby"
        r"|insulin|medic\w+"
        r"|surgery|lives alone|using my (?:card|account)",
        r"dringend|sofort|eilt|schnellstmöglich|urgente|cuanto antes|para hoy|vite|d'urgence",
    ),
}
_COMPILED = {
    name: tuple(re.compile(rf"(?<!\w)(?:{phrase})(?!\w)", re.IGNORECASE) for phrase in phrases)
    for name, phrases in _PHRASES.items()
}
_LOUD = re.compile(r"\b[A-ZÄÖÜ]{2,}(?:\s+[A-ZÄÖÜ]{2,}){2,}\b|!{2,}|\?{2,}|(?:\?!|!\?)")
_CALM = re.compile(
    r"\b(?:no (?:rush|hurry)|not (?:urgent|angry|in a hurry)|whenever|take your time|when you have time"
    r"|now i (?:get|understand)"
    r"|at first|was (?:angry|furious|confused)|(?:i've|i have) decided|i'm sure|go ahead|thank(?:s| you)"
    r"|i understand)\b",
    re.IGNORECASE,
)
_READ = 5000
_SHOWN = 4


def phrases(text: str) -> Vector:
    """How often the phrases of each emotion occur, at most twice each, then loudness and calm."""
    plain = text[:_READ].replace("’", "'")
    patterns = [pattern for name in EMOTIONS for pattern in _COMPILED[name]] + [_LOUD, _CALM]
    return np.array([min(2, sum(1 for _ in p.finditer(plain))) for p in patterns], dtype=np.float32)


def shown(emotion: str, text: str) -> tuple[Evidence, ...]:
    """The phrases that show it, in reading order."""
    plain = text[:_READ].replace("’", "'")
    spans = sorted({m.span() for pattern in _COMPILED[emotion] for m in pattern.finditer(plain) if m.group()})
    apart: list[tuple[int, int]] = []
    for start, end in spans:
        if not apart or start >= apart[-1][1]:
            apart.append((start, end))
    return tuple(Evidence(start=start, end=end, words=text[start:end]) for start, end in apart[:_SHOWN])
