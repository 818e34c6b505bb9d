"""A statement of the source told without what limits it: "Delivery is free" for "Delivery is free over 50 EUR"."""

import re
from collections.abc import Iterator

from core.answer.contract.fact import Fault, FaultKind
from core.answer.contract.paired import fault
from core.answer.contract.stated import facts
from core.answer.contract.wording import MEASURES, turns
from core.knowledge.sentences import sentence_spans
from core.knowledge.synonyms import concepts

_TOLD = 0.75  # share of the statement's words that a text must have to be the statement
# These limit whatever they follow.
_ALWAYS = re.compile(
    r"\s(?:other than|subject to|in exchange for|against (?:a|an) |on condition|provided|as long as|unless|except"
    r"|once (?:the|you|your|we|our|it|they)|sobald|sofern|vorbehaltlich|siempre que|à condition|sous réserve)(?!\w)",
    re.IGNORECASE,
)
# These limit what is granted: a figure, or that it costs nothing.
_GRANTED = re.compile(
    r"\s(?:(?:for|für|para|pour) (?=(?!free|example|your?\b|this|that|it\b|up\b|more|at\b|now|sure)"
    r"(?:[a-zäöü-]+\s)?[a-zäöü-]*s\b"
    r"(?:\s[a-z]+)?(?:$|[.,;]|\s(?:above|over|under|below|from|with|who|that|in)\b))"
    r"|(?:on|for|with) (?:the|your|their|a) first\s"
    r"|(?:over|above|under|below|from|über|ab|unter|más de|plus de) (?=\D{0,5}\d)"
    r"|(?:bei|auf) (?:der|die|Ihre[rn]?) erste[nr]?\s|on the (?=mainland|island))",
    re.IGNORECASE,
)
_APART = re.compile(
    r"(?<!\w)(?:outside|other than|besides|außerhalb|fuera de|en dehors de|hors de"
    r"|(?:all|every|any|everywhere|anywhere|everyone|everybody)(?:\s\w+){0,2}\sbut)\s(?P<what>[^,.;]+)",
    re.IGNORECASE,
)
_ALSO = frozenset({"if", "when", "only", "after", "until", "before", "except", "some"})


def limits_left_out(text: str, source: str) -> Iterator[Fault]:
    """The first statement of the source that the text makes without its limit, or of what the source leaves out."""
    said, known = turns(text), concepts(text)
    for match in _APART.finditer(source):
        words = list(_words(match["what"]))
        if words and set(words) <= known and not _APART.search(text) and not said & {"not", "except", "only"}:
            yield fault(FaultKind.CONDITION, 0, len(text), f"the source says “{match.group()}”")
            return
    every = [source[a:b].strip() for a, b in sentence_spans(source, 0, len(source))]
    for statement in every:
        others = [other for other in every if other is not statement]
        if limit := _limit(text, statement, others):
            yield fault(FaultKind.CONDITION, 0, len(text), f"the source adds “{limit}”")
            return


def _limit(text: str, statement: str, others: list[str]) -> str:
    """What limits the statement, where the text is the statement without it."""
    grants = bool(facts(text).quantities) or "free" in turns(text)
    said = concepts(text)
    telling = _words(text)
    for pattern in (_ALWAYS, _GRANTED) if grants else (_ALWAYS,):
        for match in pattern.finditer(statement):
            head = re.split(r"[,;:]\s", statement[: match.start()].rstrip(" ,;"))[-1]
            tail = re.split(r"[,;]", statement[match.start() :])[0].strip(" .!?\n")
            own = _words(head)
            if not own or not telling or len(telling & own) < _TOLD * max(len(telling), len(own)):
                continue
            if turns(text) & _ALSO - turns(head) or said & concepts(tail) - concepts(head):
                continue  # told in other words, or in part
            if not any(telling <= _words(other) for other in others):
                return tail
    return ""


def _words(text: str) -> frozenset[str]:
    return frozenset(word for word in concepts(text) if not word[0].isdigit() and word not in MEASURES)
