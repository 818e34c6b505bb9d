"""The line of a policy's file that a rule of a decision stands for."""

import textwrap
from dataclasses import dataclass

import yaml

from core.model.decision import Decision

LONGEST = 400  # characters that are shown
LINES = 4  # of what goes on over several lines

# The rule of a disposition → where the policy says so; a section's own name where nothing narrower is meant.
PLACES: dict[str, tuple[str, ...]] = {
    "automatic_reply": ("channels", "automatic"),
    "not_automatic": ("channels", "automatic"),
    "low_confidence": ("confidence", "automatic"),
    "suggest": ("channels", "automatic"),
    "shadow": ("shadow",),
    "vip": ("vip",),
    "upset": ("mood", "floor"),
    "max_turns": ("assistant", "max_turns"),
    "owned_by_person": ("ownership",),
    "spam": ("routing", "spam"),
}
# The beginning of a rule that names something → the section that holds what it names.
NAMED: dict[str, tuple[str, ...]] = {
    "trigger": ("triggers",),
    "owner": ("owners", "intents"),
    "procedure": ("procedures",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyLine:
    """`number` counts the file's lines from 1; `text` is the line as it was written, or the first of several."""

    path: str
    number: int
    text: str


def line_of(decision: Decision, text: str) -> PolicyLine | None:
    """Where the policy's file says what the decision followed; None where no single line does."""
    place = _place(decision)
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader) if place else None
    except yaml.YAMLError:
        return None
    found = _found(root, place) if root is not None else None
    if found is None:
        return None
    first, last = found
    lines = text.splitlines()[first : min(last, first + LINES) + 1]
    written = textwrap.dedent("\n".join(lines)).strip()
    return PolicyLine(path=".".join(place), number=first + 1, text=written[:LONGEST])


def _place(decision: Decision) -> tuple[str, ...]:
    rule = decision.disposition.rule
    kind, _, name = rule.partition(":")
    if name:
        place = (*NAMED.get(kind, (kind,)), name)
        return ("owners", "default") if place == ("owners", "intents", "default") else place
    intent = decision.signals.intent.value
    if rule in ("no_source", "no_words", "answers_us"):
        return ("owners", "intents", intent)
    return PLACES.get(rule, ())


def _found(node: yaml.Node, place: tuple[str, ...]) -> tuple[int, int] | None:
    """The lines, from 0, at which the last key of a path and its value begin and end."""
    lines = None
    for name in place:
        if not isinstance(node, yaml.MappingNode):
            return None
        pair = next(((key, value) for key, value in node.value if key.value == name), None)
        if pair is None:
            return None
        key, node = pair
        # A block ends where the next thing begins.
        block = isinstance(node, yaml.CollectionNode) and not node.flow_style
        lines = key.start_mark.line, node.end_mark.line - block
    return lines
