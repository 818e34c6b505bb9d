"""What a decision found besides the words, and the case put together again as it was then."""

from collections.abc import Sequence
from dataclasses import replace

from core.decide.turn import YES
from core.model.conversation import CaseContext, Conversation, Message
from core.model.customer import Customer
from core.model.decision import Circumstances, Decision


def circumstances_of(case: CaseContext) -> Circumstances:
    conversation, customer = case.conversation, case.customer
    return Circumstances(
        owner=conversation.owner,
        tier=customer.tier,
        brand=case.brand,
        flags=tuple(name for name, value in customer.attributes.items() if value.casefold() in YES),
        owner_group=conversation.owner_group,
        solved_at=conversation.solved_at,
        seen=tuple(message.id for message in case.timeline),
        settled=tuple(sorted(case.settled)),
    )


def case_then(
    decision: Decision, customer: Customer, conversation: Conversation, messages: Sequence[Message]
) -> CaseContext | None:
    """The case that a decision was about, from what is stored now. `messages` are all that are stored.

    None where that cannot be known: the decision is older than its circumstances, or a message is gone."""
    then = decision.circumstances
    stored = {message.id: message for message in messages}
    if then is None or not all(seen in stored for seen in then.seen):
        return None
    case = CaseContext(
        customer=replace(customer, tier=then.tier, attributes=dict.fromkeys(then.flags, "true")),
        conversation=replace(
            conversation, owner=then.owner, owner_group=then.owner_group, brand=then.brand, solved_at=then.solved_at
        ),
        timeline=tuple(stored[seen] for seen in then.seen),
        now=decision.at,
        settled=frozenset(then.settled),
    )
    return case if case.latest is not None and case.latest.id == decision.message_id else None
