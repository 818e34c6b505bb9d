"""Who is at work, what they can do and how much they have in hand: `core.ports.Agents`, kept in Zendesk.

Where the account has omnichannel routing its own word counts: status, capacity, work items, skills. Elsewhere nobody
tells who is at work (`available` None), open tickets are counted from a search, and skills and languages are read from
tags and fields of the user (`skill_returns`, `speaks_de`, `senior`; fields `skills` and `languages`).
"""

import logging
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import TypeVar
from urllib.parse import quote

from connectors.faults import MalformedAnswerError, json_of
from connectors.zendesk import records
from connectors.zendesk.api import Pages, ZendeskApi
from connectors.zendesk.records import Record
from core.errors import ConfigurationError, RejectedError, TransientError
from core.model.agent import Agent, Colleague, role_of
from core.model.language import language_code

CHANNELS = ("support", "messaging")  # in which our conversations reach an agent
ONLINE = "online"
SENIOR_TAGS = frozenset({"senior", "tier_2", "lead"})
LANGUAGE_KINDS = re.compile(r"lang|sprach|idiom|tongue", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """One agent now. `available` None: the account does not tell. `capacity` None: no limit is set."""

    available: bool | None
    open: int = 0
    capacity: int | None = None
    last_assigned_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Skills:
    """Skills by name, languages by ISO 639-1 code."""

    skills: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile(Skills):
    """What a user's own record says. `spoken` is the language of their screen, for want of a better word."""

    senior: bool = False
    spoken: frozenset[str] = frozenset()


def presences(body: Record) -> dict[str, Presence]:
    """One page of availabilities by agent, with the channels and work items that came along."""
    channels: dict[str, list[Record]] = defaultdict(list)
    added: dict[str, list[datetime]] = defaultdict(list)
    for row in records.records_of(body, "included"):
        owner, attributes = _owner(row), _attributes(row)
        if row.get("type") == "channels" and attributes.get("name") in CHANNELS:
            channels[owner].append(attributes)
        elif row.get("type") == "work_items" and attributes.get("added_at"):
            added[owner].append(records.moment(records.text(attributes, "added_at")))
    ids = [records.number(_attributes(row), "agent_id") for row in records.records_of(body, "data")]
    return {agent_id: _presence(channels[agent_id], added[agent_id]) for agent_id in ids}


def _presence(channels: Iterable[Record], added: Iterable[datetime]) -> Presence:
    """Over the channels that the agent is online in; work in hand counts whatever the status of its channel."""
    listed = list(channels)
    online = [each for each in listed if each.get("status") == ONLINE]
    limits = [_count(each, "max_capacity") for each in online if each.get("max_capacity") is not None]
    return Presence(
        available=bool(online),
        open=sum(_count(each, "work_item_count") for each in listed),
        capacity=sum(limits) if limits else None,
        last_assigned_at=max(added, default=None),
    )


def _owner(row: Record) -> str:
    """The agent's id in `agent_availabilities|17|channels|support`."""
    parts = records.text(row, "id").split("|")
    if len(parts) < 2:
        raise MalformedAnswerError("an included record does not say whose it is")
    return parts[1]


def _attributes(row: Record) -> Record:
    found = row.get("attributes")
    if not isinstance(found, Mapping):
        raise MalformedAnswerError("a record has no attributes")
    return found


def _count(record: Record, name: str) -> int:
    value = record.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise MalformedAnswerError(f"{name} is not a count")
    return value


def skills_of(rows: Iterable[Record], kinds: Mapping[str, str]) -> dict[str, Skills]:
    """Skills and languages by agent. A skill is a language where its type is named so, whatever the type's id."""
    skills: dict[str, set[str]] = defaultdict(set)
    languages: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        agent_id, name = records.number(row, "agent_id"), records.text(row, "name")
        code = language_code(name) if LANGUAGE_KINDS.search(kinds.get(str(row.get("attribute_id")), "")) else ""
        (languages if code else skills)[agent_id].add(code or name)
    return {
        agent_id: Skills(skills=frozenset(skills[agent_id]), languages=frozenset(languages[agent_id]))
        for agent_id in {*skills, *languages}
    }


def profile(user: Record) -> Profile:
    tags = [str(tag).lower() for tag in records.items(user, "tags")]
    fields = records.user_fields(user)
    spoken = [tag.removeprefix("speaks_") for tag in tags if tag.startswith("speaks_")]
    skilled = [tag.removeprefix("skill_") for tag in tags if tag.startswith("skill_")]
    languages = {language_code(word) for word in (*spoken, *_words(fields.get("languages", "")))}
    return Profile(
        skills=frozenset((*skilled, *_words(fields.get("skills", "")))),
        languages=frozenset(languages - {""}),
        senior=not SENIOR_TAGS.isdisjoint(tags),
        spoken=frozenset({language_code(records.words(user, "locale"))} - {""}),
    )


def _words(text: str) -> list[str]:
    return [word.strip() for word in re.split(r"[,;\n]", text) if word.strip()]


# Who works in the account, and as what: `core.ports.Staff`, asked of Zendesk itself.

ROLES_KEPT = timedelta(minutes=5)
FAILURE_KEPT = timedelta(seconds=20)  # while Zendesk is down, whoever opens a ticket does not wait for it
MOST_KEPT = 5_000
CUSTOM_ROLES = "/api/v2/custom_roles.json"


class ZendeskStaff:
    """What Zendesk said is kept for five minutes, in this process. Threads may share it.

    `leads` are the names of custom roles whose members lead a team."""

    def __init__(self, api: ZendeskApi, leads: Collection[str] = ()) -> None:
        self._api, self._leads = api, frozenset(leads)
        self._lock = Lock()
        self._known: dict[str, Colleague] = {}
        self._names: tuple[datetime, dict[str, str]] | None = None
        self._failed: tuple[datetime, str] | None = None

    def colleague(self, person_id: str) -> Colleague:
        """As `core.ports.Staff`; ConfigurationError where Zendesk does not let the integration user read it."""
        now = self._api.now()
        with self._lock:
            known, failed = self._known.get(person_id), self._failed
        if known is not None and now - known.read_at < ROLES_KEPT:
            return known
        if failed is not None and now - failed[0] < FAILURE_KEPT:
            raise TransientError(failed[1])
        try:
            return self._keep(self._read(person_id, now))
        except TransientError as error:
            self._failed = (now, str(error))
            raise
        except RejectedError:
            with self._lock:
                self._known.pop(person_id, None)
            raise

    def _keep(self, colleague: Colleague) -> Colleague:
        with self._lock:
            if len(self._known) >= MOST_KEPT:
                self._known.clear()
            self._known[colleague.id] = colleague
        return colleague

    def _read(self, person_id: str, now: datetime) -> Colleague:
        action = f"read the role of user {person_id}"
        if not (person_id.isascii() and person_id.isdigit()):
            raise RejectedError(f"{action}: this is no id of a user")
        with self._api.reading(action):
            body = json_of(self._api.get(f"/api/v2/users/{person_id}.json"))
            user = body.get("user") if isinstance(body, dict) else None
            if not isinstance(user, dict):
                raise MalformedAnswerError("the answer has no user")
            name, role = records.words(user, "name"), self._role(user, now)
        if role is None or user.get("suspended") or not user.get("active", True):
            raise RejectedError(f"{action}: not of the staff, or suspended")
        email = records.words(user, "email")
        return Colleague(id=person_id, name=name or "Agent", role=role, read_at=now, email=email)

    def _role(self, user: Record, now: datetime) -> str | None:
        custom = records.reference(user, "custom_role_id")
        # An admin has a custom role too, which says nothing new.
        asked = custom and self._leads and user.get("role") == "agent"
        name = self._custom_roles(now).get(str(custom), "") if asked else ""
        return role_of(records.words(user, "role"), name, self._leads)

    def _custom_roles(self, now: datetime) -> dict[str, str]:
        """Names by id. Only the larger plans have them: elsewhere nobody leads by role."""
        if self._names is None or now - self._names[0] >= ROLES_KEPT:
            self._names = (now, self._read_custom_roles())
        return self._names[1]

    def _read_custom_roles(self) -> dict[str, str]:
        try:
            rows = Pages(self._api).all(CUSTOM_ROLES, "custom_roles")
        except (ConfigurationError, RejectedError):
            return {}
        return {records.number(row, "id"): records.words(row, "name") for row in rows}


PRESENCE_KEPT = timedelta(seconds=30)
STAFF_KEPT = timedelta(minutes=5)
ASK_AGAIN = timedelta(hours=1)  # whether an account without availability or skills has them by now
MOST_PAGES = 10
AT_ONCE = 100  # agents whose skills one request may ask for

STAFF = "/api/v2/users.json?role[]=agent&role[]=admin&per_page=100"
OPEN_TICKETS = (
    f"/api/v2/search/export.json?query={quote('status<pending -assignee:none')}&filter[type]=ticket&page[size]=1000"
)

UNTOLD = "zendesk does not tell who is at work (no omnichannel routing, or no admin): teams get tickets, nobody by name"

Read = TypeVar("Read")
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Staff:
    """What changes seldom: people, their teams, their skills."""

    users: tuple[Record, ...]
    groups: Mapping[str, frozenset[str]]  # user id → names of teams
    skills: Mapping[str, Skills] = field(default_factory=dict)


class ZendeskAgents:
    """Implements `core.ports.Agents`. At most one reading at a time; the others get what it brings."""

    def __init__(self, api: ZendeskApi) -> None:
        self._api = api
        self._turn = Lock()
        self._staff: tuple[datetime, _Staff] | None = None
        self._agents: tuple[datetime, tuple[Agent, ...]] | None = None
        self._failed: tuple[datetime, TransientError] | None = None
        self._missing: dict[str, datetime] = {}  # what the account does not have, and when it said so
        self._told: set[str] = set()  # warnings, each of which is worth one line

    def agents(self) -> tuple[Agent, ...]:
        """As they were at most half a minute ago, teams and skills at most five minutes ago."""
        with self._turn:
            now = self._api.now()
            if self._agents is None or now - self._agents[0] >= PRESENCE_KEPT:
                self._agents = (now, self._read_or_wait(now))
            return self._agents[1]

    def _read_or_wait(self, now: datetime) -> tuple[Agent, ...]:
        """Whoever asks while Zendesk is down is told at once: a handoff does not wait for it."""
        if self._failed is not None and now - self._failed[0] < PRESENCE_KEPT:
            raise self._failed[1]
        try:
            return self._read(now)
        except TransientError as error:
            self._failed = (now, error)
            raise

    def _read(self, now: datetime) -> tuple[Agent, ...]:
        with self._api.reading("read the agents"):
            staff = self._staff_at(now)
            # An account that has the address and nobody in it does not use it.
            seen = self._ask("availability", now, self._presences) or self._counted(staff)
            return tuple(_agent(user, staff, seen) for user in staff.users if records.number(user, "id") in seen)

    def _staff_at(self, now: datetime) -> _Staff:
        if self._staff is None or now - self._staff[0] >= STAFF_KEPT:
            self._staff = (now, self._read_staff(now))
        return self._staff[1]

    def _read_staff(self, now: datetime) -> _Staff:
        """Four requests for an account of up to a hundred agents."""
        pages = Pages(self._api)
        users = tuple(user for user in pages.all(STAFF, "users") if _assignable(user, self._api.account.email))
        groups = pages.all("/api/v2/groups.json", "groups")
        names = {
            records.number(group, "id"): records.text(group, "name") for group in groups if not group.get("deleted")
        }
        teams: dict[str, set[str]] = {}
        for row in pages.all("/api/v2/group_memberships.json?per_page=100", "group_memberships"):
            if (group_id := records.number(row, "group_id")) in names:
                teams.setdefault(records.number(row, "user_id"), set()).add(names[group_id])
        ids = [records.number(user, "id") for user in users]
        found = self._ask("skills", now, lambda: self._skills(ids))
        belonging = {user_id: frozenset(team) for user_id, team in teams.items()}
        return _Staff(users=users, groups=belonging, skills=found or {})

    def _presences(self) -> dict[str, Presence]:
        found: dict[str, Presence] = {}
        path = "/api/v2/agent_availabilities?page[size]=100"
        for body in Pages(self._api).bodies(path, "data", "included", most=MOST_PAGES, warn=self._warn):
            found |= presences(body)
        return found

    def _skills(self, ids: list[str]) -> dict[str, Skills]:
        pages = Pages(self._api)
        kinds = {
            records.text(row, "id"): records.text(row, "name")
            for row in pages.all("/api/v2/routing/attributes.json", "attributes")
        }
        rows: list[Record] = []
        for start in range(0, len(ids), AT_ONCE):
            some = ",".join(ids[start : start + AT_ONCE])
            rows += pages.all(f"/api/v2/routing/agents/instance_values?filter[agent_ids]={some}", "instance_values")
        return skills_of(rows, kinds)

    def _counted(self, staff: _Staff) -> dict[str, Presence]:
        """Open tickets by whose they are; who is at work nobody tells."""
        self._warn(UNTOLD)
        counts: Counter[str] = Counter()
        for body in Pages(self._api).bodies(OPEN_TICKETS, "results", most=MOST_PAGES, warn=self._warn):
            counts.update(records.reference(ticket, "assignee_id") or "" for ticket in body["results"])
        return {
            user_id: Presence(available=None, open=counts[user_id])
            for user_id in (records.number(user, "id") for user in staff.users)
        }

    def _warn(self, words: str) -> None:
        if words not in self._told:
            self._told.add(words)
            log.warning(words)

    def _ask(self, what: str, now: datetime, read: Callable[[], Read]) -> Read | None:
        """None where the plan, or the integration user's role, does not have it; it is asked again in an hour."""
        refused = self._missing.get(what)
        if refused is not None and now - refused < ASK_AGAIN:
            return None
        try:
            return read()
        except (ConfigurationError, RejectedError) as error:
            if isinstance(error.__cause__, MalformedAnswerError):
                raise
            self._missing[what] = now
            return None


def _assignable(user: Record, own_email: str) -> bool:
    """Whoever may be given a ticket: not suspended, no light agent (role type 1), not ourselves."""
    ours = records.words(user, "email").lower() == own_email.lower()
    return bool(user.get("active", True)) and not user.get("suspended") and user.get("role_type") != 1 and not ours


def _agent(user: Record, staff: _Staff, presence: Mapping[str, Presence]) -> Agent:
    user_id = records.number(user, "id")
    seen = presence.get(user_id, Presence(available=False))
    mine = profile(user)
    listed = staff.skills.get(user_id, Skills())
    return Agent(
        id=user_id,
        name=records.words(user, "name") or user_id,
        groups=staff.groups.get(user_id, frozenset()),
        skills=listed.skills | mine.skills,
        languages=listed.languages | mine.languages or mine.spoken,
        available=seen.available,
        open=seen.open,
        capacity=seen.capacity,
        senior=mine.senior,
        last_assigned_at=seen.last_assigned_at,
    )
