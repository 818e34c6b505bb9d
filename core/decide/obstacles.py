"""Why a draft is not sent by itself: each ground is a reason in plain words, or empty where nothing is against it."""

from collections.abc import Callable, Mapping
from math import floor

from core.answer.contract.across import TRANSLATED
from core.decide.silence import unwelcome
from core.decide.turn import Turn
from core.model.signals import UNKNOWN_LANGUAGE
from core.policy import AUTOMATIC_WAYS
from core.read.words import customer_words, message_before

PUNCTUATION = ".,;:!?…()\"'«»„“”"


def obstacle(turn: Turn) -> tuple[str, str] | None:
    """The first thing that stands against sending the draft: its name and why. None: it may leave."""
    return next(((name, why) for name, read in OBSTACLES.items() if (why := read(turn))), None)


def _unknown_language(turn: Turn) -> bool:
    """A code or a number alone has no language, and needs none; words in a language that nobody knows do. One word
    that answers us is in the language that we asked in."""
    if turn.signals.language.value != UNKNOWN_LANGUAGE.value:
        return False
    words = [word for word in customer_words(turn.case).split() if len(word) > 1 and word.strip(PUNCTUATION).isalpha()]
    return len(words) > 1 or (bool(words) and not message_before(turn.case))


def shadow_reason(turn: Turn) -> str:
    return f"For {turn.shadowed} the policy wants drafts only; a person answers." if turn.shadowed else ""


def unknown_language(turn: Turn) -> str:
    return "The language of the message is not known; a person answers it." if _unknown_language(turn) else ""


def blocked_reason(turn: Turn) -> str:
    return "The draft did not pass the checks." if turn.draft and turn.draft.blocked else ""


def may_be_unwelcome(turn: Turn) -> str:
    return "The customer may want no more messages, or a machine wrote this; a person looks." if unwelcome(turn) else ""


def closed_reason(turn: Turn) -> str:
    intent, row = turn.closing
    if row.way in AUTOMATIC_WAYS:
        return ""
    label = (intent.label or intent.value) if intent else "This"
    return f"{label} is prepared by the assistant and closed by a person{f' ({row.why})' if row.why else ''}."


def not_automatic(turn: Turn) -> str:
    if turn.channel not in turn.policy.automatic:
        return f"The policy has no automatic answers by {turn.channel}."
    if turn.standing not in turn.policy.standing:
        return f"The policy gives no standing approval to {turn.standing.replace('_', ' ')}."
    return ""


def low_confidence(turn: Turn) -> str:
    if turn.draft is None:
        return "There is no draft."
    least = turn.least_confidence
    if turn.draft.confidence < least:
        # Rounded down: one that misses by a hair is not told as reached.
        had = floor(turn.draft.confidence * 100 + 1e-9) / 100
        return f"The draft's confidence is {had:.2f}; the policy asks for {least:.2f}."
    if not turn.draft.states:
        return "The draft states nothing that an article proves."
    if any(finding.rule == TRANSLATED for finding in turn.draft.findings):
        return "The draft is a translation, compared with no source; a person reads it first."
    return ""


def half_answered(turn: Turn) -> str:
    """Who gets half an answer by itself waits for the other half, and nobody knows."""
    if turn.draft is None or not turn.draft.unknown:
        return ""
    return f"The draft does not answer {', '.join(f'“{part}”' for part in turn.draft.unknown)}."


OBSTACLES: Mapping[str, Callable[[Turn], str]] = {
    "blocked_draft": blocked_reason,
    "unwelcome": may_be_unwelcome,
    "shadow": shadow_reason,
    "unknown_language": unknown_language,
    "hybrid": closed_reason,
    "not_automatic": not_automatic,
    "low_confidence": low_confidence,
    "half_answered": half_answered,
}
