"""A parsed `policy.yaml` becomes a `Policy`, or one error that names every problem.

The file itself is opened in `apps/`. What may be left out has a default that is careful: nothing is answered
automatically, nothing is proactive.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from core.coordinate.keys import Keys, Kind, PolicyError, Source
from core.coordinate.kinds import (
    CHANNELS,
    COUNT,
    DAYS,
    FLAG,
    HOURS,
    LANGUAGE,
    MOOD,
    NAME,
    NAME_SET,
    SHARE,
    TEXT,
    one_of,
    some_of,
)
from core.coordinate.policy.known import STANDING
from core.coordinate.policy.read_alerts import alerts
from core.coordinate.policy.read_burst import burst
from core.coordinate.policy.read_examples import examples
from core.coordinate.policy.read_journey import journey
from core.coordinate.policy.read_outreach import outreach
from core.coordinate.policy.read_plays import standing_rules, unallowed
from core.coordinate.policy.read_procedures import procedures
from core.coordinate.policy.read_rows import groups, owner_row, signoffs, tiers, triggers, vip
from core.coordinate.policy.read_running import actions, models, routing, timers
from core.coordinate.policy.read_self_service import appointments, self_service
from core.coordinate.policy.read_texting import texting
from core.coordinate.policy.read_verification import verification
from core.coordinate.policy.read_voice import voice
from core.coordinate.policy.values import Policy, Shadow
from core.coordinate.policy.values_outreach import Outreach
from core.model.decision import Action
from core.model.enacted import version_of

ALWAYS = frozenset({"handoff_notice", "agent_reply"})  # what may leave where the policy does not say


def read(fields: Mapping[str, Any], source: Source | None = None) -> Policy:
    """Check and take over a parsed policy file.

    Raises:
        PolicyError: with one line per problem: its place, what was found, what is expected.
    """
    keys = Keys(fields)
    policy = _read(keys)
    problems = [*keys.problems, *keys.strangers()]
    if problems:
        raise PolicyError(source or Source(), problems)
    return replace(policy, version=version_of(fields))


def _format(value: Any) -> int:
    if value is True or value != 1:
        raise ValueError
    return 1


def _read(keys: Keys) -> Policy:
    """A policy without its version; after a problem it may hold anything."""
    keys.at("version", Kind(expected="1", read=_format))
    confidence, ownership, owners = keys.within("confidence"), keys.within("ownership"), keys.within("owners")
    language = keys.at("language", LANGUAGE, "en")
    default_owner = owner_row(owners.within("default"))
    alerting = keys.within("alerts")
    alert_channel = alerting.at("channel", NAME)
    visits = appointments(keys)
    important = vip(keys.within("vip"), default_owner.group)
    proactive = outreach(keys.within("outreach"), alert_channel, important.tiers, language)
    policy = Policy(
        version="",
        language=language,
        automatic=keys.within("channels").at("automatic", CHANNELS, frozenset()),
        shadow=_shadow(keys.within("shadow")),
        confidence_automatic=confidence.at("automatic", SHARE, 0.6),
        confidence_intent=confidence.at("intent", SHARE, 0.35),
        intent_confidence=confidence.table("intents", NAME, SHARE),
        mood_floor=keys.within("mood").at("floor", MOOD, -0.8),
        max_turns=keys.within("assistant").at("max_turns", COUNT, 3),
        hand_back_on_solve=ownership.at("hand_back_on_solve", FLAG, False),
        same_matter=ownership.at("same_matter_hours", HOURS, timedelta(hours=72)),
        same_matter_sure=ownership.at("same_matter_days", DAYS, timedelta(days=30)),
        tiers=tiers(keys),
        owners={name: owner_row(row) for name, row in owners.rows("intents", NAME).items()},
        default_owner=default_owner,
        triggers=triggers(keys),
        vip=important,
        groups=groups(keys),
        routing=routing(keys.within("routing")),
        disclaimers=keys.table("disclaimers", NAME, TEXT),
        standing=_standing(keys, proactive),
        alert_channel=alert_channel,
        procedures=procedures(keys, language, visits),
        appointments=visits,
        outreach=proactive,
        examples=examples(keys),
    )
    return _running(_talking(replace(policy, alerts=alerts(alerting)), keys), keys)


def _talking(policy: Policy, keys: Keys) -> Policy:
    """With how we talk, on each kind of channel."""
    return replace(
        policy,
        burst=burst(keys.within("burst")),
        verification=verification(keys.within("verification")),
        self_service=self_service(keys),
        texting=texting(keys),
        voice=voice(keys.within("voice")),
        journey=journey(keys.within("journey")),
    )


def _running(policy: Policy, keys: Keys) -> Policy:
    """With what holds while it runs, and who signs a change of it."""
    return replace(
        policy,
        tags=keys.table("tags", one_of(Action), TEXT),
        timers=timers(keys.within("timers")),
        models=models(keys.within("models")),
        actions=actions(keys),
        signoffs=signoffs(keys.within("signoffs")),
    )


def _standing(keys: Keys, proactive: Outreach) -> frozenset[str]:
    """The plays bring names of their own, and some of them need theirs."""
    names = keys.at("standing", some_of([*STANDING, *standing_rules(proactive.plays)]), ALWAYS)
    unallowed(keys, proactive.plays, names)
    return names


def _shadow(keys: Keys) -> Shadow:
    return Shadow(
        channels=keys.at("channels", CHANNELS, frozenset()),
        brands=keys.at("brands", NAME_SET, frozenset()),
        intents=keys.at("intents", NAME_SET, frozenset()),
    )
