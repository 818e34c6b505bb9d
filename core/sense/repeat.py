"""The same question again: a customer who repeats themselves was not helped."""

import re
from collections.abc import Sequence

from core.model.signals import Evidence, Scored
from core.ports import Encoder
from core.sense.rule import Rule, fired
from core.sense.stems import content

LABEL = "Asks the same again"
_SAME_WORDS = 0.6  # share of the shorter question's content words found in the other
_SAME_MEANING = 0.8
_FEWEST = 3  # content words; shorter turns ("and now?") repeat by accident
SAID = Rule(
    trigger="repeated_question",
    label=LABEL,
    why="The customer repeats a question: the last answer did not help.",
    patterns=(
        r"(?:i|we) (?:have |'ve )?(?:already|just) (?:asked|told|said|explained|sent|answered|tried"
        r"|written|wrote|done)(?: \w+){0,4}",
        r"as i (?:said|wrote|explained|mentioned|told)(?: \w+){0,2}|(?:like|once) again,? (?:i|my|where"
        r"|when|how|what|why)",
        r"(?:i|we) (?:am|are|'m|'re) asking (?:again|for the \w+ time)|asked (?:\w+ ){0,4}(?:twice"
        r"|three times|before|already|again)",
        r"(?:you|that) (?:did not|didn't|does not|doesn't|haven't|have not) (?:actually )?(?:answer"
        r"|answered|help|helped|answering)(?: \w+){0,3}",
        r"(?:same|that is not my|that's not my|not what i) (?:question|asked|problem) ?(?:again|still)?"
        r"|still (?:the )?same (?:problem|issue|question)",
        r"(?:second|third|fourth|fifth|2nd|3rd|4th|5th|umpteenth) time (?:i|we|that i|i'm"
        r"|i've)(?: \w+){0,3}",
        r"(?:habe|hatte) (?:ich )?(?:doch |ja )?(?:schon|bereits)(?: \w+){0,3}? (?:gefragt|geschrieben"
        r"|gesagt|erklärt|geschickt)",
        r"wie (?:schon |bereits )?gesagt|(?:nochmal|noch einmal|erneut):|zum (?:zweiten|dritten|vierten"
        r"|wiederholten) mal",
        r"ya (?:les? |os )?(?:pregunté|he preguntado|dije|he dicho|expliqué)|como (?:ya )?dije"
        r"|por (?:segunda|tercera|cuarta|enésima) vez",
        r"(?:j'ai|je l'ai) déjà (?:demandé|dit|expliqué|posé|écrit)|comme (?:je l'ai )?(?:déjà )?dit"
        r"|pour la (?:deuxième|troisième|énième) fois",
    ),
    confidence=0.85,
)
_QUESTION = re.compile(r"[^.!?\n]+[.!?]*")


def repeated(text: str, earlier: Sequence[str], encoder: Encoder | None = None) -> Scored | None:
    """The risk `repeated_question`, when the customer says so or asks what they asked in an earlier turn."""
    said = fired((SAID,), text)
    if said:
        return said[0]
    words = content(text)
    if len(words) < _FEWEST:
        return None
    for turn in earlier:
        likeness = max(_overlap(words, content(turn)), _nearness(text, turn, encoder))
        if likeness >= 1:
            return _again(text, min(0.9, 0.7 + 0.1 * likeness))
    return None


def _overlap(now: frozenset[str], before: frozenset[str]) -> float:
    """1 or more where the two share enough content words."""
    if min(len(now), len(before)) < _FEWEST:
        return 0.0
    return len(now & before) / len(now | before) / _SAME_WORDS


def _nearness(text: str, turn: str, encoder: Encoder | None) -> float:
    if encoder is None:
        return 0.0
    now, before = encoder.encode([text, turn])
    return float(now @ before) / _SAME_MEANING


def _again(text: str, confidence: float) -> Scored:
    return Scored(
        value="repeated_question",
        confidence=confidence,
        label=LABEL,
        evidence=(Evidence(start=0, end=len(text), words=text),),
        made_by="rule:repeated_question",
    )
