"""Everything that one process may need."""

import logging
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from celery import Celery
from kombu.exceptions import OperationalError

from apps.bootstrap.clock import now
from apps.bootstrap.policies import InForce, difference, enacter
from apps.bootstrap.supervisors import Supervisors
from apps.policy_file import text_of
from apps.receipt.links import Links
from apps.rehearsal import REHEARSED, rehearsal
from connectors.local.economy import give_back_memory
from connectors.queue.app import QUEUES, make_celery, reachable
from connectors.queue.publish import CeleryPublisher
from connectors.sql.inbox import SqlInbox
from connectors.sql.sign_ins import SqlSignIns
from core.coordinate.policy import Policy
from core.execute.plan import Planner
from core.execute.planning import DeliverySettings

if TYPE_CHECKING:
    from core.answer.receipt_link import Receipts
    from core.execute.deliver import Delivery
    from core.execute.track import Tracker
    from core.loop import Loop
    from core.outreach.sending.advance import Campaigner
    from core.ports import OfferBoard
    from core.ports.outreach import Throttle
    from core.profile.codes import Codes
    from core.profile.gather import Sources
    from core.routing.handle_time import HandleTimes
    from core.routing.route import Given, Router
    from core.scenarios.compute import Offers
    from core.voice.reception import Reception

log = logging.getLogger("handrail.policy")
OUTREACH_WORKER = "outreach-"  # how the names of the workers for outreach begin


@dataclass(frozen=True)
class House(Supervisors):
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
    def sign_ins(self) -> SqlSignIns:
        return SqlSignIns(self.store)

    @cached_property
    def in_force(self) -> InForce:
        return InForce(self.store, Path(self.settings["policy"]), now, lambda: self.publisher)

    def planner(self, policy: Policy) -> Planner:
        settings = DeliverySettings(
            notes=self.settings.on("delivery.notes"),
            tags=self.settings.on("delivery.tags"),
        )
        return Planner(policy=policy, settings=settings, style=self.style)

    @property
    def loop(self) -> "Loop":
        """For one event, under the policy that is in force now."""
        from core.context.reader import ContextReader
        from core.decide.evaluator import Thinking
        from core.loop import Loop

        policy = self.policy
        return Loop(
            store=self.store,
            publisher=self.publisher,
            helpdesk=self.helpdesk,
            desk=self.desk,
            context=ContextReader(
                codes=self.codes,
                store=self.store,
                helpdesk=self.helpdesk,
                policy=policy,
                alike=lambda *pair: self.sense.alike(*pair),
            ),
            thinking=Thinking(
                sense=self.sense,
                answer=self.answer,
                policy=policy,
                orders=self.orders,
                probe=self.probe,
                calendar=self.calendar,
                receipts=self.receipts,
            ),
            library=self.library,
            planner=self.planner(policy),
            policy=policy,
            now=now,
            router=self.router(policy),
            sources=self.profile_sources,
            files=self.fetching,
            typing=self.typing,
            switchboard=self.switchboard,
            deliver=self.delivery_under(policy).deliver,
        )

    def reception(self) -> "Reception":
        """For one request of a call, under the policy that is in force now."""
        from core.voice.reception import Reception

        return Reception(
            store=self.store,
            policy=lambda: self.policy,
            company=self.settings["company"],
            caller_id=self.settings["twilio.voice_number"],
            now=now,
        )

    def router(self, policy: Policy) -> "Router":
        """One for each policy in force; what was given to whom is remembered across them."""
        from core.routing.route import Router

        return Router(
            agents=self.agents,
            store=self.store,
            policy=policy,
            now=now,
            times=self.handle_times,
            given=self.given,
        )

    @cached_property
    def receipt_links(self) -> Links:
        return Links(public_url=self.settings["public_url"], secret=self.settings.secret("session_secret"))

    @cached_property
    def receipts(self) -> "Receipts":
        from core.answer.receipt_link import Receipts

        return Receipts(link=self.receipt_links.link, style=self.style)

    @cached_property
    def given(self) -> "Given":
        from core.routing.route import Given

        return Given()

    @cached_property
    def handle_times(self) -> "HandleTimes":
        """What `handrail route learn` has written; nothing is known where no file is set."""
        from apps.route.learned_file import read_handle_times

        return read_handle_times(self.settings["handle_times"])

    @property
    def delivery(self) -> "Delivery":
        """For one effect, under the policy that is in force now."""
        return self.delivery_under(self.policy)

    def delivery_under(self, policy: Policy) -> "Delivery":
        from core.execute.deliver import Delivery
        from core.execute.send import Senders
        from core.govern.gate import Gate

        return Delivery(
            store=self.store,
            senders=Senders(
                codes=self.codes,
                helpdesk=self.helpdesk,
                messengers=self.messengers,
                calendar=self.calendar,
                desk=self.desk,
                switchboard=self.switchboard,
                offers=self.offer_board,
                files=self.file_courier,
            ),
            gate=Gate(policy=policy),
            publisher=self.publisher,
            policy=policy,
            now=now,
        )

    @property
    def tracker(self) -> "Tracker":
        """For the status callbacks that wait, under the policy that is in force now."""
        from core.execute.track import Tracker

        return Tracker(store=self.store, publisher=self.publisher, policy=self.policy, now=now)

    @property
    def campaigner(self) -> "Campaigner":
        """For some seconds of outreach, under the policy that is in force now."""
        from apps.bootstrap.outreach import campaigner

        return campaigner(self.delivery, self.settings.queue_url, self.senders, self.throttle)

    @property
    def throttle(self) -> "Throttle | None":
        """None: what senders let go is counted in the queue's Redis, for all workers."""
        return None

    @cached_property
    def offer_board(self) -> "OfferBoard | None":
        """None where no page of the company carries the beacon."""
        if not self.settings["journey.origins"]:
            return None
        from connectors.sql.journey import SqlOfferBoard

        return SqlOfferBoard(self.store, now)

    def train(self) -> None:
        """Train what no earlier start has trained; what was trained lies in the data folder."""
        for model in (self.readers, self.need):
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
        """How many workers answer a ping within the time, without those for outreach."""
        return answering(self.celery, seconds)[0]

    def migrate(self) -> None:
        """Bring the database to this version's tables; a store without a policy takes that of the file.

        Raises ConfigurationError when there is no policy that this Handrail can read."""
        self.open_store()
        path = Path(self.settings["policy"])
        with self.store.read() as unit:
            fresh = unit.policies.version() is None
        if fresh and enacter(self.store, now, str(path)).start(text_of(path)) is not None:
            log.warning("the first policy of this store is now in force, from %s; sign-offs were not asked", path)
        # Read before the process forks: its children then have one to go on with, whatever is applied later.
        differs = difference(path, self.policy.version)
        if differs is not None:
            log.warning("%s", differs)

    @cached_property
    def codes(self) -> "Codes":
        """One-time codes, made of the installation's own secret."""
        from core.profile.codes import Codes

        return Codes(secret=self.settings.secret("session_secret").encode())

    @cached_property
    def profile_sources(self) -> "Sources":
        """What the company's other systems know of its customers."""
        from apps.bootstrap.people import sources

        return sources(self.settings, self.store, self.orders)

    @cached_property
    def offers(self) -> "Offers | None":
        """None where no order system is set."""
        if self.orders is None:
            return None
        from connectors.local.spoken import CldrSpoken
        from core.scenarios.compute import Offers

        return Offers(orders=self.orders, rules=self.scenarios, spoken=CldrSpoken(), now=now)


def answering(celery: Celery, seconds: float) -> tuple[int, int]:
    """How many workers, and how many for outreach, answer a ping within the time."""
    try:
        answers = celery.control.ping(timeout=seconds) or []
    except OperationalError:
        return 0, 0
    names = [str(name) for answer in answers for name in answer]
    outreach = sum(name.startswith(OUTREACH_WORKER) for name in names)
    return len(names) - outreach, outreach
