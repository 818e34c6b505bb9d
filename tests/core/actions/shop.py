"""An order system in memory, a policy with a few actions in it, and a customer who wants something done."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from connectors.actions.inputs import parse
from connectors.sql.store import SqlStore
from core.actions.examine import Actions, Examined, Whose
from core.actions.expressions import fill, plain
from core.errors import RejectedError
from core.model.action import ActionRun
from core.model.customer import Customer
from core.model.ids import ApprovalId
from core.policy import Policy
from core.policy.actions import ActionRequest, ActionSpec
from tests.clock import Clock
from tests.core import people, rules, samples

READ = {"system": "orders", "get": "/orders/{input.order}", "take": "order"}
OWN = {"holds": "order.customer == customer.helpdesk_id", "otherwise": "It is another customer's"}
LEFT = {"holds": "order.paid - order.refunded >= input.amount", "otherwise": "It is more than what is left"}
ACTIONS: dict[str, Any] = {
    "refund": {
        "intents": ["dispute"],
        "input": {"order": {"kind": "id"}, "amount": {"kind": "money", "value": "order.rest"}},
        "reads": {"order": READ},
        "rules": {"own": OWN, "left": LEFT},
        "changes": {"Paid back": {"from": "money(order.refunded)", "to": "money(order.refunded + input.amount)"}},
        "counts": "amount",
        "currency": "'GBP'",
        "approve": "nobody",
        "question": {"en": "Shall I pay back {amount} of {order}?"},
        "done": {"en": "{amount} of {order} are paid back."},
        "call": {"system": "orders", "post": "/orders/{input.order}/refunds", "body": {"amount": "{input.amount}"}},
        "read_back": {**READ, "holds": "cents(back.refunded) == cents(order.refunded) + cents(input.amount)"},
    },
    "close": {
        "input": {"order": {"kind": "id"}},
        "reads": {"order": READ},
        "rules": {"own": OWN, "open": {"holds": "order.status == 'open'", "otherwise": "It is not open"}},
        "changes": {"Status": {"from": "order.status", "to": "'closed'"}},
        "approve": "nobody",
        "question": {"en": "Shall I close {order}?"},
        "done": {"en": "{order} is closed."},
        "call": {"system": "orders", "post": "/orders/{input.order}/close"},
        "read_back": {**READ, "holds": "back.status == 'closed'"},
    },
}


def policy(**changes: Mapping[str, Any]) -> Policy:
    """With other keys for some of its actions."""
    actions = {name: {**each, **changes.get(name, {})} for name, each in ACTIONS.items()}
    return rules.policy(
        actions=actions,
        standing=[*rules.POLICY["standing"], "action"],
        owners__intents__dispute={"owner": "assistant", "group": "Billing", "tier": 0},
        outreach__approval__approvers=["priya@larkfield.example", "maria@larkfield.example"],
    )


class Shop:
    """Implements `core.actions.systems.ActionSystems`: its orders are there to be changed by a test."""

    def __init__(self) -> None:
        self.orders: dict[str, dict[str, Any]] = {"A-1": self.order(), "A-2": self.order(customer="user-olga")}
        self.told: list[tuple[str, Any, str]] = []
        self.says: dict[str, Any] = {}  # beside the id of what it did

    def order(self, **changes: Any) -> dict[str, Any]:
        fresh = {"customer": "user-emma", "status": "open", "paid": 50.0, "refunded": 0.0, "rest": 50.0}
        return {**fresh, **changes}

    def parse(self, spec: ActionSpec, given: Mapping[str, Any]) -> dict[str, Any]:
        return parse(spec, given)

    def read(self, request: ActionRequest, facts: Mapping[str, Any], within: timedelta) -> dict[str, Any]:
        name = plain(fill("{input.order}", facts))
        if name not in self.orders:
            raise RejectedError(f"there is no order {name}", code="404")
        return dict(self.orders[name])

    def call(self, request: ActionRequest, facts: Mapping[str, Any], key: str, within: timedelta) -> dict[str, Any]:
        order = self.orders[plain(fill("{input.order}", facts))]
        body = fill(dict(request.body), facts)
        self.told.append((request.path, body, key))
        order.update({"refunded": order["refunded"] + body["amount"]} if body else {"status": "closed"})
        return {"id": f"T-{len(self.told)}", **self.says}

    def knows(self, system: str) -> bool:
        return system == "orders"


class Asking:
    """Where what may be done is asked, for Emma unless somebody else is named."""

    def __init__(self, store: SqlStore, **changes: Mapping[str, Any]) -> None:
        self.shop, self.clock, self.store = Shop(), Clock(people.NOW), store
        self.actions = Actions(systems=self.shop, store=store, policy=policy(**changes), now=self.clock)
        with store.begin() as unit:
            unit.customers.save(people.customer())
            if unit.conversations.get(samples.conversation().id) is None:
                unit.conversations.add(samples.conversation())

    def ask(self, name: str = "refund", *, who: Customer | None = None, proved: bool = True, **given: Any) -> Examined:
        whose = Whose(customer=who or people.customer(), proved=proved)
        return self.actions.examine(self.actions.policy.actions[name], {"order": "A-1", **given}, whose)

    def refused(self, name: str = "refund", **given: Any) -> list[str]:
        """The names of the rules that stand against it."""
        return [each.rule for each in self.ask(name, **given).refused]


def kept(asking: Asking, name: str = "ac_1", action: str = "refund", **given: Any) -> ActionRun:
    """Agreed to and stored, as `commit_run` keeps it."""
    now = asking.clock()
    run = ActionRun(
        id=ApprovalId(name),
        call=asking.ask(action, **given).call,
        customer_id=people.customer().id,
        conversation_id=samples.conversation().id,
        policy_version=asking.actions.policy.version,
        created_at=now,
        expires_at=now + timedelta(hours=2),
    )
    with asking.store.begin() as unit:
        assert unit.actions.add(run)
    return run
