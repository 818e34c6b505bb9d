"""A sentence that is nearly a copy of its source: what differs then is told by counting."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from core.answer.contract.fact import Fault, FaultKind
from core.answer.contract.names import rival_words
from core.answer.contract.stated import direction, facts
from core.answer.contract.wording import MEASURES, negations, order_words
from core.knowledge.sentences import sentence_spans
from core.knowledge.synonyms import concepts

_COPY = 0.8  # share of all words of both that both have
_BARELY = 0.1  # a single sentence may be that much less alike than several together
_LIKE = 0.5  # … from where on a single word may be compared with the one in its place
_FREE = concepts("free extra charge cost additional gratis further fee kostenlos kostenfrei gratuit gratuito")
_PART = 0.5  # … or share of the words of the text, where it says a part of its source
# Too many other words say the same.
_SMALL = frozenset(
    """off out must have has get gets got need needs per one two new own use see let ask just also every each any all
    may keep hold store stay take give receive collect bring ship put""".split()  # noqa: SIM905 - words are read as a text
)
_FEW = 2  # words of a name that may be exchanged at once
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_VERBAL = re.compile(
    r"you|we|they|it|i|to|please|can|will|then|and|not|must|may|cannot|could|should|would|also|be|is|are|been|was|or|sie|wir"
    r"|es|zu|kann|können|bitte|puede|se|vous|nous|peut|il|don['’]t|doesn['’]t|can['’]t|won['’]t"
)
# What stands behind a noun and not behind a verb.
_NOUN_BEFORE = re.compile(
    r"\s(?:must|can|cannot|may|is|are|was|were|will|have|has|bought|sold|made|ordered|sent|paid|that|which|who)\b"
)
_FIRST_NOUN = re.compile(
    r"\s(?:[a-z]+\s)?(?:should|must|can|cannot|may|is|are|was|were|will|have|has|under|over|from|with|of|in)\b"
)
_LEADS = frozenset({"the", "a", "an", "your", "our", "der", "die", "das", "den", "el", "la", "los", "las", "le", "les"})
_NAME = re.compile(r"(?<=\w[\w,;)] )[A-ZÄÖÜ][\w-]+|(?<=\w )[A-ZÄÖÜ][\w-]+")


def find_miscopied(text: str, source: str, tongue: str) -> Iterator[Fault]:
    """What a near copy has too often or lost: a negation, an "only", a name in another's place."""
    model = _model(text, source)
    mine, theirs = concepts(text), concepts(model)
    near = _alike(mine, theirs)
    if near >= _LIKE or len(mine & theirs) >= _PART * len(mine):
        yield from _exchanged(text, model, tongue)
    if near < _COPY:
        return
    whole = (0, len(text))
    if _denials(text) != _denials(model):
        yield Fault(kind=FaultKind.NEGATION, span=whole, text="the source has another number of negations")
    if len(order_words("only", text)) != len(order_words("only", model)):
        yield Fault(kind=FaultKind.CONDITION, span=whole, text="“only” stands in one of the two alone")
    if _unlimited(text, model):
        yield Fault(kind=FaultKind.CONDITION, span=whole, text="the source sets a limit that is left out")
    names = _NAME if tongue != "de" else None
    for said, known in (
        (Counter(names.findall(text)), Counter(names.findall(model))) if names else (Counter[str](), Counter[str]()),
        (rival_words(text), rival_words(model)),
        (_values(text), _values(model)),
    ):
        extra, lost = said - known, known - said
        if extra and lost:
            yield Fault(
                kind=FaultKind.NAME, span=whole, text=f"“{min(extra)}” stands where the source has “{min(lost)}”"
            )
            return


def _denials(text: str) -> int:
    """ "Excludes it" denies as "does not cover it" does."""
    return len(negations(text)) + len(order_words("except", text))


def _model(text: str, source: str) -> str:
    """The sentence of the source, or the whole of it, that the text is most like."""
    mine = concepts(text)
    single = [source[a:b] for a, b in sentence_spans(source, 0, len(source))]
    best = max(single, key=lambda one: _alike(mine, concepts(one)), default=source)
    return best if _alike(mine, concepts(best)) + _BARELY >= _alike(mine, concepts(source)) else source


def _alike(mine: frozenset[str], theirs: frozenset[str]) -> float:
    return len(mine & theirs) / len(mine | theirs) if mine | theirs else 1.0


def _unlimited(text: str, model: str) -> bool:
    """A limit of the source ("over £50", "until 31 August") that the near copy leaves out."""
    mine, theirs = facts(text), facts(model)
    said = {(q.kind, value) for q in mine.quantities for value in (q.low, q.high)}
    if any(q.bound and (q.kind, q.high) not in said and (q.kind, q.low) not in said for q in theirs.quantities):
        return len(mine.quantities) < len(theirs.quantities)
    dates = [mark for mark in theirs.marks if mark.kind is FaultKind.DATE and direction(mark, model)]
    return bool(dates) and not any(mark.kind is FaultKind.DATE for mark in mine.marks)


def _exchanged(text: str, model: str, tongue: str) -> Iterator[Fault]:
    """One word put in the place of another between words that are the same: "students" for "members"."""
    mine, theirs = _told(text, tongue), _told(model, tongue)
    forms = [[word.key for word in words] for words in (mine, theirs)]
    for tag, a, b, c, d in SequenceMatcher(None, forms[1], forms[0], autojunk=False).get_opcodes():
        lost = [word for word in theirs[a:b] if word.key not in forms[0]]
        added = [word for word in mine[c:d] if word.key not in forms[1]]
        if len(added) == 1 and lost and added[0].led and lost[0].led:
            lost = lost[:_FEW]  # the rest is left out
        if tag != "replace" or not (0 < len(lost) <= _FEW and 0 < len(added) <= _FEW):
            continue
        old, new = lost[-1], added[-1]
        if old.verbal or new.verbal or any(word.key in _FREE for word in (*lost, *added)):
            continue
        yield Fault(
            kind=FaultKind.NAME,
            span=(new.start, new.end),
            text=f"“{new.text}” stands where the source has “{old.text}”",
        )
        return


@dataclass(frozen=True, slots=True, kw_only=True)
class _Word:
    text: str
    key: str
    start: int
    end: int
    led: bool  # behind an article
    verbal: bool  # stands where verbs stand, of which there are many for the same


def _told(text: str, tongue: str) -> list[_Word]:
    """The words that carry meaning, in order."""
    found: list[_Word] = []
    taken = facts(text).spans
    before = ""
    for match in _WORD.finditer(text):
        word = match.group()
        keys = (
            concepts(word)
            if len(word) > 2 and word.casefold() not in _SMALL and not any(a <= match.start() < b for a, b in taken)
            else frozenset()
        )
        if keys and not any(letter.isdigit() for letter in word) and min(keys) not in MEASURES:
            plain = word.casefold()
            verbal = (
                bool(_VERBAL.fullmatch(before))
                or plain.endswith(("ly", "ing", "ed"))
                or (not before and not plain.endswith("s") and not _FIRST_NOUN.match(text, match.end()))
                or (
                    tongue == "en"
                    and plain.endswith("s")
                    and bool(concepts(before))
                    and not _NOUN_BEFORE.match(text, match.end())
                )
            )
            found.append(
                _Word(
                    text=word, key=min(keys), start=match.start(), end=match.end(), led=before in _LEADS, verbal=verbal
                )
            )
        before = word.casefold()
    return found


def _values(text: str) -> Counter[str]:
    return Counter(f"{mark.kind} {mark.value}" for mark in facts(text).marks if mark.kind is FaultKind.TIME)
