"""Where in the policy's file the rule stands that took a decision."""

from collections.abc import Callable, Mapping
from typing import Any

from core.model.decision import Decision

Place = tuple[str, ...]

OWN_RULE = "a rule of Handrail itself, the same under every policy"


def places(decision: Decision) -> list[Place]:
    """Where to look, the most exact place first; empty for a rule that stands in no policy."""
    rule, _, name = decision.disposition.rule.partition(":")
    find = _PLACES.get(rule)
    return find(decision, name) if find else []


def place_in(fields: Mapping[str, Any], decision: Decision) -> Place | None:
    """The first of its places that the file has. None: it has none of them, or the rule stands in no policy."""
    return next((place for place in places(decision) if _has(fields, place)), None)


def _has(fields: Any, place: Place) -> bool:
    for key in place:
        if not isinstance(fields, Mapping) or key not in fields:
            return False
        fields = fields[key]
    return True


def _owners(decision: Decision, intent: str) -> list[Place]:
    intent = intent or decision.signals.intent.value
    return [("owners", "intents", intent), ("owners", "default")]


def _confidence(decision: Decision, _: str) -> list[Place]:
    of_intents = [("confidence", "intents", intent.value) for intent in decision.signals.intents]
    return [*of_intents, ("confidence", "automatic")]


_PLACES: Mapping[str, Callable[[Decision, str], list[Place]]] = {
    "trigger": lambda _, name: [("triggers", name)],
    "owner": _owners,
    "hybrid": _owners,
    "vip": lambda *_: [("vip",)],
    "upset": lambda *_: [("mood", "floor")],
    "max_turns": lambda *_: [("assistant", "max_turns")],
    "automatic_reply": _confidence,
    "low_confidence": _confidence,
    "not_automatic": lambda *_: [("channels", "automatic")],
    "shadow": lambda *_: [("shadow",)],
    "spam": lambda *_: [("routing", "spam")],
    "procedure": lambda _, name: [("procedures", name)],
}
