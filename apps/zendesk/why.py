"""Why a ticket was treated as it was: the whole decision, for an agent who asks, with the lines of the policy's file
that its rules stand for."""

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import yaml
from flask import Response, jsonify

from apps.bootstrap import trace_id
from apps.zendesk.parts import Route
from apps.zendesk.session import Visitor
from core.errors import RejectedError
from core.model.agent import Considered, Routed
from core.model.cost import Cost
from core.model.decision import Decision
from core.model.ids import PassageId, TicketId
from core.model.knowledge import Passage
from core.model.signals import Scored
from core.ports import Store, Unit

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
    found = _find(root, place) if root is not None else None
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


def _find(node: yaml.Node, place: tuple[str, ...]) -> tuple[int, int] | None:
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


Json = dict[str, Any]
INTENTS = 4  # readings that are shown, the taken one included
PASSAGES = 8
AGENTS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Reasons:
    store: Store
    link: Callable[[str], str] = lambda _: ""  # where a trace is seen, by its id

    def routes(self) -> Sequence[Route]:
        return (Route("tickets/<ticket_id>/why", "GET", self.why),)

    def why(self, _: Visitor, ticket_id: str) -> Response:
        """The newest decision about the ticket, with the line of the policy as it was then."""
        with self.store.read() as unit:
            conversation = unit.conversations.by_ticket(TicketId(ticket_id))
            decision = unit.decisions.latest(conversation.id) if conversation else None
            if decision is None:
                raise RejectedError("Nothing was decided about this ticket yet.")
            seen = self.link(trace_id(unit.decisions.trace(decision.id)))
            return jsonify(reasons(unit, decision) | {"trace_url": seen or None})


def reasons(unit: Unit, decision: Decision) -> Json:
    """Everything that the decision rested on and what else could have been."""
    draft = decision.draft
    return {
        "decision": decision.id,
        "policy": _policy(unit, decision),
        "intents": [_reading(intent) for intent in decision.signals.intents[:INTENTS]],
        "risks": [_reading(risk) for risk in decision.signals.risks],
        "sentiment": _reading(decision.signals.sentiment) | {"mood": round(decision.signals.mood, 2)},
        "passages": _passages(unit, decision),
        "agents": _agents(decision.routed) if decision.routed else [],
        "model": draft.model if draft else None,
        "composer": draft.composer if draft else None,
        "prompt_hash": draft.prompt_hash if draft else None,
        "costs": [_cost(cost) for cost in decision.costs],
    }


def _policy(unit: Unit, decision: Decision) -> Json:
    version = decision.policy_version
    text = unit.policies.text(version)
    line = line_of(decision, text.text) if text else None
    enactment = next((each for each in unit.policies.enactments() if each.version == version), None)
    return {
        "version": version,
        "in_force": unit.policies.version() == version,
        "by": enactment.by if enactment else None,
        "at": enactment.at.isoformat() if enactment else None,
        "line": {"path": line.path, "number": line.number, "text": line.text} if line else None,
    }


def _reading(scored: Scored) -> Json:
    return {
        "value": scored.value,
        "label": scored.label or scored.value.replace("_", " "),
        "confidence": round(scored.confidence, 3),
        "evidence": list(dict.fromkeys(evidence.words for evidence in scored.evidence)),
        "made_by": scored.made_by,
    }


def _passages(unit: Unit, decision: Decision) -> list[Json]:
    """What was found, in its order, and which of it the draft quotes. An article that is gone is left out."""
    cited = {citation.passage.id for citation in decision.draft.cited} if decision.draft else set()
    ids = [PassageId(name) for name in decision.retrieved[:PASSAGES]]
    known = {passage.id: passage for passage in unit.articles.passages(ids)}
    return [_passage(known[name], name in cited) for name in ids if name in known]


def _passage(passage: Passage, cited: bool) -> Json:
    return {
        "title": passage.title,
        "heading": passage.path[-1] if passage.path else "",
        "url": passage.url,
        "audience": passage.audience,
        "cited": cited,
    }


def _agents(routed: Routed) -> list[Json]:
    """Who could have taken it: the chosen one first, then the others by their points."""
    chosen = Considered(
        agent_id=routed.agent_id,
        agent=routed.agent or routed.group,
        points=sum(ground.points for ground in routed.grounds),
        grounds=routed.grounds,
    )
    others = sorted(routed.alternatives, key=lambda each: (bool(each.passed), -each.points))
    return [_agent(each, each is chosen) for each in (chosen, *others)[:AGENTS]]


def _agent(each: Considered, chosen: bool) -> Json:
    return {
        "agent": each.agent,
        "chosen": chosen,
        "points": round(each.points, 2),
        "passed": each.passed or None,
        "grounds": [{"words": ground.words, "points": round(ground.points, 2)} for ground in each.grounds],
    }


def _cost(cost: Cost) -> Json:
    return {
        "model": cost.model,
        "tier": cost.tier,
        "tokens": cost.read + cost.written,
        "amount": round(cost.amount, 6),
        "currency": cost.currency,
    }
