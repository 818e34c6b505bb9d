"""What an answer to a step's question is kept as: in the words that the branches of the procedure ask about."""

import re

from core.policy import Procedure, ProcedureStep, StepKind
from core.policy.condition import Condition
from core.text.courtesies import BUILT_IN, ENGLISH
from core.text.reply import negates, yes_or_no

_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")
_PLACE = re.compile(r"\s*(\d)[.)]?\s*")
_BETWEEN = frozenset({"or", "oder", "o", "ou", "and", "und", "y", "et", "e"})
MOST_CHOICES = 5
FEW = 3  # words; who writes more may be speaking of something else
_NUMBER = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)?(?![\w])")
_BESIDE = re.compile(r"^\W+|\W+$")
_REQUEST = re.compile(
    r"\s*(?:and |also |but |oh |by the way,? )*(?:please|could you|can you|would you|will you|i(?:'d| would) like"
    r"|i (?:want|need)|how|where|when|why|what|which|who|is there|do you|are you"
    r"|bitte|können sie|ich (?:möchte|brauche|will)|wie|wo|wann"
    r"|por favor|puede|quiero|necesito|cómo|dónde|s'il vous|pouvez|je (?:veux|voudrais)|comment|où)(?!\w)",
    re.IGNORECASE,
)


def read_answer(procedure: Procedure, asked: ProcedureStep, words: str) -> str | None:
    """`yes` or `no`, a number, or the one of the branches' values that the words name; else the words themselves, which
    go the way of "otherwise". None where the answer is not clear: both, neither, denied, or a question back."""
    conditions = _conditions(procedure, asked)
    if any(condition.wants_yes_or_no for condition in conditions):
        return _button(procedure, words) or yes_or_no(words)
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


def find_told(procedure: Procedure, asked: ProcedureStep, words: str) -> tuple[str, str] | None:
    """(the name in the customer's words, what it is kept as) where they named one of the things that the question
    offers before it was asked. Only names count, written as the question writes them: "Hub" is one, "green" may be
    said of anything."""
    if any(condition.wants_yes_or_no for condition in _conditions(procedure, asked)):
        return None
    names = set(re.findall(r"\w+", asked.text.rpartition(":")[2])) if ":" in asked.text else set()
    offered = [name for name in choices(procedure, asked) if name in names]
    said = [name for name in offered if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", words)]
    if len(said) != 1 or (value := read_answer(procedure, asked, said[0])) is None:
        return None
    return said[0], value


def choices(procedure: Procedure, asked: ProcedureStep) -> tuple[str, ...]:
    """The answers that the branches tell apart, to be tapped where a channel has buttons; none where any answer will
    do."""
    conditions = _conditions(procedure, asked)
    if not conditions or any(condition.wants_number for condition in conditions):
        return ()
    if any(condition.wants_yes_or_no for condition in conditions):
        return _yes_and_no(procedure)
    named = dict.fromkeys(value for condition in conditions for value in condition.values)
    told = tuple(value for value in named if re.search(rf"(?<!\w){re.escape(value)}(?!\w)", asked.text.casefold()))
    offered = re.findall(r"\w+", asked.text.rpartition(":")[2]) if ":" in asked.text else []
    rest = (word.casefold() for word in offered if word.casefold() not in _BETWEEN)
    return tuple(dict.fromkeys(word[:1].upper() + word[1:] for word in (*told, *rest)))[:MOST_CHOICES]


def _yes_and_no(procedure: Procedure) -> tuple[str, str]:
    """The two buttons under a question of the procedure."""
    lines = BUILT_IN.get(procedure.language, ENGLISH)
    return lines.yes, lines.no


def _button(procedure: Procedure, words: str) -> str | None:
    """`yes` or `no` where nothing but the button's own word was sent, whatever sign stands beside it."""
    plain = _BESIDE.sub("", words).casefold()
    yes, no = _yes_and_no(procedure)
    return {yes.casefold(): "yes", no.casefold(): "no"}.get(plain)


def plainly(procedure: Procedure, asked: ProcedureStep, words: str, offered: tuple[str, ...]) -> bool:
    """Whether the words are an answer to the question and hardly anything else: "Warm" is read as any intent or none,
    and is the device that was asked for."""
    if "?" in words or not words.strip():
        return False
    said = _button(procedure, words) or yes_or_no(words)
    if said or expand_choice(words, offered) != words or words.strip().casefold() in map(str.casefold, offered):
        return True
    conditions = _conditions(procedure, asked)
    few = len(words.split()) <= FEW
    return bool(_named(conditions, words)) and few if conditions else few


def expand_choice(words: str, offered: tuple[str, ...]) -> str:
    """The words, or the choice that a bare number stands for: a text message numbers its choices."""
    number = _PLACE.fullmatch(words)
    place = int(number[1]) - 1 if number else -1
    return offered[place] if 0 <= place < len(offered) else words


def beside(procedure: Procedure, asked: ProcedureStep, words: str) -> str:
    """What the customer asks for besides answering; empty where that is nothing."""
    conditions = _conditions(procedure, asked)
    sentences = [sentence.strip() for sentence in _SENTENCE.findall(words) if sentence.strip()]
    rest = [s for s in sentences if yes_or_no(s) is None and not _named(conditions, s)]
    if len(rest) == len(sentences):
        return ""  # all of it is the answer, or a question back about ours
    return " ".join(s for s in rest if s.endswith("?") or _REQUEST.match(s))


def _conditions(procedure: Procedure, asked: ProcedureStep) -> list[Condition]:
    name = asked.into or asked.id
    read = (Condition.read(step.when) for step in procedure.steps if step.kind is StepKind.BRANCH)
    return [condition for condition in read if condition.name == name]


def _named(conditions: list[Condition], words: str) -> list[str]:
    values = dict.fromkeys(value for condition in conditions for value in condition.values)
    return [v for v in values if re.search(rf"(?<!\w){re.escape(v)}(?!\w)", words.casefold())]
