"""Actions on their way to the sandbox's order system: the customer has said yes, and everything after that is real."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import requests
import yaml

from connectors.actions.systems import HttpSystem, System, Systems
from connectors.sql.store import SqlStore
from core.actions.examine import Actions, Whose
from core.execute.actions import ActionCourier, commit_run
from core.govern.gate import Gate
from core.model.action import ActionRun, RunState
from core.model.customer import Channel, Identity, IdentityKind
from core.model.effect_payloads import MessagePayload, Said
from core.model.event import EventKind
from core.model.ids import ApprovalId, ConversationId, CustomerId, TicketId
from core.model.outbound import EffectKind
from core.model.outreach import Click, Verdict
from core.policy import Policy
from core.policy.actions import ActionRequest
from core.text.action_lines import ACTION_LINES
from tests.apps.sandbox.running import Sandbox
from tests.core import people, rules, samples
from tests.core.container import Container

DEMO = Path("apps/demo/policy.yaml")
SAM, ORDER = CustomerId("cu_sam"), "LK-10478"
FAILED = ACTION_LINES["en"].failed
WAIT = {"minutes": 11}


def policy(**changes: Any) -> Policy:
    """The demo's own actions, in a small policy."""
    actions = yaml.safe_load(DEMO.read_text(encoding="utf-8"))["actions"]
    standing = [*rules.POLICY["standing"], "action"]
    two = ["Priya@larkfield.example", "maria@larkfield.example"]
    outreach = {**rules.POLICY["outreach"], "approval": {**rules.POLICY["outreach"]["approval"], "approvers": two}}
    for name, more in changes.items():
        actions[name] = {**actions[name], **more}
    return rules.policy(actions=actions, standing=standing, outreach=outreach)


@dataclass
class Watched:
    """The order system; what is to happen `at_write` happens once, as a change is about to be asked for."""

    system: System
    at_write: Callable[[], None] | None = None

    def ask(self, request: ActionRequest, facts: Mapping[str, Any], key: str, within: timedelta) -> dict[str, Any]:
        happens, self.at_write = (self.at_write, None) if key else (None, self.at_write)
        if happens is not None:
            happens()
        return self.system.ask(request, facts, key, within)


class Way:
    """Handrail's way out, to an order system."""

    def __init__(self, store: SqlStore, orders: System, rules_: Policy) -> None:
        self.container, self.orders = Container(store, rules_), Watched(orders)
        self.actions = Actions(
            systems=Systems({"orders": self.orders}), store=store, policy=rules_, now=self.container.clock
        )
        senders = replace(self.container.delivery.senders, actions=ActionCourier(actions=self.actions))
        self.container.delivery = replace(self.container.delivery, senders=senders)
        self.container.helpdesk.adds(people.person("Sam Whitcombe", id="900004"))

    def knows_sam(self, ticket: TicketId | None = None) -> None:
        known = Identity(kind=IdentityKind.HELPDESK, value="900004", verified=True)
        phone = Identity(kind=IdentityKind.PHONE, value=people.EMMA_PHONE, verified=True)
        with self.container.store.begin() as unit:
            unit.customers.save(replace(people.customer("sam"), identities=(known, phone)))
            unit.conversations.add(samples.conversation(customer_id=SAM, ticket_id=ticket))

    @property
    def texts(self) -> list[str]:
        return [each.body for each in self.container.messenger.sent]

    def say_yes(self, name: str = "cancel_order", *, run: str = "ac_1", **given: Any) -> ActionRun:
        """The customer has said yes to exactly this."""
        spec, store = self.actions.policy.actions[name], self.container.store
        with store.read() as unit:
            sam = unit.customers.get(SAM)
        assert sam is not None
        made = self.actions.examine(spec, {"order": ORDER, **given}, Whose(customer=sam, proved=True))
        assert made.allowed, (made.refused, made.missing)
        call = replace(made.call, done="It is done.", failed=FAILED)
        now = self.container.clock()
        words = MessagePayload(channel=Channel.SMS, body="It is done.", ai_generated=True)
        agreed = ActionRun(
            id=ApprovalId(run),
            call=call,
            customer_id=SAM,
            customer=sam.name,
            conversation_id=ConversationId("co_one"),
            policy_version=self.actions.policy.version,
            created_at=now,
            expires_at=now + self.actions.policy.outreach.expires_after,
            said=(Said(kind=EffectKind.MESSAGE, target=people.EMMA_PHONE, payload=words),),
            state=RunState.AWAITING if call.approvers else RunState.READY,
        )
        with store.begin() as unit:
            effects = commit_run(unit, agreed, sam.tier, self.actions.policy, now)
            fresh = [effect for effect in effects if unit.outbox.add(effect)]
        for effect in fresh:
            self.container.publisher.effect(effect.id)
        return agreed

    def run(self, name: str = "ac_1") -> ActionRun:
        with self.container.store.read() as unit:
            found = unit.actions.get(ApprovalId(name))
        assert found is not None
        return found

    def later(self, times: int = 12) -> None:
        """Until nothing is tried any more."""
        for _ in range(times):
            self.container.wait(**WAIT)
            with self.container.store.begin() as unit:
                due = unit.outbox.due(self.container.clock(), 50)
            for effect_id in due:
                self.container.publisher.effect(effect_id)
            self.container.drain()

    def click(self, verdict: Verdict, who: str, digest: str = "") -> str:
        run = self.run()
        payload = Click(
            approval_id=run.id,
            verdict=verdict,
            digest=digest or run.call.digest,
            user_id=who,
            user_name=who,
            channel="C1",
            ts=f"{self.container.clock().timestamp():.6f}",
        )
        word = self.container.happens(
            self.container.event(EventKind.APPROVAL_CLICKED, run.id, f"{who}:{verdict}:{digest}", payload=payload)
        )
        self.container.drain()
        return word

    def with_a_person(self) -> bool:
        with self.container.store.read() as unit:
            conversation = unit.conversations.get(ConversationId("co_one"))
        return conversation is not None and conversation.owner.is_human

    def under(self, other: Policy) -> None:
        """Another policy comes into force; the one before was applied once."""
        with self.container.store.begin() as unit:
            unit.cursors.set(f"policy:{self.actions.policy.version}", "applied")
        self.actions = replace(self.actions, policy=other)
        delivery = self.container.delivery
        senders = replace(delivery.senders, actions=ActionCourier(actions=self.actions))
        self.container.delivery = replace(delivery, senders=senders, gate=Gate(policy=other), policy=other)


class House(Way):
    """To the sandbox's."""

    def __init__(self, store: SqlStore, sandbox: Sandbox, rules_: Policy) -> None:
        self.sandbox, token = sandbox, sandbox.world.settings.orders_token
        orders = HttpSystem("orders", url=f"{sandbox.url}/orders", token=token, headers={}, private=True)
        super().__init__(store, orders, rules_)
        self.knows_sam()

    def agree(
        self, name: str = "cancel_order", *, run: str = "ac_1", meanwhile: dict[str, int] | None = None, **given: Any
    ) -> ActionRun:
        """The customer has said yes to exactly this; `meanwhile` the system comes to misbehave."""
        agreed = self.say_yes(name, run=run, **given)
        self.faults(**(meanwhile or {}))
        self.container.drain()
        return agreed

    @property
    def journal(self) -> list[str]:
        """What the order system really did."""
        return [str(row["what"]) for row in self.sandbox.world.office.journal()]

    def faults(self, **switches: Any) -> None:
        self.sandbox.world.faults.set("office", **switches)

    def at_write(self, **switches: Any) -> None:
        """Misbehaves as the change is asked for, not in the readings before it."""
        self.orders.at_write = lambda: self.faults(**switches)

    def by_another(self, place: str, **body: Any) -> None:
        """An agent does it in the order system itself, which is there again."""
        self.faults(rate_limited=0)
        told = {"Authorization": f"Bearer {self.sandbox.world.settings.orders_token}"}
        answer = requests.post(f"{self.sandbox.url}/orders/v1/orders/{place}", json=body, headers=told, timeout=5)
        assert answer.ok, answer.text

    def ended(self) -> tuple[RunState, list[str], list[str]]:
        """How the run stands, what was really done, and what the customer was told."""
        return self.run().state, self.journal, self.texts
