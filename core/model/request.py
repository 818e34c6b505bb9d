"""An agent's question to a supervisor: may I send these words?"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.model.ids import ApprovalId, ConversationId, DraftId, MessageId, TicketId
from core.model.knowledge import Audience
from core.model.outbound import digest


class RequestState(StrEnum):
    """USED: the approved words were taken into a reply, once. WITHDRAWN: the agent asked for something else, or has
    answered without waiting."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    USED = "used"


OPEN = (RequestState.PENDING, RequestState.APPROVED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """An article that the words rest on, as it was when they were shown."""

    article_id: str
    title: str
    url: str = ""
    audience: Audience = Audience.PUBLIC
    quote: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """The words and everything that a supervisor's yes covers. `message_id` is what the customer said last, which the
    words answer. `id` names it to the button on its card, as a proposal's does."""

    id: ApprovalId
    conversation_id: ConversationId
    ticket_id: TicketId
    customer: str
    text: str
    asked_by: str
    asked_by_id: str
    policy_version: str
    created_at: datetime
    expires_at: datetime
    message_id: MessageId | None = None
    draft_id: DraftId | None = None
    sources: tuple[Source, ...] = ()
    findings: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        return digest(
            {
                "text": self.text,
                "ticket": self.ticket_id,
                "answers": self.message_id,
                "sources": [[s.article_id, s.audience, s.quote] for s in self.sources],
                "findings": list(self.findings),
                "policy": self.policy_version,
            }
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """A request with what became of it. `decided_by` and `decided_name` are the supervisor's in Slack."""

    request: Request
    state: RequestState = RequestState.PENDING
    decided_by: str = ""
    decided_name: str = ""
    decided_at: datetime | None = None
    reason: str = ""
    slack_channel: str = ""
    slack_ts: str = ""

    def at(self, now: datetime) -> RequestState:
        """The state as it is at that time: nobody writes down that a time has passed."""
        lapses = self.state in (RequestState.PENDING, RequestState.APPROVED)
        return RequestState.EXPIRED if lapses and self.request.expires_at <= now else self.state
