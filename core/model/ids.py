"""Ids as their own types, so that a ticket's id cannot be passed for a customer's."""

from typing import NewType
from uuid import UUID, uuid5

EventId = NewType("EventId", str)
CustomerId = NewType("CustomerId", str)
ConversationId = NewType("ConversationId", str)
MessageId = NewType("MessageId", str)
TicketId = NewType("TicketId", str)
ArticleId = NewType("ArticleId", str)
PassageId = NewType("PassageId", str)
DraftId = NewType("DraftId", str)
DecisionId = NewType("DecisionId", str)
ApprovalId = NewType("ApprovalId", str)
EffectId = NewType("EffectId", str)
AgentId = NewType("AgentId", str)
VerificationId = NewType("VerificationId", str)
AlertId = NewType("AlertId", str)

_NAMESPACE = UUID("6f1cbf0e-3a43-5d1c-9c35-9a3b8f0c2d11")


def derive_id(kind: str, *parts: str) -> str:
    """The same id for the same parts, always: doing a piece of work twice names it the same."""
    return f"{kind}_{uuid5(_NAMESPACE, kind + chr(0) + chr(0).join(parts)).hex}"
