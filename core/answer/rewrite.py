"""An agent's own text in other words: shorter, friendlier, without mistakes, or in another language.

Every sentence of the revision names the sentences of the agent's that it renders, and is held against them: no number,
name, date, address, negation, limit, condition or promise may be lost or added. One that is, and the agent's text stays
as it was, with the reason. In one language the words are compared too (`core.answer.reword`). Across languages they
cannot be, so a translation carries a caution. Without a language model `core.answer.shorten` and `core.answer.grammar`
do what rules can.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import pairwise
from typing import Any

from core.answer.contract import FaultKind, find_unsupported
from core.answer.contract.across import changed_cues
from core.answer.contract.told import extract_statements
from core.answer.reword import changes_of_correction, changes_of_rewording, courteous, find_reversed_act
from core.errors import HandrailError
from core.knowledge.passages import Line, lines
from core.model.conversation import CaseContext
from core.model.languages import LANGUAGES
from core.ports import LanguageModel
from core.prompting.ask import Asking, ask_model
from core.prompting.budget import ModelBudget, for_case
from core.prompting.fence import NOTE, fence
from core.prompting.json_answer import MalformedError, the_object
from core.prompting.prompts import fingerprint, prompt
from core.prompting.time_budget import TimeBudget

NO_MODEL = "Rewriting needs a language model; set openai.base_url."
CAUTION = "Compare the wording: only numbers, names, dates, negation and conditions were checked."
MOST = 60  # sentences of one text
MOST_TOKENS = 1500


class Revision(StrEnum):
    SHORTER = "shorter"
    FRIENDLIER = "friendlier"
    GRAMMAR = "grammar"
    TRANSLATE = "translate"


_TASKS: Mapping[Revision, str] = {
    Revision.SHORTER: "Make it shorter: join and trim sentences, keep what the customer must know.",
    Revision.FRIENDLIER: "Make it friendlier and warmer. A sentence that only is kind renders none of the agent's.",
    Revision.GRAMMAR: "Correct spelling, grammar and punctuation, and change nothing else.",
    Revision.TRANSLATE: "Translate it.",
}
_SCHEMA: Mapping[str, Any] = {
    "title": "revision",
    "type": "object",
    "additionalProperties": False,
    "required": ["sentences"],
    "properties": {
        "sentences": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["from", "text"],
                "properties": {
                    "from": {"type": "array", "items": {"type": "integer"}},
                    "text": {"type": "string"},
                },
            },
        }
    },
}


_APOSTROPHE = re.compile(r"\b(do|does|did|is|was|are|were|have|has|could|would|should|ca|wo)nt\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewritten:
    """The revision. It has the same facts as the agent's text, as far as code can tell.

    `caution` says what the reader must compare, where the code could not; empty when there is nothing."""

    text: str
    model: str
    prompt_hash: str
    caution: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unchanged:
    """The agent's text as it was, and why."""

    text: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A revised sentence and the places (from nought) of the agent's sentences that it renders."""

    text: str
    renders: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewriter:
    """Revises texts with `model`; None is a plain "no" with the reason. `courtesies` are lines of the style card, which
    a friendlier text may gain as they are."""

    model: LanguageModel | None
    patience: TimeBudget = field(default_factory=TimeBudget)
    voice: str = ""
    courtesies: frozenset[str] = frozenset()
    purse: ModelBudget | None = None

    def for_case(self, case: CaseContext) -> "Rewriter":
        """The same for one customer's conversation: the model sees none of their own data and is paid for it."""
        return replace(self, model=for_case(self.model, "light", case, self.purse)) if self.model else self

    @property
    def unavailable(self) -> str:
        """Why nothing can be rewritten; empty when it can."""
        return NO_MODEL if self.model is None else ""

    def rewrite(self, text: str, revision: Revision, *, language: str, to: str = "") -> Rewritten | Unchanged:
        """The revision of a text in `language` (ISO 639-1), in `to` where it is translated. Never raises HandrailError.

        ValueError when a translation has no language to go to."""
        if revision is Revision.TRANSLATE and not to:
            raise ValueError("a translation needs a language to go to")
        target = to if revision is Revision.TRANSLATE else language
        written = lines(text)
        if self.model is None:
            return Unchanged(text=text, reason=NO_MODEL)
        if not 0 < len(written) <= MOST:
            return Unchanged(text=text, reason="The text is empty." if not written else "The text is too long.")
        asking, prompt_hash = self._asking(written, revision, target)
        try:
            rows = ask_model(self.model, asking, read, self.patience.begin())
        except (HandrailError, MalformedError) as error:
            return Unchanged(text=text, reason=f"The language model did not give a usable revision: {error}.")
        if fault := refusal_reason(written, rows, revision, (language, target), self.courtesies):
            return Unchanged(text=text, reason=fault)
        return Rewritten(
            text=join_revised(text, written, rows),
            model=self.model.name,
            prompt_hash=prompt_hash,
            caution=CAUTION if revision is Revision.TRANSLATE else "",
        )

    def _asking(self, written: Sequence[Line], revision: Revision, target: str) -> tuple[Asking, str]:
        words = prompt("rewrite")
        system = words.fill(task=_TASKS[revision], language=LANGUAGES.get(target, target), fence=NOTE, voice=self.voice)
        user = "\n\n".join(fence(f"sentence {number}", line.text) for number, line in enumerate(written, 1))
        asking = Asking(system=system, user=user, schema=_SCHEMA, max_tokens=MOST_TOKENS)
        return asking, fingerprint(words, system, user)


def read(reply: str) -> tuple[Row, ...]:
    """The rows of a revision. Raises MalformedError."""
    rows = the_object(reply).get("sentences")
    if not isinstance(rows, list) or not 0 < len(rows) <= MOST:
        raise MalformedError("sentences is not a list of sentences")
    return tuple(_row(row) for row in rows)


def _row(row: object) -> Row:
    fields = row if isinstance(row, dict) else {}
    text, numbers = fields.get("text"), fields.get("from")
    if not (isinstance(text, str) and text.strip() and isinstance(numbers, list)):
        raise MalformedError("a sentence has no text or no numbers")
    if not all(isinstance(number, int) and not isinstance(number, bool) for number in numbers):
        raise MalformedError("a number is none")
    return Row(text=" ".join(text.split()), renders=tuple(sorted({number - 1 for number in numbers})))


def refusal_reason(
    written: Sequence[Line],
    rows: Sequence[Row],
    revision: Revision,
    languages: tuple[str, str],
    courtesies: Collection[str] = (),
) -> str:
    """Why a revision may not take the place of the text; empty when it may. `languages` are before and after."""
    if any(place not in range(len(written)) for row in rows for place in row.renders):
        return "The revision names a sentence that the text does not have."
    names = _names(written, languages[0])
    # Sentences that one revised sentence joins stand or fall together, and so do those that several share.
    for places, texts in _groups(rows):
        before, after = [written[place].text for place in places], " ".join(texts)
        if not before:
            if revision is not Revision.FRIENDLIER or not (after in courtesies or courteous(after)):
                return f"The revision adds “{after}”."
            continue
        before = [_APOSTROPHE.sub(r"\1n't", text) for text in before]  # a correction may spell it right
        if fault := _changed(" ".join(before), after, languages, names) or _unlike(before, after, revision):
            return fault
    return _left_out(written, rows, revision)


def _left_out(written: Sequence[Line], rows: Sequence[Row], revision: Revision) -> str:
    """A sentence that nothing renders; in a shorter or friendlier text only a courtesy may go."""
    rendered = {place for row in rows for place in row.renders}
    for place in sorted(set(range(len(written))) - rendered):
        text = written[place].text
        if revision in (Revision.GRAMMAR, Revision.TRANSLATE) or not courteous(text):
            return f"The revision leaves out “{text}”."
    return ""


def _unlike(before: Sequence[str], after: str, revision: Revision) -> str:
    """What the words say otherwise, as far as words can be compared."""
    whole = " ".join(before)
    if reverse := find_reversed_act(whole, after):
        return f"The revision turns it round ({reverse}): “{after}”."
    if revision is Revision.TRANSLATE:
        return ""
    if (
        fault := changes_of_correction(whole, after)
        if revision is Revision.GRAMMAR
        else changes_of_rewording(before, after)
    ):
        return f"The revision {fault}: “{after}”."
    # Words and names are compared above, by stricter rules; the contract tells what is denied, limited and counted.
    compared = {FaultKind.WORDS, FaultKind.NAME, FaultKind.ADDED}
    added = [fault for fault in find_unsupported(after, whole) if fault.kind not in compared]
    # "We have checked" may go; what we commit ourselves to may not, and that is a cue of its own.
    lost = [
        fault
        for fault in find_unsupported(whole, after)
        if fault.kind not in compared | {FaultKind.PROMISE, FaultKind.ACT}
    ]
    found = next(iter([*added, *lost]), None)
    return f"The revision does not say the same ({found.text}): “{after}”." if found else ""


def _groups(rows: Sequence[Row]) -> list[tuple[list[int], list[str]]]:
    groups: list[tuple[set[int], list[str]]] = []
    for row in rows:
        places, texts = set(row.renders), [row.text]
        shared = [group for group in groups if places & group[0]]
        for group in shared:
            groups.remove(group)
            places, texts = places | group[0], [*group[1], *texts]
        groups.append((places, texts))
    return [(sorted(places), texts) for places, texts in groups]


def _changed(before: str, after: str, languages: tuple[str, str], names: frozenset[str]) -> str:
    old, new = extract_statements(before, languages[0], names), extract_statements(after, languages[1], names)
    if languages[0] != languages[1]:
        # Turns that only one of two languages spells out are not held against it.
        even = (old.cues | new.cues) - changed_cues(old.cues, new.cues)
        old, new = replace(old, cues=old.cues - even), replace(new, cues=new.cues - even)
    if added := _unheard(new.without(old), before):
        return f"The revision adds {added[0]}: “{after}”."
    lost = _unheard(old.without(new), after)
    return f"The revision loses {lost[0]} of “{before}”." if lost else ""


def _unheard(stated: Sequence[str], other: str) -> list[str]:
    """Without the names that the other text has after all, where a capital does not show them."""
    return [fact for fact in stated if not (fact.startswith("name ") and fact[5:] in other.casefold())]


def _names(written: Sequence[Line], language: str) -> frozenset[str]:
    """Names that appear anywhere in the text, to be looked for in every sentence, at its beginning too."""
    found = {name for line in written for name in extract_statements(line.text, language).names}
    whole = " ".join(line.text for line in written)
    return frozenset(
        match.group() for name in found for match in re.finditer(rf"\b{re.escape(name)}\b", whole, re.IGNORECASE)
    )


def join_revised(text: str, written: Sequence[Line], rows: Sequence[Row]) -> str:
    """The revised sentences with the agent's own breaks of lines and paragraphs between them."""
    breaks = [text[a.end : b.start] for a, b in pairwise(written)]
    parts = [rows[0].text]
    last = max(rows[0].renders, default=0)
    for row in rows[1:]:
        first = min(row.renders, default=last)
        between = breaks[last:first] if first > last else [" "]
        parts += [max(between, key=lambda gap: gap.count("\n")) if between else " ", row.text]
        last = max(row.renders, default=last)
    return "".join(parts)
