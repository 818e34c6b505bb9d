"""Who was merged with whom, and everything that moved."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CTE,
    BindParameter,
    ColumnElement,
    Connection,
    Row,
    Select,
    Table,
    and_,
    delete,
    or_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from connectors.sql import codec
from connectors.sql.conversations import conversation_of
from connectors.sql.private import sealed
from connectors.sql.statements import Repository, among, insert_once, slices
from connectors.sql.tables import (
    action_runs,
    asked_sources,
    consents,
    conversations,
    customers,
    different_people,
    identities,
    merges,
    messages,
    profile_facts,
)
from core.errors import ConflictError
from core.model.conversation import Conversation, Role
from core.model.ids import ConversationId, CustomerId
from core.model.profile import Merge, Moved


class SqlMergeTable(Repository):
    """`core.ports.MergeTable`."""

    def move(self, source: CustomerId, target: CustomerId) -> Moved:
        known = self._connection.execute(select(identities).where(identities.c.customer_id == source)).all()
        moved = Moved(
            identities=tuple((row.kind, row.value) for row in known),
            consents=tuple(self._ids(consents, "id", source)),
            conversations=tuple(self._ids(conversations, "id", source)),
            facts=tuple(self._ids(profile_facts, "serial", source)),
        )
        self._carry(moved, source, target, 1)
        self._ask_again(source, target)
        return moved

    def _ask_again(self, *people: CustomerId) -> None:
        """What other systems answered was looked up by addresses that were the other's."""
        self._connection.execute(delete(asked_sources).where(asked_sources.c.customer_id.in_(people)))

    def _ids(self, table: Table, column: str, customer_id: CustomerId) -> list[Any]:
        mine = select(table.c[column]).where(table.c.customer_id == customer_id).order_by(table.c[column])
        return list(self._connection.execute(mine).scalars())

    def _carry(self, moved: Moved, source: CustomerId, target: CustomerId, merged: int) -> None:
        """What is still with `source` goes to `target`."""
        for kind, value in moved.identities:
            mine = (identities.c.kind == kind, identities.c.value == value, identities.c.customer_id == source)
            change = update(identities).where(*mine)
            self._connection.execute(change.values(customer_id=target, merged=identities.c.merged + merged))
        for table, column, ids in ((consents, "id", moved.consents), (profile_facts, "serial", moved.facts)):
            for some in slices(ids):
                rows = update(table).where(table.c[column].in_(some), table.c.customer_id == source)
                self._connection.execute(rows.values(customer_id=target))
        for some in slices(moved.conversations):
            self._hand(list(some), source, target)

    def _hand(self, ids: Sequence[str], source: CustomerId, target: CustomerId) -> None:
        # Whoever is at work on it with the old owner is refused, and reads it again.
        change = update(conversations).where(conversations.c.id.in_(ids), conversations.c.customer_id == source)
        self._connection.execute(change.values(customer_id=target, version=conversations.c.version + 1))
        # What was done counts against the limits of whoever it was done for.
        runs = update(action_runs).where(action_runs.c.conversation_id.in_(ids), action_runs.c.customer_id == source)
        self._connection.execute(runs.values(customer_id=target))

    def add(self, merge: Merge) -> None:
        row = {"id": merge.id, "kept_id": merge.kept, "merged_id": merge.merged, "at": merge.at}
        words = {"by": merge.by, "why": merge.why, "moved": asdict(merge.moved)}
        try:
            self._connection.execute(merges.insert().values(sealed(self._connection, merges, {**row, **words})))
        except IntegrityError as error:
            raise ConflictError(f"profile {merge.merged} went into another one meanwhile") from error

    def get(self, merge_id: str) -> Merge | None:
        row = self._connection.execute(select(merges).where(merges.c.id == merge_id)).one_or_none()
        return None if row is None else _merge(row)

    def of_customer(self, customer_id: CustomerId) -> list[Merge]:
        theirs = or_(merges.c.kept_id == customer_id, merges.c.merged_id == customer_id)
        rows = self._connection.execute(select(merges).where(theirs).order_by(merges.c.serial.desc()))
        return [_merge(row) for row in rows]

    def into(self, customer_id: CustomerId) -> Merge | None:
        away = select(merges).where(merges.c.merged_id == customer_id, merges.c.undone_at.is_(None))
        row = self._connection.execute(away).one_or_none()
        return None if row is None else _merge(row)

    def move_back(self, merge: Merge, by: str, now: datetime) -> None:
        self._carry(merge.moved, merge.kept, merge.merged, -1)
        self._ask_again(merge.kept, merge.merged)
        mark = update(merges).where(merges.c.id == merge.id)
        self._connection.execute(mark.values(undone_at=now, undone_by=by))

    def later(self, merge: Merge, addresses: Sequence[str], name: str) -> list[Conversation]:
        theirs = messages.c.conversation_id == conversations.c.id
        before = select(messages.c.serial).where(theirs, messages.c.at <= merge.at).exists()
        named = and_(messages.c.address == "", messages.c.author == name) if name else messages.c.serial.is_(None)
        wrote = select(messages.c.serial).where(
            theirs,
            messages.c.role == Role.CUSTOMER.value,
            or_(messages.c.address.in_(addresses), named),
        )
        statement = select(conversations).where(
            conversations.c.customer_id == merge.kept, ~before, wrote.exists(), conversations.c.updated_at > merge.at
        )
        rows = self._connection.execute(statement.order_by(conversations.c.id))
        return [conversation_of(row) for row in rows if row.id not in merge.moved.conversations]

    def give(self, conversation_id: ConversationId, customer_id: CustomerId) -> None:
        change = update(conversations).where(conversations.c.id == conversation_id)
        self._connection.execute(change.values(customer_id=customer_id, version=conversations.c.version + 1))
        runs = update(action_runs).where(action_runs.c.conversation_id == conversation_id)
        self._connection.execute(runs.values(customer_id=customer_id))

    def take_away_consents(self, customer_id: CustomerId, source: str) -> None:
        mine = (consents.c.customer_id == customer_id, consents.c.source == source)
        self._connection.execute(delete(consents).where(*mine))

    def different(self, one: CustomerId, other: CustomerId, by: str, at: datetime) -> None:
        first, second = sorted((one, other))
        insert_once(self._connection, different_people, {"first_id": first, "second_id": second, "by": by, "at": at})

    def are_different(self, one: CustomerId, other: CustomerId) -> bool:
        return self._connection.execute(select(different_people).where(*_pair(one, other))).first() is not None

    def alike_again(self, one: CustomerId, other: CustomerId) -> None:
        self._connection.execute(delete(different_people).where(*_pair(one, other)))


def _pair(one: CustomerId, other: CustomerId) -> tuple[ColumnElement[bool], ...]:
    first, second = sorted((one, other))
    return different_people.c.first_id == first, different_people.c.second_id == second


def _merge(row: Row[Any]) -> Merge:
    return codec.of_row(Merge, row, kept=CustomerId(row.kept_id), merged=CustomerId(row.merged_id))


# Which profiles are one person's: the one that was kept and all that went into it, at whatever remove.


def profiles(ids: Sequence[str] | BindParameter[Any]) -> CTE:
    """Rows of `person` (one of these) and `profile` (it, or one that went into it). A parameter's type is `Texts`."""
    themselves = select(customers.c.id.label("person"), customers.c.id.label("profile"))
    these = among(customers.c.id, ids) if isinstance(ids, BindParameter) else customers.c.id.in_(ids)
    found = themselves.where(these).cte("profiles", recursive=True)
    into = select(found.c.person, merges.c.merged_id).join(merges, merges.c.kept_id == found.c.profile)
    return found.union(into.where(merges.c.undone_at.is_(None)))


def same_person(customer_id: str) -> Select[Any]:
    """The ids of all profiles of this person."""
    return select(profiles([customer_id]).c.profile)


def find_kept(connection: Connection, ids: Iterable[str]) -> dict[str, str]:
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
