"""An action of a policy, done whole: examined, agreed to, told to the system once, read back."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from apps.policy_file import read_policy
from connectors.actions.systems import System, Systems
from connectors.sql.store import SqlStore
from core.actions.examine import Actions, Examined, Whose
from core.execute.actions import ActionCourier
from core.model.action import ActionRun
from core.model.customer import Customer, Identity, IdentityKind
from core.model.ids import ApprovalId, ConversationId, CustomerId
from tests.core.samples import conversation
from tests.policies import policy_text

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
EMMA = Customer(
    id=CustomerId("cu_emma"),
    name="Emma",
    identities=(
        Identity(kind=IdentityKind.HELPDESK, value="77"),
        Identity(kind=IdentityKind.EMAIL, value="emma@example.com"),
    ),
)


@dataclass
class Doing:
    store: SqlStore
    actions: Actions
    customer: Customer
    numbers: "count[int]"

    def examine(self, action: str, **given: Any) -> Examined:
        return self.actions.examine(
            self.actions.policy.actions[action], given, Whose(customer=self.customer, proved=True)
        )

    def agree(self, action: str, **given: Any) -> ApprovalId:
        """They said yes to exactly what was shown."""
        found = self.examine(action, **given)
        assert found.allowed, (found.refused, found.missing)
        run = ActionRun(
            id=ApprovalId(f"ac_{next(self.numbers)}"),
            call=replace(found.call, approvers=0),
            customer_id=self.customer.id,
            conversation_id=ConversationId("co_one"),
            policy_version="1",
            created_at=NOON,
            expires_at=NOON + timedelta(hours=1),
        )
        with self.store.begin() as unit:
            assert unit.actions.add(run)
        return run.id

    @property
    def courier(self) -> ActionCourier:
        return ActionCourier(actions=self.actions)


def doing(
    store: SqlStore, folder: Path, actions: Mapping[str, Any], systems: Mapping[str, System], customer: Customer = EMMA
) -> Doing:
    file = folder / "policy.yaml"
    file.write_text(policy_text(actions=dict(actions)), encoding="utf-8")
    with store.begin() as unit:
        unit.customers.save(customer)
        unit.conversations.add(conversation(customer_id=customer.id))
    made = Actions(systems=Systems(systems), store=store, policy=read_policy(file), now=lambda: NOON)
    return Doing(store=store, actions=made, customer=customer, numbers=count(1))
