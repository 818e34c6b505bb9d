"""What did not reach a customer and no machine may send again: a person looks, and sends it again or dismisses it."""

from collections.abc import Mapping
from datetime import datetime

from core.execute.deliver import LEFT_AT
from core.model.customer import Identity, IdentityKind
from core.model.effect_payloads import MessagePayload, OfferPayload, TicketReplyPayload
from core.model.ids import EffectId
from core.model.outbound import TO_CUSTOMER, EffectState, OutboxRow
from core.model.parked import Parked, ParkedWish
from core.ports import Unit

ASKED_AS = "asked_as"  # the fact of a row that names the request by which it was sent again last
STANDS: Mapping[EffectState, str] = {
    EffectState.SENT: "it has left meanwhile",
    EffectState.REFUSED: "it was dismissed or refused meanwhile",
}


def list_parked(unit: Unit, limit: int) -> list[Parked]:
    """Newest first; a row that cannot be read has no words to show and is left to its alert."""
    return [_shown(unit, row) for row in unit.outbox.parked(TO_CUSTOMER, limit)]


def read_parked(unit: Unit, effect_id: EffectId) -> Parked | None:
    """None: nobody has to decide about it any more."""
    row = unit.outbox.get(effect_id)
    waits = row is not None and row.state is EffectState.PARKED and row.effect.kind in TO_CUSTOMER
    return _shown(unit, row) if row is not None and waits else None


def settle_parked(
    unit: Unit, effect_id: EffectId, wish: ParkedWish, by: str, asked_as: str, now: datetime
) -> tuple[bool, str]:
    """Whether it is settled as wished, and what whoever asked is told. `asked_as` names the request: made again it
    sends nothing again. Who sends it again publishes it after the commit; the gate is asked anew before it leaves."""
    unit.outbox.take_turn()
    row = unit.outbox.get(effect_id)
    if row is None or row.effect.kind not in TO_CUSTOMER:
        return False, "No such message is known."
    if row.facts.get(ASKED_AS) == asked_as:
        return True, _done(wish)
    if row.state is not EffectState.PARKED:
        return False, f"Nothing was changed: {STANDS.get(row.state, 'it is being sent already')}."
    facts = {**row.facts, ASKED_AS: asked_as}
    if wish is ParkedWish.SEND:
        unit.outbox.mark(effect_id, EffectState.PENDING, now, error=row.error, facts=facts)
    else:
        unit.outbox.mark(effect_id, EffectState.REFUSED, now, error=f"dismissed by {by}: {row.error}", facts=facts)
    told = {"effect": effect_id, "wish": wish.value, "by": by, "after": row.error}
    unit.ledger.append("parked_settled", told, now)
    return True, _done(wish)


def _done(wish: ParkedWish) -> str:
    if wish is ParkedWish.SEND:
        return "It is being sent again; should it fail again, it comes back here."
    return "It is dismissed and will not be sent."


def _shown(unit: Unit, row: OutboxRow) -> Parked:
    effect = row.effect
    conversation = unit.conversations.get(effect.conversation_id) if effect.conversation_id else None
    customer = unit.customers.get(conversation.customer_id) if conversation else None
    if customer is None and effect.target.startswith("+"):
        customer = unit.customers.find(Identity(kind=IdentityKind.PHONE, value=effect.target))
    said = effect.payload
    words = said.body if isinstance(said, MessagePayload | OfferPayload | TicketReplyPayload) else ""
    ticket = conversation.ticket_id if conversation else None
    return Parked(
        id=effect.id,
        who=customer.name if customer else "",
        channel=effect.channel,
        to=effect.target,
        text=words,
        why=row.error or "",
        since=effect.created_at,
        ticket=ticket or "",
        unclear=LEFT_AT in row.facts,
        rule=effect.authority.rule,
        tries=row.attempts,
    )
