"""Everything that one process may need, each part built at its first use.

Where an import stands in a method, it takes 10 ms or more of a process that may never need it.
"""

import json
import logging
import shutil
from collections.abc import Collection
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, closing, nullcontext
from contextvars import copy_context
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from celery import Celery
from kombu.exceptions import OperationalError

from apps.bootstrap.clock import now
from apps.bootstrap.master_key import read_master_keys
from apps.bootstrap.models import Models
from apps.bootstrap.policies import InForce, difference, enacter
from apps.bootstrap.vendors import Vendors
from apps.policy_file import read_text
from apps.receipt.links import Links
from apps.rehearsal import FOREIGN, REHEARSED, rehearsal
from apps.secret_files import take_from_others
from apps.settings import make_data_folder
from connectors import traces
from connectors.local.encoder import give_back_memory
from connectors.local.folder import FolderSource
from connectors.queue.app import QUEUES, lengths, make_celery, reachable
from connectors.queue.publish import CeleryPublisher
from connectors.slack.account import connect as connect_slack
from connectors.slack.desk import SlackDesk, SlackDesks
from connectors.sql.backup import copy_sqlite, copy_store, put_store
from connectors.sql.encrypting import encrypt_old_rows
from connectors.sql.inbox import SqlInbox
from connectors.sql.journey import SqlOfferBoard
from connectors.sql.patience import FOR_WORKERS
from connectors.sql.schema import has_tables, store_name, upgrade
from connectors.sql.store import SqlSignIns
from connectors.web.site import SiteSource
from core.answer.compose.vision import MeteredVision
from core.context.reader import ContextReader
from core.errors import ConfigurationError
from core.execute.plan import Planner
from core.execute.planning import DeliverySettings
from core.knowledge.library import Library, SwitchedOff
from core.model.customer import CHATTED
from core.model.ids import EffectId, EventId
from core.policy import Policy
from core.ports import ImageReader, Source

if TYPE_CHECKING:
    from connectors.slack.workspaces import Workspaces
    from connectors.zendesk.brands import Brands
    from core.actions.examine import Actions
    from core.answer.receipt_link import Receipts
    from core.assist.engineering import SideConversations
    from core.execute.by_agent import ActionsByAgent
    from core.execute.deliver import Delivery
    from core.execute.track import Tracker
    from core.loop import Loop
    from core.outreach.sending.advance import Campaigner
    from core.ports import OfferBoard, VendorLog
    from core.ports.outreach import Throttle
    from core.privacy.erase import Erasing
    from core.privacy.retention import Retention
    from core.profile.codes import Codes
    from core.profile.gather import Sources
    from core.reconcile import Reconciler
    from core.routing.handle_time import HandleTimes
    from core.routing.route import Router
    from core.scenarios.compute import Offers
    from core.voice.reception import Reception

log = logging.getLogger("handrail.policy")
keys_log = logging.getLogger("handrail.keys")
OUTREACH_WORKER = "outreach-"  # how the names of the workers for outreach begin
WORKER_WAIT = timedelta(seconds=15)  # what a worker may wait for a vendor at one sync: customers wait for the worker
VECTORS = "vectors.db"
PLACES = "knowledge_places"  # the cursor that keeps the folders and sites that were added
PROFILE_QUESTIONS = 8  # under way at once in one process


class _SameTrace(ThreadPoolExecutor):
    """Its threads work within the trace of who asks."""

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> "Future[Any]":
        return super().submit(copy_context().run, fn, *args, **kwargs)


@dataclass(frozen=True)
class Knowledge(Models, Vendors):
    """The articles and where they come from: all that commands on articles need. `longest_wait` is how long one sync
    may wait in all when a vendor asks to."""

    longest_wait: timedelta = WORKER_WAIT

    @property
    def metered_vision(self) -> ImageReader | None:
        """At the light model's price where it is the light model that sees."""
        if self.vision is None:
            return None
        tier = "light" if self.settings.openai.vision == self.settings.openai.model else "strong"
        return MeteredVision(eyes=self.vision, tier=tier, purse=self.purse)

    @cached_property
    def library(self) -> Library:
        return Library(store=self.store, encoder=self.encoder, aligner=self.aligner, sources=self.sources)

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        """Those of the helpdesk, where there is one; what is switched off gives back what it gave."""
        if not self.settings.zendesk.subdomain:
            return ()
        from connectors.zendesk.brands import Brands

        brands = Brands(self.zendesk)
        return (self._help_center(brands), self._solved_tickets(brands), self._macros())

    @cached_property
    def all_sources(self) -> tuple[Source, ...]:
        """The helpdesk's, and every folder and site that was added."""
        return (*self.sources, *(self.place(name, where) for name, where in self.places().items()))

    def places(self) -> dict[str, str]:
        """Name → folder, file or address of everything that was added."""
        with self.store.read() as unit:
            return dict(json.loads(unit.cursors.get(PLACES) or "{}"))

    def remember(self, places: dict[str, str]) -> None:
        with self.store.begin() as unit:
            unit.cursors.set(PLACES, json.dumps(places))

    def place(self, name: str, where: str) -> Source:
        """The source at a folder, a file or an address.

        Raises ConfigurationError when it is none."""
        if where.startswith(("https://", "http://")):
            return SiteSource(name, where)
        return FolderSource(name, Path(where))

    def open_store(self) -> None:
        """Bring the database to this version's tables; nothing else is needed to work on articles."""
        make_data_folder(self.settings.data_dir)
        if taken := take_from_others(self.settings.data_dir):
            said = "%s files and folders in %s were open to others and are closed now"
            keys_log.warning(said, taken, self.settings.data_dir)
        upgrade(self.settings.store_url)
        # A portion may take longer than a web process lets a transaction last.
        with closing(self.store_with(FOR_WORKERS)) as patient:
            encrypted = sum(count for _, count in encrypt_old_rows(patient))
        if encrypted:
            keys_log.warning("what this store held in clear is encrypted now")

    def copy_store(self, folder: Path) -> list[Path]:
        """The store, and the vectors that were computed, as files in that folder; see `connectors.sql.backup`."""
        vectors = self.settings.data_dir / VECTORS
        made = [copy_store(self.settings.store_url, folder)]
        return [*made, copy_sqlite(vectors, folder / VECTORS)] if vectors.exists() else made

    def check_master_key(self) -> None:
        """Raises ConfigurationError where there is none, and nobody could read an encrypted store."""
        read_master_keys(self.settings)

    def put_store(self, copies: Collection[Path]) -> None:
        """What `copy_store` made, into an empty place."""
        make_data_folder(self.settings.data_dir)
        for copy in copies:
            if copy.name == VECTORS:
                shutil.copyfile(copy, self.settings.data_dir / VECTORS)
            else:
                put_store(copy, self.settings.store_url)

    def store_begun(self) -> bool:
        """Whether there is a store, of whichever version; looking changes nothing."""
        return has_tables(self.settings.store_url)

    @property
    def store_name(self) -> str:
        """The store as a person knows it, without a password."""
        return store_name(self.settings.store_url)

    def _help_center(self, brands: "Brands") -> Source:
        from connectors.zendesk.help_center import About, AboutRule, HelpCenter

        if not self.settings.zendesk.help_center:
            return SwitchedOff(name=HelpCenter.name, origin=HelpCenter.origin)
        about = AboutRule(About(self.settings.knowledge.about), self.settings.knowledge.about_prefix)
        return HelpCenter(self.zendesk, about=about, brands=brands, total_wait=self.longest_wait)

    def _solved_tickets(self, brands: "Brands") -> Source:
        from connectors.zendesk.solved import SolvedTickets

        if not self.settings.knowledge.tickets:
            return SwitchedOff(name=SolvedTickets.name, origin=SolvedTickets.origin)
        return SolvedTickets(self.zendesk, brands=brands, total_wait=self.longest_wait)

    def _macros(self) -> Source:
        from connectors.zendesk.macros import Macros

        if not self.settings.knowledge.macros:
            return SwitchedOff(name=Macros.name, origin=Macros.origin)
        return Macros(self.zendesk, total_wait=self.longest_wait)


@dataclass(frozen=True)
class Container(Knowledge):
    """The models, the vendors and the queue between the processes; `handrail --help` builds nothing of it."""

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
        return InForce(self.store, self.settings.policy, now, lambda: self.publisher)

    def planner(self, policy: Policy) -> Planner:
        settings = DeliverySettings(
            notes=self.settings.delivery.notes,
            tags=self.settings.delivery.tags,
        )
        return Planner(policy=policy, settings=settings, style=self.style)

    @property
    def loop(self) -> "Loop":
        """For one event, under the policy that is in force now."""
        from connectors.local.spoken import CldrSpoken
        from core.decide.evaluation import TurnEvaluator
        from core.loop import Loop
        from core.procedure.acting import Acting

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
            evaluator=TurnEvaluator(
                sense=self.sense,
                answer=self.answer,
                policy=policy,
                orders=self.orders,
                probe=self.probe,
                calendar=self.calendar,
                acting=partial(Acting, self.actions_under(policy), CldrSpoken(), look=self.fetching.examine),
                receipts=self.receipts,
                reader=self.model_reader,
            ),
            library=self.library,
            planner=self.planner(policy),
            policy=policy,
            now=now,
            router=self.router(policy),
            sources=self.profile_sources,
            files=self.fetching,
            typing=self.typing,
            conversation_control=self.conversation_control,
            by_agent=self.actions_by_agent,
            rulings=self.rulings,
            deliver=self.delivery_under(policy).deliver,
        )

    def reception(self) -> "Reception":
        """For one request of a call, under the policy that is in force now."""
        from core.voice.reception import Reception

        return Reception(
            store=self.store,
            policy=lambda: self.policy,
            company=self.settings.company,
            caller_id=self.settings.twilio.voice_number,
            now=now,
        )

    def router(self, policy: Policy) -> "Router":
        """One for each policy in force."""
        from core.routing.route import Router

        return Router(
            agents=self.agents,
            store=self.store,
            policy=policy,
            now=now,
            times=self.handle_times,
        )

    @cached_property
    def receipt_links(self) -> Links:
        return Links(public_url=self.settings.public_url, secret=self.settings.session_secret.value)

    @cached_property
    def receipts(self) -> "Receipts":
        from core.answer.receipt_link import Receipts

        return Receipts(link=self.receipt_links.link, style=self.style)

    @cached_property
    def handle_times(self) -> "HandleTimes":
        """What `handrail route learn` has written; nothing is known where no file is set."""
        from apps.route.learned_file import read_handle_times

        return read_handle_times(self.settings.handle_times)

    @property
    def delivery(self) -> "Delivery":
        """For one effect, under the policy that is in force now."""
        return self.delivery_under(self.policy)

    def delivery_under(self, policy: Policy) -> "Delivery":
        from core.execute.actions import ActionCourier
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
                conversation_control=self.conversation_control,
                offers=self.offer_board,
                files=self.file_courier,
                actions=ActionCourier(actions=self.actions_under(policy)),
            ),
            gate=Gate(policy=policy),
            publisher=self.publisher,
            policy=policy,
            now=now,
        )

    def actions_under(self, policy: Policy) -> "Actions":
        """What can be done in the company's systems, by the actions of a policy."""
        from core.actions.examine import Actions

        return Actions(systems=self.action_systems, store=self.store, policy=policy, now=now)

    @property
    def actions_by_agent(self) -> "ActionsByAgent":
        """What agents start beside a ticket, under the policy that is in force now."""
        from connectors.local.spoken import CldrSpoken
        from core.execute.by_agent import ActionsByAgent

        return ActionsByAgent(
            store=self.store,
            publisher=self.publisher,
            actions=self.actions_under(self.policy),
            spoken=CldrSpoken(),
            now=now,
            orders=lambda: self.orders,
        )

    @property
    def tracker(self) -> "Tracker":
        """For the status callbacks that wait, under the policy that is in force now."""
        from core.execute.track import Tracker

        return Tracker(store=self.store, publisher=self.publisher, policy=self.policy, now=now)

    @cached_property
    def vendor_logs(self) -> "tuple[VendorLog, ...]":
        """What is read for whatever a webhook did not bring."""
        tickets = (self.ticket_log,) if self.settings.zendesk.subdomain else ()
        texts = tuple(self.twilio_logs) if self.settings.twilio.account_sid else ()
        chats = (self.conversation_log(self._spoken_in),) if self.messaging_is_set else ()
        return (*texts, *tickets, *chats)

    def _spoken_in(self, since: datetime, after: str, limit: int) -> list[tuple[str, str]]:
        with self.store.read() as unit:
            return unit.conversations.addresses(CHATTED, since, after, limit)

    @property
    def reconciler(self) -> "Reconciler":
        """For one reading, under the policy that is in force now."""
        from core.reconcile import Reconciler

        return Reconciler(
            store=self.store, publisher=self.publisher, policy=self.policy, now=now, logs=self.vendor_logs
        )

    @property
    def side_conversations(self) -> "SideConversations":
        """What became of the faults that went to engineering, under the policy that is in force now."""
        from core.assist.engineering import SideConversations

        return SideConversations(
            store=self.store, helpdesk=self.helpdesk, publisher=self.publisher, policy=self.policy, now=now
        )

    @property
    def campaigner(self) -> "Campaigner":
        """For some seconds of outreach, under the policy that is in force now."""
        from apps.bootstrap.outreach import campaigner

        return campaigner(self.delivery, self.settings.queue_url, self.senders, self.throttle)

    def find_signals(self, at: datetime) -> "list[EventId]":
        """Look at the plays' timetable, at spikes and at the status page; the signals that are new."""
        from apps.bootstrap.outreach import find_signals

        return find_signals(self, at)

    @property
    def throttle(self) -> "Throttle | None":
        """None: what senders let go is counted in the queue's Redis, for all workers."""
        return None

    @cached_property
    def offer_board(self) -> "OfferBoard | None":
        """None where no page of the company carries the beacon."""
        if not self.settings.journey.origins:
            return None
        return SqlOfferBoard(self.store, now)

    def train(self) -> None:
        """Train what no earlier start has trained; what was trained lies in the data folder."""
        for model in (self.readers, self.need):
            model.warm()

    def load_models(self) -> None:
        """Load the models alone. They compute in the thread that asks, so that a process may fork afterwards."""
        self.train()
        for encoder in (self.sentences, self.multilingual):
            if encoder is not None:
                encoder.warm()
        self.spelling("ready")
        give_back_memory()

    def warm(self) -> None:
        """Load the models and the articles now, in this process, so that the first message does not wait for them."""
        for text in (REHEARSED, FOREIGN):
            self.sense.read(rehearsal(now(), text))
        self.answer.search(REHEARSED)
        give_back_memory()

    @property
    def queues(self) -> tuple[str, ...]:
        return QUEUES

    def going_on(self, what: str, row_id: str) -> AbstractContextManager[object]:
        """Around the work on an "event" or an "effect": the trace of whoever wrote the row goes on."""
        if not traces.on():
            return nullcontext()
        with self.store.read() as unit:
            parent = unit.events.trace(EventId(row_id)) if what == "event" else unit.outbox.trace(EffectId(row_id))
        return traces.going_on(f"work on {what}", parent, row=row_id)

    def queue_lengths(self) -> dict[str, int]:
        """Hints that no worker has taken, by queue; empty where the queue does not answer."""
        return lengths(self.celery)

    def measured(self) -> bytes:
        """What this process has counted, where it counts for itself."""
        from prometheus_client import generate_latest

        from connectors.measures import MEASURES

        return bytes(generate_latest(MEASURES))

    def queue_answers(self) -> bool:
        return reachable(self.celery)

    def workers_answering(self, seconds: float) -> int:
        """How many workers answer a ping within the time, without those for outreach."""
        return answering(self.celery, seconds)[0]

    def unresolved(self, seconds: float) -> list[str]:
        """The vendors' hosts whose names are not found within the time."""
        from connectors.resolving import unresolved

        return unresolved(self.vendor_urls(), seconds)

    def migrate(self) -> None:
        """Bring the database to this version's tables; a store without a policy takes that of the file.

        Raises ConfigurationError when there is no policy that this Handrail can read."""
        self.open_store()
        path = self.settings.policy
        with self.store.read() as unit:
            fresh = unit.policies.version() is None
        if fresh and enacter(self.store, now, str(path)).start(read_text(path)) is not None:
            log.warning("the first policy of this store is now in force, from %s; sign-offs were not asked", path)
        # Read before the process forks: its children then have one to go on with, whatever is applied later.
        differs = difference(path, self.policy.version)
        if differs is not None:
            log.warning("%s", differs)

    @cached_property
    def codes(self) -> "Codes":
        """One-time codes, made of the installation's own secret."""
        from core.profile.codes import Codes

        return Codes(secret=self.settings.session_secret.value.encode())

    @cached_property
    def profile_sources(self) -> "Sources":
        """What the company's other systems know of its customers."""
        from core.profile.gather import Sources

        return Sources(
            sources=tuple(self.profile_systems()),
            store=self.store,
            executor=_SameTrace(PROFILE_QUESTIONS, thread_name_prefix="profile"),
            now=now,
            fresh=self.settings.profile.fresh_minutes,
        )

    @cached_property
    def offers(self) -> "Offers | None":
        """None where no order system is set."""
        if self.orders is None:
            return None
        from connectors.local.spoken import CldrSpoken
        from core.scenarios.compute import Offers

        return Offers(orders=self.orders, rules=self.scenarios, spoken=CldrSpoken(), now=now)

    # ------------------------------------------------------------ one person's data

    @cached_property
    def erasing(self) -> "Erasing":
        from apps.bootstrap.erasing import make_erasing

        return make_erasing(self)

    @cached_property
    def retention(self) -> "Retention":
        from core.privacy.retention import KINDS, Retention

        ages = {kind: getattr(self.settings.retention, kind) for kind in KINDS}
        return Retention(store=self.store, kept={kind: age for kind, age in ages.items() if age})

    def fetch_file(self, ref: str) -> bytes:
        """The content of a file by the name that its message has for it.

        RejectedError where it is gone, or nobody has files of this name."""
        if ref.startswith("zendesk:"):
            return self.helpdesk.fetch_file(ref)
        return self.fetching.media.fetch(ref)

    # ------------------------------------------------------------ supervisors: one Slack workspace or several

    @cached_property
    def desk(self) -> "SlackDesk | SlackDesks":
        if self.slack_workspaces is None:
            return SlackDesk(self.slack)
        return SlackDesks(
            self.slack_workspaces.token, lambda token: SlackDesk(connect_slack(self.slack_account(token)))
        )

    @cached_property
    def slack_workspaces(self) -> "Workspaces | None":
        """None where there is one workspace, by its token."""
        if not self.settings.slack.client_id or self.settings.slack.bot_token:
            return None
        from connectors.slack.workspaces import Vault, Workspaces, rotator

        if not self.settings.slack.client_secret:
            raise ConfigurationError("slack.client_id is set, and slack.client_secret is missing: both are needed.")
        client_id, secret = self.settings.slack.client_id, self.settings.slack.client_secret.value
        vault = Vault(self.settings.session_secret.value)
        return Workspaces(self.store, vault, now, rotator(self.slack, client_id, secret))


def answering(celery: Celery, seconds: float) -> tuple[int, int]:
    """How many workers, and how many for outreach, answer a ping within the time."""
    try:
        answers = celery.control.ping(timeout=seconds) or []
    except OperationalError:
        return 0, 0
    names = [str(name) for answer in answers for name in answer]
    outreach = sum(name.startswith(OUTREACH_WORKER) for name in names)
    return len(names) - outreach, outreach


def place_name(where: str) -> str:
    """What a folder, file or site is called where nobody said otherwise.

    Raises ConfigurationError when nothing can be made of it."""
    if where.startswith(("https://", "http://")):
        from urllib.parse import urlsplit

        return urlsplit(where).netloc
    if not Path(where).exists():
        raise ConfigurationError(f"there is nothing at {where}")
    return Path(where).resolve().name
