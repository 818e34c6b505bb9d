"""When a hint to the workers may be repeated."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Table, and_, or_

LONGEST_WAIT = timedelta(minutes=10)
_DOUBLINGS = 8


def quiet(table: Table, now: datetime, first_wait: timedelta) -> ColumnElement[bool]:
    """No publish of the row is so recent that it may still be in the queue. The wait doubles with each publish,
    so that a long queue is not made longer by its own sweeper."""
    waits = [min(first_wait * 2**count, LONGEST_WAIT) for count in range(_DOUBLINGS)]
    published_at, publishes = table.c.published_at, table.c.publishes
    return or_(
        published_at.is_(None),
        *(and_(publishes == count, published_at <= now - wait) for count, wait in enumerate(waits)),
        and_(publishes >= _DOUBLINGS, published_at <= now - LONGEST_WAIT),
    )
