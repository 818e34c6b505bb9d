"""The ids of the people whom a campaign is about, the next ones after an id. Each scan walks an index in its order, so
that a page costs as much at the end of a million as at the beginning."""

from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, Text, bindparam, func, or_, select, union

from connectors.sql.tables import campaign_recipients, customer_attributes, customers, merges, outbox
from core.model.campaign import Arm, RecipientState
from core.model.outbound import EffectState

_AFTER, _LIMIT = bindparam("after", type_=Text), bindparam("limit", type_=Integer)
# Whether it arrived or not: what left, the person may have heard.
_LEFT = (EffectState.SENT, EffectState.SENDING, EffectState.UNKNOWN)


@cache
def by_attribute() -> Select[Any]:
    return _page(_with_attribute())


@cache
def by_profile_field(name: str) -> Select[Any]:
    """A field of the profile, or an attribute of this name."""
    # Not by an index on the field: its rows would have to be sorted anew for each page.
    same = func.coalesce(customers.c[name], "") == bindparam("value")
    fields = _first(select(customers.c.id.label("id")).where(same, customers.c.id > _AFTER, _present(customers.c.id)))
    both = union(select(fields), select(_first(_with_attribute()))).subquery()
    return _page(select(both.c.id))


@cache
def of_told(campaigns: int) -> Select[Any]:
    """To whom a message of any of so many campaigns left: their ids of then."""
    each = [select(_first(_told(number))) for number in range(campaigns)]
    found = union(*each).subquery()
    return _page(select(found.c.id))


def _with_attribute() -> Select[Any]:
    return select(customer_attributes.c.customer_id.label("id")).where(
        customer_attributes.c.name == bindparam("name"),
        customer_attributes.c.value == bindparam("value", type_=customer_attributes.c.value.type),
        customer_attributes.c.customer_id > _AFTER,
        _present(customer_attributes.c.customer_id),
    )


def _told(number: int) -> Select[Any]:
    lines, again = campaign_recipients.c, outbox.alias("again")
    return (
        select(lines.customer_id.label("id"))
        .join(outbox, outbox.c.id == lines.effect_id)
        # `core.model.outbound.as_first`: what failed and was sent once more has a key made of the first one's.
        .outerjoin(again, again.c.key == outbox.c.key + ":again")
        .where(
            lines.campaign_id == bindparam(f"campaign_{number}"),
            lines.customer_id > _AFTER,
            lines.arm == Arm.TREATED,
            lines.state == RecipientState.QUEUED,
            or_(outbox.c.state.in_(_LEFT), again.c.state.in_(_LEFT)),
        )
    )


def _present(customer_id: ColumnElement[str]) -> ColumnElement[bool]:
    """Whose profile did not go into another one."""
    gone = select(merges.c.serial).where(merges.c.merged_id == customer_id, merges.c.undone_at.is_(None))
    return ~gone.exists()


def _first(ids: Select[Any]) -> Any:
    return _page(ids).subquery()


def _page(ids: Select[Any]) -> Select[Any]:
    return ids.order_by(ids.selected_columns[0]).limit(_LIMIT)
