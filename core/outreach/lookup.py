"""What the company's own articles say to the question of a play: the same search, abstention and quotation as for a
customer's question, asked by nobody."""

from datetime import datetime

from core.model.conversation import CaseContext, Conversation, Message, Role
from core.model.customer import Channel, Customer
from core.model.ids import ConversationId, CustomerId, MessageId
from core.outreach.draft import HowTo, HowTos, asked_of_articles, how_to
from core.policy import Policy
from core.thinking import Thinking

NOBODY = "outreach"


def looked_up(thinking: Thinking, policy: Policy, kind: str, now: datetime) -> HowTos:
    """By play and language; what no article answers in a language is left out."""
    found = {
        (name, language): _answer(thinking, question, language, now)
        for name, language, question in asked_of_articles(policy, kind)
    }
    return {place: each for place, each in found.items() if each is not None}


def _answer(thinking: Thinking, question: str, language: str, now: datetime) -> HowTo | None:
    case = _case(question, language, now)
    # Without a question back: nobody is there to answer it.
    draft = thinking.answer.draft(case, thinking.sense.read(case), None, 0).draft
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
