"""Negations, conditions and promises of a sentence against those of its source, clause by clause."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice, pairwise

from core.answer.contract.quantities import Fault, FaultKind
from core.answer.contract.stated import facts
from core.answer.contract.wording import (
    ACTION,
    DONE,
    MEASURES,
    PROMISE,
    Clause,
    bearers,
    clauses,
    negations,
    order_words,
    turns,
)
from core.knowledge.synonyms import concepts
from core.text.stems import stem

# ------------------------------------------------------------------
# What is denied: each negation with the words that it bears on, in the text and in its source.

_PLAIN_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_REACH_OF_NEGATION = 4  # content words behind a negation that it may bear on
_STOP = re.compile(
    r"[.;:!?|\n]|, |\s(?:but|aber|sondern|pero|sino|mais|because|weil|porque|if|unless|when|after|before)\s"
)
# "not possible to pause" denies the pausing
_HOLLOW = frozenset(
    concept
    for word in [
        "possible",
        "able",
        "allow",
        "permit",
        "need",
        "require",
        "necessary",
        "available",
        "have",
        "charge",
        "offer",
        "make",
        "take",
        "give",
        "möglich",
        "erlaubt",
        "nötig",
        "posible",
        "necesario",
        "possible",
        "nécessaire",
        "any",
        "extra",
        "anything",
        "automatically",
    ]
    for concept in concepts(word)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Denial:
    """`head` is the first word that is denied, `reach` it and those behind it."""

    start: int
    end: int
    head: str
    reach: frozenset[str]


@lru_cache(maxsize=4096)
def denials(text: str, tongue: str) -> tuple[Denial, ...]:
    return tuple(_denial(text, start, end, tongue) for start, end in negations(text))


def _denial(text: str, start: int, end: int, tongue: str) -> Denial:
    stop = _STOP.search(text, end)
    behind = _contents(text[end : stop.start() if stop else len(text)])
    if tongue == "fr":  # ne couvre pas
        ahead = re.search(r"(?:\bne |\bn['’])([\w'’ ]{2,30})$", text[:start])
        behind = _contents(ahead[1]) + behind if ahead else behind
    if tongue == "de" and not behind:
        behind = _contents(text[:start])[-2:]
    solid = [word for word in behind if word not in _HOLLOW] or behind
    return Denial(start=start, end=end, head=solid[0] if solid else "", reach=frozenset(solid[:_REACH_OF_NEGATION]))


def _contents(text: str) -> list[str]:
    return [concept for word in _PLAIN_WORD.findall(text) for concept in concepts(word)]


# ------------------------------------------------------------------
# Which clause of the source a clause of the text is about.

NEAR = 0.5  # share of a clause's words that another must have to be about the same
ALIKE = 0.7  # … to say the same

# Words of content to the stemmer alone.
_HOLLOW_IN_PAIRS = frozenset({"ihr", "ihnen", "their", "su", "vous", "votre", "nous"}) | frozenset(
    concept
    for word in ["you'd", "you'll", "you're", "you've", "we'd", "we'll", "we're", "we've", "it's", "they're", "that's"]
    for spelt in (word, word.replace("'", "’"))
    for concept in concepts(spelt)
)

Pairs = Sequence[tuple[Clause, list[Clause]]]


def counterparts(clause: Clause, theirs: Sequence[Clause]) -> list[Clause]:
    """The source's clauses that share the most words with this one; several when it is a tie, none when few."""
    words = telling(clause)
    if not words:
        return [other for other in theirs if clause.words and other.words == clause.words]
    shared = [len(words & other.words) for other in theirs]
    most = max(shared, default=0)
    if not words or most / len(words) < NEAR:
        return []
    return [other for other, count in zip(theirs, shared, strict=True) if count == most]


def telling(clause: Clause) -> frozenset[str]:
    """Its words without numbers and units, whose values are compared elsewhere."""
    return frozenset(word for word in clause.words if not word[0].isdigit() and word not in MEASURES | _HOLLOW_IN_PAIRS)


def fault(kind: FaultKind, start: int, end: int, text: str) -> Fault:
    """A fault of the characters from start to end."""
    return Fault(kind=kind, span=(start, end), text=text)


# ------------------------------------------------------------------

_FAILS = re.compile(
    r"(?<!\w)(?:fail\w*|declin\w*|refus\w*|reject\w*|missing|lost|broken|closed|stop\w*|end(?:s|ed)?)(?!\w)", re.I
)
_EXTRA = re.compile(r"(?<!\w)(?:costs? extra|extra (?:cost|charge|fee)|charged separately)(?!\w)", re.IGNORECASE)
_INCLUDED = concepts("included")
_WORD = re.compile(r"\w+")
_EACH = re.compile(r"\s\d")  # "every 90 days"
_FAR = 4  # words behind "any" in the source that may be what it speaks of
# Behind a noun: only some of them are meant.
_NARROWS = frozenset(
    {"bought", "sold", "ordered", "made", "purchased", "paid", "booked", "that", "which", "who", "with", "without"}
)


def find_turned(text: str, source: str, tongue: str) -> Iterator[Fault]:
    """Every place where the text says no, if, only, before or must, and the source does not; or the other way round."""
    mine, theirs = clauses(text), clauses(source)
    pairs = [(clause, counterparts(clause, theirs)) for clause in mine]
    yield from _denied(text, source, pairs, tongue)
    yield from find_conditions(text, source, pairs, theirs)
    yield from find_reordered(text, source)
    yield from find_promises(text, source)
    yield from _modal(pairs)
    yield from _quantified(text, source)


def _denied(text: str, source: str, pairs: Pairs, tongue: str) -> Iterator[Fault]:
    mine, theirs = denials(text, tongue), denials(source, tongue)
    left = list(theirs)
    for denial in mine:
        match = max(left, key=lambda other: len(denial.reach & other.reach), default=None)
        supposed = any("if" in c.turns and c.start <= denial.start < c.end for c, _ in pairs)
        if not supposed and _affirmed_whole(denial, theirs, source) and not (match and denial.reach <= match.reach):
            yield fault(FaultKind.NEGATION, denial.start, denial.end, "the source says that it is so")
            return
        if match is not None and denial.reach & match.reach:
            left.remove(match)  # one denial of the source bears out one of the text
        elif not _otherwise(denial, theirs, text, source):
            yield fault(FaultKind.NEGATION, denial.start, denial.end, "the source does not deny it")
            return
    reached = frozenset().union(*(denial.reach for denial in mine))
    said = concepts(text)
    for denial in theirs:
        dropped = denial.head in said and not _affirmed(denial.head, source, theirs)
        whole = len(denial.reach) > 1 and denial.reach <= said and not _affirmed_whole(denial, theirs, source)
        if denial.head not in reached and (dropped or whole):
            yield fault(FaultKind.NEGATION, 0, len(text), f"the source denies it: “{_words(source, denial)}”")
            return
    for clause, found in pairs:
        denies = "not" in clause.turns
        if not denies and all(_borne_out(other, theirs, left) for other in found):
            continue
        if (
            found
            and all(("not" in other.turns) != denies for other in found)
            and not (denies and _excepted(clause, source))
            and (tongue == "de" or _close(clause, found))
        ):
            yield fault(FaultKind.NEGATION, clause.start, clause.end, "the source says the opposite")
            return


def _excepted(clause: Clause, source: str) -> bool:
    """ "Does not cover water damage" where the source excludes it."""
    return any("except" in other.turns and len(clause.words & other.words) > 1 for other in clauses(source))


def _borne_out(clause: Clause, theirs: Sequence[Denial], left: Sequence[Denial]) -> bool:
    """Whether all denials of a clause of the source are told, in whatever clause."""
    inside = [denial for denial in theirs if clause.start <= denial.start < clause.end]
    return bool(inside) and not any(denial in left for denial in inside)


def _otherwise(denial: Denial, theirs: Sequence[Denial], text: str, source: str) -> bool:
    """ "Except" and "only" deny too, and so does a negation without words of its own."""
    known = turns(source)
    if not denial.reach and _affirmed_words(text[denial.end :], source):
        return False
    if _FAILS.search(source) and not denial.reach & concepts(source):
        return True  # "does not go through" for "fails"
    if _EXTRA.search(source) and denial.reach & _INCLUDED:
        return True  # "is not included" for "costs extra"
    limited = bool(known & {"except", "only"}) and not turns(text) & {"except", "only"}
    return (bool(theirs) and not denial.reach) or ("not" not in known and limited)


def _affirmed_words(denied: str, source: str) -> bool:
    """Whether the source says what is denied, word for word, where it denies nothing: "do not try again"."""
    words = _WORD.findall(denied.casefold())[:2]
    spoken = re.compile(r"\W+".join(re.escape(word) for word in words)) if len(words) > 1 else None
    return spoken is not None and any(
        spoken.search(clause.text.casefold()) and "not" not in clause.turns for clause in clauses(source)
    )


def _affirmed_whole(denial: Denial, theirs: Sequence[Denial], source: str) -> bool:
    """Whether a clause of the source that denies nothing says all that is denied."""
    return len(denial.reach) > 1 and any(
        denial.reach <= clause.words
        and "except" not in clause.turns
        and not any(clause.start <= other.start < clause.end for other in theirs)
        for clause in clauses(source)
    )


def _affirmed(head: str, source: str, theirs: Sequence[Denial]) -> bool:
    """Whether the source says the word also where nothing denies it: then the clauses must be compared."""
    count = sum(head in concepts(word) for word in _WORD.findall(source))
    return count > sum(head in denial.reach for denial in theirs)


def _close(clause: Clause, found: Sequence[Clause]) -> bool:
    """Clauses of nearly the same words: one of them with a negation is the opposite of the other."""
    return any(len(clause.words & other.words) >= ALIKE * max(len(clause.words), len(other.words)) for other in found)


def _words(source: str, denial: Denial) -> str:
    return source[denial.start : denial.end + 30].strip()


def find_promises(text: str, source: str) -> Iterator[Fault]:
    """Vows, things that we are said to do, and "free", that the source does not have."""
    known = {stem(word.casefold()) for word in _WORD.findall(source)}
    for match in PROMISE.finditer(text):
        words = [stem(word.casefold()) for word in _WORD.findall(match.group())]
        if not all(word in known for word in words):
            yield fault(FaultKind.PROMISE, *match.span(), f"the source does not promise “{match.group()}”")
    for match in ACTION.finditer(text):
        verb = next((g for g in match.groups() if g), "")
        if DONE.search(match.group()):
            if not (_awaited(text, match.start()) or _done(verb, source)):
                yield fault(FaultKind.ACT, *match.span(), f"no source says that we did it: “{match.group()}”")
        elif not _does(verb.casefold(), known):
            yield fault(FaultKind.PROMISE, *match.span(), f"the source does not say that we do it: “{match.group()}”")
    if "free" in turns(text) and "free" not in turns(source) and bearers(source) != {"us"}:
        yield fault(FaultKind.PROMISE, 0, len(text), "the source does not say that it costs nothing")


def _awaited(text: str, place: int) -> bool:
    """ "Once we have received it": the clause before that place says when, not that."""
    clause = re.split(r"[,.;:!?]", text[:place])[-1]
    return bool(turns(clause) & {"if", "when", "after", "until", "before"})


def _done(verb: str, source: str) -> bool:
    """Whether the source itself says that we have done it."""
    theirs = {next((g for g in m.groups() if g), "") for m in ACTION.finditer(source) if DONE.search(m.group())}
    return _does(verb.casefold(), {stem(word.casefold()) for word in theirs})


def _does(verb: str, known: frozenset[str] | set[str]) -> bool:
    root = stem(verb)
    return root in known or any(len(word) > 3 and (word[:4] == root[:4]) for word in known)


def _modal(pairs: Pairs) -> Iterator[Fault]:
    for clause, found in pairs:
        if not found:
            continue
        theirs = frozenset().union(*(c.turns for c in found))
        for said, instead in (("must", "may"), ("may", "must"), ("will", "may"), ("will", "might"), ("all", "some")):
            if said in clause.turns and said not in theirs and instead in theirs and instead not in clause.turns:
                yield fault(FaultKind.PROMISE, clause.start, clause.end, f"the source says it with “{instead}”")
                return


def _quantified(text: str, source: str) -> Iterator[Fault]:
    """ "All heat pumps" where the source says "most heat pumps"."""
    yield from _unlimited(text, source)
    some = {word for _, _, words in _reached("some", source) for word in words}
    every = {word for _, _, words in _reached("all", source) for word in words}
    for start, end, words in _reached("all", text):
        if any(word in some and word not in every for word in words):
            yield fault(FaultKind.PROMISE, start, end, "the source does not say it of all")
            return


def _unlimited(text: str, source: str) -> Iterator[Fault]:
    """ "All accounts" where the source only ever says "Business accounts"."""
    every = {word for _, end, words in _reached("all", source, _FAR) for word in words if not _EACH.match(source, end)}
    said = concepts(text)
    for start, end, words in _reached("all", text):
        kinds = _kinds(words[0], source) if words and words[0] not in every else []
        if kinds and all(kind and not kind & said for kind in kinds):
            yield fault(FaultKind.PROMISE, start, end, "the source does not say it of all")
            return


def _kinds(noun: str, source: str) -> list[frozenset[str]]:
    """What stands right before each mention of a noun; empty where nothing of content does."""
    words = _WORD.findall(source)
    found = [concepts(before) for before, word in pairwise(words) if noun in concepts(word)]
    behind = [after.casefold() in _NARROWS for word, after in pairwise(words) if noun in concepts(word)]
    return [frozenset({"narrowed"})] if behind and all(behind) else found


def _reached(name: str, text: str, far: int = 2) -> list[tuple[int, int, list[str]]]:
    """Each such word with the words of content behind it."""
    found = []
    for start, end in order_words(name, text):
        behind = re.split(r"[,.;:]", text[end:])[0]
        words = [concept for word in _WORD.findall(behind) for concept in concepts(word)]
        found.append((start, end, words[:far]))
    return found


# ------------------------------------------------------------------
# Conditions, exceptions and before and after, against those of the source.


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


def find_conditions(text: str, source: str, pairs: Pairs, theirs: Sequence[Clause]) -> Iterator[Fault]:
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


def find_reordered(text: str, source: str) -> Iterator[Fault]:
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
