"""What is posted to Slack once a week, to the channel that the policy names for digests."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from core.model.effect_payloads import SlackPayload
from core.model.outbound import Authority, Effect, EffectKind
from core.policy import Policy
from core.ports import Store, Unit

HOUR = timedelta(hours=6)  # of Monday, UTC: what came late on Sunday has been counted by then

# What to post, of the week that ended on this Monday at midnight; None where there is nothing to tell.
Made = Callable[[Unit, datetime], SlackPayload | None]


def post_weekly(store: Store, policy: Policy, rule: str, cursor: str, made: Made, now: datetime) -> list[Effect]:
    """The effect that is new, if any. `cursor` remembers the Monday of the last one, whether or not there was anything
    to tell; without a channel (`alerts.digest`) nothing is made."""
    if not policy.alerts.digest:
        return []
    monday = monday_of(now)
    with store.read() as unit:
        if now < monday + HOUR or unit.cursors.get(cursor) == monday.isoformat():
            return []
        payload = made(unit, monday)
    with store.begin() as unit:
        unit.cursors.set(cursor, monday.isoformat())
        if payload is None:
            return []
        effect = Effect(
            kind=EffectKind.SLACK_POST,
            key=f"{rule}:{monday:%Y-%m-%d}",
            target=policy.alerts.digest,
            payload=payload,
            authority=Authority(rule=rule, policy_version=policy.version),
            created_at=now,
        )
        return [effect] if unit.outbox.add(effect) else []


def monday_of(now: datetime) -> datetime:
    """Midnight, UTC, at which the week of this moment began."""
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return today - timedelta(days=today.weekday())
