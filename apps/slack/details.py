"""What a Details button opens, read from the store as it is now: a card may be weeks old, and the process new."""

from collections.abc import Callable, Mapping

from apps.slack.cards.blocks import CardKind
from apps.slack.cards.details import View, alert_details, campaign_details, parked_details, request_details
from apps.slack.door import Door
from core.execute.parked import read_parked
from core.govern.campaign_cards import read_card
from core.model.ids import AlertId, ApprovalId, EffectId
from core.ports import Unit
from core.supervision.alert_cards import read_alert_details


def details_view(door: Door, kind: str, name: str) -> View | None:
    """The modal; None where that is no longer kept, or needs nobody's decision any more."""
    read = READ.get(kind)
    if read is None or not name:
        return None
    with door.store.read() as unit:
        return read(door, unit, name)


def _alert(door: Door, unit: Unit, name: str) -> View | None:
    found = read_alert_details(unit, AlertId(name), door.policy())
    return alert_details(found) if found else None


def _campaign(door: Door, unit: Unit, name: str) -> View | None:
    standing = unit.campaigns.get(ApprovalId(name))
    return campaign_details(read_card(unit, standing, door.policy(), door.intake.now())) if standing else None


def _request(_: Door, unit: Unit, name: str) -> View | None:
    ruling = unit.requests.get(ApprovalId(name))
    if ruling is None:
        return None
    answers = ruling.request.message_id
    return request_details(ruling, unit.conversations.message(answers) if answers else None)


def _parked(_: Door, unit: Unit, name: str) -> View | None:
    found = read_parked(unit, EffectId(name))
    return parked_details(found) if found else None


READ: Mapping[str, Callable[[Door, Unit, str], View | None]] = {
    CardKind.ALERT: _alert,
    CardKind.CAMPAIGN: _campaign,
    CardKind.REQUEST: _request,
    CardKind.PARKED: _parked,
}
