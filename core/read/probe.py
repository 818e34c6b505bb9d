"""What a language model's endpoint can be trusted with: known cases for each role, and the mark that each takes.

Every role has to be passed before the next counts, so that a model which judges well but rewrites badly is none.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.model.reading import ModelReading, ReaderMode, ReaderRole
from core.read.model_reader import ModelReader

Case = Mapping[str, Any]
# A model of 1.5 billion parameters that gets .64 of the cases right was measured to help, and to do no harm, as a
# rewriter (docs/language-model.md): .10 more right answers, as many wrong ones sent.
REWRITTEN = 0.6
Judging = Callable[[str, Sequence[str]], bool | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One figure of a role: `right` of `cases`, and the share that it takes; `at_most`: more is worse."""

    role: ReaderRole
    figure: str
    right: int
    cases: int
    wanted: float
    at_most: bool = False

    @property
    def share(self) -> float:
        return self.right / self.cases if self.cases else 0.0

    @property
    def passed(self) -> bool:
        if not self.cases:
            return False
        return self.share <= self.wanted if self.at_most else self.share >= self.wanted


def role_of(marks: Sequence[Mark]) -> ReaderRole:
    """The highest role of which every mark, and every mark of those below it, is passed."""
    reached = ReaderRole.NONE
    for role in (ReaderRole.REWRITER, ReaderRole.READER, ReaderRole.JUDGE):
        of_role = [mark for mark in marks if mark.role is role]
        if not of_role or not all(mark.passed for mark in of_role):
            break
        reached = role
    return reached


@dataclass(slots=True)
class _Counted:
    right: int = 0
    cases: int = 0

    def note(self, right: bool) -> None:
        self.right, self.cases = self.right + right, self.cases + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """Asks a model each case and counts. `judge` tells whether lines answer a question; None where nobody could."""

    reader: ModelReader
    judge: Judging

    def rewriter(self, cases: Iterable[Case]) -> Iterator[Mark]:
        """Each question found as a plain sentence with the words that it must have, and few that nobody asked."""
        found = _Counted()
        for case in cases:
            reading = self._read(case, ReaderRole.REWRITER)
            found.note(rewritten_well(case, reading))
        yield Mark(
            role=ReaderRole.REWRITER,
            figure="messages put right",
            right=found.right,
            cases=found.cases,
            wanted=REWRITTEN,
        )

    def reading(self, cases: Iterable[Case]) -> Iterator[Mark]:
        """The intent, every trigger with a quotation in the right place, and no other trigger."""
        intents, heard, false = _Counted(), _Counted(), _Counted()
        for case in cases:
            reading = self._read(case, ReaderRole.READER)
            named = [question.intent for question in reading.questions if question.intent] or ["none"]
            intents.note(case["intent"] in named)
            found = {trigger.value: trigger.evidence[0].words for trigger in reading.triggers}
            for name in case["triggers"]:
                heard.note(name in found and overlaps(case["text"], found[name], case["quotes"][name]))
            if not case["triggers"]:
                false.note(bool(found))
        yield Mark(role=ReaderRole.READER, figure="intents", right=intents.right, cases=intents.cases, wanted=0.85)
        yield Mark(role=ReaderRole.READER, figure="alarms, quoted", right=heard.right, cases=heard.cases, wanted=0.9)
        yield Mark(
            role=ReaderRole.READER,
            figure="false alarms",
            right=false.right,
            cases=false.cases,
            wanted=0.1,
            at_most=True,
        )

    def judging(self, cases: Iterable[Case]) -> Iterator[Mark]:
        """What answers let through, and what only seems to refused."""
        right, wrong = _Counted(), _Counted()
        for case in cases:
            answers = self.judge(case["question"], [case["lines"]])
            (right if case["answers"] else wrong).note(answers is True)
        yield Mark(
            role=ReaderRole.JUDGE, figure="answers let through", right=right.right, cases=right.cases, wanted=0.85
        )
        yield Mark(
            role=ReaderRole.JUDGE,
            figure="no answers let through",
            right=wrong.right,
            cases=wrong.cases,
            wanted=0.05,
            at_most=True,
        )

    def _read(self, case: Case, role: ReaderRole) -> ModelReading:
        return self.reader.read_text(case["text"], case.get("before", ""), role, ReaderMode.ASSIST)


def rewritten_well(case: Case, reading: ModelReading) -> bool:
    """Whether each expected question is one of the plain sentences, in the right language, with at most one more."""
    plain = [f" {question.plain.casefold()}" for question in reading.questions]
    wanted = case["questions"]
    if reading.language != case["language"] or not len(wanted) <= len(plain) <= len(wanted) + 1:
        return False
    return all(any(_has_all(sentence, groups) for sentence in plain) for groups in wanted)


def _has_all(sentence: str, groups: Sequence[Sequence[str]]) -> bool:
    """Whether of each group some word begins a word of the sentence."""
    words = " ".join("".join(letter if letter.isalnum() else " " for letter in sentence).split())
    return all(any(f" {word}" in f" {words}" for word in group) for group in groups)


def overlaps(text: str, quoted: str, meant: str) -> bool:
    """Whether two pieces of a text share a character."""
    first, second = text.find(quoted), text.find(meant)
    return first >= 0 and second >= 0 and first < second + len(meant) and second < first + len(quoted)
