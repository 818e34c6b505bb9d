"""What an agent sees while they speak with a caller: what was said, what helps, what must be said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.answer.style import Script, StyleCard
from core.assist.scripts import holds_line
from core.model.call import Call, CallLine
from core.model.conversation import Role
from core.model.ids import ConversationId
from core.policy import Policy
from core.ports import Unit

MOST_LINES = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptLine:
    text: str
    name: str
    must_say: bool
    because: str
    said: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """`moods` are those of the caller's lines, oldest first; `knowledge` answers their newest question, `asked` are its
    words."""

    call: Call
    lines: tuple[CallLine, ...]
    moods: tuple[float, ...]
    asked: str
    knowledge: tuple[dict[str, Any], ...]
    scripts: tuple[ScriptLine, ...]
    seconds: int


def live(
    unit: Unit, conversation: ConversationId, style: StyleCard, policy: Policy, brand: str, now: datetime
) -> Live | None:
    """None where there was no call, or it was over before a person took it."""
    call = unit.calls.live(conversation)
    if call is None:
        return None
    lines = tuple(unit.calls.lines(call.sid))
    theirs = [each for each in lines if each.role is Role.CUSTOMER]
    asked = next((each for each in reversed(theirs) if each.beside.get("knowledge")), None)
    return Live(
        call=call,
        lines=lines[-MOST_LINES:],
        moods=tuple(each.mood for each in theirs if each.mood is not None),
        asked=asked.text if asked else "",
        knowledge=tuple(asked.beside["knowledge"]) if asked else (),
        scripts=_scripts(lines, style.of(brand), call.language, policy),
        seconds=int(((call.ended_at or now) - call.started_at).total_seconds()),
    )


def _scripts(lines: Sequence[CallLine], style: StyleCard, language: str, policy: Policy) -> tuple[ScriptLine, ...]:
    """Those that something said in the call asks for; what must be said and was not comes first."""
    least = policy.confidence_intent
    causes = {
        found["value"]: found["label"] or found["value"]
        for line in lines
        for kind in ("intents", "risks")
        for found in line.beside.get(kind, ())
        if found["confidence"] >= least
    }
    spoken = " ".join(line.text for line in lines if line.role is Role.AGENT)
    wanted = [(script, _cause(script, causes)) for script in style.scripts]
    made = [
        ScriptLine(
            text=script.text_in(style.language(language)).replace("{company}", style.company),
            name=script.name,
            must_say=script.must_say,
            because=because,
            said=any(holds_line(text, spoken) for text in script.texts.values()),
        )
        for script, because in wanted
        if because
    ]
    return tuple(sorted(made, key=lambda line: (line.said, not line.must_say)))


def _cause(script: Script, causes: dict[str, str]) -> str:
    return next((label for name, label in causes.items() if name in script.intents | script.triggers), "")
