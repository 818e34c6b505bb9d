"""A signal begins: its campaigns are stored, each to be frozen and shown; what it overtakes is ended."""

from dataclasses import replace

from core.errors import ConflictError
from core.model.campaign import ASKED, MOST_TOLD, SENDING, CampaignState, Standing
from core.model.event import Event
from core.model.outbound import Effect
from core.model.outreach import BusinessSignal
from core.outreach.cards.card import campaign_card
from core.outreach.draft import Drafting, HowTos, matter_of
from core.outreach.signals.needs import plays_of
from core.ports import Unit

UNDER_WAY = ASKED | SENDING | {CampaignState.PREPARING}
OVERTAKEN = "overtaken by the news"


def signal_of(event: Event) -> BusinessSignal:
    facts = {name: value for name, value in event.payload.items() if name != "kind"}
    return BusinessSignal(event_id=event.id, kind=str(event.payload["kind"]), facts=facts, at=event.occurred_at)


def started(unit: Unit, event: Event, drafting: Drafting, how_tos: HowTos) -> tuple[list[Standing], list[Effect]]:
    """The campaigns that are new, and the cards of those that it overtakes; a signal that comes twice starts none the
    second time.

    Raises:
        RejectedError: as `Drafting.campaigns`.
        ConflictError: somebody decides about one that is overtaken at this moment.
    """
    signal = signal_of(event)
    made = drafting.campaigns(unit, signal, how_tos)
    cards = _overtake(unit, drafting, signal)
    fresh = [standing for standing in made if unit.campaigns.add(standing)]
    for standing in fresh:
        campaign = standing.campaign
        facts = {"campaign": campaign.id, "play": campaign.play, "signal": signal.event_id, "matter": campaign.matter}
        unit.ledger.append("proposed", facts, drafting.now)
    return fresh, cards


def _overtake(unit: Unit, drafting: Drafting, signal: BusinessSignal) -> list[Effect]:
    """What has not left of the matter's earlier messages is no longer true once the matter is over: nobody is told of
    an outage that has ended."""
    cards: list[Effect] = []
    for play in plays_of(drafting.policy, signal.kind).values():
        if not play.ends or not play.follows:
            continue
        matter = matter_of(signal, play)
        for standing in unit.campaigns.recent(MOST_TOLD, matter=matter):
            if standing.state in UNDER_WAY and standing.campaign.signal_id != signal.event_id:
                cards += _ended(unit, standing, drafting)
    return cards


def _ended(unit: Unit, standing: Standing, drafting: Drafting) -> list[Effect]:
    now = drafting.now
    state = CampaignState.STOPPED if standing.state in SENDING else CampaignState.EXPIRED
    saved = unit.campaigns.save(replace(standing, state=state, reason=OVERTAKEN, changed_at=now, ended_at=now))
    if saved is None:
        raise ConflictError(f"campaign {standing.campaign.id} changed just now")
    refused = unit.campaigns.stop(saved.campaign.id, OVERTAKEN, now)
    facts = {"campaign": saved.campaign.id, "state": state, "why": OVERTAKEN, "refused": refused}
    unit.ledger.append("campaign_ended", facts, now)
    card = campaign_card(unit, saved, drafting.policy, now)
    return [card] if unit.outbox.add(card) else []
