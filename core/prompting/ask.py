"""Asking a model for an answer of an agreed form: patiently, and once more where the form is wrong."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from core.errors import CircuitOpenError, HandrailError, RejectedError, TransientError
from core.ports import LanguageModel
from core.prompting.json_answer import MalformedError
from core.prompting.prompts import prompt
from core.prompting.time_budget import Waiting

# What a connector says of an answer that came but is none; asking once more, and for less, may help.
UNUSABLE = {"malformed_answer": "it could not be read", "length": "it was too long"}

Read = TypeVar("Read")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """One request; `user` holds nothing but fenced material."""

    system: str
    user: str
    schema: Mapping[str, Any]
    max_tokens: int

    def again(self, reason: str) -> "Asking":
        """The same, with a word on what was wrong with the last answer."""
        note = prompt("repair").fill(reason=reason)
        return Asking(system=self.system, user=f"{self.user}\n\n{note}", schema=self.schema, max_tokens=self.max_tokens)


def ask_model(model: LanguageModel, asking: Asking, read: Callable[[str], Read], waiting: Waiting) -> Read:
    """The answer as `read` understands it; `read` raises MalformedError for what it does not.

    Raises HandrailError when the model declines, or is away longer than there is time, and MalformedError when it
    answers in a wrong form twice."""
    try:
        return once(model, asking, read, waiting)
    except MalformedError as error:
        if waiting.over:
            raise
        return once(model, asking.again(str(error)), read, waiting)


def once(model: LanguageModel, asking: Asking, read: Callable[[str], Read], waiting: Waiting) -> Read:
    """As `ask_model`, without the second try at a wrong form."""
    while True:
        try:
            reply = model.complete(
                system=asking.system,
                user=asking.user,
                schema=asking.schema,
                max_tokens=asking.max_tokens,
                within=waiting.left,
            )
            return read(reply)
        except TransientError as error:
            waiting.again(error)
        except RejectedError as error:
            if error.code in UNUSABLE:
                raise MalformedError(UNUSABLE[error.code]) from error
            raise


def why_unanswered(error: HandrailError | MalformedError, what: str) -> str:
    """In plain words why there is no answer; `what` names it ("reading")."""
    if isinstance(error, MalformedError):
        return f"The language model's {what} could not be used: {error}."
    if isinstance(error, CircuitOpenError):
        return "The language model failed several times in a row and was not asked."
    if isinstance(error, TransientError):
        return "The language model did not answer in time."
    return f"The language model refused: {error}."
