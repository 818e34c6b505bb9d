"""Whether a sentence that a model worded is its source's own: only such a one may go out without a person.

The other checks of the contract look for what is wrong, and can miss a way of being wrong. This one asks for what is
right: the sentence is one or several whole sentences of the quotation, word for word, but for inflection, articles and
a short table of other names.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from types import MappingProxyType

from core.answer.contract.across import foreign
from core.answer.contract.quantities import Fault, FaultKind
from core.answer.contract.stated import facts
from core.knowledge.passages import lines, sentence_spans
from core.knowledge.synonyms import concepts
from core.knowledge.tables import is_row_said
from core.model.draft import Finding, Sentence, SentenceKind, Severity
from core.text.stems import stem

REWORDED = "reworded"
_SHOWN = 4  # differing words that a finding names
_WHOLE = 4  # words from which a statement can be told again inside a sentence …
_KEPT_OF_IT = 0.9  # … and the share of them that are there, in their order
# Words of content that nobody has said: behind it they state something, before it they may only lead to it.
_BEHIND, _BEFORE = 2, 3
_MARK = re.compile(r"(?:\d{1,3}[.)]|[-*•])?\s*")
_WORD = re.compile(r"(?<!\w)[-−](?=\d)|[^\W_]+(?:[.,:]\d+)*(?:['’][^\W_]+)?|[%€$£]")
# Words that state nothing and may be put in or left out. Pronouns and prepositions are not among them: they say who
# gives and who gets.
_FREE = frozenset(
    """a an the please simply just also so then and this that these those
    der die das dem den des ein eine einen einem einer eines bitte einfach auch dann und diese dieser dieses
    el la los las lo un una unos unas favor también y este esta estos estas
    le les du des une plaît aussi puis et ce cet cette ces""".split()  # noqa: SIM905 - words are read as a text
)
# One thing under two names, whoever says it and of whatever.
_SAME = (
    "parcel package", "phone telephone", "e-mail email mail", "sign log", "weekdays workdays", "vacation holiday",
    "minimum least", "maximum most", "postage shipping", "mobile cellphone", "about approximately around",
    "ca circa etwa ungefähr", "handy mobiltelefon", "móvil celular", "portable mobile", "won't not", "cannot not",
    "can't not", "don't not", "doesn't not", "isn't not", "aren't not", "it's is", "you're are", "we're are",
    "you'll will", "we'll will", "we've have", "you've have", "that's is", "there's is",
)  # fmt: skip
_HEAD = {stem(word): stem(group.split()[0]) for group in _SAME for word in group.split()}


def strange_words(text: str, quote: str) -> tuple[tuple[int, int], ...]:
    """The places of the words that the quotation has not, or not there; the whole text where it leaves something out;
    nothing where it is one or several whole sentences, steps or rows of the quotation in their own words."""
    said = list(_words(text))
    statements = [[word for word, _ in _words(quote[a:b])] for a, b in _statements(quote)]
    for first in range(len(statements)):
        for last in range(first + 1, len(statements) + 1):
            if [word for word, _ in said] == [word for one in statements[first:last] for word in one]:
                return ()
    known = [word for one in statements for word in one]
    matcher = SequenceMatcher(None, known, [word for word, _ in said], autojunk=False)
    other = [span for tag, _, _, b1, b2 in matcher.get_opcodes() if tag != "equal" for _, span in said[b1:b2]]
    return tuple(other) or ((0, len(text)),)


def find_added(text: str, quote: str, echoed: str = "") -> Iterator[Fault]:
    """What is put before or behind a whole statement of the quotation that nothing there speaks of: `echoed` is what
    may be taken up besides, the heading and the customer's words."""
    said = list(_words(text))
    known = {word for word, _ in _words(f"{quote}\n{echoed}")}
    for a, b in _statements(quote):
        own = [word for word, _ in _words(quote[a:b])]
        if len(own) < _WHOLE:
            continue
        blocks = SequenceMatcher(None, own, [word for word, _ in said], autojunk=False).get_matching_blocks()
        if sum(block.size for block in blocks) < _KEPT_OF_IT * len(own):
            continue
        kept = {place for block in blocks for place in range(block.b, block.b + block.size)}
        added = [
            (place < min(kept), span)
            for place, (word, span) in enumerate(said)
            if place not in kept and word not in known and concepts(text[slice(*span)]) and not _counted(text, span)
        ]
        before, behind = ([span for leads, span in added if leads is side] for side in (True, False))
        if len(behind) >= _BEHIND or len(before) >= _BEFORE:
            span = (added[0][1][0], added[-1][1][1])
            yield Fault(kind=FaultKind.ADDED, span=span, text=f"the source does not say “{text[slice(*span)]}”")
            return


def _counted(text: str, span: tuple[int, int]) -> bool:
    """Whether the word is part of a figure, a date or an address, which have checks of their own."""
    return any(start < span[1] and span[0] < end for start, end in facts(text).spans)


def own_share(text: str, quote: str) -> float:
    """Share of the words of a text that the quotation has, in the same order; 0 to 1."""
    said, known = [word for word, _ in _words(text)], [word for word, _ in _words(quote)]
    matched = SequenceMatcher(None, known, said, autojunk=False).get_matching_blocks()
    return sum(block.size for block in matched) / len(said) if said else 0.0


def reworded(
    sentences: Sequence[Sentence], language: str, doubted: Mapping[int, Sequence[Fault]] = MappingProxyType({})
) -> Iterator[Finding]:
    """A finding for each sentence in other words than its source's, from the first that differs to the last. `doubted`
    is what these words may have changed, by the sentence's place."""
    for number, sentence in enumerate(sentences):
        citation = sentence.citation
        if sentence.kind is not SentenceKind.CITED or citation is None or foreign(language, citation.passage.locale):
            continue  # what is in another language has a finding of its own
        if is_row_said(sentence.text, citation.quote):
            continue
        if spans := strange_words(sentence.text, citation.quote):
            words = ", ".join(f"“{sentence.text[a:b]}”" for a, b in spans[:_SHOWN])
            yield Finding(
                rule=REWORDED,
                severity=Severity.WARN,
                sentence=number,
                span=(spans[0][0], spans[-1][1]),
                text=f"Other words than the source has: {words}.{_changed(doubted.get(number, ()))}",
                remedy="Read it against the source before you send it.",
            )


def _changed(faults: Sequence[Fault]) -> str:
    told = "; ".join(dict.fromkeys(fault.text for fault in faults))
    return f" It may say something else: {told}." if told else ""


def _words(text: str) -> Iterator[tuple[str, tuple[int, int]]]:
    for match in _WORD.finditer(text):
        word = match.group().casefold().replace("’", "'")
        if word not in _FREE:
            cut = stem(word)
            yield _HEAD.get(cut, cut), match.span()


def _statements(quote: str) -> Iterator[tuple[int, int]]:
    """Where its sentences, steps and rows stand, without the mark or number before them."""
    for line in lines(quote):
        start = line.start + len(_MARK.match(quote[line.start : line.end])[0])  # type: ignore[index]
        yield from sentence_spans(quote, start, line.end)
