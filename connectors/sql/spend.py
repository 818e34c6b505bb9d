"""What was spent under each budget, in millionths of the currency."""

from sqlalchemy import Connection, select, update

from connectors.sql.statements import insert_once
from connectors.sql.tables import budgets


class SqlSpendTable:
    """`core.ports.SpendTable`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

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
