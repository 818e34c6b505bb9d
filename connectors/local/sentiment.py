"""Feeling and mood of a message: a head over its sentence vector, VADER's scores, its turns of phrase and wording."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np

from connectors.local.classifiers import ARRAYS, KernelHead, Views, grams, keep, load, train
from connectors.local.language import is_foreign
from connectors.local.shipped import WithShipped
from core.model.signals import Evidence, Feeling, Scored
from core.ports import Encoder, LanguageReader, SentimentReader, Vector

# ------------------------------------------------------------------
# What the words of a text alone say about its mood: VADER's scores of the whole, its sentences and its turns.

READ = 5000  # characters; VADER takes time with the square of the words
_STRONG = 1.0  # a lexicon word weaker than this (of 4) is no evidence
_SHOWN = 5
_SCORED_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")
_TURN = re.compile(r"\b(?:but|however|although|though|except|yet)\b", re.IGNORECASE)
COMPOUND = 0  # where VADER's own score stands among the figures
FIGURES = 24


class MoodWords:
    """VADER with words added to its lexicon or weighed anew."""

    def __init__(self, extra: Mapping[str, float] | None = None) -> None:
        self.extra = dict(extra or {})

    def figures(self, text: str) -> Vector:
        """Shape (FIGURES,), each about -1 to 1; the first is VADER's compound score."""
        text = text[:READ]
        whole = self._vader.polarity_scores(text)
        compound = float(whole["compound"])
        shown = (compound, whole["neg"], whole["neu"], whole["pos"])
        figures = (*shown, *self._course(text, compound), *self._weights(text), abs(compound) < 0.05)
        return np.array(figures, dtype=np.float32)

    def evidence(self, text: str, feeling: Feeling) -> tuple[Evidence, ...]:
        """The lexicon's words that pull in the direction of the feeling, in reading order."""
        sign = {Feeling.NEGATIVE: -1, Feeling.POSITIVE: 1}.get(feeling, 0)
        found = [
            (abs(weight), Evidence(start=word.start(), end=word.end(), words=word.group()))
            for word in _SCORED_WORD.finditer(text)
            if (weight := self._vader.lexicon.get(word.group().casefold(), 0.0)) * sign >= _STRONG
        ]
        strongest = sorted(found, key=lambda pair: -pair[0])[:_SHOWN]
        return tuple(sorted((evidence for _, evidence in strongest), key=lambda e: e.start))

    def _course(self, text: str, compound: float) -> tuple[float, ...]:
        """How the sentences differ, and what stands before and after the last "but"."""
        sentences = [part for part in _SENTENCE.split(text) if part.strip()] or [text]
        scores = [self._compound(part) for part in sentences] if len(sentences) > 1 else [compound]
        turns = _TURN.split(text)
        after, before = compound, 0.0
        if len(turns) > 1:
            after, before = self._compound(turns[-1]), self._compound(turns[0])
        return min(scores), max(scores), scores[-1], scores[0], float(np.mean(scores)), after, before, len(turns) > 1

    def _weights(self, text: str) -> tuple[float, ...]:
        """The single words' weights, after VADER's negation and emphasis."""
        from vaderSentiment.vaderSentiment import SentiText

        parsed = SentiText(text)
        words = parsed.words_and_emoticons
        found: list[float] = []
        for place, word in enumerate(words):
            found = self._vader.sentiment_valence(0, parsed, word, place, found)
        weights = np.array(found or [0.0])
        up, down = weights[weights > 0], weights[weights < 0]
        loud = sum(word.isupper() and len(word) > 1 for word in words)
        return (
            *(up.sum() / 4, -down.sum() / 4, weights.max() / 4, weights.min() / 4, len(up) / 3, len(down) / 3),
            *(text.count("!") / 3, text.count("?") / 2, len(words) / 20, weights.sum() / max(1.0, len(words)) ** 0.5),
            loud / 3,
        )

    def _compound(self, text: str) -> float:
        return float(self._vader.polarity_scores(text)["compound"])

    @cached_property
    def _vader(self) -> Any:
        from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

        analyzer = SentimentIntensityAnalyzer()
        analyzer.lexicon.update(self.extra)
        return analyzer


# ------------------------------------------------------------------
# Turns of phrase by which customers show a grievance, or that it is over: what no lexicon of single words has.

_TIME = r"(?:seconds?|minutes?|mins?|hours?|hrs?|days?|nights?|evenings?|weeks?|months?|years?)"
_COUNT = r"(?:\d+|an?|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|several|many|ages|countless)"
_TURNS = {
    "repeated": r"(?:\b(?:second|third|fourth|fifth|sixth|seventh|2nd|3rd|\d+th|umpteenth|last|every|another|same)"
    r" (?:single )?(?:time|day|week|month|message|e-?mail|call|attempt|replacement|technician|fault|error"
    r"|problem|game"
    r"|update|evening|silence)\b|\b(?:yet )?again\b|\b(?:two|three|four|five|six|seven|\d+) (?:times|people|calls"
    r"|e-?mails|messages|tickets|attempts|different)\b|\btwice\b|\bin a row\b|\bkeeps? \w+ing\b"
    r"|\bhow many (?:more )?times"
    r"|\bonce more\b|\bdozen\b|\bover and over\b)",
    "waiting": rf"(?:\bstill (?:waiting|no|not|nothing|haven't|hasn't|isn't|broken|paying|the same)\b"
    rf"|\bwait(?:ed|ing)\b"
    rf"|\b(?:for|since|after|in|took|takes|day|week|over|been) (?:over |more than |almost )?{_COUNT}(?: more| full)?"
    rf" ?{_TIME}?\b|\bon hold\b|\bhung up\b|\bqueue\b|\bchas(?:e|ing)\b)",
    "ignored": r"\b(?:nobody|no one|no-one|not (?:one|a single)|never (?:came|called|rang|showed|answered"
    r"|replied|got|again)"
    r"|no (?:reply|answer|response|explanation|apology|reaction|news|warning)|without (?:an?y? )?(?:answer"
    r"|warning|notice"
    r"|asking|apology|a word|telling)|ignor(?:e|ed|es|ing)|unanswered|nothing (?:happens|happened|works|but"
    r"|has changed)"
    r"|didn't (?:show|come|call|care|bother|ring)|not listening|passed (?:around|from|on))\b",
    "promised": r"\b(?:promis(?:e|ed|es|ing)|(?:was|were|been) (?:told|assured|promised)|you (?:said|told|say"
    r"|claim(?:ed)?)"
    r"|supposed to|guarantee[ds]?|agreed|assured|advertised|should have been|expected)\b",
    "indignant": r"(?:\b(?:seriously|honestly|frankly|really think|how hard|how dare|how is (?:that|this|it)"
    r"|what kind of"
    r"|what (?:exactly )?am i paying|why (?:should|am|do|would|must) i (?:have|pay|paying|wait|need|still|even)"
    r"|do you even"
    r"|are you even|even reading|is (?:there )?any(?:one|body)|at all|when (?:exactly )?(?:will|were|are) you|so now"
    r"|and (?:you|now|nobody|still)|what do i have to|who checks|ashamed|unbelievable|speechless)\b|\?\?|!\?|\?!|!!)",
    "blame": r"\byou(?:'ve| have| people)?(?: \w+)? (?:lost|charged|sold|took|take|broke|ruined|cut|blocked"
    r"|deleted|closed"
    r"|keep|refuse|cancelled|changed|overcharged|locked|made me|made us|owe|call (?:this|that)|wasted|failed"
    r"|lied|let|send"
    r"|never|can't|won't|don't|did(?:n't| not)|shared|had my|want me)\b|\byour (?:mistake|error|fault|outage"
    r"|broken|failure"
    r"|excuses?|incompetence|silence)\b|\b(?:insult|rude|laughed|shrugged|lied|liars?|thie(?:f|ves)|robbery"
    r"|con\b|rip-?off)",
    "mocking": r"\b(?:thanks? (?:a lot |you )?for (?:nothing|closing|ruining|losing|wasting|locking|making me"
    r"|letting me wait"
    r"|not)|thanks to your|congratulations|well done|how (?:convenient|generous|nice|reassuring|lovely|kind"
    r"|thoughtful)"
    r"|love how|nice (?:try|of you to)|great job|good job|bravo|lucky me|impressive|what a (?:coincidence|joke"
    r"|surprise"
    r"|waste)|yeah right|of course|exactly what i needed|typical|apparently|top marks|valued customer|hilarious"
    r"|guess what)\b",
    "leaving": r"\b(?:never again|last time|elsewhere|somewhere else|money back|i'm done|i give up|forget it"
    r"|stay away"
    r"|zero stars|one star|review|recommend (?:you|this|it)? ?to no|cannot recommend|regret|competitors?"
    r"|switch(?:ing)?"
    r"|enough|fed up|sick of|tired of|had it|patience|losing|worst)\b",
    "harmed": r"\b(?:lost|ruined|wasted|waste|crying|cried|scared|afraid|worried|hurt|embarrass\w*|humiliat\w*"
    r"|fool|idiot"
    r"|upset|nightmare|stress\w*|sleep|birthday|wedding|holiday|flood(?:s|ed)?|cold all|took? (?:the|a) day off"
    r"|day off|standing|stood|slept|missed|stuck|stranded|ill|miss my)\b",
    "but": r"\b(?:but|although|though|yet|even though|instead|except|only to|shame)\b",
    "asking": r"^(?:(?:hi|hello|hey|good (?:morning|evening|afternoon))\b[\w ]*[,.!]* )?(?:how (?:do|can|long"
    r"|much|many|far|old)"
    r"|can (?:i|you|we|the|it)|could (?:i|you|we)|where (?:can|is|do|are)|what (?:is|are|does|do|time|happens)"
    r"|which|who do|when"
    r" (?:is|does|do|can|will)|is (?:it|there|the|my)|are (?:there|the|you)|do (?:you|i|we)|does (?:the|it)"
    r"|i(?:'d| would)"
    r" (?:like|need)|i(?:'m| am) (?:looking|interested|calling)|please|i (?:need|want) to)\b",
    "stating": r"\b(?:shows?|displays?|says|appears?|blinks?|blinking|offline|code|error \w?\d+|number|attached"
    r"|serial|model"
    r"|since (?:the|this|yesterday)|after the (?:last )?update|order \w*\d+|invoice|as discussed"
    r"|for your information)\b",
    "thanking": r"\b(?:thank(?:s| you)|thx|tysm|ty|ta|cheers|appreciat\w*|grateful|kudos|compliments?|praise"
    r"|pass on)\b",
    "solved": r"(?:\b(?:fixed|solved|resolved|sorted|(?:is|all|so) (?:gone|stable|settled)|no longer|no more"
    r"|(?:it |everything |that |which )?(?:works?|working|worked|runs?|running)(?: \w+)? (?:now|again|perfectly"
    r"|great|smoothly"
    r"|like|a treat|fine|first)|works!|all (?:good|set|done)|back (?:to normal|on|in my)|did the trick"
    r"|that worked|made my"
    r" (?:day|week)|saved|rescued|arrived safe|turned (?:it|up|around)|exactly what i (?:needed|wanted|was looking)"
    r"|(?:got|received|have) (?:my|the|it|them) (?:money |parcel |order )?(?:back|already|now|today)|at last"
    r"|finally (?:a|some"
    r"|the|it|my)|came (?:early|overnight|at last)|put(?:ting)? (?:it )?right|won me back"
    r"|without (?:any )?(?:fuss|me even"
    r"|asking twice)|no (?:fuss|drama|hassle|charge|questions asked))\b|!!! finally)",
    "praised": r"\b(?:(?:nothing|no) (?:to )?(?:complain|complaints?|but praise|fault|problems? at all)"
    r"|couldn't (?:fault|be happier"
    r"|have asked|do enough)|can't (?:fault|thank you enough|praise|wait to)|never (?:let|failed|disappoint"
    r"|had such|thought i'd"
    r"|expected)|hats off|above and beyond|credit (?:to|where)|five[- ]stars?|\d+/10|will (?:order|be back"
    r"|recommend|stay|come"
    r"|buy|definitely)|i'll (?:definitely|be back|stay)|(?:better|faster|quicker|sooner|easier|earlier) than"
    r"|so (?:kind|nice|glad"
    r"|happy|relieved|pleased|grateful|patient|helpful|quick|easy|fast|good)|relie(?:f|ved)|worth|thrilled"
    r"|impressed|delighted"
    r"|pleasure|pleasant\w*|legends?|star|gem|gold|bless|hug|kept (?:your|his|her|its) (?:word|promise)"
    r"|took (?:the|her|his) time"
    r"|the way you|how (?:quick|fast|friendly|easy|well)\w*|your (?:colleague|agent|team|technician|driver"
    r"|engineer|staff) (?:\w+"
    r" )?(?:was|were|is|found|knew|stayed|took|explained|fixed|made)|please (?:thank|tell|pass)|good (?:news"
    r"|job|work))\b",
    "once": r"\b(?:(?:was|were|had been) (?:angry|furious|fuming|annoyed|worried|upset|sceptical|skeptical"
    r"|afraid|wrong|ready to"
    r"|about to|stressed|panicking|nervous|dreading)|after (?:weeks|days|months|hours|all|a|the|two|three)"
    r"|at first|used to"
    r"|expected|i (?:nearly|almost)|had given up|despite|in the end|yesterday|earlier|bumpy|sorry (?:for|i was"
    r"|about))\b",
    "later": r"\b(?:in advance|i'll (?:try|wait|send|check|let)|let me (?:know|check)|would be (?:great|nice)"
    r"|hope you"
    r"|happy to (?:send|provide))\b",
    "unsolved": r"\b(?:doesn't|does not|didn't|did not|isn't|won't|can't|never|not|no|nothing|none|neither|nor)\b",
}
_PATTERNS = tuple(re.compile(pattern, re.IGNORECASE) for pattern in _TURNS.values())
TURNS = tuple(_TURNS)
_READ = 5000


def turns(text: str) -> Vector:
    """Shape (len(TURNS),): how often each kind of phrase occurs, at most twice."""
    plain = text[:_READ].replace("’", "'").strip()
    counts = [min(2, sum(1 for _ in pattern.finditer(plain))) for pattern in _PATTERNS]
    return np.array(counts, dtype=np.float32)


# ------------------------------------------------------------------
# Words of service conversations that VADER's lexicon lacks or weighs wrongly, from -4 to 4.

MOODS: dict[str, float] = {
    # en: what goes wrong with devices, orders and service
    "late": -1.5, "delayed": -1.6, "overdue": -1.6, "still": -0.6, "broken": -2.0, "faulty": -2.2,
    "defective": -2.3, "offline": -1.0, "unusable": -2.6, "unacceptable": -3.0, "ridiculous": -2.6,
    "ignored": -2.0, "waiting": -1.0, "refused": -1.5, "scam": -3.2, "rubbish": -2.5, "joke": -1.6,
    "overcharged": -2.2, "useless": -2.5, "fobbed": -2.4, "nobody": -0.9, "unhelpful": -2.2, "again": -0.5,
    "crashes": -1.6, "crashed": -1.6, "freezes": -1.2, "disconnects": -1.4, "gutted": -2.2, "fuming": -3.0,
    "appalling": -3.2, "shambles": -2.8, "incompetent": -2.8, "missing": -1.2, "wrong": -2.0,
    "seamless": 2.0, "sorted": 1.4, "brilliant": 3.0, "spot-on": 2.2, "flawless": 2.8,
    # VADER hears happiness in these; in a message to a service desk they are plain words
    "help": 0.0, "helps": 0.0, "please": 0.0, "like": 0.0, "support": 0.0, "care": 0.0, "alert": 0.0,
    "alarm": 0.0, "free": 0.0, "join": 0.0, "share": 0.0, "play": 0.0, "number": 0.0, "leak": -0.4,
    "security": 0.0, "safe": 0.3, "refund": 0.0, "return": 0.0, "cancel": -0.6, "warm": 0.0, "credit": 0.0,
}  # fmt: skip


# ------------------------------------------------------------------

FEELINGS = (Feeling.NEGATIVE, Feeling.NEUTRAL, Feeling.POSITIVE)
LABELS = {Feeling.NEGATIVE: "Negative", Feeling.NEUTRAL: "Neutral", Feeling.POSITIVE: "Positive"}
LEAN = 0.6
LEAST = 0.95  # of the upset customers among the examples are heard, each judged without itself
_WORD = re.compile(r"[^\W\d_]{2,}(?:['’][^\W\d_]+)?")


def views_of(texts: Sequence[str], encoders: Sequence[Encoder], words: MoodWords, *, service: bool = True) -> Views:
    """What the head sees of the texts; the same for our own examples and for anybody's labelled ones. Without `service`
    the turns of phrase are left out, which only messages to a service desk have."""
    vectors = [encoder.encode([text or " " for text in texts]) for encoder in encoders]
    figures = np.stack([words.figures(text) for text in texts])
    phrased = [np.stack([turns(text) for text in texts])] if service else []
    return Views(dense=(*vectors, figures, *phrased), wording=tuple(grams(text) for text in texts))


class SentimentModel:
    """VADER alone calls "third time my order is late and nobody helps!" happy; the vector alone misses "not great".

    Trained from the labelled sentences shipped beside this file, at the first use or loaded from `folder`."""

    def __init__(self, encoder: Encoder, *, folder: Path | None = None) -> None:
        self._encoder = encoder
        self._folder = folder
        self._head: KernelHead | None = None
        self._words = MoodWords(MOODS)

    def sentiment(self, text: str) -> tuple[Scored, float]:
        """The feeling, with the words that show it, and the mood from -1 to 1."""
        if not _WORD.search(text):
            return Scored(value=Feeling.NEUTRAL, confidence=0.5, label="Neutral", made_by=self.name), 0.0
        head = self._ready()
        seen = views_of([text], [self._encoder], self._words)
        chances = head.chances(seen)
        feeling = FEELINGS[int(head.classify(chances)[0])]
        negative, _, positive = (float(chance) for chance in chances[0])
        # The head knows which way it leans, VADER's compound score how strongly the words say so.
        compound = float(seen.dense[1][0][COMPOUND])
        mood = float(np.clip(LEAN * (positive - negative) + (1 - LEAN) * compound, -1, 1))
        scored = Scored(
            value=feeling,
            confidence=min(1.0, float(chances[0][FEELINGS.index(feeling)])),
            label=LABELS[feeling],
            evidence=self._evidence(text, feeling),
            made_by=self.name,
        )
        return scored, mood

    def warm(self) -> None:
        """Train or load now."""
        self._ready()

    @cached_property
    def name(self) -> str:
        """Changes whenever the answers would."""
        content = json.dumps([self._encoder.name, sorted(MOODS.items()), TURNS, load_examples(), LEAST])
        return f"sentiment-2-{hashlib.sha256(content.encode()).hexdigest()[:12]}"

    def _evidence(self, text: str, feeling: Feeling) -> tuple[Evidence, ...]:
        return self._words.evidence(text, feeling)

    def _ready(self) -> KernelHead:
        if self._head is None:
            self._head = self._load() or self._train()
        return self._head

    def _load(self) -> KernelHead | None:
        kept = load(self._folder / f"{self.name}.npz", ARRAYS) if self._folder else None
        return KernelHead.of(kept) if kept else None

    def _train(self) -> KernelHead:
        rows = load_examples()
        seen = views_of([text for text, _ in rows], [WithShipped(self._encoder)], self._words)
        head = train(seen, [FEELINGS.index(Feeling(label)) for _, label in rows], len(FEELINGS), least=LEAST)
        if self._folder:
            keep(self._folder / f"{self.name}.npz", head.arrays())
        return head


class RoutedSentiment:
    """`core.ports.SentimentReader`: English is read by one model, all other languages by another."""

    def __init__(self, language: LanguageReader, own: SentimentModel, others: SentimentReader) -> None:
        self._language, self._own, self._others = language, own, others

    def sentiment(self, text: str) -> tuple[Scored, float]:
        """The feeling, with the words that show it, and the mood from -1 to 1."""
        return (self._others if is_foreign(self._language, text) else self._own).sentiment(text)

    def warm(self) -> None:
        """Train or load the English model now."""
        self._own.warm()


def load_examples() -> list[tuple[str, str]]:
    """The labelled sentences that come with Handrail: (text, feeling)."""
    lines = resources.files("connectors.local").joinpath("sentiment.jsonl").read_text(encoding="utf-8")
    rows = [json.loads(line) for line in lines.splitlines() if line.strip()]
    return [(row["text"], row["label"]) for row in rows]
