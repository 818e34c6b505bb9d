"""What one reply takes: what is asked of the model, what is shown to it, and what its answer is worth."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from core.answer.compose.choice import LIGHT, Choice
from core.answer.compose.reply import SCHEMA, Reply, Written
from core.answer.contract import find_unsupported
from core.answer.contract.across import find_unproved, foreign, warning
from core.answer.contract.certainty import certain
from core.answer.safety_lines import is_safety_line
from core.errors import HandrailError
from core.knowledge.passages import Shape, heading, lines, shape_of
from core.model.draft import Finding, Sentence, SentenceKind, Severity, Struck
from core.model.knowledge import Citation, Passage
from core.model.languages import LANGUAGES
from core.ports import LanguageModel
from core.prompting.ask import Asking, why_unanswered
from core.prompting.fence import NOTE, fence
from core.prompting.json_answer import MalformedError
from core.prompting.prompts import fingerprint, prompt
from core.read.injection import find_injection
from core.text.quotation import find_quotation

LONGEST = 600  # characters of one sentence
MOST_QUOTED = 3  # sentences that one quote may span; a longer one could prove anything
NO_FORM = Struck(text="", reason="It is not of the agreed form.")

# How models name a source beside a sentence; an address within the sentence is for the contract to judge.
_LINKED = re.compile(r"\[([^\]\n]*)\]\((?:https?:|www\.)[^)\s]*\)|\s*[(<](?:https?:|www\.)[^)>\s]*[)>]", re.IGNORECASE)
_MARK = re.compile(r"\s*(?:\[\d{1,2}\]|【[^】]*】|\((?:passage|source|quelle|fuente)\s*\d{1,2}\))", re.IGNORECASE)


@dataclass(slots=True)
class Check:
    """Checks one answer row by row. `customer` is what the customer wrote, which a reply may echo."""

    passages: Sequence[Passage]
    language: str
    customer: str = ""
    kept: list[Sentence] = field(default_factory=list)
    struck: list[Struck] = field(default_factory=list)
    answered: list[int | None] = field(default_factory=list)  # of each kept sentence the question that it answers
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
            self.answered.append(row.question if row else None)
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
        citation = locate_quote(passage, row.quote)
        if citation is None:
            return Struck(text=text, reason=f"Passage {row.passage} does not have the words that it quotes.")
        if citation.quote.count("\n") >= MOST_QUOTED or len(lines(citation.quote)) > MOST_QUOTED:
            return Struck(text=text, reason="Its quote is too long to prove one sentence.")
        if find_injection(citation.quote) is not None:
            return Struck(text=text, reason="Its source gives orders to a language model, and answers nobody.")
        if fault := self._fault(text, citation):
            return Struck(text=text, reason=f"The source does not say it: {fault}.")
        return Sentence(text=text, kind=SentenceKind.CITED, paragraph=self._paragraph(citation), citation=citation)

    def _fault(self, text: str, citation: Citation) -> str:
        passage = citation.passage
        if not foreign(self.language, passage.locale) or _even(text) == _even(citation.quote):
            faults = find_unsupported(text, citation.quote, about=heading(passage), customer=self.customer)
            return "; ".join(f"{fault.kind}: {fault.text}" for fault in certain(faults, text, citation.quote))
        code = passage.locale.split("-")[0].casefold()
        fault = find_unproved(
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
    return re.sub(r"\s+([.,])", r"\1", " ".join(unlinked.split()))  # French has a space before the others


def locate_quote(passage: Passage, quote: str) -> Citation | None:
    """Where the passage has these words, widened to whole sentences, list items or rows: a clipped quote would lose the
    condition at its end. None where it does not have them."""
    found = find_quotation(passage.text, quote)
    if found is None:
        return None
    touched = [line for line in lines(passage.text) if line.start < found[1] and line.end > found[0]]
    start = min([found[0], *(line.start for line in touched)])
    end = max([found[1], *(line.end for line in touched)])
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


def leaves_out_a_warning(sentences: Sequence[Sentence], shown: Sequence[Passage]) -> bool:
    """Whether a line that warns of harm is not told, though its passage is cited, or steps behind it in its article."""
    citations = [sentence.citation for sentence in sentences if sentence.citation is not None]
    for passage in shown:
        same = [citation for citation in citations if citation.passage.article_id == passage.article_id]
        steps = [citation.start for citation in same if shape_of(citation.quote) is Shape.STEP]
        cited = any(citation.passage.id == passage.id for citation in same)
        if not cited and passage.start >= max(steps, default=0):
            continue
        for line in lines(passage.text):
            at = passage.start + line.start
            warns = line.shape is not Shape.ROW and is_safety_line(line.text)
            if warns and not any(citation.start <= at < citation.end for citation in same):
                return True
    return False


def _even(text: str) -> str:
    return " ".join(text.split()).casefold()


COMPOSER = "model"
BUDGET = 3000  # tokens of passages shown
MOST_ASKED = 800  # tokens of the customer's words
MOST_TOKENS = 700
UNANSWERABLE = "The language model found no answer in these passages."


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is to be answered (`asked`, the customer's words; `questions`, where there are several), from which passages
    (best first), in which language (ISO 639-1), in which voice (lines of the style card), and by which of two
    models."""

    asked: str
    passages: Sequence[Passage]
    language: str
    voice: str = ""
    choice: Choice = LIGHT
    questions: Sequence[str] = ()

    @property
    def shown(self) -> str:
        """As the model is shown it."""
        numbered = [f"{number}. {question}" for number, question in enumerate(self.questions, 1)]
        return "\n".join(numbered) if len(numbered) > 1 else self.asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Worded:
    """A reply's body. `answered` are the numbers of the questions that its sentences answer, from 1; none where the
    model did not say. `model` names who wrote it, with the reason of the choice where there was one."""

    sentences: tuple[Sentence, ...]
    struck: tuple[Struck, ...]
    findings: tuple[Finding, ...]
    model: str
    prompt_hash: str
    answered: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fallback:
    """Why the sources must answer themselves. `findings` and `struck` belong on the draft that quotes them."""

    reason: str
    struck: tuple[Struck, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One wish under way."""

    model: LanguageModel
    asking: Asking
    check: Check
    signature: str
    prompt_hash: str

    @classmethod
    def of(cls, light: LanguageModel, strong: LanguageModel | None, wish: Wish) -> "Job":
        model = strong if wish.choice.strong and strong else light
        shown = within_budget(model, wish.passages)
        words = prompt("answer")
        language = LANGUAGES.get(wish.language, wish.language)
        system = words.fill(language=language, fence=NOTE, voice=_in_voice(wish.voice))
        quoted = [fence(f"passage {number}", f"{p.title}\n\n{p.text}") for number, p in enumerate(shown, 1)]
        now = prompt("answer_now").fill(language=language)
        user = "\n\n".join([*quoted, fence("customer", _cut(model, wish.shown)), now])
        chosen = f" ({wish.choice.tier}: {wish.choice.reason})" if strong else ""
        return cls(
            model=model,
            asking=Asking(system=system, user=user, schema=SCHEMA, max_tokens=MOST_TOKENS),
            check=Check(passages=shown, language=wish.language, customer=wish.asked),
            signature=f"{model.name}{chosen}",
            prompt_hash=fingerprint(words, system, user),
        )

    def judge(self, reply: Reply) -> Worded | Fallback:
        for row in reply.rows:
            self.check.take(row)
        return self.conclude(reply)

    def conclude(self, reply: Reply) -> Worded | Fallback:
        """What all rows together are worth, once each has been checked."""
        kept, struck = self.check.kept, tuple(self.check.struck)
        if not reply.answerable:
            return Fallback(reason=UNANSWERABLE, findings=(_doubt(),))
        if len(kept) < len(struck) or not kept:
            reason = (
                f"The sources bear out only {len(kept)} of the language model's {len(kept) + len(struck)} sentences."
            )
            return Fallback(reason=reason, struck=struck)
        if leaves_out_a_step(kept, whole=bool(struck)):
            return Fallback(reason="The language model's reply leaves out a step.", struck=struck)
        if leaves_out_a_warning(kept, self.check.passages):
            return Fallback(reason="The language model's reply leaves out a warning.", struck=struck)
        return Worded(
            sentences=tuple(kept),
            struck=struck,
            findings=(warning(self.check.translated),) if self.check.translated else (),
            model=self.signature,
            prompt_hash=self.prompt_hash,
            answered=frozenset(number for number in self.check.answered if number is not None),
        )

    def fall_back(self, error: HandrailError | MalformedError) -> Fallback:
        struck = tuple(self.check.struck)
        reason = why_unanswered(error, "answer")
        return Fallback(reason=reason, struck=struck, findings=(_away(reason),))


def within_budget(model: LanguageModel, passages: Sequence[Passage], budget: int = BUDGET) -> list[Passage]:
    """The best passages that fit; stops at the first that does not, so that a worse one never jumps the rank."""
    shown: list[Passage] = []
    for passage in passages:
        budget -= model.count_tokens(f"{passage.title}\n{passage.text}")
        if budget < 0:
            break
        shown.append(passage)
    return shown


def _cut(model: LanguageModel, text: str) -> str:
    """The newest words that fit: what a customer asks stands at the end more often than at the beginning."""
    while model.count_tokens(text) > MOST_ASKED:
        text = text[len(text) // 4 + 1 :]
    return text


def _in_voice(voice: str) -> str:
    return f"How the company sounds, as far as that leaves every fact as it is:\n{voice}" if voice.strip() else ""


def _doubt() -> Finding:
    return Finding(
        rule="model_declined",
        severity=Severity.BLOCK,
        text=UNANSWERABLE,
        remedy="Read whether the quoted sentences answer the question before you send them.",
    )


def _away(reason: str) -> Finding:
    return Finding(
        rule="model_away",
        severity=Severity.WARN,
        text=f"{reason} These are the sources' own words.",
        remedy="Nothing to do for this draft; look at the endpoint if it stays so.",
    )
