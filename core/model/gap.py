"""A question that no article answers: what is missing in the company's knowledge."""

from dataclasses import dataclass
from datetime import datetime

from core.model.ids import ArticleId, ConversationId, MessageId, PassageId


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """A passage that came close, and did not answer."""

    passage_id: PassageId
    article_id: ArticleId
    title: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """One message's question, personal data masked. `intent` is empty where none was recognised; `nearest` is best
    first. A message has at most one."""

    message_id: MessageId
    conversation_id: ConversationId
    question: str
    language: str
    intent: str
    at: datetime
    nearest: tuple[Near, ...] = ()
