"""The codes that were sent: what each proves and whether it came back, never the code itself."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, or_, select, update

from connectors.sql.statements import insert_once
from connectors.sql.tables import verifications
from core.model.customer import Channel
from core.model.ids import ConversationId, CustomerId, VerificationId
from core.model.profile import CodeState, Verification


class SqlVerificationTable:
    """`core.ports.VerificationTable`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, verification: Verification) -> bool:
        return insert_once(self._connection, verifications, _row(verification))

    def latest(self, conversation_id: ConversationId) -> Verification | None:
        mine = select(verifications).where(verifications.c.conversation_id == conversation_id)
        row = self._connection.execute(mine.order_by(verifications.c.serial.desc()).limit(1)).one_or_none()
        return None if row is None else _verification(row)

    def get(self, verification_id: VerificationId) -> Verification | None:
        mine = select(verifications).where(verifications.c.id == verification_id)
        row = self._connection.execute(mine).one_or_none()
        return None if row is None else _verification(row)

    def save(self, verification: Verification) -> None:
        change = update(verifications).where(verifications.c.id == verification.id)
        self._connection.execute(change.values(**_row(verification)))

    def tried(self, verification_id: VerificationId, most: int) -> int | None:
        mine = (
            verifications.c.id == verification_id,
            verifications.c.state == CodeState.SENT.value,
            verifications.c.tries < most,
        )
        counted = update(verifications).where(*mine).values(tries=verifications.c.tries + 1)
        if not self._connection.execute(counted).rowcount:
            return None
        now = select(verifications.c.tries).where(verifications.c.id == verification_id)
        return int(self._connection.execute(now).scalar_one())

    def open_of(self, customer_id: CustomerId, now: datetime) -> list[Verification]:
        mine = (
            verifications.c.customer_id == customer_id,
            verifications.c.expires_at > now,
            verifications.c.state == CodeState.SENT.value,
        )
        rows = self._connection.execute(select(verifications).where(*mine).order_by(verifications.c.serial))
        return [_verification(row) for row in rows]

    def sent_since(self, customer_id: CustomerId, conversation_id: ConversationId, since: datetime) -> int:
        theirs = or_(
            verifications.c.customer_id == customer_id,
            verifications.c.conversation_id == conversation_id,
        )
        mine = (theirs, verifications.c.sent_at >= since)
        return int(self._connection.execute(select(func.count()).where(*mine)).scalar_one())


def _row(verification: Verification) -> dict[str, Any]:
    return {**asdict(verification), "channel": verification.channel.value, "state": verification.state.value}


def _verification(row: Row[Any]) -> Verification:
    values = {name: value for name, value in row._mapping.items() if name != "serial"}
    return Verification(
        **{
            **values,
            "id": VerificationId(row.id),
            "conversation_id": ConversationId(row.conversation_id),
            "customer_id": CustomerId(row.customer_id),
            "channel": Channel(row.channel),
            "state": CodeState(row.state),
        }
    )
