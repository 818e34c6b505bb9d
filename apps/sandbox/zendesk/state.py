"""Everything the account remembers, in memory, behind one lock; its limits and its settings."""

import random
import threading
import uuid
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Protocol

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from apps.sandbox.courier import Attempt, Headers, RetryRule
from apps.sandbox.zendesk.answers import Record, Uploaded, copied, not_found, too_many


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Settings of the account: who may call, how often, and how far lists and searches lag."""

    subdomain: str = "larkfield"
    account_id: int = 22129848
    app_id: int = 4301
    installation_id: int = 8807
    api_tokens: frozenset[str] = frozenset({"fake-zendesk-token"})
    bearer_tokens: Mapping[str, str] = field(default_factory=dict)  # token -> e-mail of its user
    locales: tuple[str, ...] = ("en-gb", "en-us", "de", "es", "fr")
    index_lag: timedelta = timedelta(seconds=3)
    export_lag: timedelta = timedelta(seconds=60)
    requests_per_minute: int = 700
    ticket_updates_per_minute: int = 100
    updates_per_ticket: int = 30  # by one user in ten minutes
    exports_per_minute: int = 10
    omnichannel: bool = True  # whether the plan has agent availability and skills
    custom_roles: bool = True  # whether the plan has roles of the company's own
    help_center_url: str = ""  # where readers see the articles, if not under the account's own address

    @property
    def public_url(self) -> str:
        """The address that links and signed tokens carry, whatever port the stand-in listens on."""
        return f"https://{self.subdomain}.zendesk.com"


# What the stand-in needs from the sandbox around it, as small protocols.


class Clock(Protocol):
    def now(self) -> datetime:
        """The aware present moment."""
        ...


class Courier(Protocol):
    def deliver(self, vendor: str, url: str, body: bytes, headers: Headers, retry: RetryRule, delivery_id: str) -> None:
        """Queue one POST and return at once; repeat it as `retry` says, asking `headers` for each attempt."""
        ...

    def post_now(
        self, vendor: str, url: str, body: bytes, headers: Headers, retry: RetryRule, delivery_id: str
    ) -> Attempt:
        """POST once, wait, and return what came of it."""
        ...

    def attempts(self, vendor: str | None = None) -> Sequence[Attempt]:
        """The attempts made so far, oldest first."""
        ...


MINUTE, TEN_MINUTES = timedelta(minutes=1), timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Budget:
    """What is left of one limit in its window."""

    total: int
    remaining: int
    resets_in: int  # seconds


class Limits:
    """Counts calls per fixed window; a call over a limit is refused with 429 and Retry-After."""

    def __init__(self, account: Account, clock: Clock) -> None:
        self._account, self._clock = account, clock
        self._used: dict[str, tuple[int, int]] = {}  # name -> (window number, calls in it)

    def spend(self, name: str, total: int, window: timedelta, what: str) -> Budget:
        """Count one call; refuse it when the window is used up. `what` names the limit to the caller."""
        seconds = int(window.total_seconds())
        now = int(self._clock.now().timestamp())
        number, resets_in = now // seconds, seconds - now % seconds
        seen, used = self._used.get(name, (number, 0))
        used = used if seen == number else 0
        if used >= total:
            raise too_many(resets_in, what)
        self._used[name] = (number, used + 1)
        return Budget(total, total - used - 1, resets_in)

    def spend_request(self) -> Budget:
        return self.spend("requests", self._account.requests_per_minute, MINUTE, "API requests")

    def spend_export(self, what: str) -> None:
        self.spend(f"export:{what}", self._account.exports_per_minute, MINUTE, f"incremental {what} exports")

    def spend_ticket_update(self, ticket_id: int, actor: Record) -> None:
        """Both of Zendesk's limits on updates: of the account, and of one user on one ticket."""
        self.spend("updates", self._account.ticket_updates_per_minute, MINUTE, "ticket updates")
        name = f"update:{ticket_id}:{actor['id']}"
        self.spend(name, self._account.updates_per_ticket, TEN_MINUTES, f"updates of ticket {ticket_id}")


def headers_of(budget: Budget) -> dict[str, str]:
    return {
        "X-Rate-Limit": str(budget.total),
        "X-Rate-Limit-Remaining": str(budget.remaining),
        "ratelimit-limit": str(budget.total),
        "ratelimit-remaining": str(budget.remaining),
        "ratelimit-reset": str(budget.resets_in),
    }


class Table:
    """Records by id: `get` sees every write at once, `listed` only those older than the lag."""

    def __init__(self, now: Callable[[], datetime], lag: timedelta = timedelta(0)) -> None:
        self.rows: dict[int, Record] = {}
        self._now, self._lag = now, lag
        self._listed: dict[int, Record] = {}
        self._pending: deque[tuple[datetime, int, Record | None]] = deque()

    def get(self, key: int) -> Record:
        """The record as it is now; 404 when there is none."""
        if key not in self.rows:
            raise not_found()
        return self.rows[key]

    def find(self, key: object) -> Record | None:
        return self.rows.get(key) if isinstance(key, int) else None

    def put(self, record: Record) -> Record:
        """Keep the record; call again after changing it, so that lists follow."""
        key = int(record["id"])
        self.rows[key] = record
        self._pending.append((self._now(), key, copied(record)))
        self._apply(self._now() - self._lag)
        return record

    def remove(self, key: int) -> Record:
        record = self.get(key)
        del self.rows[key]
        self._pending.append((self._now(), key, None))
        return record

    def settle(self) -> None:
        """Bring the lists up to date at once (after seeding)."""
        self._apply(None)

    def listed(self) -> list[Record]:
        """Copies in id order, as the index knows them."""
        self._apply(self._now() - self._lag)
        return [self._listed[key] for key in sorted(self._listed)]

    def _apply(self, until: datetime | None) -> None:
        while self._pending and (until is None or self._pending[0][0] <= until):
            _, key, record = self._pending.popleft()
            if record is None:
                self._listed.pop(key, None)
            else:
                self._listed[key] = record


@dataclass(frozen=True, slots=True)
class AppKey:
    """A key pair in PEM; made afresh at every start of the sandbox."""

    private_pem: bytes
    public_pem: bytes

    @classmethod
    def generate(cls) -> "AppKey":
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        private = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        public = key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return cls(private, public)


# The account itself.

# Ticket numbers are small in real accounts; every other id is long.
FIRST_ID = {"ticket": 1, "user": 9_001_001, "organization": 9_301_001, "group": 9_401_001, "article": 360_001}
FIRST_OTHER_ID = 7_000_001
STAFF = frozenset({"agent", "admin"})
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def stamp(moment: datetime) -> str:
    """Zendesk's timestamps: UTC to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment_of(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Fixed:
    """A clock that stands still."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment


class ZendeskState:
    """The account's records. Hold `lock` around every read-change-write."""

    def __init__(self, account: Account, clock: Clock, courier: Courier, seed: int = 7) -> None:
        self.account, self.clock, self.courier = account, clock, courier
        self.lock = threading.RLock()
        self.chance = random.Random(seed)
        self.limits = Limits(account, clock)
        self._last_ids: dict[str, int] = {}
        self._make_tables(account.index_lag)
        self.comments: dict[int, list[Record]] = defaultdict(list)
        self.audits: dict[int, list[Record]] = defaultdict(list)
        self.sides: dict[int, list[Record]] = defaultdict(list)  # side conversations, by the ticket's id
        self.staff: dict[int, Record] = {}  # what omnichannel routing knows of an agent, by the user's id
        self.webhooks: dict[str, Record] = {}
        self.invocations: dict[str, dict[str, Record]] = defaultdict(dict)
        self.attempts: dict[str, list[Record]] = defaultdict(list)
        self.jobs: dict[str, Record] = {}
        self.idempotent: dict[str, tuple[datetime, str, int]] = {}
        self.mails: list[Record] = []
        self.apps: dict[int, Record] = {}
        self.installations: dict[int, Record] = {}
        self.app_uploads: dict[int, bytes] = {}
        self.files: dict[str, Uploaded] = {}
        self.app_jobs: dict[str, Record] = {}
        self.brand_of_category: dict[int, int] = {}  # the API does not tell; a brand's Help Center shows its own

    def _make_tables(self, lag: timedelta) -> None:
        def now() -> datetime:
            return self.clock.now()

        self.tickets, self.users = Table(now, lag), Table(now, lag)
        self.organizations, self.articles = Table(now, lag), Table(now, lag)
        self.groups, self.memberships, self.brands = Table(now), Table(now), Table(now)
        self.ticket_fields, self.user_fields = Table(now), Table(now)
        self.triggers, self.macros, self.ratings = Table(now), Table(now), Table(now)
        self.categories, self.sections, self.user_segments = Table(now), Table(now), Table(now)
        self.translations = Table(now)

    @cached_property
    def app_key(self) -> AppKey:
        """The account's key for apps: new in every process, made when it is first needed."""
        return AppKey.generate()

    def settle(self) -> None:
        """Let lists and searches see everything written so far (after seeding)."""
        for table in vars(self).values():
            if isinstance(table, Table):
                table.settle()

    @contextmanager
    def at(self, moment: datetime) -> Iterator[None]:
        """Let everything inside happen at a past moment (while seeding)."""
        present, self.clock = self.clock, Fixed(moment)
        try:
            yield
        finally:
            self.clock = present

    def new_id(self, kind: str, given: int | None = None) -> int:
        """The next rising id of this kind; a given one (a seed's) is taken, and later ones stay above it."""
        key = kind if kind in FIRST_ID else "other"
        last = self._last_ids.get(key, FIRST_ID.get(key, FIRST_OTHER_ID) - 1)
        taken = last + 1 if given is None else given
        self._last_ids[key] = max(last, taken)
        return taken

    def ulid(self) -> str:
        """A sortable 26-character id, as webhooks and invocations have."""
        value = (int(self.clock.now().timestamp() * 1000) << 80) | self.chance.getrandbits(80)
        return "".join(CROCKFORD[(value >> shift) & 31] for shift in range(125, -1, -5))

    def uuid(self) -> str:
        return str(uuid.UUID(int=self.chance.getrandbits(128), version=4))

    def now(self) -> str:
        return stamp(self.clock.now())

    def api_url(self, path: str) -> str:
        """An absolute address of the account's API, e.g. for `tickets/1.json`."""
        return f"{self.account.public_url}/api/v2/{path}"
