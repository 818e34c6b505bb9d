"""Which profiles are one person's: the one that was kept and all that went into it, at whatever remove."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import CTE, BindParameter, Connection, Select, select

from connectors.sql.tables import customers, merges


def profiles(ids: Sequence[str] | BindParameter[Any]) -> CTE:
    """Rows of `person` (one of these) and `profile` (it, or one that went into it)."""
    themselves = select(customers.c.id.label("person"), customers.c.id.label("profile"))
    found = themselves.where(customers.c.id.in_(ids)).cte("profiles", recursive=True)
    into = select(found.c.person, merges.c.merged_id).join(merges, merges.c.kept_id == found.c.profile)
    return found.union(into.where(merges.c.undone_at.is_(None)))


def same_person(customer_id: str) -> Select[Any]:
    """The ids of all profiles of this person."""
    return select(profiles([customer_id]).c.profile)


def kept(connection: Connection, ids: Iterable[str]) -> dict[str, str]:
    """Of those of these profiles that went into others, which one is kept now."""
    now: dict[str, str] = {}
    asked = {each: each for each in ids}  # by where each has got to
    while asked:
        into = select(merges.c.merged_id, merges.c.kept_id)
        found = into.where(merges.c.merged_id.in_(list(set(asked.values()))), merges.c.undone_at.is_(None))
        steps = {row.merged_id: row.kept_id for row in connection.execute(found)}
        asked = {each: steps[at] for each, at in asked.items() if at in steps}
        now.update(asked)
    return now
