"""An installation whose policy has the demo's actions in force, over the sandbox's back office; Sam is a customer."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

from apps.bootstrap.policies import enacter
from apps.cli import main
from apps.policy_file import read_policy
from apps.sandbox.settings import SandboxSettings
from apps.slack.cards.renderer import SlackCards
from connectors.actions.systems import HttpSystem, Systems
from connectors.sql.store import SqlStore
from core.actions.examine import Actions
from core.execute.actions import ActionCourier
from core.model.action import ActionRun, RunState
from core.model.conversation import Conversation
from core.model.customer import Identity, IdentityKind
from core.model.ids import ConversationId, CustomerId, EffectId, TicketId, derive_id
from tests.apps.policy.conftest import Installation, installation
from tests.apps.sandbox.running import Sandbox, serving
from tests.clock import Clock
from tests.core import people, rules, samples
from tests.core.container import Container
from tests.keys import master_keys
from tests.policies import MARIA, PRIYA

__all__ = ["installation"]

ROOT = Path(__file__).parents[3]
SAM, ORDER, TICKET = CustomerId("cu_sam"), "LK-10478", "4711"
BY = ("--by", PRIYA)


def handrail(*words: str) -> Result:
    return CliRunner().invoke(main, ["actions", *words])


def demo_actions() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "apps/demo/policy.yaml").read_text(encoding="utf-8"))["actions"]
    return found


@dataclass
class Office:
    """What the commands work on, and what lies behind it."""

    installation: Installation
    sandbox: Sandbox
    store: SqlStore

    def declare(self, **changes: Any) -> None:
        """Put the demo's actions in force, with keys of some changed."""
        actions = demo_actions()
        for name, more in changes.items():
            actions[name] = {**actions.get(name, {}), **more}
        outreach = {**rules.POLICY["outreach"], "approval": {**rules.POLICY["outreach"]["approval"]}}
        outreach["approval"]["approvers"] = [PRIYA, MARIA]
        self.installation.write(actions=actions, outreach=outreach)
        text = self.installation.file.read_text(encoding="utf-8")
        office = enacter(self.store, Clock())
        office.apply(text, by=PRIYA, note="") if changes else office.start(text)

    @property
    def journal(self) -> list[str]:
        """What the order system really did."""
        return [str(row["what"]) for row in self.sandbox.world.office.journal()]

    @property
    def runs(self) -> list[ActionRun]:
        with self.store.read() as unit:
            return list(unit.actions.listed([]))

    def ledger(self, kind: str) -> list[dict[str, Any]]:
        with self.store.read() as unit:
            return [dict(each.said) for each in unit.ledger.records(0, 1000) if each.kind == kind]

    @contextmanager
    def working(self) -> Iterator[Container]:
        """A worker carries out what is ready, until the block ends."""
        container = Container(self.store, read_policy(self.installation.file), datetime.now(UTC) + timedelta(minutes=1))
        container.helpdesk.adds(people.person("Sam Whitcombe", id="900004"))
        orders = HttpSystem(
            "orders",
            url=f"{self.sandbox.url}/orders",
            token=self.sandbox.world.settings.orders_token,
            headers={},
            private=True,
        )
        actions = Actions(
            systems=Systems({"orders": orders}), store=self.store, policy=container.policy, now=container.clock
        )
        senders = replace(container.delivery.senders, actions=ActionCourier(actions=actions))
        container.delivery = replace(container.delivery, senders=senders)
        over = threading.Event()

        def work() -> None:
            while not over.wait(0.05):
                for run in self.runs:
                    if run.state is RunState.READY:
                        container.delivery.deliver(EffectId(derive_id("fx", f"{run.id}:do")))

        thread = threading.Thread(target=work)
        thread.start()
        try:
            yield container
        finally:
            over.set()
            thread.join()


@pytest.fixture
def office(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    with serving(seed=SandboxSettings().seed) as sandbox:
        settings = sandbox.world.settings
        systems = {
            "orders": {"url": f"{sandbox.url}/orders", "token": "ORDERS_TOKEN", "private": True},
            "office": {"url": f"{sandbox.url}/systems", "token": "OFFICE_TOKEN", "private": True},
        }
        file = installation.folder / "systems.yaml"
        file.write_text(yaml.safe_dump({"version": 1, "systems": systems}), encoding="utf-8")
        monkeypatch.setenv("HANDRAIL_ACTIONS_SYSTEMS", str(file))
        monkeypatch.setenv("ORDERS_TOKEN", settings.orders_token)
        monkeypatch.setenv("OFFICE_TOKEN", settings.systems_token)
        store = SqlStore(f"sqlite:///{installation.folder / 'handrail.db'}", keys=master_keys, cards=SlackCards())
        found = Office(installation, sandbox, store)
        found.declare()
        _knows_sam(store)
        yield found
        store.close()


def _knows_sam(store: SqlStore) -> None:
    known = Identity(kind=IdentityKind.HELPDESK, value="900004", verified=True)
    mail = Identity(kind=IdentityKind.EMAIL, value="sam@example.com", verified=True)
    sam = replace(people.customer("sam"), name="Sam Whitcombe", identities=(known, mail))
    conversations: tuple[Conversation, ...] = (
        samples.conversation(customer_id=SAM, ticket_id=TicketId(TICKET)),
        samples.conversation(id=ConversationId("co_two"), customer_id=CustomerId("cu_emma"), ticket_id=TicketId("9")),
    )
    with store.begin() as unit:
        unit.customers.save(sam)
        unit.customers.save(people.customer("emma"))
        for each in conversations:
            unit.conversations.add(each)
