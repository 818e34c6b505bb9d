"""Zendesk's words for its agents, read into plain values: availability, skills, what a user's tags say."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from connectors.zendesk import records
from connectors.zendesk.errors import MalformedAnswerError
from connectors.zendesk.records import Record
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
    for row in records.listed(body, "included"):
        owner, attributes = _owner(row), _attributes(row)
        if row.get("type") == "channels" and attributes.get("name") in CHANNELS:
            channels[owner].append(attributes)
        elif row.get("type") == "work_items" and attributes.get("added_at"):
            added[owner].append(records.moment(records.text(attributes, "added_at")))
    ids = [records.number(_attributes(row), "agent_id") for row in records.listed(body, "data")]
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
    tags = [str(tag).lower() for tag in user.get("tags") or ()]
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
