"""Which signed URLs have opened the sidebar."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from sqlalchemy import Connection, delete

from connectors.sql.statements import insert_once
from connectors.sql.tables import sign_ins

if TYPE_CHECKING:
    from connectors.sql.store import SqlStore


class SqlSignInTable:
    """`core.ports.SignInTable`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def use(self, token: str, expires_at: datetime) -> bool:
        row = {"token": sha256(token.encode("utf-8", "replace")).hexdigest(), "expires_at": expires_at}
        return insert_once(self._connection, sign_ins, row)

    def forget(self, before: datetime) -> int:
        return self._connection.execute(delete(sign_ins).where(sign_ins.c.expires_at < before)).rowcount


@dataclass(frozen=True, slots=True)
class SqlSignIns:
    """`core.ports.SignIns`. After a power failure a signed URL of the last seconds might open a second page; for that,
    nobody who opens a ticket waits for the disk."""

    store: "SqlStore"

    def use(self, token: str, expires_at: datetime) -> bool:
        with self.store.begin_lightly() as unit:
            return unit.sign_ins.use(token, expires_at)
