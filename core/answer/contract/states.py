"""What has happened, in which order and with which sign, who pays and how, against the source."""

import re
from collections.abc import Iterator
from itertools import chain, islice

from core.answer.contract.quantities import Fault, FaultKind
from core.answer.contract.stated import facts
from core.answer.contract.turned import fault
from core.answer.contract.wording import bearers, turns
from core.knowledge.synonyms import concepts

# ------------------------------------------------------------------

_DONE = re.compile(
    r"(?<!\w)(?:(?:has|have) (?:already |now |just )*been|(?:is|are|was|were) (?:already|now)|was|were)"
    r"\s(?P<verb>\w{4,})",
    re.IGNORECASE,
)
_OPEN = re.compile(
    r"(?<!\w)(?:(?:ha(?:s|ve)|needs?|ought) to|must|will|can|may|should|shall|would|might|could)(?: first| still)? be"
    r"\s(?P<verb>\w{4,})|(?<!\w)(?:is|are|was|were) being\s(?P<being>\w{4,})",
    re.IGNORECASE,
)
_PAST = re.compile(
    r"(?<!\w)(?:has|have|is|are|was|were|once|after)(?: been| already| now)*\s(?P<verb>\w{4,})", re.IGNORECASE
)
_THEN = re.compile(
    r"[,.;]?\s(?:and\s|und\s|y\s|et\s)?(?:then|danach|dann|anschließend|luego|después|puis|ensuite)[,\s]+",
    re.IGNORECASE,
)
_COLD = re.compile(
    r"(?<![\w.,])(?<!\d\s)(?:[-−–]\s?|minus |below )(?P<value>\d+(?:[.,]\d+)?)\s?"
    r"(?:(?:to|and|bis|und|y|et|à|a)\s[-−–]?\d+\s?)?(?=°|degrees?|Grad|grados|degrés)",
    re.IGNORECASE,
)
_WARM = re.compile(r"(?P<value>\d+(?:[.,]\d+)?)\s?(?:°|degrees?|Grad|grados|degrés)", re.IGNORECASE)
_PAYING = re.compile(
    r"(?<!\w)(?:pay(?:ing|ment|ments)?|paid)(?: for \w+(?: \w+)?)? (?:by|with|via|using)\s(?P<means>[^.;]+)",
    re.IGNORECASE,
)
_MEANS = concepts("invoice card paypal transfer cheque cash voucher debit credit bitcoin klarna instalments")


_MOMENT = re.compile(
    r"(?<!\w)(?P<of>day|date|time|moment|month|end|start|beginning|place|country) of"
    r" (?:the |your )?(?P<what>[a-z]{4,})",
    re.IGNORECASE,
)
_INCLUDED = re.compile(r"(?<!\w)(?:is|are|comes?|be) (?:already |also )?included(?!\w)", re.IGNORECASE)
_EXTRA = re.compile(r"(?<!\w)(?:costs? extra|(?:extra|additional) (?:cost|charge|fee)|surcharge)(?!\w)", re.IGNORECASE)


def find_misplaced_states(text: str, source: str) -> Iterator[Fault]:
    """The first of these that the text has otherwise."""
    yield from islice(
        chain(
            _undone(text, source),
            _reversed(text, source),
            _unsigned(text, source),
            _borne(text, source),
            _other_means(text, source),
            _free_elsewhere(text, source),
            _other_moment(text, source),
        ),
        1,
    )


def _undone(text: str, source: str) -> Iterator[Fault]:
    """ "Has been approved" where the source says "has to be approved"."""
    still = {c for match in _OPEN.finditer(source) for c in concepts(match["verb"] or match["being"])}
    past = {c for match in _PAST.finditer(_OPEN.sub(" ", source)) for c in concepts(match["verb"])}
    for match in _DONE.finditer(text):
        if concepts(match["verb"]) & still - past and not turns(text) & {"if", "when", "after", "until", "before"}:
            yield fault(FaultKind.ACT, *match.span(), "the source does not say that it has been done")


def _reversed(text: str, source: str) -> Iterator[Fault]:
    """First what the source says comes then."""
    mine, theirs = _THEN.split(text), _THEN.split(source)
    if len(mine) != 2 or len(theirs) != 2:
        return
    (first, then), (before, behind) = map(concepts, mine), map(concepts, theirs)
    known = before ^ behind
    if first & known and then & known and first & known <= behind and then & known <= before:
        yield fault(FaultKind.CONDITION, 0, len(text), "the source has it in the other order")


def _unsigned(text: str, source: str) -> Iterator[Fault]:
    """-5 °C for 5 °C."""
    cold, warm = ({m["value"] for m in pattern.finditer(source)} for pattern in (_COLD, _WARM))
    plain = {m["value"] for m in _WARM.finditer(_COLD.sub("  ", source))}
    for match in _COLD.finditer(text):
        if match["value"] in warm and match["value"] not in cold:
            yield fault(FaultKind.UNIT, *match.span(), "the source has it above zero")
    left = _COLD.sub(lambda m: " " * len(m.group()), text)
    for match in _WARM.finditer(left):
        if match["value"] in cold and match["value"] not in plain:
            yield fault(FaultKind.UNIT, *match.span(), "the source has it below zero")


def _borne(text: str, source: str) -> Iterator[Fault]:
    mine, theirs = bearers(text), bearers(source)
    if mine and theirs and not mine & theirs:
        yield fault(FaultKind.PROMISE, 0, len(text), "the source says that somebody else pays")
    elif "free" in turns(text) and theirs == {"you"} and "free" not in turns(source):
        yield fault(FaultKind.PROMISE, 0, len(text), "the source says that the customer pays")


def _other_means(text: str, source: str) -> Iterator[Fault]:
    """A means of payment that is not among those that the source lists."""
    listed = [match["means"] for match in _PAYING.finditer(source)]
    known = concepts(source)
    for match in _PAYING.finditer(text):
        if listed and concepts(match["means"]) & _MEANS - known and "not" not in turns(text):
            yield fault(FaultKind.NAME, *match.span(), f"the source says “{listed[0].strip()}”")
            return


def _other_moment(text: str, source: str) -> Iterator[Fault]:
    """ "The day of booking" for "the day of travel", and what costs extra said to be included."""
    known = concepts(source)
    theirs = {match["of"].casefold() for match in _MOMENT.finditer(source)}
    for match in _MOMENT.finditer(text):
        if match["of"].casefold() in theirs and not concepts(match["what"]) & known:
            yield fault(FaultKind.CONDITION, *match.span(), "the source says it of another one")
    denied = turns(source) & {"not", "free"}
    if _INCLUDED.search(text) and _EXTRA.search(source) and not denied and not concepts("included") & known:
        yield fault(FaultKind.PROMISE, 0, len(text), "the source says that it costs extra")


def _free_elsewhere(text: str, source: str) -> Iterator[Fault]:
    """ "Standard delivery is free" where express is, and standard has a price."""
    if "free" not in turns(text):
        return
    pieces = [piece for piece in re.split(r"[.;\n]\s", source) if piece.strip()]
    free = [concepts(piece) for piece in pieces if "free" in turns(piece)]
    priced = [
        concepts(piece)
        for piece in pieces
        if "free" not in turns(piece)
        and any(q.kind is FaultKind.AMOUNT and not q.bound for q in facts(piece).quantities)
    ]
    said = concepts(text)
    for words in priced:
        if free and all(said & words - other and len(said & words) > 1 for other in free):
            yield fault(FaultKind.PROMISE, 0, len(text), "the source names a price for it")
            return
