"""The sentence contract for what a model writes: a passage, its exact words, and nothing that those do not say."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from core.answer.compose.reply import Written
from core.answer.contract import unsupported
from core.answer.contract.across import foreign, unproved_across
from core.knowledge.passages import heading
from core.knowledge.sentences import Shape, lines, shape_of
from core.model.draft import Sentence, SentenceKind, Struck
from core.model.knowledge import Citation, Passage

LONGEST = 600  # characters of one sentence
MOST_QUOTED = 3  # sentences that one quote may span; a longer one could prove anything
NO_FORM = Struck(text="", reason="It is not of the agreed form.")

# How models name a source beside a sentence; an address within the sentence is for the contract to judge.
_LINKED = re.compile(r"\[([^\]\n]*)\]\((?:https?:|www\.)[^)\s]*\)|\s*[(<](?:https?:|www\.)[^)>\s]*[)>]", re.IGNORECASE)
_MARK = re.compile(r"\s*(?:\[\d{1,2}\]|【[^】]*】|\((?:passage|source|quelle|fuente)\s*\d{1,2}\))", re.IGNORECASE)
# Typographic variants that a model writes plain.
_ALIKE: Mapping[str, str] = {
    **dict.fromkeys("'’‘ʼ`´", "['’‘ʼ`´]"), **dict.fromkeys('"“”„«»', '["“”„«»]'), **dict.fromkeys("-–—‑", "[-–—‑]"),
}  # fmt: skip


@dataclass(slots=True)
class Check:
    """Checks one answer row by row. `customer` is what the customer wrote, which a reply may echo."""

    passages: Sequence[Passage]
    language: str
    customer: str = ""
    kept: list[Sentence] = field(default_factory=list)
    struck: list[Struck] = field(default_factory=list)
    translated: list[int] = field(default_factory=list)

    @property
    def seen(self) -> int:
        """How many rows were taken."""
        return len(self.kept) + len(self.struck)

    def take(self, row: Written | None) -> Sentence | Struck:
        """The sentence with its citation, or the refused words with the reason; both are remembered."""
        found = self._judged(row) if row is not None else NO_FORM
        if isinstance(found, Struck):
            self.struck.append(found)
        else:
            self.kept.append(found)
        return found

    def _judged(self, row: Written) -> Sentence | Struck:
        text = plain(row.text)
        if not text or len(text) > LONGEST:
            return Struck(
                text=text[:LONGEST], reason="It is empty." if not text else "It is too long for one sentence."
            )
        if _even(text) in {_even(sentence.text) for sentence in self.kept}:
            return Struck(text=text, reason="It is said already.")
        if not 1 <= row.passage <= len(self.passages):
            return Struck(text=text, reason=f"There is no passage {row.passage}.")
        passage = self.passages[row.passage - 1]
        citation = located(passage, row.quote)
        if citation is None:
            return Struck(text=text, reason=f"Passage {row.passage} does not have the words that it quotes.")
        if citation.quote.count("\n") >= MOST_QUOTED or len(lines(citation.quote)) > MOST_QUOTED:
            return Struck(text=text, reason="Its quote is too long to prove one sentence.")
        if fault := self._fault(text, citation):
            return Struck(text=text, reason=f"The source does not say it: {fault}.")
        return Sentence(text=text, kind=SentenceKind.CITED, paragraph=self._paragraph(citation), citation=citation)

    def _fault(self, text: str, citation: Citation) -> str:
        passage = citation.passage
        if not foreign(self.language, passage.locale) or _even(text) == _even(citation.quote):
            faults = unsupported(text, citation.quote, about=heading(passage), customer=self.customer)
            return "; ".join(f"{fault.kind}: {fault.text}" for fault in faults)
        code = passage.locale.split("-")[0].casefold()
        fault = unproved_across(
            text, citation.quote, languages=(self.language, code), about=heading(passage), known=self._known()
        )
        if not fault:
            self.translated.append(len(self.kept))
        return fault

    def _known(self) -> Iterable[str]:
        return (name for passage in self.passages for name in passage.about)

    def _paragraph(self, citation: Citation) -> int:
        """Prose from the same passage runs on; steps, items and rows stand alone, as does what another passage says."""
        if not self.kept:
            return 0
        before = self.kept[-1].citation
        runs_on = (
            before is not None
            and before.passage.id == citation.passage.id
            and all(shape_of(each.quote) is Shape.PROSE for each in (before, citation))
        )
        return self.kept[-1].paragraph + (0 if runs_on else 1)


def plain(text: str) -> str:
    """A sentence without the links, marks of sources and odd space that a model puts in."""
    unlinked = _LINKED.sub(lambda match: match[1] or "", _MARK.sub("", text))
    return re.sub(r"\s+([.,;:!?])", r"\1", " ".join(unlinked.split()))


def located(passage: Passage, quote: str) -> Citation | None:
    """Where the passage has these words, widened to whole sentences, list items or rows: a clipped quote would lose the
    condition at its end. None where it does not have them."""
    words = quote.strip().strip("\"“”„'…").split()
    if not words:
        return None
    pattern = r"\s+".join("".join(_ALIKE.get(letter, re.escape(letter)) for letter in word) for word in words)
    match = re.search(rf"(?<!\w){pattern}(?!\w)", passage.text)
    if match is None:
        return None
    touched = [line for line in lines(passage.text) if line.start < match.end() and line.end > match.start()]
    start = min([match.start(), *(line.start for line in touched)])
    end = max([match.end(), *(line.end for line in touched)])
    return Citation(passage=passage, start=passage.start + start, end=passage.start + end)


def leaves_out_a_step(sentences: Sequence[Sentence], *, whole: bool) -> bool:
    """Whether of a numbered list a step is missing between the first and the last that are told; with `whole`, whether
    any step of such a list is missing."""
    citations = [sentence.citation for sentence in sentences if sentence.citation is not None]
    for passage in {citation.passage.id: citation.passage for citation in citations}.values():
        spans = [(c.start - passage.start, c.end - passage.start) for c in citations if c.passage.id == passage.id]
        steps = [line for line in lines(passage.text) if line.shape is Shape.STEP]
        for block in {line.block for line in steps}:
            told = [any(a <= line.start < b for a, b in spans) for line in steps if line.block == block]
            first_to_last = told[told.index(True) : len(told) - told[::-1].index(True)] if any(told) else []
            if not all(told if whole and any(told) else first_to_last):
                return True
    return False


def _even(text: str) -> str:
    return " ".join(text.split()).casefold()
