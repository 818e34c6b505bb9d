"""Frustration, anger, confusion, hesitation and urgency in a message, each with the words that show it."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from importlib import resources
from pathlib import Path

import numpy as np

from connectors.local.classifiers import ARRAYS, KernelHead, Views, grams, keep, load, train
from connectors.local.sentiment import MOODS, MoodWords
from connectors.local.sentiment import load_examples as feelings
from connectors.local.shipped import WithShipped
from connectors.local.written import read_plain
from core.model.signals import Evidence, Scored
from core.ports import Encoder, Vector

# ------------------------------------------------------------------
# Turns of phrase that show an emotion: figures for the head, and the words that a person is shown.

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


def find_phrases(emotion: str, text: str) -> tuple[Evidence, ...]:
    """The phrases that show it, in reading order."""
    plain = text[:_READ].replace("’", "'")
    spans = sorted({m.span() for pattern in _COMPILED[emotion] for m in pattern.finditer(plain) if m.group()})
    apart: list[tuple[int, int]] = []
    for start, end in spans:
        if not apart or start >= apart[-1][1]:
            apart.append((start, end))
    return tuple(Evidence(start=start, end=end, words=text[start:end]) for start, end in apart[:_SHOWN])


# ------------------------------------------------------------------

LEAST = 0.75  # of an emotion's examples are found, each judged without itself
CALM = 120  # neutral and happy sentences that stand for what shows none
PRESENT, ABSENT = 0, 1
_WORD = re.compile(r"[^\W\d_]{2,}")
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")


class EmotionModel:
    """`core.ports.EmotionReader`: a head for each emotion, trained from the lessons shipped beside this file at the
    first use, or loaded from `folder`."""

    def __init__(self, encoder: Encoder, *, folder: Path | None = None) -> None:
        self._encoder = encoder
        self._folder = folder
        self._heads: dict[str, KernelHead] = {}
        self._words = MoodWords(MOODS)

    def emotions(self, text: str) -> tuple[Scored, ...]:
        """The present ones, strongest first. `amount` is the degree, the confidence that it is there."""
        if not _WORD.search(text):
            return ()
        seen = self._views([text], self._encoder)
        found = []
        for name, head in self._ready().items():
            chances = head.chances(seen)
            if head.classify(chances)[0] == PRESENT:
                sure = min(1.0, float(chances[0][PRESENT]))
                found.append(self._scored(name, sure, text))
        return tuple(sorted(found, key=lambda emotion: -emotion.confidence))

    def warm(self) -> None:
        """Train or load now."""
        self._ready()

    @cached_property
    def name(self) -> str:
        """Changes whenever the answers would."""
        told = json.dumps([self._encoder.name, taught(), sorted(MOODS.items()), LEAST, CALM, _FEATURES])
        return f"emotions-{hashlib.sha256(told.encode()).hexdigest()[:12]}"

    def _scored(self, name: str, sure: float, text: str) -> Scored:
        evidence = find_phrases(name, text) or (_strongest(text),)
        return Scored(
            value=name, confidence=sure, label=name.capitalize(), evidence=evidence, made_by=self.name, amount=sure
        )

    def _views(self, texts: Sequence[str], encoder: Encoder) -> Views:
        figures = np.stack([self._words.figures(text) for text in texts])
        return Views(
            dense=(encoder.encode(texts), figures, np.stack([phrases(text) for text in texts])),
            wording=tuple(grams(text) for text in texts),
        )

    def _ready(self) -> dict[str, KernelHead]:
        if not self._heads:
            kept = {name: self._load(name) for name in EMOTIONS}
            whole = {name: head for name, head in kept.items() if head is not None}
            self._heads = whole if len(whole) == len(EMOTIONS) else self._train()
        return self._heads

    def _load(self, emotion: str) -> KernelHead | None:
        kept = load(self._folder / f"{self.name}-{emotion}.npz", ARRAYS) if self._folder else None
        return KernelHead.of(kept) if kept else None

    def _train(self) -> dict[str, KernelHead]:
        lessons = taught()
        texts = list(dict.fromkeys(text for rows in lessons.values() for text, _ in rows))
        # Most sentences are lessons of several emotions: looked at once.
        seen, place = self._views(texts, WithShipped(self._encoder)), {text: n for n, text in enumerate(texts)}
        heads = {}
        for name, rows in lessons.items():
            mine = seen.at(np.array([place[text] for text, _ in rows]))
            heads[name] = train(mine, [PRESENT if present else ABSENT for _, present in rows], 2, least=LEAST)
            if self._folder:
                keep(self._folder / f"{self.name}-{name}.npz", heads[name].arrays())
        return heads


_FEATURES = 2  # the version of what the head sees


def taught() -> Mapping[str, list[tuple[str, bool]]]:
    """The lessons of each emotion: its own, what misses the others narrowly, and sentences that show none."""
    folder = resources.files("connectors.local").joinpath("lessons_feelings")
    lessons = {name: read_plain(folder.joinpath(f"{name}.yaml")) for name in EMOTIONS}
    calm = [text for text, feeling in feelings() if feeling == "neutral"][:CALM]
    calm += [text for text, feeling in feelings() if feeling == "positive"][: CALM // 2]
    found: dict[str, list[tuple[str, bool]]] = {}
    for name in EMOTIONS:
        told = dict.fromkeys(lessons[name]["positive"], True)
        told |= dict.fromkeys(lessons[name]["negative"], False)
        others = [text for other in EMOTIONS if other != name for text in lessons[other]["negative"]]
        for text in (*others, *calm):
            # A sentence with the emotion's own words may well show it: no lesson either way.
            if text not in told and not find_phrases(name, text):
                told[text] = False
        found[name] = list(told.items())
    return found


def _strongest(text: str) -> Evidence:
    """Where no phrase is known: the longest sentence, which says most."""
    sentences = [match for match in _SENTENCE.finditer(text) if _WORD.search(match.group())]
    longest = max(sentences, key=lambda match: len(match.group()), default=None)
    start, end = longest.span() if longest else (0, len(text))
    start += len(text[start:end]) - len(text[start:end].lstrip())
    return Evidence(start=start, end=end, words=text[start:end])
