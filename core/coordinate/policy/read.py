"""A parsed `policy.yaml` becomes a `Policy`, or one error that names every problem.

The file itself is opened in `apps/`.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from core.coordinate.keys import Keys, between, clock, count, positive, template, texts, word, words, yes_no
from core.coordinate.policy.values import Group, Outreach, OwnerRow, Play, Policy, Shadow, Trigger, Vip, Way
from core.errors import ConfigurationError
from core.model.customer import Channel, Purpose
from core.model.outbound import digest


def read(fields: Mapping[str, Any]) -> Policy:
    """Check and take over a parsed policy file.

    Raises:
        ConfigurationError: with one line per problem: the key, what was found, what is expected.
    """
    reader = Keys(fields)
    reader.at("version", "1", _format, 1)
    policy = _read(reader)
    problems = [*reader.problems, *reader.strangers()]
    if problems:
        raise ConfigurationError("policy: " + "; ".join(problems))
    return replace(policy, version=digest(fields)[:12])


def _format(value: Any) -> int:
    if value is True or value != 1:
        raise ValueError
    return 1


def _owner_row(value: Mapping[str, Any]) -> OwnerRow:
    return OwnerRow(
        way=Way(value["owner"]),
        group=word(value["group"]),
        tier=count(value["tier"]),
        why=str(value.get("why", "")),
    )


def _trigger(value: Mapping[str, Any]) -> Trigger:
    return Trigger(
        group=word(value["group"]),
        tier=count(value["tier"]),
        why=word(value["why"]),
        alert=yes_no(value.get("alert", False)),
    )


def _play(value: Mapping[str, Any]) -> Play:
    templates = {segment: template(text) for segment, text in texts(value["texts"]).items()}
    if "default" not in templates:
        raise ValueError
    return Play(
        match=word(value["match"]),
        purpose=Purpose(value["purpose"]),
        channel=Channel(value["channel"]),
        texts=templates,
    )


OWNER_KEYS = frozenset({"owner", "group", "tier", "why"})
TRIGGER_KEYS = frozenset({"group", "tier", "why", "alert"})
PLAY_KEYS = frozenset({"match", "purpose", "channel", "texts"})


def _channels(value: Any) -> frozenset[Channel]:
    return frozenset(Channel(name) for name in words(value))


def _read(r: Keys) -> Policy:
    """A policy without its version; keys with a problem are None in it."""
    owner_expected = "owner (assistant|assistant_with_fallback|hybrid|human), group and tier"
    return Policy(
        version="",
        automatic=r.at("channels.automatic", "a list of email, sms, whatsapp, web", _channels),
        shadow=Shadow(channels=r.at("channels.shadow", "a list of channels", _channels, frozenset())),
        confidence_automatic=r.at("confidence.automatic", "a number from 0 to 1", between(0, 1)),
        confidence_intent=r.at("confidence.intent", "a number from 0 to 1", between(0, 1)),
        mood_floor=r.at("mood.floor", "a number from -1 to 1", between(-1, 1)),
        owners=r.table("owners.intents", owner_expected, _owner_row, OWNER_KEYS),
        default_owner=r.row("owners.default", owner_expected, _owner_row, OWNER_KEYS),
        triggers=r.table("triggers", "group, tier, why and perhaps alert (true or false)", _trigger, TRIGGER_KEYS),
        vip=Vip(
            tiers=r.at("vip.tiers", "a list of tiers", lambda v: frozenset(words(v))),
            group=r.at("vip.group", "a group's name", word),
        ),
        alert_channel=r.at("alerts.channel", "a Slack channel's name", word),
        hand_back_on_solve=r.at("ownership.hand_back_on_solve", "true or false", yes_no, False),
        same_matter=r.at("ownership.same_matter_hours", "hours", lambda v: timedelta(hours=positive(v))),
        max_turns=r.at("assistant.max_turns", "a whole number", count),
        groups={
            name: Group(reply_within=within)
            for name, within in r.at("handoff.reply_within", "a text per group", texts, {}).items()
        },
        standing=r.at("standing", "a list of rules", lambda v: frozenset(words(v))),
        outreach=_outreach(r),
        tags=r.at("tags", "a tag per action", texts, {}),
    )


def _outreach(r: Keys) -> Outreach:
    opens = r.at("outreach.hours.opens", 'a time in quotes such as "08:00"', clock)
    closes = r.at("outreach.hours.closes", 'a time in quotes such as "20:00"', clock)
    if opens is not None and closes is not None and closes <= opens:
        r.problems.append(f"outreach.hours.closes: found {closes}, expected a time after {opens}")
    return Outreach(
        opens=opens,
        closes=closes,
        expires_after=r.at("outreach.approval.expires_minutes", "minutes", lambda v: timedelta(minutes=positive(v))),
        approvers=r.at("outreach.approval.approvers", "a list of e-mail addresses", words),
        channel=r.at("outreach.approval.channel", "a Slack channel's name", word),
        plays=r.table(
            "outreach.plays",
            "match, purpose, channel, and texts with named places, one of them default",
            _play,
            PLAY_KEYS,
        ),
    )
