"""What agents asked supervisors about their replies, and the one answer."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, select, update

from connectors.sql import codec
from connectors.sql.statements import insert_once
from connectors.sql.tables import requests
from core.model.ids import ApprovalId, ConversationId
from core.model.outreach import Click, Verdict
from core.model.request import OPEN, Request, RequestState, Ruling

_VERDICTS = {Verdict.APPROVE: RequestState.APPROVED, Verdict.REJECT: RequestState.REJECTED}
LATEST = (
    select(requests)
    .where(requests.c.conversation_id == bindparam("conversation"))
    .order_by(requests.c.serial.desc())
    .limit(1)
)


class SqlRequestTable:
    """`core.ports.RequestTable`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, request: Request) -> bool:
        row = {
            "id": request.id,
            "conversation_id": request.conversation_id,
            "digest": request.digest,
            "request": codec.encode(request),
            "created_at": request.created_at,
            "expires_at": request.expires_at,
            "state": RequestState.PENDING.value,
        }
        return insert_once(self._connection, requests, row)

    def get(self, request_id: ApprovalId) -> Ruling | None:
        return self._one(requests.c.id == request_id)

    def latest(self, conversation_id: ConversationId) -> Ruling | None:
        row = self._connection.execute(LATEST, {"conversation": conversation_id}).one_or_none()
        return None if row is None else _ruling(row)

    def settle(self, click: Click, now: datetime) -> Ruling | None:
        """ValueError when the click is neither a yes nor a no."""
        if click.verdict not in _VERDICTS:
            raise ValueError(f"{click.verdict} is not a supervisor's verdict")
        said = {
            "state": _VERDICTS[click.verdict],
            "decided_by": click.user_id,
            "decided_name": click.user_name,
            "decided_at": now,
            "reason": click.reason,
        }
        same = (requests.c.digest == click.digest, requests.c.state == RequestState.PENDING)
        # One statement decides: of two clicks at once, the second finds no pending row.
        return self._changed(click.approval_id, now, said, *same)

    def use(self, request_id: ApprovalId, now: datetime) -> Ruling | None:
        approved = requests.c.state == RequestState.APPROVED
        return self._changed(request_id, now, {"state": RequestState.USED}, approved)

    def withdraw(self, request_id: ApprovalId, now: datetime) -> Ruling | None:
        return self._changed(request_id, now, {"state": RequestState.WITHDRAWN}, requests.c.state.in_(OPEN))

    def posted(self, request_id: ApprovalId, channel: str, ts: str) -> None:
        statement = update(requests).where(requests.c.id == request_id)
        self._connection.execute(statement.values(slack_channel=channel, slack_ts=ts))

    def _changed(
        self, request_id: ApprovalId, now: datetime, values: dict[str, Any], *where: ColumnElement[bool]
    ) -> Ruling | None:
        ours = (requests.c.id == request_id, requests.c.expires_at > now)
        statement = update(requests).where(*ours, *where).values(values).returning(requests)
        row = self._connection.execute(statement).one_or_none()
        return None if row is None else _ruling(row)

    def _one(self, where: ColumnElement[bool]) -> Ruling | None:
        newest = select(requests).where(where).order_by(requests.c.serial.desc()).limit(1)
        row = self._connection.execute(newest).one_or_none()
        return None if row is None else _ruling(row)


def _ruling(row: Row[Any]) -> Ruling:
    return replace(
        Ruling(request=codec.decode(Request, row.request)),
        state=RequestState(row.state),
        decided_by=row.decided_by,
        decided_name=row.decided_name,
        decided_at=row.decided_at,
        reason=row.reason,
        slack_channel=row.slack_channel,
        slack_ts=row.slack_ts,
    )
