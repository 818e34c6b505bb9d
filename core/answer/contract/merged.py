"""Words of one statement of the source with the figures, or the yes and no, of another."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from core.answer.contract.names import rival_places
from core.answer.contract.quantities import Fault, FaultKind
from core.answer.contract.stated import facts
from core.answer.contract.turned import fault
from core.answer.contract.wording import MEASURES, clauses, turns
from core.knowledge.synonyms import concepts

_UNIT = re.compile(r"[;\n]|(?<=[^\W_])[.!?](?=\s|$)|(?<=[%)€£])\.(?=\s|$)")
_PART = re.compile(
    r"[;\n]|(?<=[^\W_])[.!?](?=\s|$)|,?\s(?:and|but|while|whereas|und|aber|während|y|pero|et|mais)\s|, ", re.IGNORECASE
)
_REFERS = re.compile(
    r"(?<!\w)(?:it|its|they|their|theirs|them|this|that|these|those|one|ones|es|sie|ihn|diese[rsmn]?|dies|das|ella"
    r"|ellos|esto|eso|lo|la|las|los|elle|elles|il|ils|ceci|cela|celui|le|les|en|afterwards|then|danach|dann|después"
    r"|puis|ensuite)(?!\w)",
    re.IGNORECASE,
)
# Forms that the stemmer leaves apart.
_PRESENT = {"kept": "keep", "sent": "send", "held": "hold", "made": "make", "given": "give", "taken": "take"}
_AFTER = re.compile(
    r"\s*(?:after|once|before|until|nach|bevor|sobald|después de|antes de|après|avant)\s(?P<event>[^,]+?)"
    r"(?=,|\s(?:your|we|you|it|they)\s)",
    re.IGNORECASE,
)
_PASSIVE = re.compile(r"\s(?:is|are|was|were|be)(?: also| fully)?\s$", re.IGNORECASE)
_NOT = re.compile(r"(?:\bnot|n['’]t|\bnever)\s(?:be\s)?$", re.IGNORECASE)
_BY = re.compile(r"\s(?:by|in|under)\s", re.IGNORECASE)
_THEN = re.compile(r"\W*(?:after (?:that|this)|afterwards|then|danach|dann|después|luego|puis|ensuite|après)\b", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    text: str
    words: frozenset[str]
    figures: frozenset[tuple[str, str]]
    whole: frozenset[tuple[str, str]]  # with those that "after that" stands for
    lead: frozenset[str]  # words of the parts before, in the same sentence
    borrowed: frozenset[str]  # words of the piece before, where this one points back to it


def find_merged(text: str, source: str) -> Iterator[Fault]:
    """The first figure that the source states of something else, or opposite that it says of something else."""
    pieces, parts = _pieces(source, _UNIT), _pieces(source, _PART)
    if len(parts) < 2:
        return
    for clause in clauses(text):
        words = _telling(clause.text)
        figures = _figures(clause.text)
        if figures and (len(pieces) > 1 and _astray(words, figures, pieces, after="after" in turns(text))):
            yield fault(FaultKind.WORDS, clause.start, clause.end, "the source says this figure of something else")
            return
        if figures and (_exchanged(words, figures, parts) or _uprooted(_telling(text), figures, parts)):
            yield fault(FaultKind.WORDS, clause.start, clause.end, "the source says this figure of something else")
            return
    yield from _opposed(text, parts)
    yield from _unstaged(text, pieces)


def _unstaged(text: str, pieces: Sequence[_Piece]) -> Iterator[Fault]:
    """What comes "after the third attempt" or "after that" told as if it came at once, or of something else."""
    timed = bool(turns(text) & {"after", "before", "until", "when"})
    for clause in clauses(text):
        words = _telling(clause.text)
        for piece in pieces:
            event = _AFTER.match(piece.text)
            main = piece.words - _telling(event["event"]) if event else frozenset()
            if event and not timed and (len(words) > 1 or (words and _figures(clause.text))) and words <= main:
                yield fault(FaultKind.CONDITION, clause.start, clause.end, f"the source adds “{event.group().strip()}”")
                return
    then = [piece for piece in pieces if _THEN.match(piece.text)]
    said = _telling(text)
    if then and _THEN.match(text) and all(said & _others(piece, pieces) - piece.words for piece in then):
        yield fault(FaultKind.CONDITION, 0, len(text), "the source does not say this of what comes after")


def _others(piece: _Piece, pieces: Sequence[_Piece]) -> frozenset[str]:
    return frozenset[str]().union(*(other.words for other in pieces if other is not piece))


def _astray(
    words: frozenset[str], figures: frozenset[tuple[str, str]], pieces: Sequence[_Piece], *, after: bool
) -> bool:
    """No sentence of the source has both the figures and the words beside them, and others have those words."""
    known = frozenset[str]().union(*(piece.words for piece in pieces))
    bearing = [piece for piece in pieces if figures <= (piece.whole if after else piece.figures)]
    if not bearing:
        return False
    return all((words & known) - piece.words - piece.borrowed for piece in bearing)


def _exchanged(words: frozenset[str], figures: frozenset[tuple[str, str]], parts: Sequence[_Piece]) -> bool:
    """ "On Saturday from 8:00": the day of one part and the hours of another, which has hours of its own."""
    kinds = {kind for kind, _ in figures}
    bearing = [place for place, part in enumerate(parts) if part.figures & figures]
    for part in parts[max(bearing, default=len(parts)) + 1 :]:
        own = {figure for figure in part.figures if figure[0] in kinds}
        elsewhere = frozenset[str]().union(*(other.words for other in parts if other is not part))
        if own and not own & figures and words & (part.words - elsewhere):
            return True
    return False


def _uprooted(words: frozenset[str], figures: frozenset[tuple[str, str]], parts: Sequence[_Piece]) -> bool:
    """The figure without a single word of those that it stands among, but with words of another part."""
    bearing = [part for part in parts if part.figures & figures]
    if len(bearing) != 1:
        return False
    [part] = bearing
    elsewhere = frozenset[str]().union(*(other.words for other in parts if other is not part))
    own = part.words - elsewhere
    return len(own) >= 1 and not words & own and bool(words & (elsewhere - part.words))


def _opposed(text: str, parts: Sequence[_Piece]) -> Iterator[Fault]:
    """ "Open on holidays" where the source is open on weekdays and closed on holidays."""
    mine = rival_places(text)
    there = [(part, rival_places(part.text)) for part in parts]
    for key, (start, end) in mine.items():
        having = [part for part, keys in there if key in keys]
        against = [
            part
            for part, keys in there
            if key not in keys and any(group == key[0] and (group, place) not in mine for group, place in keys)
        ]
        if not having or not against or _NOT.search(text[:start]):
            continue
        with_it = frozenset[str]().union(*(part.words | part.lead for part in having))
        without = frozenset[str]().union(*(part.words for part in against))
        passive = _PASSIVE.search(text[:start]) if _BY.match(text, end) else None
        words = _telling(text[: passive.start()] if passive else text[end:]) or _telling(text)
        rival = concepts(text[start:end])
        if (words & without) - with_it - rival and not (words & with_it) - without - rival:
            yield fault(FaultKind.NEGATION, start, end, "the source says it of something else")
            return


@lru_cache(maxsize=2048)
def _pieces(source: str, breaks: re.Pattern[str]) -> tuple[_Piece, ...]:
    found: list[_Piece] = []
    place, lead = 0, frozenset[str]()
    for stop in [*breaks.finditer(source), None]:
        text = source[place : stop.start() if stop else len(source)]
        ended = stop is None or any(mark in stop.group() for mark in ".!?;\n")
        place = stop.end() if stop else place
        if not text.strip():
            continue
        figures = _figures(text)
        last = found[-1] if found else None
        then = last is not None and _THEN.match(text) is not None
        found.append(
            _Piece(
                text=text,
                words=_telling(text),
                figures=figures,
                lead=lead,
                whole=figures | last.whole if last is not None and then else figures,
                borrowed=last.words | last.borrowed if last is not None and _REFERS.search(text) else frozenset(),
            )
        )
        lead = frozenset() if ended else lead | found[-1].words
    return tuple(found)


def _figures(text: str) -> frozenset[tuple[str, str]]:
    read = facts(text)
    return frozenset(
        {
            (f"{q.kind} {q.unit}{min(concepts(q.noun), default='')}", str(value))
            for q in read.quantities
            if q.unit or q.noun
            for value in (q.low, q.high)
        }
        | {(str(mark.kind), mark.value) for mark in read.marks if mark.kind is FaultKind.TIME}
    )


def _telling(text: str) -> frozenset[str]:
    words = (word for word in concepts(text) if len(word) > 2 and not word[0].isdigit() and word not in MEASURES)
    return frozenset(_PRESENT.get(word, word) for word in words)
