"""Questions that no article answers, one row a message."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from connectors.sql.columns import dump
from connectors.sql.statements import insert_once
from connectors.sql.tables import gaps
from core.model.ids import ArticleId, ConversationId, MessageId, PassageId
from core.model.knowledge import Gap, Near


class SqlGapTable:
    """`core.ports.GapTable`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, gap: Gap) -> bool:
        return insert_once(self._connection, gaps, _row_of(gap))

    def since(self, moment: datetime | None = None) -> list[Gap]:
        statement = select(gaps).order_by(gaps.c.at.desc(), gaps.c.serial.desc())
        if moment is not None:
            statement = statement.where(gaps.c.at >= moment)
        return [_gap(row) for row in self._connection.execute(statement)]


def _row_of(gap: Gap) -> dict[str, Any]:
    return {
        "message_id": gap.message_id,
        "conversation_id": gap.conversation_id,
        "question": gap.question,
        "language": gap.language,
        "intent": gap.intent,
        "at": gap.at,
        "nearest": dump([[n.passage_id, n.article_id, n.title, n.score] for n in gap.nearest]),
    }


def _gap(row: Row[Any]) -> Gap:
    return Gap(
        message_id=MessageId(row.message_id),
        conversation_id=ConversationId(row.conversation_id),
        question=row.question,
        language=row.language,
        intent=row.intent,
        at=row.at,
        nearest=tuple(
            Near(passage_id=PassageId(passage), article_id=ArticleId(article), title=title, score=score)
            for passage, article, title, score in json.loads(row.nearest)
        ),
    )
