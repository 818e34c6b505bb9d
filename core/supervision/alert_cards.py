"""Cards follow what becomes of their alerts: not at every count, and never an older word over a newer one."""

from dataclasses import replace
from datetime import datetime, timedelta

from core.alerts.raising import RULE, alert_source, card_key, card_payload, card_post, with_ticket
from core.execute.decision_alerts import rule_words
from core.model.alert import Alert, AlertState
from core.model.effect_payloads import SlackPayload
from core.model.ids import AlertId, EffectId, derive_id
from core.model.outbound import UNDER_WAY, Authority, Effect, EffectKind, EffectState
from core.policy import Policy
from core.ports import Unit
from core.ports.cards import AlertDetails

MOST = 50  # cards for each sweep
DETAILED_HITS = 30  # newest occurrences that the details list
KEPT = timedelta(days=90)
LOST = frozenset({EffectState.PARKED, EffectState.REFUSED})
AGAIN = timedelta(minutes=15)  # between two tries to post a card that Slack did not take
OLD = "nothing new came of it"


def update_cards(unit: Unit, policy: Policy, now: datetime) -> list[Effect]:
    """Everything that cards have to be told by now; the effects that are new."""
    woken = [effect for alert in unit.alerts.woken(now) for effect in _posted_again(unit, alert, policy, now)]
    for alert in unit.alerts.quiet(now - policy.alerts.closes_after, MOST):
        unit.alerts.settle(alert.id, AlertState.RESOLVED, f"Closed: {OLD}.", now)
    lost = [
        effect
        for alert in unit.alerts.list_unposted(now - AGAIN, MOST)
        for effect in _retried(unit, alert, policy, now)
    ]
    late = unit.alerts.to_show(now - policy.alerts.every, MOST)
    return [*woken, *lost, *(effect for alert in late for effect in show(unit, alert, policy, now))]


def anything_to_show(unit: Unit, policy: Policy, now: datetime) -> bool:
    """A look that takes no write lock."""
    alerts = unit.alerts
    return bool(
        alerts.to_show(now - policy.alerts.every, 1)
        or alerts.list_unposted(now - AGAIN, 1)
        or alerts.quiet(now - policy.alerts.closes_after, 1)
        or any(each.until is not None and each.until <= now for each in alerts.list_snoozed())
    )


def resolve_alert(unit: Unit, alert: Alert, note: str, policy: Policy, now: datetime) -> list[Effect]:
    """It is over; nothing where it was already."""
    over = unit.alerts.settle(alert.id, AlertState.RESOLVED, note, now)
    return show(unit, over, policy, now) if over is not None else []


def read_alert_details(unit: Unit, alert_id: AlertId, policy: Policy) -> AlertDetails | None:
    """None: it is no longer kept."""
    alert = unit.alerts.get(alert_id)
    if alert is None:
        return None
    said = with_ticket(unit, alert.said)
    decided = unit.decisions.of_conversation(said.conversation_id) if said.conversation_id else []
    return AlertDetails(
        alert=replace(alert, said=said),
        hits=unit.alerts.hits(alert_id, DETAILED_HITS),
        reasons={name: rule_words(name, policy) for name in said.reasons},
        decision=next((each for each in decided if alert_source(each.id) == said.source), None),
    )


def show(unit: Unit, alert: Alert, policy: Policy, now: datetime) -> list[Effect]:
    """Its card as it is now, at once; later by `update_cards` where the card is not there yet, or the word before is
    still on its way: two changes of one message may overtake each other."""
    before = unit.outbox.get(EffectId(derive_id("fx", _name(alert, alert.shown))))
    if not alert.slack_ts or (before is not None and before.state in UNDER_WAY):
        return []
    unit.alerts.note_shown(alert.id, alert.revision, now)
    update = _update(alert, _name(alert, alert.revision), card_payload(unit, alert), policy, now)
    return [update] if unit.outbox.add(update) else []


def _retried(unit: Unit, alert: Alert, policy: Policy, now: datetime) -> list[Effect]:
    """A card that Slack did not take is posted anew: whatever happens again is only counted, so nobody would ever hear
    of it."""
    post = unit.outbox.get(EffectId(derive_id("fx", card_key(alert, alert.shown))))
    if post is None or post.state not in LOST:
        return []
    again = unit.alerts.settle(alert.id, None, "", now)
    # Of two workers at once the second finds it one further.
    mine = again is not None and again.revision == alert.revision + 1
    return _posted_again(unit, again, policy, now) if again is not None and mine else []


def _posted_again(unit: Unit, alert: Alert, policy: Policy, now: datetime) -> list[Effect]:
    """A changed card tells nobody that it changed: when snoozing is over it is a new one, and the old one says so."""
    unit.alerts.note_shown(alert.id, alert.revision, now)
    unit.alerts.note_post(alert.id, "", "")  # until it stands there: the old one is not written over any more
    post = card_post(unit, alert, policy.alert_channel, Authority(rule=RULE, policy_version=policy.version))
    moved = unit.cards.moved_alert(alert).payload
    old = [_update(alert, f"{alert.id}:moved:{alert.revision}", moved, policy, now)] if alert.slack_ts else []
    return [effect for effect in (post, *old) if unit.outbox.add(effect)]


def _name(alert: Alert, revision: int) -> str:
    return f"{alert.id}:shown:{revision}"


def _update(alert: Alert, key: str, payload: SlackPayload, policy: Policy, now: datetime) -> Effect:
    return Effect(
        kind=EffectKind.SLACK_UPDATE,
        key=key,
        target=f"{alert.slack_channel}:{alert.slack_ts}",
        payload=payload,
        authority=Authority(rule=RULE, policy_version=policy.version),
        created_at=now,
        conversation_id=alert.said.conversation_id,
    )
