"""Each sentence of a draft against its source."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from core.answer.contract.across import foreign, unproved_across
from core.answer.contract.acts import unheard_acts
from core.answer.contract.copied import miscopied
from core.answer.contract.fact import Fault, FaultKind
from core.answer.contract.left_out import limits_left_out
from core.answer.contract.merged import merged
from core.answer.contract.names import language, rivals, strange_names, vocabulary
from core.answer.contract.stated import facts, misstated
from core.answer.contract.states import misplaced_states
from core.answer.contract.turned import promised, turned
from core.answer.contract.wording import MEASURES, clauses
from core.answer.support import support
from core.knowledge.passages import heading
from core.knowledge.sentences import lines
from core.knowledge.synonyms import concepts
from core.model.draft import Sentence, SentenceKind, Struck

ENOUGH = 0.1  # support that a paraphrase needs; fair ones of the tuning drafts have more, unrelated sentences less
NEAR = 0.4  # share of a clause's words that the source has too
_TELLING = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    kept: tuple[Sentence, ...]
    struck: tuple[Struck, ...]


def check(
    sentences: Sequence[Sentence],
    *,
    customer: str = "",
    record: str = "",
    courtesies: Collection[str] = (),
    language: str = "",
) -> Checked:
    """Keep what is borne out and strike the rest. The sentences stay in their order and are not changed.

    With `language`, that of the draft, a sentence from a source in another one is held to what can be compared across
    languages (`core.answer.contract.across`)."""
    kept: list[Sentence] = []
    struck: list[Struck] = []
    for sentence in sentences:
        faults = faults_of(sentence, customer=customer, record=record, courtesies=courtesies, language=language)
        if faults:
            struck.append(Struck(text=sentence.text, reason="; ".join(f"{f.kind}: {f.text}" for f in faults)))
        else:
            kept.append(sentence)
    return Checked(kept=tuple(kept), struck=tuple(struck))


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
        fault = unproved_across(
            sentence.text, sentence.citation.quote, languages=(language, passage.locale), about=heading(passage)
        )
        return (Fault(kind=FaultKind.WORDS, span=(0, len(sentence.text)), text=fault),) if fault else ()
    return unsupported(sentence.text, sentence.citation.quote, about=heading(passage), customer=customer, record=record)


def _said_by_the_way(text: str, echoed: str) -> Iterator[Fault]:
    """A courtesy states nothing: no figure, date or address, and it promises nothing."""
    yield from misstated(text, "", "", echoed)
    yield from promised(text, "")


def _of_record(text: str, line: str, customer: str, record: str) -> Iterator[Fault]:
    if _plain(line) not in _plain(record):
        yield Fault(kind=FaultKind.RECORD, span=(0, len(text)), text="the record has no such line")
        return
    yield from unsupported(text, line, customer=customer, record=record)


def unsupported(text: str, source: str, *, about: str = "", customer: str = "", record: str = "") -> tuple[Fault, ...]:
    """What a text states and its source does not, in the order of the text; nothing when the source bears it out.

    `about` is the heading over the source: the text may take names and words from it ("PayPal | 24 hours" under
    "Refunds"), but no numbers. From the customer and the record it may take names, codes, addresses and what it says
    to be the customer's own ("the 49.99 EUR you paid"), never a rule."""
    if _verbatim(text, source):
        return ()
    echoed = f"{customer}\n{record}"
    tongue = language(f"{text}\n{source}")
    found = [*misstated(text, source, about, echoed), *turned(text, source, tongue)]
    if not found:
        found += [*miscopied(text, source, tongue), *merged(text, source)]
        found += [*misplaced_states(text, source), *limits_left_out(text, source)]
        found += unheard_acts(text, f"{about}\n{source}\n{echoed}")
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
    """Word for word the source, one of its lines, or sentences that follow one another there."""
    plain = _plain(text)
    if re.search(rf"(?:^|[.!?] ){re.escape(plain)}(?:[.!?](?= |$)|$)", _plain(source)):
        return True
    return plain == _plain(source) or any(plain == _plain(line.text) for line in lines(source))


def _plain(text: str) -> str:
    return re.sub(r"^(?:\d{1,3}[.)]|[-*•])\s+", "", " ".join(text.replace("*", "").split())).rstrip(".")
