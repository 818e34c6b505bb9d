"""Each sentence of a draft against its source."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from core.answer.contract.across import find_unproved, foreign
from core.answer.contract.certainty import certain
from core.answer.contract.merged import find_merged
from core.answer.contract.names import language, rival_words, rivals, strange_names, vocabulary
from core.answer.contract.own_words import find_added
from core.answer.contract.quantities import Fault, FaultKind
from core.answer.contract.stated import direction, facts, find_misstated
from core.answer.contract.states import find_misplaced_states
from core.answer.contract.turned import fault, find_promises, find_turned
from core.answer.contract.wording import MEASURES, clauses, negations, order_words, turns
from core.answer.support import support
from core.knowledge.passages import heading, lines, sentence_spans
from core.knowledge.synonyms import concepts
from core.knowledge.tables import is_row_said
from core.model.draft import Sentence, SentenceKind, Struck

# ------------------------------------------------------------------
# A sentence that is nearly a copy of its source: what differs then is told by counting.

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


# ------------------------------------------------------------------

ENOUGH = 0.1  # support that a paraphrase needs; fair ones of the tuning drafts have more, unrelated sentences less
NEAR = 0.4  # share of a clause's words that the source has too
_TELLING = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """`doubted` are the faults of sentences that were kept, by their place among these: none of them is certain."""

    kept: tuple[Sentence, ...]
    struck: tuple[Struck, ...]
    doubted: Mapping[int, tuple[Fault, ...]]


def check(
    sentences: Sequence[Sentence],
    *,
    customer: str = "",
    record: str = "",
    courtesies: Collection[str] = (),
    language: str = "",
) -> Checked:
    """Keep what is borne out, and what only looks as if it were not; strike the rest. The sentences stay in their
    order and are not changed.

    With `language`, that of the draft, a sentence from a source in another one is held to what can be compared across
    languages (`core.answer.contract.across`)."""
    kept: list[Sentence] = []
    struck: list[Struck] = []
    doubted: dict[int, tuple[Fault, ...]] = {}
    for sentence in sentences:
        faults = faults_of(sentence, customer=customer, record=record, courtesies=courtesies, language=language)
        if refuted := _refuted(sentence, faults, language):
            struck.append(Struck(text=sentence.text, reason="; ".join(f"{f.kind}: {f.text}" for f in refuted)))
            continue
        if faults:
            doubted[len(kept)] = faults
        kept.append(sentence)
    return Checked(kept=tuple(kept), struck=tuple(struck), doubted=doubted)


def _refuted(sentence: Sentence, faults: tuple[Fault, ...], language: str) -> tuple[Fault, ...]:
    citation = sentence.citation
    if citation is None or (language and foreign(language, citation.passage.locale)):
        return faults
    return certain(faults, sentence.text, citation.quote)


def faults_of(
    sentence: Sentence,
    *,
    customer: str = "",
    record: str = "",
    courtesies: Collection[str] = (),
    language: str = "",
) -> tuple[Fault, ...]:
    """Why a sentence may not stand; empty when it may."""
    if sentence.kind is SentenceKind.COURTESY:
        return () if sentence.text in courtesies else tuple(_said_by_the_way(sentence.text, f"{customer}\n{record}"))
    if sentence.record is not None:
        return tuple(_of_record(sentence.text, sentence.record, customer, record))
    if sentence.citation is None:
        return ()
    passage = sentence.citation.passage
    if language and foreign(language, passage.locale) and not _verbatim(sentence.text, sentence.citation.quote):
        fault = find_unproved(
            sentence.text, sentence.citation.quote, languages=(language, passage.locale), about=heading(passage)
        )
        return (Fault(kind=FaultKind.WORDS, span=(0, len(sentence.text)), text=fault),) if fault else ()
    return find_unsupported(
        sentence.text, sentence.citation.quote, about=heading(passage), customer=customer, record=record
    )


def _said_by_the_way(text: str, echoed: str) -> Iterator[Fault]:
    """A courtesy states nothing: no figure, date or address, and it promises nothing."""
    yield from find_misstated(text, "", "", echoed)
    yield from find_promises(text, "")


def _of_record(text: str, line: str, customer: str, record: str) -> Iterator[Fault]:
    if _plain(line) not in _plain(record):
        yield Fault(kind=FaultKind.RECORD, span=(0, len(text)), text="the record has no such line")
        return
    yield from find_unsupported(text, line, customer=customer, record=record)


def find_unsupported(
    text: str, source: str, *, about: str = "", customer: str = "", record: str = ""
) -> tuple[Fault, ...]:
    """What a text states and its source does not, in the order of the text; nothing when the source bears it out.

    `about` is the heading over the source: the text may take names and words from it ("PayPal | 24 hours" under
    "Refunds"), but no numbers. From the customer and the record it may take names, codes, addresses and what it says
    to be the customer's own ("the 49.99 EUR you paid"), never a rule."""
    if _verbatim(text, source):
        return ()
    echoed = f"{customer}\n{record}"
    tongue = language(f"{text}\n{source}")
    found = [*find_misstated(text, source, about, echoed), *find_turned(text, source, tongue)]
    if not found:
        found += [*find_miscopied(text, source, tongue), *find_merged(text, source)]
        found += [*find_misplaced_states(text, source), *limits_left_out(text, source)]
        found += unheard_acts(text, f"{about}\n{source}\n{echoed}")
    found += find_added(text, source, f"{about}\n{echoed}")
    taken = facts(text).spans
    for start, end in strange_names(text, vocabulary(source, about, echoed), tongue):
        if not any(a < end and start < b for a, b in taken):
            found.append(
                Fault(kind=FaultKind.NAME, span=(start, end), text=f"“{text[start:end]}” is not in the source")
            )
    for start, end, word in rivals(text, f"{source}\n{about}"):
        found.append(Fault(kind=FaultKind.NAME, span=(start, end), text=f"the source says “{word}”"))
    if not found:
        found += _unspoken(text, f"{about}\n{source}")
    return tuple(sorted(found, key=lambda fault: fault.span))


def _unspoken(text: str, source: str) -> Iterator[Fault]:
    """The last check: every clause speaks of what the source speaks of, and the whole sounds like it."""
    known = concepts(source)
    for clause in clauses(text):
        telling = {word for word in clause.words if not word[0].isdigit() and word not in MEASURES}
        if len(telling) >= _TELLING and len(telling & known) < NEAR * len(telling):
            yield Fault(kind=FaultKind.WORDS, span=(clause.start, clause.end), text="the source does not speak of it")
            return
    if support(text, source) < ENOUGH:
        yield Fault(kind=FaultKind.WORDS, span=(0, len(text)), text="the source does not say it")


def _verbatim(text: str, source: str) -> bool:
    """Word for word the source, one of its lines, sentences that follow one another there, or its last row said."""
    if " | " in source and is_row_said(text, source):
        return True
    plain = _plain(text)
    if re.search(rf"(?:^|[.!?] ){re.escape(plain)}(?:[.!?](?= |$)|$)", _plain(source)):
        return True
    return plain == _plain(source) or any(plain == _plain(line.text) for line in lines(source))


def _plain(text: str) -> str:
    spaced = re.sub(r"\s+(?=[.,;:!?])", "", " ".join(text.replace("*", "").split()))
    return re.sub(r"^(?:\d{1,3}[.)]|[-*•])\s+", "", spaced).rstrip(".")


# ------------------------------------------------------------------
# What is done to an order, an account or money: an act that the source does not speak of cannot be a paraphrase.


_ACTS = (
    "cancel delete erase refund block suspend pause terminate replace repair renew expire extend credit upgrade"
    " downgrade transfer donate destroy recycle resell withdraw reject approve confirm deactivate archive freeze"
    " phone fax chat letter elsewhere"
)
_OF = {word: concepts(word) for word in _ACTS.split()}
_KNOWN = frozenset(concept for found in _OF.values() for concept in found)
_LONG_WORD = re.compile(r"[^\W\d_]{4,}")


def unheard_acts(text: str, source: str) -> Iterator[Fault]:
    """The first act of the text that its source has under no name."""
    known = concepts(source)
    for match in _LONG_WORD.finditer(text):
        found = concepts(match.group())
        if found & _KNOWN and not found & known:
            yield fault(FaultKind.WORDS, *match.span(), f"the source does not speak of “{match.group()}”")
            return


# ------------------------------------------------------------------
# A statement of the source told without what limits it: "Delivery is free" for "Delivery is free over 50 EUR".


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
