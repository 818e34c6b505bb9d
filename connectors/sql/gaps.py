"""Questions that no article answers, one row a message."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from connectors.sql import codec
from connectors.sql.columns import dump
from connectors.sql.statements import Repository, insert_once
from connectors.sql.tables import gaps
from core.model.ids import ArticleId, PassageId
from core.model.knowledge import Gap, Near


class SqlGapTable(Repository):
    """`core.ports.GapTable`."""

    def add(self, gap: Gap) -> bool:
        return insert_once(self._connection, gaps, _row_of(gap))

    def since(self, moment: datetime | None = None) -> list[Gap]:
        statement = select(gaps).order_by(gaps.c.at.desc(), gaps.c.serial.desc())
        if moment is not None:
            statement = statement.where(gaps.c.at >= moment)
        return [_gap(row) for row in self._connection.execute(statement)]


def _row_of(gap: Gap) -> dict[str, Any]:
    near = [[n.passage_id, n.article_id, n.title, n.score] for n in gap.nearest]
    return {**codec.to_row(gap, "nearest"), "nearest": dump(near)}


def _gap(row: Row[Any]) -> Gap:
    near = (
        Near(passage_id=PassageId(passage), article_id=ArticleId(article), title=title, score=score)
        for passage, article, title, score in json.loads(row.nearest)
    )
    return codec.of_row(Gap, row, nearest=tuple(near))
