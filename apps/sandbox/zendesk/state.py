"""Everything the account remembers, in memory, behind one lock."""

import random
import threading
import uuid
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property

from apps.sandbox.zendesk.account import Account
from apps.sandbox.zendesk.answers import Record, Uploaded
from apps.sandbox.zendesk.app_key import AppKey
from apps.sandbox.zendesk.limits import Limits
from apps.sandbox.zendesk.ports import Clock, Courier
from apps.sandbox.zendesk.tables import Table

# Ticket numbers are small in real accounts; every other id is long.
FIRST_ID = {"ticket": 1, "user": 9_001_001, "organization": 9_301_001, "group": 9_401_001, "article": 360_001}
FIRST_OTHER_ID = 7_000_001
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
