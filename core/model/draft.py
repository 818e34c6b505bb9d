"""An unsent answer, sentence by sentence, each with its proof."""

import re
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise, zip_longest

from core.model.ids import DraftId
from core.model.knowledge import Citation

# An item, a step or a row of a table: these stand close to each other.
_LISTED = re.compile(r"^(?:[-*•–]|\d{1,2}[.)])\s|\s\|\s")


class SentenceKind(StrEnum):
    CITED = "cited"
    RECORD = "record"
    COURTESY = "courtesy"


class Severity(StrEnum):
    WARN = "warn"
    BLOCK = "block"


class DraftState(StrEnum):
    OFFERED = "offered"
    INSERTED = "inserted"
    USED = "used"
    EDITED = "edited"
    IGNORED = "ignored"
    WITHDRAWN = "withdrawn"
    SENT = "sent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A cited sentence has a citation; one about the customer's own case has `record`, the fact that bears it out
    ("Order 1042: paid 89.00 EUR on 2026-11-02"); a courtesy (greeting, empathy, closing, disclosure) has neither.

    `paragraph` numbers the paragraph it stands in; a list item is a paragraph of its own."""

    text: str
    kind: SentenceKind
    paragraph: int = 0
    citation: Citation | None = None
    record: str | None = None

    def __post_init__(self) -> None:
        if (self.kind is SentenceKind.CITED) != (self.citation is not None):
            raise ValueError(f"a {self.kind} sentence {'needs' if self.citation is None else 'has no'} citation")
        if (self.kind is SentenceKind.RECORD) != (self.record is not None):
            raise ValueError(f"a {self.kind} sentence {'needs' if self.record is None else 'has no'} record")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One fault of a draft. A BLOCK stops an automatic reply; a WARN is shown to the agent.

    `sentence` is its place in the draft and `span` the characters of that sentence's text that are meant; `remedy`
    says what to do about it."""

    rule: str
    severity: Severity
    text: str
    sentence: int | None = None
    span: tuple[int, int] | None = None
    remedy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Struck:
    """A sentence that a composer wrote and the sentence contract refused: it is in no reply, and the draft says so."""

    text: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """`composer` is `extractive`, `model` or `clarify` (a question back); `unknown` says what the draft does not
    answer, `struck` what was written and refused. `choices` are answers that may be tapped where a channel has
    buttons. `estimated` is the confidence before it was calibrated by what came of such drafts, None where it was not
    calibrated."""

    id: DraftId
    sentences: tuple[Sentence, ...]
    language: str
    confidence: float
    composer: str
    findings: tuple[Finding, ...] = ()
    unknown: tuple[str, ...] = ()
    struck: tuple[Struck, ...] = ()
    model: str | None = None
    prompt_hash: str | None = None
    choices: tuple[str, ...] = ()
    estimated: float | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.confidence <= 1:
            raise ValueError(f"confidence {self.confidence} is not between 0 and 1")

    @property
    def body(self) -> str:
        """The text as it would be sent: sentences joined, a blank line between paragraphs, none inside a list."""
        paragraphs: dict[int, list[str]] = {}
        for sentence in self.sentences:
            paragraphs.setdefault(sentence.paragraph, []).append(sentence.text)
        texts = [" ".join(lines) for _, lines in sorted(paragraphs.items())]
        gaps = ["\n" if _LISTED.search(a) and _LISTED.search(b) else "\n\n" for a, b in pairwise(texts)]
        return "".join(part for pair in zip_longest(texts, gaps, fillvalue="") for part in pair)

    @property
    def blocked(self) -> bool:
        return any(finding.severity is Severity.BLOCK for finding in self.findings)

    @property
    def states(self) -> bool:
        """Whether it says anything that needs a proof. A draft that does not is no answer."""
        return any(sentence.kind is not SentenceKind.COURTESY for sentence in self.sentences)

    @property
    def cited(self) -> tuple[Citation, ...]:
        return tuple(s.citation for s in self.sentences if s.citation is not None)
