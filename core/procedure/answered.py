"""What an answer to a step's question is kept as: in the words that the branches of the procedure ask about."""

import re

from core.coordinate.policy.values_procedure import Procedure, Step, StepKind
from core.procedure.condition import Condition
from core.procedure.reply import negates, yes_or_no

_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")
_NUMBER = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)?(?![\w])")
_REQUEST = re.compile(
    r"\s*(?:and |also |but |oh |by the way,? )*(?:please|could you|can you|would you|will you|i(?:'d| would) like"
    r"|i (?:want|need)|how|where|when|why|what|which|who|is there|do you|are you"
    r"|bitte|können sie|ich (?:möchte|brauche|will)|wie|wo|wann"
    r"|por favor|puede|quiero|necesito|cómo|dónde|s'il vous|pouvez|je (?:veux|voudrais)|comment|où)(?!\w)",
    re.IGNORECASE,
)


def answered(procedure: Procedure, asked: Step, words: str) -> str | None:
    """`yes` or `no`, a number, or the one of the branches' values that the words name; else the words themselves, which
    go the way of "otherwise". None where the answer is not clear: both, neither, denied, or a question back."""
    conditions = _conditions(procedure, asked)
    if any(condition.wants_yes_or_no for condition in conditions):
        return yes_or_no(words)
    if any(condition.wants_number for condition in conditions):
        numbers = _NUMBER.findall(words)
        return numbers[0].replace(",", ".") if len(numbers) == 1 else None
    named = _named(conditions, words)
    told = [s for s in _SENTENCE.findall(words) if _named(conditions, s) and not s.strip().endswith("?")]
    if len(named) == 1 and told and not negates(told[0]):
        return named[0]
    if named or "?" in words or not words.strip():
        return None
    return " ".join(words.split()).casefold()


def beside(procedure: Procedure, asked: Step, words: str) -> str:
    """What the customer asks for besides answering; empty where that is nothing."""
    conditions = _conditions(procedure, asked)
    sentences = [sentence.strip() for sentence in _SENTENCE.findall(words) if sentence.strip()]
    rest = [s for s in sentences if yes_or_no(s) is None and not _named(conditions, s)]
    if len(rest) == len(sentences):
        return ""  # all of it is the answer, or a question back about ours
    return " ".join(s for s in rest if s.endswith("?") or _REQUEST.match(s))


def _conditions(procedure: Procedure, asked: Step) -> list[Condition]:
    name = asked.into or asked.id
    read = (Condition.read(step.when) for step in procedure.steps if step.kind is StepKind.BRANCH)
    return [condition for condition in read if condition.name == name]


def _named(conditions: list[Condition], words: str) -> list[str]:
    values = dict.fromkeys(value for condition in conditions for value in condition.values)
    return [v for v in values if re.search(rf"(?<!\w){re.escape(v)}(?!\w)", words.casefold())]
