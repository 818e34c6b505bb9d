"""What could not be delivered for certain is shown to a person."""

from datetime import datetime

from core.coordinate.policy import Policy
from core.model.outbound import Authority, Effect, EffectKind
from core.outreach.card import plain_alert

ITSELF = frozenset({EffectKind.SLACK_POST, EffectKind.SLACK_UPDATE})


def parked_alert(effect: Effect, error: str, policy: Policy, now: datetime) -> Effect | None:
    """An alert for the supervisors; none for an alert that itself did not get through."""
    if effect.kind in ITSELF:
        return None
    text = f"A {effect.kind.replace('_', ' ')} to {effect.target} needs a person: {error}"
    facts = {"effect": effect.id, "rule": effect.authority.rule}
    return Effect(
        kind=EffectKind.SLACK_POST,
        key=f"{effect.key}:parked",
        target=policy.alert_channel,
        payload={"text": text, "blocks": list(plain_alert(text, facts))},
        authority=Authority(rule="parked_alert", policy_version=policy.version),
        created_at=now,
        conversation_id=effect.conversation_id,
    )
