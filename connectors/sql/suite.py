"""Matters that were kept beside a ticket: cases of the regression suite, exercises of the training."""

from sqlalchemy import delete, select

from connectors.sql import codec
from connectors.sql.statements import Repository, upsert
from connectors.sql.tables import suite_cases
from core.model.suite import KeptCase


class SqlSuiteTable(Repository):
    """`core.ports.SuiteTable`."""

    def save(self, case: KeptCase) -> None:
        # Under the installation's own key: it is masked, and outlives the conversation that it was made of.
        upsert(self._connection, suite_cases, codec.to_row(case), key=("name",))

    def get(self, name: str) -> KeptCase | None:
        row = self._connection.execute(select(suite_cases).where(suite_cases.c.name == name)).one_or_none()
        return None if row is None else codec.of_row(KeptCase, row)

    def all(self) -> list[KeptCase]:
        return [each for each in self._rows() if each.case]

    def exercises(self) -> list[KeptCase]:
        return [each for each in self._rows() if each.training]

    def _rows(self) -> list[KeptCase]:
        rows = self._connection.execute(select(suite_cases).order_by(suite_cases.c.name))
        return [codec.of_row(KeptCase, row) for row in rows]

    def remove(self, name: str) -> bool:
        return self._connection.execute(delete(suite_cases).where(suite_cases.c.name == name)).rowcount > 0
