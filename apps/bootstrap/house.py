"""Everything that one process may need."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from celery import Celery
from kombu.exceptions import OperationalError

from apps.bootstrap.clock import now
from apps.bootstrap.knowledge import Knowledge
from apps.rehearsal import REHEARSED, rehearsal
from connectors.local.economy import give_back_memory
from connectors.queue.app import QUEUES, make_celery, reachable
from connectors.queue.publish import CeleryPublisher
from connectors.sql.inbox import SqlInbox
from core.execute.plan import DeliverySettings, Planner

if TYPE_CHECKING:
    from core.execute.deliver import Delivery
    from core.loop import Loop
    from core.scenarios.offer import Offers


@dataclass(frozen=True)
class House(Knowledge):
    """What thinks and what speaks to the vendors, and the queue between the processes; `handrail --help` builds
    nothing of it."""

    @cached_property
    def celery(self) -> Celery:
        return make_celery(self.settings.queue_url)

    @cached_property
    def publisher(self) -> CeleryPublisher:
        return CeleryPublisher(self.celery)

    @cached_property
    def inbox(self) -> SqlInbox:
        return SqlInbox(self.store, self.publisher)

    @cached_property
    def planner(self) -> Planner:
        settings = DeliverySettings(
            notes=self.settings.on("delivery.notes"),
            tags=self.settings.on("delivery.tags"),
        )
        return Planner(policy=self.policy, settings=settings, style=self.style)

    @cached_property
    def loop(self) -> "Loop":
        from core.context.read import ContextReader
        from core.loop import Loop, Thinking

        return Loop(
            store=self.store,
            publisher=self.publisher,
            helpdesk=self.helpdesk,
            desk=self.desk,
            context=ContextReader(store=self.store, helpdesk=self.helpdesk, policy=self.policy),
            thinking=Thinking(sense=self.sense, answer=self.answer, policy=self.policy),
            library=self.library,
            planner=self.planner,
            policy=self.policy,
            now=now,
        )

    @cached_property
    def delivery(self) -> "Delivery":
        from core.execute.deliver import Delivery
        from core.execute.send import Senders
        from core.govern.gate import Gate

        return Delivery(
            store=self.store,
            senders=Senders(helpdesk=self.helpdesk, messenger=self.messenger, desk=self.desk),
            gate=Gate(policy=self.policy),
            publisher=self.publisher,
            policy=self.policy,
            now=now,
        )

    def train(self) -> None:
        """Train what no earlier start has trained; what was trained lies in the data folder."""
        for model in (*self.readers, self.need):
            model.warm()

    def warm(self) -> None:
        """Load the models and the articles now, in this process, so that the first message does not wait for them."""
        self.sense.read(rehearsal(now()))
        self.answer.search(REHEARSED)
        give_back_memory()

    @property
    def queues(self) -> tuple[str, ...]:
        return QUEUES

    def queue_answers(self) -> bool:
        return reachable(self.celery)

    def workers_answering(self, seconds: float) -> int:
        """How many worker processes answer a ping within the time."""
        try:
            return len(self.celery.control.ping(timeout=seconds) or [])
        except OperationalError:
            return 0

    def migrate(self) -> None:
        """Bring the database to this version's tables, and note that the policy of the file is in force."""
        self.open_store()
        with self.store.begin() as unit:
            if unit.cursors.get(f"policy:{self.policy.version}") is None:
                unit.cursors.set(f"policy:{self.policy.version}", now().isoformat())
                unit.ledger.append("policy_applied", {"version": self.policy.version}, now())

    @cached_property
    def offers(self) -> "Offers | None":
        """None where no order system is set."""
        if self.orders is None:
            return None
        from connectors.local.spoken import CldrSpoken
        from core.scenarios.offer import Offers

        return Offers(orders=self.orders, rules=self.scenarios, spoken=CldrSpoken(), now=now)
