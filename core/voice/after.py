"""What is written when a call is over: what it was about, how it ended, what was said, who it is to be closed as."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.model.call import Call, CallLine
from core.model.conversation import Conversation, Message, Role
from core.model.signals import NO_INTENT
from core.policy import Policy
from core.ports import Unit
from core.voice.speak import brief

# How a call ended.
HELPED, SPOKE, CALLBACK, ABANDONED, SILENT = "answered", "spoke_to_person", "callback", "abandoned", "nothing_said"
OTHER = "other"  # the disposition where the policy names none for what it was about
MOST_LINES = 40  # of the transcript in the note; the timeline has them all
WORDS = {
    HELPED: "answered by the virtual assistant",
    SPOKE: "spoke with a person",
    CALLBACK: "nobody was free to take it",
    ABANDONED: "hung up before anybody answered",
    SILENT: "said nothing",
}
CALL_BACK = frozenset({CALLBACK, ABANDONED})
UNHAPPY = -0.4


@dataclass(frozen=True, slots=True, kw_only=True)
class After:
    """`changes` are the ticket's."""

    outcome: str
    disposition: str
    changes: Mapping[str, Any]


def afterwards(unit: Unit, call: Call, conversation: Conversation, policy: Policy) -> After:
    """Built from the record alone, nothing is guessed."""
    lines = unit.calls.lines(call.sid)
    spoken = [m for m in unit.conversations.messages(conversation.id) if m.address == call.sid]
    outcome = outcome_of(call, spoken, conversation.owner.is_human)
    abouts = _abouts(unit, call, conversation, lines, policy.confidence_intent)
    codes = policy.voice.dispositions
    # The last that there is a code for: who asks for a person has not told what it is about.
    value, label = next((found for found in abouts if found[0] in codes), abouts[0] if abouts else ("", ""))
    code = codes.get(value, OTHER)
    tags = [policy.voice.tag, f"call_{code}", *([policy.voice.callback_tag] if outcome in CALL_BACK else [])]
    note = summary(call, outcome, label, code, spoken, lines)
    return After(outcome=outcome, disposition=code, changes={"note": note, "add_tags": tags})


def outcome_of(call: Call, spoken: Sequence[Message], waiting: bool) -> str:
    """`waiting`: a person has the conversation, and so owed them a word."""
    if call.answered_by_person:
        return SPOKE
    if call.outcome == CALLBACK:
        return CALLBACK
    if not spoken:
        return ABANDONED if waiting else SILENT
    answered = any(m.role is Role.ASSISTANT for m in spoken)
    return HELPED if answered and not waiting else ABANDONED


def summary(
    call: Call, outcome: str, about: str, code: str, spoken: Sequence[Message], lines: Sequence[CallLine]
) -> str:
    """The note: facts first, then what was said to the assistant and to the person."""
    first = next((m.text for m in spoken if m.role is Role.CUSTOMER), "")
    seconds = int((call.ended_at - call.started_at).total_seconds()) if call.ended_at else 0
    facts = [
        f"Call from {call.number or 'a withheld number'}, {seconds // 60}:{seconds % 60:02d} min: {WORDS[outcome]}.",
        f"About: {about or 'not recognised'}. Disposition: {code}.",
        *([f"They called because: “{brief([first], 1)}”"] if first else []),
        *_mood(lines),
        *([f"Please call back {call.number or '(withheld number)'}."] if outcome in CALL_BACK else []),
    ]
    transcript = [f"{m.at:%H:%M:%S} {_who(m.role)}: {m.text}" for m in spoken[-MOST_LINES:]]
    return "\n".join([*facts, "", *transcript]).strip()


def _mood(lines: Sequence[CallLine]) -> list[str]:
    moods = [each.mood for each in lines if each.mood is not None]
    if not moods:
        return []
    least = min(moods)
    if least >= UNHAPPY:
        return ["The caller stayed calm."]
    if len(moods) == 1:
        return [f"The caller was unhappy (mood {least:+.1f})."]
    return [f"The caller's mood went from {moods[0]:+.1f} to {moods[-1]:+.1f}, at its lowest {least:+.1f}."]


def _abouts(
    unit: Unit, call: Call, conversation: Conversation, lines: Sequence[CallLine], least: float
) -> list[tuple[str, str]]:
    """(intent, label) of what was said in the call, the newest first."""
    live = [
        (found["value"], found["label"] or found["value"])
        for line in reversed(lines)
        for found in line.beside.get("intents", ())[:1]
        if found["confidence"] >= least
    ]
    decisions = reversed(unit.decisions.of_conversation(conversation.id))
    decided = [decision.signals.intent for decision in decisions if decision.at >= call.started_at]
    return live + [(each.value, each.label) for each in decided if each is not NO_INTENT and each.confidence >= least]


def _who(role: Role) -> str:
    return {Role.CUSTOMER: "Caller", Role.AGENT: "Agent", Role.ASSISTANT: "Assistant"}.get(role, "System")
