"""What is proposed because agents changed drafts alike."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, delete, select

from connectors.sql import codec
from connectors.sql.private import add_once
from connectors.sql.statements import Repository, upsert
from connectors.sql.tables import conversations, decision_figures, drafts, feedback, proposal_evidence, proposals
from core.model.draft import DraftState
from core.model.ids import ConversationId, CustomerId, DraftId
from core.model.lesson import Evidence, Proposal, ProposalState, SentReply

_DECIDED = (DraftState.USED, DraftState.EDITED, DraftState.IGNORED)
_figures = decision_figures.c


class SqlProposalTable(Repository):
    """`core.ports.ProposalTable`."""

    def replies(self, since: datetime) -> Iterator[SentReply]:
        statement = (
            select(
                feedback.c.draft_id,
                feedback.c.kind,
                feedback.c.agent_id,
                feedback.c.at,
                feedback.c.detail,
                drafts.c.conversation_id,
                drafts.c.language,
                _figures.intent,
                conversations.c.customer_id,
                conversations.c.ticket_id,
            )
            .select_from(feedback)
            .join(drafts, drafts.c.id == feedback.c.draft_id)
            .join(decision_figures, _figures.decision_id == drafts.c.decision_id)
            .join(conversations, conversations.c.id == drafts.c.conversation_id)
            .where(feedback.c.kind.in_(_DECIDED), feedback.c.at >= since)
            .order_by(feedback.c.at, feedback.c.serial)
        )
        for row in self._connection.execute(statement):
            # Erased or made unreadable: nothing to learn from.
            if "draft" in row.detail and "sent" in row.detail:
                yield _reply(row)

    def get(self, proposal_id: str) -> Proposal | None:
        found = self._rows(select(proposals).where(proposals.c.id.startswith(proposal_id, autoescape=True)).limit(2))
        return self._whole(found[0]) if len(found) == 1 else None

    def listed(self, state: ProposalState | None = None) -> list[Proposal]:
        chosen = select(proposals).order_by(proposals.c.matters.desc(), proposals.c.words.desc(), proposals.c.id)
        if state is not None:
            chosen = chosen.where(proposals.c.state == state)
        return [codec.of_row(Proposal, row, evidence=()) for row in self._rows(chosen)]

    def save(self, proposal: Proposal) -> None:
        # Its columns are under the installation's own key: what agents write to several customers is nobody's.
        upsert(self._connection, proposals, codec.to_row(proposal, "evidence"), key=("id",))
        mine = proposal_evidence.c.proposal_id == proposal.id
        self._connection.execute(delete(proposal_evidence).where(mine))
        for each in proposal.evidence:
            add_once(self._connection, proposal_evidence, {"proposal_id": proposal.id, **codec.to_row(each)})

    def remove(self, proposal_id: str) -> None:
        self._connection.execute(delete(proposals).where(proposals.c.id == proposal_id))

    def forget(self, state: ProposalState, before: datetime) -> int:
        old = delete(proposals).where(proposals.c.state == state, proposals.c.found_at < before)
        return self._connection.execute(old).rowcount

    def _rows(self, statement: Select[Any]) -> list[Row[Any]]:
        return list(self._connection.execute(statement))

    def _whole(self, row: Row[Any]) -> Proposal:
        mine = select(proposal_evidence).where(proposal_evidence.c.proposal_id == row.id)
        rows = self._rows(mine.order_by(proposal_evidence.c.at.desc()))
        return codec.of_row(Proposal, row, evidence=tuple(codec.of_row(Evidence, each) for each in rows))


def _reply(row: Any) -> SentReply:
    return SentReply(
        draft_id=DraftId(row.draft_id),
        conversation_id=ConversationId(row.conversation_id),
        customer_id=CustomerId(row.customer_id),
        ticket_id=row.ticket_id or "",
        agent=row.agent_id,
        at=row.at,
        state=row.kind,
        intent=row.intent,
        language=row.language,
        draft=row.detail["draft"],
        sent=row.detail["sent"],
    )
