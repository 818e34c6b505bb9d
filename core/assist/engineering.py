"""A fault goes to engineering, and comes back: the brief as note, side conversation or Slack thread, and words for the
customer that wait for the agent when engineering says how it stands. What changes is told in the thread: what
engineering says anywhere, and how the ticket stands. Nothing here reaches a customer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from core.errors import ConfigurationError, HandrailError, RejectedError
from core.execute.step import StepContext
from core.handoff.brief import Brief, FaultStatus, update_for
from core.model.conversation import Conversation
from core.model.effect_payloads import EffectPayload, SideConversationPayload, TicketUpdatePayload
from core.model.event import Event
from core.model.event_payloads import EngineeringClick
from core.model.helpdesk import SideConversation
from core.model.ids import ConversationId, TicketId
from core.model.outbound import Authority, Effect, EffectKind, EffectState, OutboxRow
from core.policy import Policy
from core.ports import Helpdesk, Now, Publisher, Store, Unit
from core.ports.cards import FaultCard

BRIEFED = "handrail_engineering"  # the tag by which engineers find the ticket
RULE = "agent_brief"
RULE_OF_REPLY = "brief_reply"
CASE = "case_status:"  # begins the rule under which the thread is told how the ticket stands
SAYS = "engineering_"  # begins the rule under which a ticket is told how its fault stands
EVERY = timedelta(minutes=5)  # between two looks at the side conversations
WATCHED = timedelta(days=30)  # from its beginning, while its ticket is open
MOST = 50  # of one look, the newest
READ_AT = "engineering:read_at"

SAID = {
    FaultStatus.NEWS: "Engineering has news",
    FaultStatus.FIXED: "Engineering says that it is fixed",
}

STANDS = {
    "open": "The ticket is open again.",
    "pending": "The agent waits for the customer to answer.",
    "hold": "The ticket is on hold.",
    "solved": "The ticket is solved.",
}
ONE = {"new": "open", "closed": "solved"}  # statuses between which engineers need not tell


class BriefWay(StrEnum):
    """Where a brief goes. Whichever it is, the note on the ticket is there, too."""

    NOTE = "note"
    SIDE_CONVERSATION = "side_conversation"
    SLACK = "slack"


def ways_of(policy: Policy) -> tuple[BriefWay, ...]:
    """Those that the policy has an address for."""
    there = {
        BriefWay.NOTE: True,
        BriefWay.SIDE_CONVERSATION: bool(policy.engineering.side_conversation),
        BriefWay.SLACK: bool(policy.engineering.channel),
    }
    return tuple(way for way, known in there.items() if known)


def pass_on(
    unit: Unit,
    conversation: Conversation,
    ticket_id: TicketId,
    brief: Brief,
    way: BriefWay,
    agent: str,
    policy: Policy,
    now: datetime,
) -> list[Effect]:
    """The effects that are new: the note, and what the way needs besides.

    Raises:
        RejectedError: the policy has no address for that way.
    """
    if way not in ways_of(policy):
        raise RejectedError(f"The policy's section engineering has no address for this: {way.replace('_', ' ')}")
    unit.ledger.append("briefed", {"ticket": ticket_id, "by": agent, "way": way}, now)
    note = TicketUpdatePayload(note=f"Brief for engineering, by {agent}:\n\n{brief.text}", add_tags=(BRIEFED,))
    said: list[tuple[str, EffectKind, str, EffectPayload]] = [("note", EffectKind.TICKET_UPDATE, ticket_id, note)]
    if way is BriefWay.SIDE_CONVERSATION:
        to = policy.engineering.side_conversation
        body = f"{brief.text}\n\nFrom {agent}. Close this side conversation when the fault is fixed."
        side = SideConversationPayload(to=to, subject=brief.title, body=body)
        said.append((way, EffectKind.SIDE_CONVERSATION, ticket_id, side))
    elif way is BriefWay.SLACK:
        card = FaultCard(
            conversation_id=conversation.id,
            ticket=ticket_id,
            tickets_at=policy.alerts.tickets_at,
            title=brief.title,
            impact=brief.impact,
            parts=tuple((part.title, part.lines) for part in brief.parts),
            by=agent,
        )
        said.append((way, EffectKind.SLACK_POST, policy.engineering.channel, unit.cards.fault(card).payload))
    made = [
        Effect(
            kind=kind,
            key=f"{conversation.id}:brief:{now.isoformat()}:{name}",
            target=target,
            payload=payload,
            authority=Authority(rule=RULE, policy_version=policy.version),
            created_at=now,
            conversation_id=conversation.id,
        )
        for name, kind, target, payload in said
    ]
    return [effect for effect in made if unit.outbox.add(effect)]


def status_of(unit: Unit, conversation_id: ConversationId) -> FaultStatus:
    """What engineering said last; PASSED_ON where it has said nothing."""
    said = [row.effect for row in unit.outbox.of_conversation(conversation_id) if _says(row.effect)]
    newest = max(said, key=lambda effect: effect.created_at, default=None)
    return FaultStatus(newest.authority.rule.removeprefix(SAYS)) if newest else FaultStatus.PASSED_ON


def _says(effect: Effect) -> bool:
    return effect.authority.rule.startswith(SAYS) and effect.kind is EffectKind.TICKET_UPDATE


def tell_agent(
    unit: Unit, conversation_id: ConversationId, status: FaultStatus, how: str, key: str, policy: Policy, now: datetime
) -> list[Effect]:
    """The agent's ticket hears how the fault stands, with words for the customer that nobody has sent. `key` names what
    was said: once."""
    conversation = unit.conversations.get(conversation_id)
    if conversation is None or conversation.ticket_id is None:
        return []
    spoken = unit.decisions.latest(conversation_id)
    words = update_for(spoken.signals.language.value if spoken else policy.language, status)
    note = f"{SAID[status]} ({how}). To tell the customer, if you agree; nothing was sent:\n\n{words}"
    told = Effect(
        kind=EffectKind.TICKET_UPDATE,
        key=f"{conversation_id}:engineering:{key}",
        target=conversation.ticket_id,
        payload=TicketUpdatePayload(note=note, add_tags=(f"{BRIEFED}_{status}",)),
        authority=Authority(rule=f"{SAYS}{status}", policy_version=policy.version),
        created_at=now,
        conversation_id=conversation_id,
    )
    if not unit.outbox.add(told):
        return []
    unit.ledger.append("engineering", {"ticket": conversation.ticket_id, "status": status, "how": how}, now)
    said = f"{SAID[status]} ({how}). The agent has it on ticket #{conversation.ticket_id}, with words for the customer."
    return [told, *_in_threads(unit, conversation_id, said, f"engineering:{key}", RULE_OF_REPLY, policy, now)]


def ticket_stands(
    unit: Unit, conversation: Conversation, ticket_status: str, policy: Policy, now: datetime
) -> list[Effect]:
    """The thread of a brief hears of a ticket whose status has changed; the effects that are new."""
    status = ONE.get(ticket_status, ticket_status)
    told = [row.effect.authority.rule for row in _posts(unit, conversation.id, CASE)]
    before = told[-1].removeprefix(CASE) if told else "open"
    if status not in STANDS or status == before:
        return []
    key = f"stands:{len(told)}:{status}"
    return _in_threads(unit, conversation.id, STANDS[status], key, f"{CASE}{status}", policy, now)


def _in_threads(
    unit: Unit, conversation_id: ConversationId, said: str, key: str, rule: str, policy: Policy, now: datetime
) -> list[Effect]:
    """As a reply below each of the briefs that stand in Slack."""
    made = []
    for row in _posts(unit, conversation_id, RULE):
        channel, _, ts = (row.vendor_ref or "").rpartition(":")
        if channel:
            made.append(
                Effect(
                    kind=EffectKind.SLACK_POST,
                    key=f"{row.effect.key}:{key}",
                    target=channel,
                    payload=replace(unit.cards.notice(said).payload, thread=ts),
                    authority=Authority(rule=rule, policy_version=policy.version),
                    created_at=now,
                    conversation_id=conversation_id,
                )
            )
    return [effect for effect in made if unit.outbox.add(effect)]


def _posts(unit: Unit, conversation_id: ConversationId, rule: str) -> list[OutboxRow]:
    """Those in Slack under a rule, whatever stands after its colon; the oldest first."""
    rows = [row for row in unit.outbox.of_conversation(conversation_id) if row.effect.kind is EffectKind.SLACK_POST]
    found = [row for row in rows if row.effect.authority.rule.partition(":")[0] == rule.partition(":")[0]]
    return sorted(found, key=lambda row: row.effect.created_at)


def engineering_clicked(loop: StepContext, event: Event) -> str:
    """The loop's step: a button below the brief in Slack. Whoever is in engineering's channel may press it."""
    click = event.payload_as(EngineeringClick)
    member = loop.desk.member(click.user_id)
    who, ref = (member.name if member and member.name else click.user_name), f"{click.channel}:{click.ts}"
    conversation_id, status = ConversationId(event.subject), FaultStatus(click.status)
    with loop.store.begin() as unit:
        posts = [row for row in unit.outbox.of_conversation(conversation_id) if _is_post(row, ref)]
        if not posts or status is FaultStatus.PASSED_ON:
            return "no_such_brief"
        policy, now = loop.policy, loop.now()
        fresh = tell_agent(unit, conversation_id, status, f"{who}, in Slack", event.id, policy, now)
        if fresh:
            fresh += _redrawn(unit, posts[0].effect, ref, f"{SAID[status]}: {who}", status, event, policy, now)
    loop.publish(fresh)
    return status if fresh else "said_before"


def _is_post(row: OutboxRow, ref: str) -> bool:
    """The brief's own post: the changes of it have the same place."""
    return row.effect.kind is EffectKind.SLACK_POST and row.effect.authority.rule == RULE and row.vendor_ref == ref


def _redrawn(
    unit: Unit, post: Effect, ref: str, said: str, status: FaultStatus, event: Event, policy: Policy, now: datetime
) -> list[Effect]:
    shown = Effect(
        kind=EffectKind.SLACK_UPDATE,
        key=f"{post.key}:{event.id}",
        target=ref,
        payload=unit.cards.fault_said(post.payload, said, over=status is FaultStatus.FIXED).payload,
        authority=Authority(rule=RULE, policy_version=policy.version),
        created_at=now,
        conversation_id=post.conversation_id,
    )
    return [shown] if unit.outbox.add(shown) else []


@dataclass(frozen=True, slots=True, kw_only=True)
class SideConversations:
    """Looks at what became of those that carry a brief, as long as their tickets are open: Zendesk sends no webhook of
    them."""

    store: Store
    helpdesk: Helpdesk
    publisher: Publisher
    policy: Policy
    now: Now

    def run(self) -> int:
        """How many had something new. What is wrong with one keeps no other from being read."""
        now = self.now()
        with self.store.read() as unit:
            last = unit.cursors.get(READ_AT)
            if last is not None and now - datetime.fromisoformat(last) < EVERY:
                return 0
            rows = self._watched(unit, now)
        if rows:
            with self.store.begin() as unit:
                unit.cursors.set(READ_AT, now.isoformat())
        return sum(self._look(row) for row in rows)

    def _watched(self, unit: Unit, now: datetime) -> Sequence[OutboxRow]:
        sent = unit.outbox.listed(EffectKind.SIDE_CONVERSATION, EffectState.SENT, now - WATCHED, MOST)
        return [row for row in sent if _is_open(unit, row.effect.conversation_id)]

    def _look(self, row: OutboxRow) -> int:
        try:
            side = self.helpdesk.side_conversation(TicketId(row.effect.target), row.vendor_ref or "")
        except (HandrailError, ConfigurationError):
            return 0  # it is looked at again
        found = _news(side)
        if found is None or row.effect.conversation_id is None:
            return 0
        status, how, key = found
        with self.store.begin() as unit:
            fresh = tell_agent(unit, row.effect.conversation_id, status, how, key, self.policy, self.now())
        for effect in fresh:
            self.publisher.effect(effect.id)
        return len(fresh)


def _is_open(unit: Unit, conversation_id: ConversationId | None) -> bool:
    found = unit.conversations.get(conversation_id) if conversation_id else None
    return found is not None and found.open


def _news(side: SideConversation) -> tuple[FaultStatus, str, str] | None:
    """How it stands, in words for the agent, and what names it. Its words decide nothing: that it was closed does."""
    if not side.open:
        return FaultStatus.FIXED, "the side conversation was closed", f"{side.id}:closed:{side.state_at.isoformat()}"
    if side.spoken_at > side.created_at:
        how = f"in the side conversation: “{side.newest}”" if side.newest else "in the side conversation"
        return FaultStatus.NEWS, how, f"{side.id}:{side.spoken_at.isoformat()}"
    return None
