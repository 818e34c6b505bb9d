"""What supervisors were asked, and their one answer."""

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from connectors.sql import codec
from connectors.sql.statements import insert_once
from connectors.sql.tables import approvals
from core.model.ids import ApprovalId
from core.model.outreach import Approval, ApprovalState, Click, Proposal

_VERDICTS = (ApprovalState.APPROVED, ApprovalState.REJECTED)


class SqlApprovalTable:
    """`core.ports.ApprovalTable`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, proposal: Proposal) -> bool:
        """False if a proposal with this id is known."""
        row = {
            "id": proposal.id,
            "campaign_id": proposal.campaign_id,
            "digest": proposal.digest,
            "proposal": codec.encode(proposal),
            "created_at": proposal.created_at,
            "expires_at": proposal.expires_at,
            "state": ApprovalState.PENDING.value,
        }
        return insert_once(self._connection, approvals, row)

    def get(self, approval_id: ApprovalId) -> Approval | None:
        row = self._connection.execute(select(approvals).where(approvals.c.id == approval_id)).one_or_none()
        return None if row is None else _approval(row)

    def settle(self, click: Click, now: datetime) -> Approval | None:
        """`decided_by` is the id of the user. ValueError when the click is neither a yes nor a no.

        A pending approval found past its time becomes EXPIRED."""
        if click.verdict not in _VERDICTS:
            raise ValueError(f"{click.verdict} is not a supervisor's verdict")
        pending = (approvals.c.id == click.approval_id, approvals.c.state == ApprovalState.PENDING)
        # One statement decides: of two clicks at once, the second finds no pending row.
        verdict = (
            update(approvals)
            .where(*pending, approvals.c.digest == click.digest, approvals.c.expires_at > now)
            .values(state=click.verdict, decided_by=click.user_id, decided_name=click.user_name, decided_at=now)
            .returning(approvals)
        )
        row = self._connection.execute(verdict).one_or_none()
        if row is not None:
            return _approval(row)
        lapsed = update(approvals).where(*pending, approvals.c.expires_at <= now)
        self._connection.execute(lapsed.values(state=ApprovalState.EXPIRED))
        return None

    def approved_to(self, address: str, limit: int, since: datetime | None = None) -> list[Approval]:
        # The text is only searched; what is in it is read of the few that fit.
        recent = [] if since is None else [approvals.c.created_at >= since]
        named = approvals.c.proposal.contains(json.dumps(address), autoescape=True)
        statement = (
            select(approvals)
            .where(approvals.c.state == ApprovalState.APPROVED, *recent, named)
            .order_by(approvals.c.created_at.desc(), approvals.c.id)
            .limit(limit)
        )
        found = [_approval(row) for row in self._connection.execute(statement)]
        return [each for each in found if any(r.address == address for r in each.proposal.recipients)]

    def posted(self, approval_id: ApprovalId, channel: str, ts: str) -> None:
        statement = update(approvals).where(approvals.c.id == approval_id)
        self._connection.execute(statement.values(slack_channel=channel, slack_ts=ts))


def _approval(row: Row[Any]) -> Approval:
    return replace(
        Approval(proposal=codec.decode(Proposal, row.proposal)),
        state=ApprovalState(row.state),
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        slack_channel=row.slack_channel,
        slack_ts=row.slack_ts,
    )
