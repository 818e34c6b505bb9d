"""What left, counted in the ledger: each effect that is SENT has one record that says so."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, Select, Text, case, func, literal, select, union_all

from connectors.sql.tables import ledger, outbox
from core.model.ids import EffectId
from core.model.outbound import EffectState

SENT = "sent"
_PORTION = 1000
_BEFORE = '"effect":"'


def not_once(connection: Connection) -> Iterator[tuple[EffectId, int]]:
    """`core.ports.Ledger.not_once`, in one statement: the database sorts both by effect and gives out what differs."""
    counted = _counted(_of_record if connection.dialect.name == "postgresql" else _of_record_here)
    for row in connection.execute(counted.execution_options(yield_per=_PORTION)):
        yield EffectId(row.effect), int(row.records)


def _counted(effect: ColumnElement[str]) -> Select[Any]:
    recorded = select(effect.label("effect"), _number(1).label("records"), _number(0).label("sent"))
    left = select(outbox.c.id, _number(0), _number(1)).where(outbox.c.state == EffectState.SENT)
    each = union_all(recorded.where(ledger.c.kind == SENT), left).subquery()
    records, sent = func.sum(each.c.records), func.sum(each.c.sent)
    return (
        select(each.c.effect, records.label("records"))
        .where(each.c.effect.is_not(None), each.c.effect != "")
        .group_by(each.c.effect)
        .having((records > 1) | ((records == 0) & (sent > 0)))
        .order_by(each.c.effect)
    )


def _number(value: int) -> ColumnElement[int]:
    return literal(value, Integer)


# Of a record that cannot be read any more there is none: that it cannot is told elsewhere.
_of_record: ColumnElement[str] = func.split_part(func.split_part(ledger.c.facts, _BEFORE, 2), '"', 1, type_=Text)
_of_record_here: ColumnElement[str] = case(
    (func.json_valid(ledger.c.facts) == 1, func.json_extract(ledger.c.facts, "$.effect", type_=Text))
)
