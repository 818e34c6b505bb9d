"""Which rows of the outbox may be tried, and which have to be asked about."""

from datetime import datetime, timedelta

from sqlalchemy import BindParameter, ColumnElement, and_, func, or_

from connectors.sql.tables import outbox
from core.model.outbound import EffectState

# Named besides the conditions, which SQLite cannot follow, so that it looks at these rows alone.
TRIED = (EffectState.PENDING, EffectState.HELD)
ASKED = (EffectState.SENDING, EffectState.UNKNOWN)
OPEN = (*TRIED, *ASKED)


def ready_to_send(now: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    waited = or_(outbox.c.retry_at.is_(None), outbox.c.retry_at <= now)
    # A gate may hold a row again (quiet hours moved): then `retry_at` says until when.
    held_until = func.coalesce(outbox.c.retry_at, outbox.c.not_before, outbox.c.created_at)
    return or_(
        and_(outbox.c.state == EffectState.PENDING, waited),
        and_(outbox.c.state == EffectState.HELD, held_until <= now),
    )


def ready_to_ask(now: datetime, lease: timedelta) -> ColumnElement[bool]:
    """`lease` is how long a claim is believed."""
    waited = or_(outbox.c.retry_at.is_(None), outbox.c.retry_at <= now)
    return or_(
        and_(outbox.c.state == EffectState.SENDING, outbox.c.claimed_at <= now - lease),
        and_(outbox.c.state == EffectState.UNKNOWN, waited),
    )
