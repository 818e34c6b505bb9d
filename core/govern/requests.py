"""An agent asks a supervisor for their word on a reply. Nothing is sent by it: a yes lets exactly these words be taken
into the reply, once, in time, and only while they still answer what the customer said last."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from core.errors import ConfigurationError, RejectedError
from core.govern.approvers import Settled, deny, may_approve
from core.govern.draft_edits import distance
from core.model.conversation import Conversation, Message, Role
from core.model.draft import Draft
from core.model.ids import ApprovalId, ConversationId, DraftId, MessageId, TicketId, derive_id
from core.model.outbound import Authority, Effect, EffectKind
from core.model.outreach import Click, Verdict
from core.model.request import OPEN, Request, RequestState, Ruling, Source
from core.policy import Policy
from core.ports import Publisher, Store, Unit

CARD = "request_card"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What an agent asks for. `findings` is what the guard says of the words."""

    ticket_id: TicketId
    text: str
    agent: str
    agent_id: str
    draft_id: DraftId | None = None
    findings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Requests:
    store: Store
    publisher: Publisher
    policy: Policy

    def ask(self, wish: Wish, now: datetime) -> Ruling:
        """The request, stored before its card is shown. The same words asked about again are the same request; other
        words take its place.

        Raises:
            RejectedError: the ticket or the draft is not known.
            ConfigurationError: the policy names nobody who may approve.
        """
        if not self.policy.outreach.approvers:
            raise ConfigurationError("The policy names nobody who may approve replies.")
        with self.store.begin() as unit:
            conversation = _conversation(unit, wish.ticket_id)
            before = unit.requests.latest(conversation.id)
            request = self._request(unit, conversation, wish, before, now)
            if before and before.at(now) in OPEN and before.request.digest == request.digest:
                return before
            effects = _withdrawn(unit, before, f"{wish.agent} asks about other words", self.policy, now)
            if unit.requests.add(request):
                facts = {"request": request.id, "ticket": wish.ticket_id, "by": wish.agent, "digest": request.digest}
                unit.ledger.append("request", facts, now)
                effects.append(_post(unit, request, self.policy, now))
            fresh = [effect for effect in effects if unit.outbox.add(effect)]
        self._publish(fresh)
        return Ruling(request=request)

    def use(self, ticket_id: TicketId, request_id: ApprovalId, agent: str, now: datetime) -> tuple[bool, Ruling]:
        """Spend an approval. False, and nothing changes, unless it is approved, in time and not outdated."""
        with self.store.begin() as unit:
            ruling = _known(unit, ticket_id, request_id)
            used = None if is_outdated(unit, ruling, self.policy) else unit.requests.use(request_id, now)
            if used is None:
                return False, ruling
            unit.ledger.append("approval_used", {"request": request_id, "by": agent}, now)
            effects = _shown(unit, used, f"{agent} has it in the reply", self.policy, now)
            fresh = [effect for effect in effects if unit.outbox.add(effect)]
        self._publish(fresh)
        return True, used

    def withdraw(self, ticket_id: TicketId, request_id: ApprovalId, agent: str, now: datetime) -> Ruling:
        with self.store.begin() as unit:
            before = _known(unit, ticket_id, request_id)
            effects = _withdrawn(unit, before, f"{agent} has withdrawn it", self.policy, now)
            fresh = [effect for effect in effects if unit.outbox.add(effect)]
            after = unit.requests.get(request_id) or before
        self._publish(fresh)
        return after

    def _request(
        self, unit: Unit, conversation: Conversation, wish: Wish, before: Ruling | None, now: datetime
    ) -> Request:
        customer = unit.customers.get(conversation.customer_id)
        request = Request(
            id=ApprovalId(""),
            conversation_id=conversation.id,
            ticket_id=wish.ticket_id,
            customer=customer.name if customer else "a customer",
            text=wish.text,
            asked_by=wish.agent,
            asked_by_id=wish.agent_id,
            policy_version=self.policy.version,
            created_at=now,
            expires_at=now + self.policy.outreach.expires_after,
            message_id=_answers(unit, conversation.id),
            draft_id=wish.draft_id,
            sources=_sources(_draft(unit, conversation.id, wish.draft_id)),
            findings=wish.findings,
        )
        # Named after the one before it: of two who ask at once one is kept, and what was rejected may be asked again.
        named = derive_id("rq", conversation.id, request.digest, before.request.id if before else "")
        return replace(request, id=ApprovalId(named))

    def _publish(self, effects: Sequence[Effect]) -> None:
        for effect in effects:
            self.publisher.effect(effect.id)


def is_outdated(unit: Unit, ruling: Ruling, policy: Policy) -> bool:
    """Whether the words were about something else: the customer has written since, other rules hold by now, or of two
    who asked at once it is not the one that is shown."""
    request, latest = ruling.request, unit.requests.latest(ruling.request.conversation_id)
    overtaken_by = latest is not None and latest.request.id != request.id
    about = (_answers(unit, request.conversation_id), policy.version)
    return overtaken_by or about != (request.message_id, request.policy_version)


def settle_request(unit: Unit, click: Click, email: str | None, policy: Policy, now: datetime) -> Settled:
    """Approve or reject. A second click, an expired card or an edited one changes nothing but shows how it stands."""
    if not may_approve(email, policy):
        return deny(unit, click, policy, now)
    if click.verdict not in (Verdict.APPROVE, Verdict.REJECT):
        return Settled(result="no_such_button")
    ruling = unit.requests.settle(click, now)
    if ruling is None:
        return _unsettled(unit, click, policy, now)
    facts = {"approval": click.approval_id, "verdict": click.verdict, "by": email, "digest": click.digest}
    unit.ledger.append("approval", facts, now)
    note = f"{ruling.request.asked_by} sees it in the ticket."
    if ruling.state is RequestState.APPROVED and is_outdated(unit, ruling, policy):
        note = "It came too late: the customer, the policy or the question has changed, so these words cannot be used."
    return Settled(result=ruling.state, effects=(_update(unit, _at(ruling, click), note, policy, now),))


def overtaken(
    unit: Unit, conversation_id: ConversationId, comment: Message, policy: Policy, now: datetime
) -> list[Effect]:
    """An agent has answered: what was still asked needs no answer any more, and what was approved is spent or void."""
    ruling = unit.requests.latest(conversation_id)
    if ruling is None or ruling.request.created_at > comment.at:
        return []
    if ruling.state is RequestState.APPROVED and distance(ruling.request.text, comment.text) == 0:
        used = unit.requests.use(ruling.request.id, now)
        return _shown(unit, used, f"{comment.author} has sent it", policy, now) if used else []
    return _withdrawn(unit, ruling, f"{comment.author} has answered with other words", policy, now)


def _unsettled(unit: Unit, click: Click, policy: Policy, now: datetime) -> Settled:
    ruling = unit.requests.get(click.approval_id)
    if ruling is None:
        return Settled(result="unknown_approval")
    ruling = replace(ruling, state=ruling.at(now))
    if ruling.state is RequestState.PENDING:
        return Settled(result="digest_differs")
    # The buttons were still there: the card came after the word on it, or time has passed.
    result = "expired" if ruling.state is RequestState.EXPIRED else "settled_before"
    return Settled(result=result, effects=(_update(unit, _at(ruling, click), "", policy, now),))


def _at(ruling: Ruling, click: Click) -> Ruling:
    return replace(ruling, slack_channel=click.channel, slack_ts=click.ts)


def _withdrawn(unit: Unit, ruling: Ruling | None, note: str, policy: Policy, now: datetime) -> list[Effect]:
    """A card that has not left is not shown; one that stands there loses its buttons."""
    gone = unit.requests.withdraw(ruling.request.id, now) if ruling else None
    if gone is None:
        return []
    unit.ledger.append("request_withdrawn", {"request": gone.request.id, "why": note}, now)
    unit.outbox.cancel(gone.request.conversation_id, CARD, note, now, frozenset({EffectKind.SLACK_POST}))
    return _shown(unit, gone, note, policy, now)


def _shown(unit: Unit, ruling: Ruling, note: str, policy: Policy, now: datetime) -> list[Effect]:
    return [_update(unit, ruling, note, policy, now)] if ruling.slack_ts else []


def _post(unit: Unit, request: Request, policy: Policy, now: datetime) -> Effect:
    return Effect(
        kind=EffectKind.SLACK_POST,
        key=f"{request.id}:card",
        target=policy.outreach.channel,
        payload=replace(unit.cards.request(request).payload, request_id=request.id),
        authority=Authority(rule=CARD, policy_version=policy.version),
        created_at=now,
        conversation_id=request.conversation_id,
    )


def _update(unit: Unit, ruling: Ruling, note: str, policy: Policy, now: datetime) -> Effect:
    return Effect(
        kind=EffectKind.SLACK_UPDATE,
        key=f"{ruling.request.id}:{ruling.state}",
        target=f"{ruling.slack_channel}:{ruling.slack_ts}",
        payload=unit.cards.ruled_request(ruling, note).payload,
        authority=Authority(rule="request_outcome", policy_version=policy.version),
        created_at=now,
        conversation_id=ruling.request.conversation_id,
    )


def _conversation(unit: Unit, ticket_id: TicketId) -> Conversation:
    conversation = unit.conversations.by_ticket(ticket_id)
    if conversation is None:
        raise RejectedError("Handrail has not seen this ticket yet")
    return conversation


def _known(unit: Unit, ticket_id: TicketId, request_id: ApprovalId) -> Ruling:
    ruling = unit.requests.get(request_id)
    if ruling is None or ruling.request.ticket_id != ticket_id:
        raise RejectedError("there is no such request on this ticket")
    return ruling


def _answers(unit: Unit, conversation_id: ConversationId) -> MessageId | None:
    """What the customer said last."""
    said = reversed(unit.conversations.messages(conversation_id))
    return next((m.id for m in said if m.role is Role.CUSTOMER and m.public), None)


def _draft(unit: Unit, conversation_id: ConversationId, draft_id: DraftId | None) -> Draft | None:
    if draft_id is None:
        return None
    decisions = reversed(unit.decisions.of_conversation(conversation_id))
    found = next((d.draft for d in decisions if d.draft is not None and d.draft.id == draft_id), None)
    if found is None:
        raise RejectedError("there is no such draft on this ticket")
    return found


def _sources(draft: Draft | None) -> tuple[Source, ...]:
    cited = draft.cited if draft else ()
    return tuple(
        Source(
            article_id=c.passage.article_id,
            title=c.passage.title,
            url=c.passage.url,
            audience=c.passage.audience,
            quote=c.quote,
        )
        for c in cited
    )
