"""A supervisor takes a conversation over from an alert: it is theirs, and the assistant says no more."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from core.context.ownership import UNTIL_THEY_WRITE, held, withdraw
from core.control.passing import control_passed
from core.errors import ConflictError
from core.execute.commit import opening
from core.handoff.place import place
from core.model.alert import Alert, AlertClick
from core.model.control import Control
from core.model.conversation import Owner, OwnerKind
from core.model.helpdesk import Person, Team
from core.model.outbound import Authority, Effect, EffectKind
from core.ports import Unit

RULE = "taken_over"


def agent_known_as(teams: list[Team], email: str) -> tuple[Person, str] | None:
    """The agent with this address, and the first team that they are in: a ticket is given to nobody without one."""
    for team in teams:
        for person in team.members:
            if person.email is not None and person.email.casefold() == email.casefold():
                return person, team.name
    return None


def taken_over(
    unit: Unit, alert: Alert, click: AlertClick, agent: tuple[Person, str], version: str, now: datetime
) -> list[Effect]:
    """The effects, to be added: the ticket is assigned (a new one where there is none), control of a messaging
    conversation goes to agents. What the assistant still had to say is withdrawn.

    Raises:
        ConflictError: somebody else changed the conversation at this moment, or a ticket is being opened for it.
    """
    person, group = agent
    conversation = unit.conversations.get(alert.conversation_id) if alert.conversation_id else None
    customer = unit.customers.get(conversation.customer_id) if conversation else None
    if conversation is None or customer is None:
        return []
    if conversation.ticket_id is None and opening(unit, conversation):
        raise ConflictError("a ticket is being opened for this conversation; it is taken over when it is there")
    why = f"{person.name} took the conversation over"
    withdraw(unit, conversation, why, now)
    for rule in UNTIL_THEY_WRITE:
        unit.outbox.cancel(conversation.id, rule, why, now)
    owner = Owner(kind=OwnerKind.AGENT, id=person.id, name=person.name)
    owned = unit.conversations.save(replace(held(conversation, owner, now), open=True, updated_at=now))
    changes: dict[str, Any] = {
        "group": group,
        "assignee": person.id,
        "status": "open",
        "note": f"{person.name} took this conversation over from an alert in Slack: {alert.said.text}",
    }
    kind, target, payload = place(owned, customer, unit.conversations.messages(owned.id), changes)
    made = Effect(
        kind=kind,
        key=f"{click.event_id}:taken",
        target=target,
        payload=payload,
        authority=Authority(rule=RULE, policy_version=version),
        created_at=now,
        conversation_id=owned.id,
    )
    passed = [] if kind is EffectKind.CONTROL else control_passed(unit, owned, Control.AGENTS, RULE, version, now)
    return [made, *passed]
