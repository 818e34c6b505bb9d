"""The seals under which campaigns leave."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from connectors.sql.columns import utc
from connectors.sql.statements import insert_once
from connectors.sql.tables import campaign_seals
from core.model.ids import ApprovalId
from core.model.seal import Seal, Sealer


class SqlSealTable:
    """`core.ports.SealTable`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, seal: Seal) -> bool:
        sealers = [{**asdict(each), "at": utc(each.at).isoformat()} for each in seal.sealers]
        return insert_once(self._connection, campaign_seals, asdict(seal) | {"sealers": sealers})

    def get(self, campaign_id: ApprovalId) -> Seal | None:
        found = select(campaign_seals).where(campaign_seals.c.campaign_id == campaign_id)
        row = self._connection.execute(found).one_or_none()
        return None if row is None else _seal(row)


def _seal(row: Row[Any]) -> Seal:
    fields: dict[str, Any] = dict(row._mapping)
    sealers = (Sealer(**{**each, "at": datetime.fromisoformat(each["at"])}) for each in fields.pop("sealers"))
    return Seal(**fields, sealers=tuple(sealers))
