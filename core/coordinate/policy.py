"""The policy as values: who owns what, what triggers a handoff, what may leave without asking.

`Policy.read` takes the parsed `policy.yaml` and either returns a whole policy or raises one
ConfigurationError that names every problem. The file itself is opened in `apps/`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from enum import StrEnum
from typing import Any

from core.errors import ConfigurationError
from core.model.customer import Channel, Purpose
from core.model.outbound import digest


class Way(StrEnum):
    """Who owns an interaction type: the second column of the owner table."""

    ASSISTANT = "assistant"
    FALLBACK = "assistant_with_fallback"
    HYBRID = "hybrid"
    HUMAN = "human"


AUTOMATIC_WAYS = frozenset({Way.ASSISTANT, Way.FALLBACK})


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerRow:
    way: Way
    group: str
    tier: int
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """A risk that sends a turn to a person, whatever its intent."""

    group: str
    tier: int
    why: str
    alert: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Play:
    """What may be said proactively about one kind of business signal.

    `texts` maps a segment (a tier, or `default`) to a template over the signal's facts."""

    match: str
    purpose: Purpose
    channel: Channel
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outreach:
    opens: time
    closes: time
    expires_after: timedelta
    approvers: tuple[str, ...]
    channel: str
    plays: Mapping[str, Play]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """`version` is the hash of everything in the file; each decision and effect carries it."""

    version: str
    automatic: frozenset[Channel]
    shadow: frozenset[Channel]
    confidence_automatic: float
    confidence_intent: float
    mood_floor: float
    owners: Mapping[str, OwnerRow]
    default_owner: OwnerRow
    triggers: Mapping[str, Trigger]
    vip_tiers: frozenset[str]
    vip_group: str
    alert_channel: str
    hand_back_on_solve: bool
    same_matter: timedelta
    max_turns: int
    reply_within: Mapping[str, str]
    standing: frozenset[str]
    outreach: Outreach
    tags: Mapping[str, str] = field(default_factory=dict)

    def owner_of(self, intent: str) -> OwnerRow:
        return self.owners.get(intent, self.default_owner)

    @classmethod
    def read(cls, fields: Mapping[str, Any]) -> "Policy":
        """Check and take over a parsed policy file.

        Raises:
            ConfigurationError: with one line per problem: the key, what was found, what is expected.
        """
        reader = _Reader(fields)
        policy = _read(reader, digest(fields)[:12])
        if reader.problems:
            raise ConfigurationError("policy: " + "; ".join(reader.problems))
        return policy


class _Reader:
    """Walks nested keys and collects problems instead of stopping at the first."""

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self.fields = fields
        self.problems: list[str] = []

    def at(self, path: str, expected: str, read: Callable[[Any], Any], default: Any = None) -> Any:
        value: Any = self.fields
        for key in path.split("."):
            value = value.get(key) if isinstance(value, Mapping) else None
        if value is None and default is not None:
            return default
        try:
            if value is None:
                raise ValueError
            return read(value)
        except (ValueError, TypeError, KeyError, AttributeError):
            found = "nothing" if value is None else repr(value)
            self.problems.append(f"{path}: found {found}, expected {expected}")
            return default


def _fraction(value: Any) -> float:
    number = float(value)
    if not -1 <= number <= 1:
        raise ValueError
    return number


def _clock(value: Any) -> time:
    return time.fromisoformat(str(value))


def _owner_row(value: Mapping[str, Any]) -> OwnerRow:
    return OwnerRow(
        way=Way(value["owner"]),
        group=str(value["group"]),
        tier=int(value["tier"]),
        why=str(value.get("why", "")),
    )


def _trigger(value: Mapping[str, Any]) -> Trigger:
    return Trigger(
        group=str(value["group"]),
        tier=int(value["tier"]),
        why=str(value["why"]),
        alert=bool(value.get("alert", False)),
    )


def _play(value: Mapping[str, Any]) -> Play:
    texts = {str(k): str(v).strip() for k, v in value["texts"].items()}
    if "default" not in texts:
        raise ValueError
    return Play(
        match=str(value["match"]),
        purpose=Purpose(value["purpose"]),
        channel=Channel(value["channel"]),
        texts=texts,
    )


def _table(row: Callable[[Any], Any]) -> Callable[[Any], dict[str, Any]]:
    return lambda value: {str(name): row(fields) for name, fields in value.items()}


def _channels(value: Any) -> frozenset[Channel]:
    return frozenset(Channel(name) for name in value)


def _strings(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError
    return tuple(str(item) for item in value)


def _read(r: _Reader, version: str) -> Policy:
    owner_expected = "owner (assistant|assistant_with_fallback|hybrid|human), group, tier per intent"
    return Policy(
        version=version,
        automatic=r.at("channels.automatic", "a list of email, sms, whatsapp, web", _channels),
        shadow=r.at("channels.shadow", "a list of channels", _channels, frozenset()),
        confidence_automatic=r.at("confidence.automatic", "a number from 0 to 1", _fraction),
        confidence_intent=r.at("confidence.intent", "a number from 0 to 1", _fraction),
        mood_floor=r.at("mood.floor", "a number from -1 to 1", _fraction),
        owners=r.at("owners.intents", owner_expected, _table(_owner_row)),
        default_owner=r.at("owners.default", owner_expected, _owner_row),
        triggers=r.at("triggers", "group, tier and why per trigger", _table(_trigger)),
        vip_tiers=r.at("vip.tiers", "a list of tiers", lambda v: frozenset(_strings(v))),
        vip_group=r.at("vip.group", "a group's name", str),
        alert_channel=r.at("alerts.channel", "a Slack channel's name", str),
        hand_back_on_solve=r.at("ownership.hand_back_on_solve", "true or false", bool, False),
        same_matter=r.at("ownership.same_matter_hours", "hours", lambda v: timedelta(hours=float(v))),
        max_turns=r.at("assistant.max_turns", "a whole number", int),
        reply_within=r.at("handoff.reply_within", "a text per group", _table(str), {}),
        standing=r.at("standing", "a list of rules", lambda v: frozenset(_strings(v))),
        outreach=_outreach(r),
        tags=r.at("tags", "a tag per action", _table(str), {}),
    )


def _outreach(r: _Reader) -> Outreach:
    return Outreach(
        opens=r.at("outreach.hours.opens", 'a time such as "08:00"', _clock),
        closes=r.at("outreach.hours.closes", 'a time such as "20:00"', _clock),
        expires_after=r.at("outreach.approval.expires_minutes", "minutes", lambda v: timedelta(minutes=float(v))),
        approvers=r.at("outreach.approval.approvers", "a list of e-mail addresses", _strings),
        channel=r.at("outreach.approval.channel", "a Slack channel's name", str),
        plays=r.at("outreach.plays", "match, purpose, channel, texts (with default) per kind", _table(_play)),
    )
