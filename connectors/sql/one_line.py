"""Of a campaign's lines that have become one person's, one is left."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, Select, select, update

from connectors.sql.profiles_merged import same_person
from connectors.sql.ready import TRIED
from connectors.sql.tables import campaign_recipients, campaigns, outbox
from core.model.campaign import ASKED, SENDING, Arm, CampaignState, RecipientState
from core.model.ids import CustomerId
from core.model.outbound import EffectState

_OPEN = (CampaignState.PREPARING, *sorted(ASKED | SENDING))
_FAILED = ("failed", "undelivered")
_lines = campaign_recipients.c
_LEFT, _WAITS, _PLANNED = 0, 1, 2


def joined(connection: Connection, customer_id: CustomerId, reason: str, now: datetime) -> int:
    """`core.ports.CampaignTable.joined`."""
    ended = 0
    for _, lines in groupby(connection.execute(_theirs(customer_id)), key=lambda row: row.campaign_id):
        for row in _all_but_one(list(lines)):
            _end(connection, row, reason, now)
            ended += 1
    return ended


def _theirs(customer_id: CustomerId) -> Select[Any]:
    named = (_lines.campaign_id, _lines.ordinal, _lines.state, _lines.effect_id)
    return (
        select(*named, outbox.c.state.label("went"), outbox.c.delivery)
        .join(campaigns, campaigns.c.id == _lines.campaign_id)
        .outerjoin(outbox, outbox.c.id == _lines.effect_id)
        .where(
            campaigns.c.state.in_(_OPEN),
            _lines.customer_id.in_(same_person(customer_id)),
            _lines.arm == Arm.TREATED,
            _lines.state != RecipientState.STOPPED,
        )
        .order_by(_lines.campaign_id, _lines.ordinal)
    )


def _all_but_one(lines: Sequence[Row[Any]]) -> list[Row[Any]]:
    """Those of them that have not left. What failed or was refused stands in nobody's way."""
    hopeful = [row for row in lines if row.went != EffectState.REFUSED and row.delivery not in _FAILED]
    others = sorted(hopeful, key=lambda row: (_got_to(row), row.ordinal))[1:]
    return [row for row in others if _got_to(row) != _LEFT]


def _got_to(row: Row[Any]) -> int:
    if row.state == RecipientState.PLANNED:
        return _PLANNED
    return _WAITS if row.went in TRIED else _LEFT


def _end(connection: Connection, row: Row[Any], reason: str, now: datetime) -> None:
    if row.state == RecipientState.PLANNED:
        line = (_lines.campaign_id == row.campaign_id, _lines.ordinal == row.ordinal)
        planned = update(campaign_recipients).where(*line, _lines.state == RecipientState.PLANNED)
        connection.execute(planned.values(state=RecipientState.STOPPED))
        return
    waits = update(outbox).where(outbox.c.id == row.effect_id, outbox.c.state.in_(TRIED))
    connection.execute(waits.values(state=EffectState.REFUSED, error=reason, changed_at=now))
