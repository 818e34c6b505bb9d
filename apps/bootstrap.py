"""The one place that builds connectors and hands them to the core's ports."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from celery import Celery
from kombu.exceptions import OperationalError
from slack_sdk import WebClient

from apps.intents_file import Intents, read_intents
from apps.policy_file import read_policy
from apps.rehearsal import REHEARSED, rehearsal
from apps.settings import Settings
from connectors.local.align import MiniLmAligner
from connectors.local.cache import CachedEncoder
from connectors.local.economy import give_back_memory
from connectors.local.encoder import MiniLmEncoder
from connectors.local.files import Articles, articles_from
from connectors.local.index import MemoryIndex
from connectors.local.intents import IntentModel
from connectors.local.language import FastLanguage
from connectors.local.sentiment import SentimentModel
from connectors.queue.app import (
    DELIVER,
    HANDLE_EVENT,
    QUEUES,
    SWEEP,
    SYNC_ARTICLES,
    make_celery,
    reachable,
)
from connectors.queue.publish import CeleryPublisher
from connectors.queue.pulse import keep_time
from connectors.slack.account import SlackAccount
from connectors.slack.account import connect as slack_client
from connectors.slack.desk import SlackDesk
from connectors.slack.signature import SlackSignature
from connectors.sql.inbox import SqlInbox
from connectors.sql.store import SqlStore
from connectors.twilio.account import TwilioAccount
from connectors.twilio.signature import TwilioSignature
from connectors.zendesk.account import ZendeskAccount
from connectors.zendesk.signature import ZendeskSignature
from core.answer.answer import Answer
from core.answer.library import Library
from core.answer.style import StyleCard
from core.coordinate.policy import Policy
from core.execute.plan import DeliverySettings, Planner
from core.ports import Encoder, LanguageModel
from core.sense.read import Sense

if TYPE_CHECKING:
    from connectors.queue.embedded import EmbeddedQueue
    from connectors.twilio.installer import TwilioInstaller
    from connectors.twilio.messenger import TwilioMessenger
    from connectors.zendesk.api import ZendeskApi
    from connectors.zendesk.helpdesk import ZendeskHelpdesk
    from connectors.zendesk.installer import ZendeskInstaller
    from core.execute.deliver import Delivery
    from core.loop import Loop, Thinking

# The names of the tasks and their pulse are the queue connector's; the worker process takes them from here.
__all__ = ["DELIVER", "HANDLE_EVENT", "SWEEP", "SYNC_ARTICLES", "House", "OfflineHouse", "keep_time", "now"]


def now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class House:
    """Everything that one process may need, each built at its first use: a web process never loads the encoder
    unless somebody searches, and `handrail --help` builds nothing.

    What takes long to import (migrations, the vendors' SDKs) is imported there too: the web process needs little of it
    and is up in half the time, with half the memory."""

    settings: Settings

    @cached_property
    def store(self) -> SqlStore:
        return SqlStore(self.settings.store_url)

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
    def policy(self) -> Policy:
        return read_policy(Path(self.settings["policy"]))

    @cached_property
    def style(self) -> StyleCard:
        return StyleCard(company=self.settings["company"])

    @cached_property
    def sentences(self) -> MiniLmEncoder:
        return MiniLmEncoder()

    @cached_property
    def encoder(self) -> Encoder:
        return CachedEncoder(self.sentences, self.settings.data_dir / "vectors.db")

    @cached_property
    def intents(self) -> Intents:
        return read_intents(self.settings["intents"])

    @cached_property
    def readers(self) -> tuple[IntentModel, SentimentModel]:
        return readers_of(self.encoder, self.intents, self.settings.data_dir / "models")

    @cached_property
    def sense(self) -> Sense:
        return sense_of(self.encoder, self.intents, self.readers)

    @cached_property
    def library(self) -> Library:
        return Library(store=self.store, encoder=self.encoder, aligner=self.aligner)

    @cached_property
    def aligner(self) -> MiniLmAligner:
        return MiniLmAligner(self.sentences, self.settings.data_dir / "vectors.db")

    @cached_property
    def answer(self) -> Answer:
        return Answer(
            self.store,
            self.encoder,
            MemoryIndex(self.store, self.encoder.name),
            style=self.style,
            model=self.model,
            intents=self.readers[0] if self.intents.examples else None,
            aligner=self.aligner,
        )

    @cached_property
    def model(self) -> LanguageModel | None:
        if not self.settings["openai.base_url"]:
            return None
        from connectors.openai.model import OpenAIModel

        return OpenAIModel(
            api_key=self.settings.secret("openai.api_key"),
            model=self.settings["openai.model"],
            base_url=self.settings["openai.base_url"],
            vocabulary_cache=self.settings.data_dir / "vocabulary",
        )

    @cached_property
    def zendesk(self) -> "ZendeskApi":
        from connectors.zendesk.api import ZendeskApi

        return ZendeskApi(
            ZendeskAccount(
                subdomain=self.settings["zendesk.subdomain"],
                email=self.settings["zendesk.email"],
                token=self.settings.secret("zendesk.token"),
                base_url=self.settings["zendesk.url"] or None,
            )
        )

    @cached_property
    def helpdesk(self) -> "ZendeskHelpdesk":
        from connectors.zendesk.helpdesk import ZendeskHelpdesk

        return ZendeskHelpdesk(self.zendesk)

    @cached_property
    def twilio(self) -> TwilioAccount:
        return TwilioAccount(
            sid=self.settings["twilio.account_sid"],
            auth_token=self.settings.secret("twilio.auth_token"),
            sms_sender=self.settings["twilio.sms_number"],
            whatsapp_sender=self.settings["twilio.whatsapp_number"],
            status_url=f"{self.settings['public_url']}/webhooks/twilio/status",
            base_url=self.settings["twilio.url"] or None,
        )

    @cached_property
    def messenger(self) -> "TwilioMessenger":
        from connectors.twilio.messenger import TwilioMessenger

        return TwilioMessenger(self.twilio)

    @cached_property
    def slack(self) -> WebClient:
        return slack_client(
            SlackAccount(token=self.settings.secret("slack.bot_token"), base_url=self.settings["slack.url"] or None)
        )

    @cached_property
    def desk(self) -> SlackDesk:
        return SlackDesk(self.slack)

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

    @cached_property
    def zendesk_signature(self) -> ZendeskSignature:
        return ZendeskSignature(self.settings.secret("zendesk.webhook_secret"))

    @cached_property
    def slack_signature(self) -> SlackSignature:
        return SlackSignature(self.settings.secret("slack.signing_secret"))

    @cached_property
    def twilio_signature(self) -> TwilioSignature:
        return TwilioSignature(self.settings.secret("twilio.auth_token"))

    @cached_property
    def zendesk_installer(self) -> "ZendeskInstaller":
        from connectors.zendesk.installer import ZendeskInstaller

        return ZendeskInstaller(self.zendesk)

    @cached_property
    def twilio_installer(self) -> "TwilioInstaller":
        from connectors.twilio.installer import TwilioInstaller

        return TwilioInstaller(self.twilio)

    def train(self) -> None:
        """Train what no earlier start has trained; what was trained lies in the data folder."""
        for model in self.readers:
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
        from connectors.sql.schema import upgrade

        self.settings.data_dir.mkdir(parents=True, exist_ok=True)
        upgrade(self.settings.store_url)
        with self.store.begin() as unit:
            if unit.cursors.get(f"policy:{self.policy.version}") is None:
                unit.cursors.set(f"policy:{self.policy.version}", now().isoformat())
                unit.ledger.append("policy_applied", {"version": self.policy.version}, now())


@dataclass(frozen=True, kw_only=True)
class OfflineHouse:
    """The thinking half over articles from a file: no vendor, no queue. `cache` keeps vectors between runs."""

    folder: Path
    cache: Path
    policy: Policy
    intents_file: str = ""

    @cached_property
    def store(self) -> SqlStore:
        from connectors.sql.schema import upgrade

        url = f"sqlite:///{self.folder / 'run.db'}"
        upgrade(url)
        return SqlStore(url)

    @cached_property
    def encoder(self) -> Encoder:
        self.cache.mkdir(parents=True, exist_ok=True)
        return CachedEncoder(self.sentences, self.cache / "vectors.db")

    @cached_property
    def sentences(self) -> MiniLmEncoder:
        return MiniLmEncoder()

    @cached_property
    def thinking(self) -> "Thinking":
        from core.loop import Thinking

        intents = read_intents(self.intents_file)
        readers = readers_of(self.encoder, intents, self.cache / "models")
        sense = sense_of(self.encoder, intents, readers)
        answer = Answer(
            self.store,
            self.encoder,
            MemoryIndex(self.store, self.encoder.name),
            intents=readers[0] if intents.examples else None,
            aligner=MiniLmAligner(self.sentences, self.cache / "vectors.db"),
        )
        return Thinking(sense=sense, answer=answer, policy=self.policy)

    @cached_property
    def library(self) -> Library:
        return Library(store=self.store, encoder=self.encoder)

    def articles(self, path: Path) -> Articles:
        """Read article files; bad lines are in the result, not raised."""
        return articles_from(path)


def readers_of(encoder: Encoder, intents: Intents, folder: Path) -> tuple[IntentModel, SentimentModel]:
    """The trained heads; they are kept in `folder`, so that only the first start trains them."""
    reader = IntentModel(
        encoder, intents.examples, out_of_scope=intents.out_of_scope, labels=intents.labels, folder=folder
    )
    return reader, SentimentModel(encoder, folder=folder)


def sense_of(encoder: Encoder, intents: Intents, readers: tuple[IntentModel, SentimentModel]) -> Sense:
    return Sense(FastLanguage(), *readers, hints=intents.urgency, encoder=encoder)


def embedded_queue(folder: Path) -> "EmbeddedQueue":
    """Start the Redis-compatible server that comes with Handrail, with its files in `folder`."""
    from connectors.queue.embedded import start

    return start(folder)
