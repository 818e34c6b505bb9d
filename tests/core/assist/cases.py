"""One ticket beside which an agent sits, as the tests change it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from apps.policy_file import read_policy
from core.assist.case import TurnSources
from core.context.ownership import team
from core.model.conversation import Role
from core.model.decision import Action, Disposition, Handoff
from core.model.signals import Evidence, Scored
from tests.connectors.sql.samples import NOW, conversation, customer, decision, message

POLICY = read_policy(Path("apps/demo/policy.yaml"))


def risk(value: str, words: str = "my lawyer", confidence: float = 0.9) -> Scored:
    evidence = (Evidence(start=0, end=len(words), words=words),)
    return Scored(value=value, confidence=confidence, label=value.replace("_", " "), evidence=evidence)


def beside(**changes: Any) -> TurnSources:
    return TurnSources(
        **{
            "conversation": conversation(),
            "customer": customer(),
            "timeline": (message(1),),
            "decision": decision(1),
            "policy": POLICY,
            "now": NOW,
            **changes,
        }
    )


def with_signals(**changes: Any) -> TurnSources:
    made = decision(1)
    return beside(decision=replace(made, signals=replace(made.signals, **changes)))


def answer(number: int = 2, **changes: Any) -> Any:
    return message(number, **{"role": Role.AGENT, "author": "Maria Lopez", **changes})


def handed(group: str = "Specialists", **changes: Any) -> Any:
    """A decision that gave the ticket to a group."""
    card = Handoff(
        group=group,
        agent=None,
        reason="They asked for a person.",
        wants="“Help”",
        tried=(),
        open=("“Is the warranty still good?”",),
        summary="",
        sentiment_trend=(-0.4,),
        identity="known",
    )
    disposition = Disposition(
        action=Action.HANDOFF,
        owner=team(group),
        rule="trigger:human_request",
        reason=card.reason,
        notify_customer=True,
    )
    return decision(1, handoff=replace(card, **changes), disposition=disposition, draft=None)
