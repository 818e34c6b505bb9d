"""How far we have read what others give us page by page, and what was spent under each budget."""

from collections.abc import Mapping, Sequence

from sqlalchemy import bindparam, select, update

from connectors.sql.statements import Repository, insert_once, slices, upsert
from connectors.sql.tables import budgets, cursors

VALUE = select(cursors.c.value).where(cursors.c.name == bindparam("of"))  # built once: the gate asks for each message

MANY = select(cursors).where(cursors.c.name.in_(bindparam("names", expanding=True)))


class SqlCursorTable(Repository):
    """`core.ports.CursorTable`."""

    def get(self, name: str) -> str | None:
        return self._connection.execute(VALUE, {"of": name}).scalar_one_or_none()

    def many(self, names: Sequence[str]) -> Mapping[str, str]:
        rows = [row for some in slices(names) for row in self._connection.execute(MANY, {"names": some})]
        return {row.name: row.value for row in rows}

    def set(self, name: str, value: str) -> None:
        upsert(self._connection, cursors, {"name": name, "value": value}, key=["name"])


# What was spent under each budget, in millionths of the currency.


class SqlSpendTable(Repository):
    """`core.ports.SpendTable`."""

    def take(self, name: str, micro: int, limit: int | None) -> bool:
        insert_once(self._connection, budgets, {"name": name, "spent": 0})
        # One statement looks and takes: two transactions cannot both find room for the last coin.
        statement = update(budgets).where(budgets.c.name == name).values(spent=budgets.c.spent + micro)
        if limit is not None:
            statement = statement.where(budgets.c.spent + micro <= limit)
        return self._connection.execute(statement).rowcount == 1

    def spent(self, name: str) -> int:
        found = self._connection.execute(select(budgets.c.spent).where(budgets.c.name == name)).scalar_one_or_none()
        return int(found or 0)
