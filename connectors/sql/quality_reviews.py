"""What people say of quality scores."""

from datetime import datetime

from sqlalchemy import select

from connectors.sql import codec
from connectors.sql.private import put
from connectors.sql.statements import Repository
from connectors.sql.tables import quality_reviews
from core.model.ids import ConversationId
from core.model.quality import Review


class SqlReviewTable(Repository):
    """`core.ports.ReviewTable`."""

    def add(self, review: Review) -> None:
        put(self._connection, quality_reviews, codec.to_row(review), key=("conversation_id", "part", "reviewer"))

    def of_conversation(self, conversation_id: ConversationId) -> list[Review]:
        mine = select(quality_reviews).where(quality_reviews.c.conversation_id == conversation_id)
        return [codec.of_row(Review, row) for row in self._connection.execute(mine.order_by(quality_reviews.c.at))]

    def since(self, moment: datetime) -> list[Review]:
        newer = select(quality_reviews).where(quality_reviews.c.at >= moment).order_by(quality_reviews.c.at)
        return [codec.of_row(Review, row) for row in self._connection.execute(newer)]
