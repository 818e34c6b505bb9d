"""Conditions, exceptions and before and after, against those of the source."""

import re
from collections.abc import Iterator, Sequence
from itertools import chain, islice

from core.answer.contract.fact import Fault, FaultKind
from core.answer.contract.paired import ALIKE, NEAR, Pairs, fault, telling
from core.answer.contract.stated import facts
from core.answer.contract.wording import MEASURES, Clause, order_words, turns
from core.knowledge.synonyms import concepts

_CONDITIONS = ("if", "only", "even")
_ORDER = ("before", "after", "until")
_ORDERS = (("before", "after"), ("after", "before"), ("until", "after"), ("until", "before"), ("before", "when"))
_OTHER_ORDER = re.compile(
    r"(?<!\w)(?:before|after|until|till|vor|nach|bis|bevor|nachdem|antes|después|hasta|avant|après)(?!\w)", re.I
)
_HANGING = re.compile(
    r"(?:if|unless|only|provided|as long as|so long as|except|excluding|apart from|even if|falls|sofern|wenn|nur|außer"
    r"|es sei denn|solange|ausgenommen|si|sólo|solo|siempre que|salvo|excepto|a menos|seulement|uniquement|sauf"
    r"|à moins|pourvu|à condition|subject to|but only|but not|aber nicht|pero no|mais pas|not |nicht |when you"
    r"|while)\b",
    re.IGNORECASE,
)
# "Wird die Rechnung nicht bezahlt, …", "Should it break, …": an if without the word
_INVERTED = re.compile(
    r"(?:^|[.!?]\s)(?:Wird|Werden|Ist|Sind|Hat|Haben|Sollten?|Möchten|Wollen|Kommt|Fehlt|Should|Were|Had)\s[^.!?]*,\s"
)
# "only support can unlock it" stands alone, "only if you ask" does not
_WHO_ALONE = re.compile(
    r"(?:only|nur|s[oó]lo|seuls?)\s(?!if\b|when\b|after\b|wenn\b|si\b)[^,]*?\s(?:can|may|is|are|must|will|has|have|kann"
    r"|darf|können|puede|pueden|peut|peuvent)\s",
    re.IGNORECASE,
)
_REACH = 3  # content words behind "before" that it may bear on
_RESTATED = 0.6
_STEM = 6  # letters that the forms of a word share: "beschädigt", "beschädigte"
_AT = re.compile(
    r"(?<!\w)(?:on|upon|at|bei|beim|a la|al|à la)\s(?:the\s|your\s)?"
    r"(?!least|most|once|first|last|that|this)([^\W\d_]{4,})",
    re.I,
)
_WHILE = re.compile(r"(?<!\w)(?:while|as long as|während|solange|mientras|pendant que|tant que)(?!\w)", re.I)
_LIMITED = re.compile(r"(?<!\w)(?:limited|restricted) to|beschränkt auf|limitad[oa]s? a|limitée?s? à", re.I)
_WORD = re.compile(r"\w+")


def conditioned(text: str, source: str, pairs: Pairs, theirs: Sequence[Clause]) -> Iterator[Fault]:
    """Conditions, exceptions and orders that only one of the two has; the first that is found."""
    said = turns(text)
    found = chain(
        _changed(pairs), _added(text, source, pairs), _misplaced(text, source), _dropped(text, said, pairs, theirs)
    )
    yield from islice(found, 1)


def _changed(pairs: Pairs) -> Iterator[Fault]:
    """ "If" for "unless", "before" for "after" in a clause that is otherwise the source's."""
    for clause, found in pairs:
        lone = "if" in clause.turns and not clause.turns & {"not", "except"}
        if lone and found and all("except" in other.turns for other in found):
            yield fault(FaultKind.CONDITION, clause.start, clause.end, "the source makes it the exception")
        for one, other in (("before", "after"), ("after", "before")):
            if one in clause.turns and found and all(one not in c.turns and other in c.turns for c in found):
                yield fault(FaultKind.CONDITION, clause.start, clause.end, f"the source says “{other}”")


def _added(text: str, source: str, pairs: Pairs) -> Iterator[Fault]:
    said, known = turns(text), set(turns(source))
    restated = all(_restates(clause, source) for clause, _ in pairs if "if" in clause.turns)
    if (
        restated
        or _INVERTED.search(source)
        or known & {"when", "only", "after"}
        or ("except" in known and "not" in said)
    ):
        known.add("if")
    if _LIMITED.search(source):
        known.add("only")
    for name in _CONDITIONS:
        if name in said and name not in known:
            yield fault(FaultKind.CONDITION, 0, len(text), f"“{name}” is not in the source")
    if "except" in said and not known & {"except", "not", "only"}:
        yield fault(FaultKind.CONDITION, 0, len(text), "the source makes no exception")


def _misplaced(text: str, source: str) -> Iterator[Fault]:
    said, known = turns(text), turns(source)
    if said & {"before", "after"} and not known & {"before", "after"} and _WHILE.search(source):
        yield fault(FaultKind.CONDITION, 0, len(text), "the source says “while”")
    for one, other in _ORDERS:
        if one in said and one not in known and other in known and other not in said:
            yield fault(FaultKind.CONDITION, 0, len(text), f"the source says “{other}”, not “{one}”")


def _dropped(text: str, said: frozenset[str], pairs: Pairs, theirs: Sequence[Clause]) -> Iterator[Fault]:
    """Conditions of the clauses that are quoted, and of those beside them in the same sentence, left out."""
    words = concepts(text)
    quoted = {p for p, other in enumerate(theirs) if not _hangs(other) and any(other in found for _, found in pairs)}
    for place in sorted(quoted):
        for beside in _beside(place, theirs):
            other = theirs[beside]
            if other.sentence != theirs[place].sentence:
                continue
            if beside == place and "only" in other.turns and not said & {"only", "not"}:
                yield fault(FaultKind.CONDITION, 0, len(text), f"the source adds “{other.text.strip()}”")
            if _hangs(other) and not _kept(other, words, said):
                yield fault(FaultKind.CONDITION, 0, len(text), f"the source adds “{other.text.strip()}”")


def _restates(clause: Clause, source: str) -> bool:
    """ "If you paid by card, …" over "Refunds to a card …": the words of the condition are the source's own."""
    telling = clause.words - MEASURES
    return "not" not in clause.turns and len(telling & concepts(source)) >= _RESTATED * len(telling) > 0


def _beside(place: int, theirs: Sequence[Clause]) -> list[int]:
    """The clause itself and its neighbours; one further back where a "when …" stands between."""
    near = [place - 1, place, place + 1]
    if place >= 2 and theirs[place - 1].text.casefold().startswith(("when", "wenn", "cuando", "lorsque")):
        near.append(place - 2)
    # "… except X, and Y": the exception belongs to what stands before it, not to Y
    return [p for p in near if 0 <= p < len(theirs) and not (p < place and theirs[place].joined)]


def _kept(clause: Clause, words: frozenset[str], said: frozenset[str]) -> bool:
    """Whether a condition is still told: most of its words, or half of them behind such a word."""
    if "only" in clause.turns and not said & {"only", "not"}:
        return False
    words_told = telling(clause)
    stems = {word[:_STEM] for word in words if len(word) >= _STEM}
    kept = [word for word in words_told if word in words or word[:_STEM] in stems]
    covered = len(kept) / len(words_told) if words_told else 1.0
    if "except" in clause.turns or "not" in clause.turns:
        return covered >= NEAR and bool(said & {"except", "not"})
    return covered >= ALIKE or (covered >= NEAR and bool(said & {"if", "when", "only", "after", "until", "before"}))


def _hangs(clause: Clause) -> bool:
    """A clause that limits its neighbour and does not stand alone."""
    return _HANGING.match(clause.text) is not None and _WHO_ALONE.match(clause.text) is None


def ordered(text: str, source: str) -> Iterator[Fault]:
    """The same event after "before" here and after "after" there."""
    mine, theirs = _orders(text), _orders(source)
    for order, word, start, end in mine:
        others = {other for other, same, _, _ in theirs if same == word}
        at = order != "until" and word in _moments(source) and not others
        if (others and order not in others) or at:
            yield fault(FaultKind.CONDITION, start, end, f"the source says “{min(others, default='on')}”")
            return


def _moments(source: str) -> frozenset[str]:
    """What the source says something happens on or at: "on delivery"."""
    return frozenset(concept for match in _AT.finditer(source) for concept in concepts(match[1]))


def _orders(text: str) -> list[tuple[str, str, int, int]]:
    """(before, after or until; a word behind it; where) for the next words of each."""
    found = []
    for name in _ORDER:
        for match in order_words(name, text):
            stop = re.search(r"[,.;:]", text[match[1] :])
            behind = text[match[1] : match[1] + stop.start()] if stop else text[match[1] :]
            behind = _OTHER_ORDER.split(behind)[0]
            dated = [(mark.start, mark.end) for mark in facts(text).marks]
            if any(a <= match[1] + 1 < b for a, b in dated):
                continue  # dates and times have their own check
            words = [concept for word in _WORD.findall(behind) for concept in concepts(word)][:_REACH]
            found += [(name, word, *match) for word in words if not word[0].isdigit()]
    return found
