"""A language model that has shown that it can tells whether quotations answer a question.

It can only keep an answer from being sent by itself. Where it cannot be asked, what was decided without it stands.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from core.errors import HandrailError
from core.model.conversation import CaseContext
from core.model.draft import Draft, Finding, Severity
from core.ports import LanguageModel
from core.prompting.ask import Asking, ask_model
from core.prompting.budget import ModelBudget, for_case
from core.prompting.fence import NOTE, fence
from core.prompting.json_answer import MalformedError, the_object
from core.prompting.prompts import prompt
from core.prompting.time_budget import TimeBudget, Waiting

RULE = "model_judged"
LONGEST = 120  # characters of what is lacking
SCHEMA: Mapping[str, Any] = {
    "title": "judgement",
    "type": "object",
    "additionalProperties": False,
    "required": ["lacking", "answers"],
    "properties": {"lacking": {"type": "string"}, "answers": {"type": "boolean"}},
}


def judge(model: LanguageModel, question: str, lines: Sequence[str], waiting: Waiting) -> str | None:
    """What the lines lack as an answer; None where they lack nothing.

    Raises HandrailError where the model is away or declines, MalformedError where its answer cannot be read."""
    system = prompt("judge").fill(fence=NOTE)
    user = "\n\n".join([fence("question", question), fence("lines", "\n".join(lines))])
    return ask_model(model, Asking(system=system, user=user, schema=SCHEMA, max_tokens=200), _read, waiting)


def _read(reply: str) -> str | None:
    fields = the_object(reply)
    answers, lacking = fields.get("answers"), fields.get("lacking")
    if not isinstance(answers, bool):
        raise MalformedError("answers is not true or false")
    if answers:
        return None
    return " ".join(str(lacking or "").split())[:LONGEST] or "what was asked"


def doubt(
    model: LanguageModel,
    case: CaseContext,
    questions: Sequence[str],
    draft: Draft,
    patience: TimeBudget,
    purse: ModelBudget | None = None,
) -> Finding | None:
    """The finding that keeps a draft from leaving by itself; None where the model finds that it answers, or is away."""
    quoted = [sentence.citation.quote for sentence in draft.sentences if sentence.citation]
    if not quoted or not questions:
        return None
    try:
        lacking = judge(for_case(model, "light", case, purse), "\n".join(questions), quoted, patience.begin())
    except (HandrailError, MalformedError):
        return None
    if lacking is None:
        return None
    return Finding(
        rule=RULE,
        severity=Severity.BLOCK,
        text=f"The language model finds that this does not answer the question; it lacks “{lacking}”.",
        remedy="Read whether it does.",
    )
