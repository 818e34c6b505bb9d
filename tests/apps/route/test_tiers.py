from dataclasses import replace
from datetime import timedelta
from typing import Any

from apps.route.tiers import decisions, movements
from connectors.sql.store import SqlStore
from core.model.agent import Routed
from core.model.conversation import Owner, OwnerKind
from core.model.decision import Action, Decision, Disposition
from core.model.ids import DecisionId, EventId, MessageId
from tests.core import people, samples


def handed_over(group: str, rule: str, tier: int, **changes: Any) -> Decision:
    owner = Owner(kind=OwnerKind.TEAM, id=group, name=group)
    made = Disposition(action=Action.HANDOFF, owner=owner, rule=rule, reason="", tier=tier)
    return samples.decision(Action.HANDOFF, disposition=made, **changes)


def test_movements_are_counted_by_rule_and_team_most_frequent_first() -> None:
    fraud = handed_over("Specialists", "trigger:fraud", 2, tier_before=0)
    asked = handed_over("Customer care", "trigger:human_request", 1, tier_before=0)
    night = replace(asked, routed=Routed(group="Night", tier=1, reason=""))
    stayed, new = replace(fraud, tier_before=2), replace(fraud, tier_before=None)
    found = movements([asked, fraud, stayed, new, fraud, night])
    assert [(each.before, each.after, each.rule, each.group, each.count) for each in found] == [
        (0, 2, "trigger:fraud", "Specialists", 2),
        (0, 1, "trigger:human_request", "Customer care", 1),
        (0, 1, "trigger:human_request", "Night", 1),
    ]


def test_only_decisions_of_the_asked_days_are_read(store: SqlStore) -> None:
    with store.begin() as unit:
        unit.customers.save(people.customer())
        unit.conversations.add(samples.conversation())
        for number in range(3):
            unit.conversations.add_message(samples.message(number, vendor_ref=f"twilio:SM{number}"))
            unit.decisions.add(
                samples.decision(
                    id=DecisionId(f"de_{number}"),
                    event_id=EventId(f"ev_{number}"),
                    message_id=MessageId(f"ms_{number}"),
                    at=people.NOW + timedelta(days=number),
                    draft=None,
                )
            )
    assert [each.id for each in decisions(store, people.NOW + timedelta(days=1))] == ["de_1", "de_2"]
