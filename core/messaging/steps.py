"""What is done when a messaging conversation tells something else than a customer's words."""

from dataclasses import replace

from core.alerts.raising import settle_message_alerts
from core.context.ownership import give_back, hold, take_by_agent, team
from core.context.reader import case_of, case_so_far
from core.context.second_turn import reopen_ticket_turn, replay_text
from core.control.passing import is_passing
from core.execute.step import StepContext
from core.execute.track import RANK
from core.measure.learn import learn
from core.model.conversation import Control, Conversation, Message, Role
from core.model.customer import WRITTEN, Channel, Customer, Identity, IdentityKind
from core.model.event import Event
from core.model.event_payloads import AgentSaid, PeopleMerged
from core.model.ids import MessageId, derive_id
from core.model.outbound import EffectKind, OutboxRow
from core.policy import Policy
from core.ports import Unit
from core.profile.merge import is_visitor, merge_login

READ = "read"
BACK = "control_back"


def agent_said(loop: StepContext, event: Event) -> str:
    """An agent has answered in the messaging window: it is on the timeline, and the conversation is theirs."""
    said = event.payload_as(AgentSaid)
    with loop.store.begin() as unit:
        conversation = unit.conversations.at_address(said.address)
        customer = unit.customers.get(conversation.customer_id) if conversation is not None else None
        if conversation is None or customer is None:
            return "unknown_conversation"
        message = _agents_message(conversation, event, said)
        if not unit.conversations.add_message(message):
            return "heard_before"
        at = max(conversation.updated_at, message.at)
        conversation = unit.conversations.save(replace(_answered(conversation, message, loop.policy), updated_at=at))
        settle_message_alerts(unit, conversation.id, f"{message.author} answers the customer.", at)
        fresh = learn(unit, case_of(unit, customer, conversation, loop.now()), message, loop.policy, loop.now())
    loop.publish(fresh)
    return "agent_said"


def _answered(conversation: Conversation, message: Message, policy: Policy) -> Conversation:
    """With the agent who wrote. The ticket may have told first that the same click solved it: that stands, and with it
    to whom solving has given the conversation. Its moments are whole seconds."""
    solved = None if conversation.open else conversation.solved_at
    if solved is None or solved < message.at.replace(microsecond=0):
        return replace(take_by_agent(conversation, message.author, message.at), open=True)
    return conversation if policy.hand_back_on_solve else take_by_agent(conversation, message.author, message.at)


def _agents_message(conversation: Conversation, event: Event, said: AgentSaid) -> Message:
    return Message(
        id=MessageId(derive_id("ms", event.source, event.subject)),
        conversation_id=conversation.id,
        channel=conversation.channel,
        role=Role.AGENT,
        author=said.name or "Agent",
        text=said.text,
        at=event.occurred_at,
        vendor_ref=f"{event.source}:{event.subject}",
        address=said.address,
        delivery="sent",
    )


def control_changed(loop: StepContext, event: Event) -> str:
    """Control has gone to somebody. To whom is asked of the switchboard: its events come late and out of order."""
    if loop.conversation_control is None:
        return "no_switchboard"
    holder = loop.conversation_control.holder(event.subject)
    with loop.store.begin() as unit:
        conversation = unit.conversations.at_address(event.subject)
        if conversation is None:
            return "unknown_conversation"
        if is_passing(unit, conversation):
            return "passing"  # what the switchboard tells is from before
        if holder is Control.AGENTS:
            return _with_agents(unit, conversation, event, loop.policy.default_owner.group)
        if holder is not Control.ASSISTANT or not conversation.owner.is_human:
            return f"control_{holder}"
        again = _given_back(unit, conversation, event)
    if again is not None:
        loop.publisher.event(again.id)
    return BACK


def _with_agents(unit: Unit, conversation: Conversation, event: Event, group: str) -> str:
    if not conversation.owner.is_human:
        owned = hold(conversation, team(group), event.occurred_at)
        unit.conversations.save(replace(owned, updated_at=max(conversation.updated_at, event.occurred_at)))
    return "control_agents"


def _given_back(unit: Unit, conversation: Conversation, event: Event) -> Event | None:
    """To the assistant; the event by which whoever waits for an answer gets it. It is stored together with the giving
    back, which happens once. None: nobody waits."""
    since, at = max(conversation.updated_at, event.occurred_at), event.received_at
    saved = unit.conversations.save(replace(give_back(conversation, since), updated_at=since))
    facts = {"ticket": conversation.ticket_id, "by": "switchboard", "was": conversation.owner.name}
    unit.ledger.append("handed_back", facts, at)
    customer = unit.customers.get(conversation.customer_id)
    case = case_so_far(unit, customer, saved, at) if customer is not None else None
    latest = case.latest if case is not None and case.unanswered else None
    if latest is None or latest.channel is Channel.VOICE:  # who spoke on a call is not answered after it
        return None
    texted = latest.channel in WRITTEN and bool(latest.address)
    again = replay_text(latest, BACK, at) if texted else reopen_ticket_turn(saved, BACK, at)
    return again if again is not None and unit.events.add(again) else None


def conversation_read(loop: StepContext, event: Event) -> str:
    """The customer has seen all that was there by then; the vendor names no single message."""
    with loop.store.begin() as unit:
        conversation = unit.conversations.at_address(event.subject)
        if conversation is None:
            return "unknown_conversation"
        rows = unit.outbox.of_conversation(conversation.id)
        seen = [row for row in rows if _unread(row, event)]
        for row in seen:
            unit.outbox.set_delivery(row.effect.id, READ, None)
            unit.conversations.set_delivery(f"{event.source}:{row.vendor_ref}", READ)
    return f"read_{len(seen)}"


def _unread(row: OutboxRow, event: Event) -> bool:
    there = row.effect.kind is EffectKind.MESSAGE and row.effect.target == event.subject and row.vendor_ref is not None
    return there and row.effect.created_at <= event.occurred_at and RANK.get(row.delivery or "", 0) < RANK[READ]


def people_merged(loop: StepContext, event: Event) -> str:
    """The vendor found two of its users to be one, as when a visitor logs in: both ids are then the same customer's.

    A visitor of whom nothing else is known goes into the other. Of two customers nobody is merged silently: the ledger
    says what the vendor told."""
    merged = event.payload_as(PeopleMerged)
    ids = (merged.surviving, merged.discarded)
    pair = [Identity(kind=IdentityKind.EXTERNAL, value=f"{event.source}:{each}") for each in ids]
    with loop.store.begin() as unit:
        known = [unit.customers.find(identity) for identity in pair]
        found = [customer for customer in known if customer is not None]
        if len(found) == 1:
            _also_known(unit, found[0], pair)
            return "same_person"
        if len(found) == 2 and found[0].id != found[1].id:
            return _two(unit, found[0], found[1], event, loop)
    return "nothing_to_merge"


def _two(unit: Unit, surviving: Customer, discarded: Customer, event: Event, loop: StepContext) -> str:
    for known, other in ((discarded, surviving), (surviving, discarded)):
        if is_visitor(known) and merge_login(unit, known, other, loop.now()).id == other.id:
            return "visitor_known"
    facts = {"surviving": surviving.id, "discarded": discarded.id, "by": event.source}
    unit.ledger.append("people_said_to_be_one", facts, loop.now())
    return "two_customers"


def _also_known(unit: Unit, customer: Customer, pair: list[Identity]) -> None:
    values = {identity.value for identity in customer.identities}
    more = tuple(identity for identity in pair if identity.value not in values)
    unit.customers.save(replace(customer, identities=(*customer.identities, *more)))
