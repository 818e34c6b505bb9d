"""The lines that a matter asks an agent to say, and whether they were said."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from core.answer.guardrails import Required
from core.answer.style import Disclaimer, StyleCard
from core.assist.case import TurnSources
from core.model.conversation import Message, Role

NEARLY = 0.8  # share of a line's words that a reply has to hold for the line to count as said
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """`text` is in the language that the customer is answered in. `must_say`: the company obliges its agents; else it
    is wording that they may use. `said_by` is who said it in public, empty while nobody has; `drafted`: the draft that
    is offered says it already."""

    name: str
    text: str
    must_say: bool
    because: str
    said_by: str = ""
    drafted: bool = False

    @property
    def due(self) -> bool:
        """Somebody still has to see to it."""
        return self.must_say and not self.said_by and not self.drafted


def lines_for(case: TurnSources, style: StyleCard) -> tuple[Line, ...]:
    """Those that are still to be said first, what must be said before what may be."""
    language = style.language(case.decision.signals.language.value, case.customer.locale)
    found = {line.text: line for line in (*_scripts(case, style, language), *_obliged(case, style, language))}
    since = case.conversation.solved_at
    replies = [m for m in case.timeline if _ours(m) and (since is None or m.at > since)]
    draft = case.decision.draft.body if case.decision.draft and not case.answered else ""
    marked = [_marked(line, style, replies, draft) for line in found.values()]
    return tuple(sorted(marked, key=lambda line: (bool(line.said_by), not line.must_say)))


def _ours(message: Message) -> bool:
    return message.public and message.role in (Role.AGENT, Role.ASSISTANT)


def _scripts(case: TurnSources, style: StyleCard, language: str) -> Iterator[Line]:
    intents = {intent.value: intent.label or intent.value for intent in case.recognised}
    risks = {risk.value: risk.label or risk.value for risk in case.risks}
    for script in style.scripts:
        cause = next((label for name, label in intents.items() if name in script.intents), "")
        cause = cause or next((label for name, label in risks.items() if name in script.triggers), "")
        if cause:
            text = script.text_in(language).replace("{company}", style.company)
            yield Line(name=script.name, text=text, must_say=script.must_say, because=cause)


def _obliged(case: TurnSources, style: StyleCard, language: str) -> Iterator[Line]:
    """What the style card and the policy demand of every answer about the matter."""
    intents = {intent.value: intent.label or intent.value for intent in case.recognised}
    rows: Sequence[Disclaimer | Required] = (*style.disclaimers, *style.rules.required)
    for row in rows:
        cause = next((label for name, label in intents.items() if name in row.intents), "")
        if cause:
            yield Line(name="", text=row.text_in(language), must_say=True, because=cause)
    # The policy's are in one language.
    for name, label in intents.items():
        if name in case.policy.disclaimers and case.policy.language == language:
            yield Line(name="", text=case.policy.disclaimers[name], must_say=True, because=label)


def _marked(line: Line, style: StyleCard, replies: Sequence[Message], draft: str) -> Line:
    known = next((s for s in style.scripts if s.name == line.name), None)
    wordings = {line.text, *(known.texts.values() if known else ())}
    who = next((m.author for m in reversed(replies) if any(holds_line(wording, m.text) for wording in wordings)), "")
    return replace(line, said_by=who, drafted=any(holds_line(wording, draft) for wording in wordings))


def holds_line(line: str, reply: str) -> bool:
    """Whether a reply holds a line, word for word or nearly so: the words in their order, few of them changed."""
    wanted, given = _words(line), _words(reply)
    least, there = NEARLY * len(wanted), set(given)
    # Most replies lack most of the words, which is seen at once.
    if not wanted or sum(word in there for word in wanted) < least:
        return False
    return _in_order(wanted, given) >= least


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _in_order(wanted: Sequence[str], given: Iterable[str]) -> int:
    """The length of the longest common run of words, others between them allowed."""
    before = [0] * (len(wanted) + 1)
    for word in given:
        row = [0]
        for place, each in enumerate(wanted):
            row.append(before[place] + 1 if each == word else max(before[place + 1], row[place]))
        before = row
    return before[-1]
