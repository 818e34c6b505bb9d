"""Where in the policy's file the rule stands that took a decision."""

from collections.abc import Callable, Mapping
from typing import Any

from core.model.decision import Decision
from core.policy import Policy

Place = tuple[str, ...]

OWN_RULE = "a rule of Handrail itself, the same under every policy"


def places(decision: Decision, policy: Policy | None) -> list[Place]:
    """Where to look, the most exact place first; empty for a rule that stands in no policy. `policy` is the one that
    decided, None where it cannot be read."""
    rule, _, name = decision.disposition.rule.partition(":")
    if rule in _OF_CONFIDENCE:
        return _confidence(decision, policy)
    find = _PLACES.get(rule)
    return find(decision, name) if find else []


def place_in(fields: Mapping[str, Any], decision: Decision, policy: Policy | None) -> Place | None:
    """The first of its places that the file has. None: it has none of them, or the rule stands in no policy."""
    return next((place for place in places(decision, policy) if _has(fields, place)), None)


def strictest(decision: Decision, policy: Policy) -> str | None:
    """Of the intents that counted as recognised, the one that asks most of a draft. None: none was recognised."""
    sure = [intent.value for intent in decision.signals.intents if intent.confidence >= policy.confidence_intent]
    return max(sure, key=policy.automatic_from, default=None)


def _has(fields: Any, place: Place) -> bool:
    for key in place:
        if not isinstance(fields, Mapping) or key not in fields:
            return False
        fields = fields[key]
    return True


def _owners(decision: Decision, intent: str) -> list[Place]:
    intent = intent or decision.signals.intent.value
    return [("owners", "intents", intent), ("owners", "default")]


def _confidence(decision: Decision, policy: Policy | None) -> list[Place]:
    intent = strictest(decision, policy) if policy else None
    own: list[Place] = [("confidence", "intents", intent)] if intent else []
    return [*own, ("confidence", "automatic")]


_OF_CONFIDENCE = frozenset({"automatic_reply", "low_confidence"})

_PLACES: Mapping[str, Callable[[Decision, str], list[Place]]] = {
    "trigger": lambda _, name: [("triggers", name)],
    "owner": _owners,
    "hybrid": _owners,
    "vip": lambda *_: [("vip",)],
    "upset": lambda *_: [("mood", "floor")],
    "max_turns": lambda *_: [("assistant", "max_turns")],
    "not_automatic": lambda *_: [("channels", "automatic")],
    "shadow": lambda *_: [("shadow",)],
    "spam": lambda *_: [("routing", "spam")],
    "procedure": lambda _, name: [("procedures", name)],
}
