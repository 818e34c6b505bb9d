"""The loop's steps about outreach: a signal begins, a supervisor decides."""

from dataclasses import replace
from datetime import datetime

from core.decide.evaluation import TurnEvaluator
from core.errors import ConflictError
from core.execute.actions import end_unapproved
from core.execute.step import StepContext
from core.govern.action_approvals import settle_action
from core.govern.campaign_cards import campaign_card
from core.govern.requests import settle_request
from core.model.action import RunState
from core.model.campaign import ASKED, MOST_TOLD, SENDING, CampaignState, Standing
from core.model.conversation import CaseContext, Conversation, Message, Role
from core.model.customer import Channel, Customer
from core.model.event import Event
from core.model.event_payloads import SignalStated
from core.model.ids import ConversationId, CustomerId, MessageId
from core.model.outbound import Effect
from core.model.outreach import BusinessSignal, Click
from core.outreach.decide import settle
from core.outreach.draft import Drafting, HowTo, HowTos, how_to, matter_of, questions_to_look_up
from core.outreach.signals.needs import plays_of
from core.policy import Policy
from core.ports import Unit


def business_signal(loop: StepContext, event: Event) -> str:
    """The campaigns that it starts are stored; the lane freezes and shows them.

    Raises:
        RejectedError: the policy has no play for it, or something that the words need is not there.
    """
    now = loop.now()
    how_tos = look_up_how_tos(loop.evaluator, loop.policy, signal_of(event).kind, now)
    drafting = Drafting(policy=loop.policy, style=loop.planner.style, now=now)
    with loop.store.begin() as unit:
        fresh, cards = start_campaigns(unit, event, drafting, how_tos)
    loop.publish(cards)
    if fresh:
        loop.publisher.campaigns()
    return f"campaigns_{len(fresh)}"


def approval_clicked(loop: StepContext, event: Event) -> str:
    """A click on the card of a campaign, or of an agent's request for a supervisor's word."""
    click = replace(event.payload_as(Click), event_id=event.id)
    member = loop.desk.member(click.user_id)
    email = member.email if member else None
    if member and member.name:
        # A click tells the handle only; agents and records are told who it was.
        click = replace(click, user_name=member.name)
    with loop.store.begin() as unit:
        more: list[Effect] = []
        if unit.requests.get(click.approval_id):
            settled = settle_request(unit, click, email, loop.policy, loop.now())
        elif unit.actions.get(click.approval_id):
            settled, run = settle_action(unit, click, email, loop.policy, loop.now())
            if settled.result == RunState.REJECTED:
                more = end_unapproved(unit, run, loop.policy, loop.now())
        else:
            settled = settle(unit, click, email, loop.policy, loop.now(), loop.planner.style)
        fresh = [*more, *(effect for effect in settled.effects if unit.outbox.add(effect))]
    loop.publish(fresh)
    loop.publisher.campaigns()
    return settled.result


# ------------------------------------------------------------------
# What the company's own articles say to the question of a play: the same search, abstention and quotation as for a
# customer's question, asked by nobody.


NOBODY = "outreach"


def look_up_how_tos(evaluator: TurnEvaluator, policy: Policy, kind: str, now: datetime) -> HowTos:
    """By play and language; what no article answers in a language is left out."""
    found = {
        (name, language): _answer(evaluator, question, language, now)
        for name, language, question in questions_to_look_up(policy, kind)
    }
    return {place: each for place, each in found.items() if each is not None}


def _answer(evaluator: TurnEvaluator, question: str, language: str, now: datetime) -> HowTo | None:
    case = _case(question, language, now)
    # Without a question back: nobody is there to answer it.
    draft = evaluator.answer.draft(case, evaluator.sense.read(case), None, 0).draft
    if draft is None or draft.blocked:
        return None
    spoken = {citation.passage.locale.split("-")[0].lower() for citation in draft.cited}
    return how_to(draft) if spoken == {language} else None


def _case(question: str, language: str, now: datetime) -> CaseContext:
    """A case that stands in no store."""
    customer = Customer(id=CustomerId(NOBODY), name="Nobody", locale=language)
    conversation = Conversation(id=ConversationId(NOBODY), customer_id=customer.id, subject=question, updated_at=now)
    message = Message(
        id=MessageId(NOBODY),
        conversation_id=conversation.id,
        channel=Channel.EMAIL,
        role=Role.CUSTOMER,
        author=customer.name,
        text=question,
        at=now,
        vendor_ref=NOBODY,
    )
    return CaseContext(customer=customer, conversation=conversation, timeline=(message,), now=now)


# ------------------------------------------------------------------
# A signal begins: its campaigns are stored, each to be frozen and shown; what it overtakes is ended.


UNDER_WAY = ASKED | SENDING | {CampaignState.PREPARING}
OVERTAKEN = "overtaken by the news"


def signal_of(event: Event) -> BusinessSignal:
    stated = event.payload_as(SignalStated)
    return BusinessSignal(event_id=event.id, kind=stated.kind, facts=stated.facts, at=event.occurred_at)


def start_campaigns(
    unit: Unit, event: Event, drafting: Drafting, how_tos: HowTos
) -> tuple[list[Standing], list[Effect]]:
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
