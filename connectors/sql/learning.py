"""What people did with answers, and what was learned from it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, insert, select

from connectors.sql import codec
from connectors.sql.statements import Repository
from connectors.sql.tables import calibrations, drafts, feedback, judged_drafts, learning_resets, source_votes
from core.model.ids import ConversationId
from core.model.learning import Calibration, Reaction, Reset, Sample, Vote


class SqlLearningTable(Repository):
    """`core.ports.LearningTable`."""

    def reactions(self, conversation_id: ConversationId) -> list[Reaction]:
        said = select(feedback, feedback.c.agent_id.label("agent")).join(drafts, drafts.c.id == feedback.c.draft_id)
        mine = said.where(drafts.c.conversation_id == conversation_id).order_by(feedback.c.serial)
        rows = self._connection.execute(mine)
        return [codec.of_row(Reaction, row, detail=row.detail or {}) for row in rows]

    def keep(self, conversation_id: ConversationId, votes: Sequence[Vote], samples: Sequence[Sample]) -> None:
        for table in (source_votes, judged_drafts):
            self._connection.execute(delete(table).where(table.c.conversation_id == conversation_id))
        if votes:
            self._connection.execute(insert(source_votes), [codec.to_row(each) for each in votes])
        if samples:
            # Of a conversation that was joined to another the drafts may be counted there already.
            moved = judged_drafts.c.draft_id.in_([each.draft_id for each in samples])
            self._connection.execute(delete(judged_drafts).where(moved))
            self._connection.execute(insert(judged_drafts), [codec.to_row(each) for each in samples])

    def votes(self, since: datetime, intent: str | None = None) -> list[Vote]:
        some = select(source_votes).where(source_votes.c.at > since)
        if intent is not None:
            some = some.where(source_votes.c.intent == intent)
        rows = self._connection.execute(some.order_by(source_votes.c.at))
        return [codec.of_row(Vote, row) for row in rows]

    def voted(self) -> bool:
        return self._connection.execute(select(source_votes.c.worth).limit(1)).first() is not None

    def resets(self) -> list[Reset]:
        rows = self._connection.execute(select(learning_resets).order_by(learning_resets.c.serial))
        return [codec.of_row(Reset, row) for row in rows]

    def reset(self, reset: Reset) -> None:
        self._connection.execute(insert(learning_resets).values(codec.to_row(reset)))

    def samples(self, since: datetime) -> list[Sample]:
        newer = select(judged_drafts).where(judged_drafts.c.at > since)
        rows = self._connection.execute(newer.order_by(judged_drafts.c.at, judged_drafts.c.draft_id))
        return [codec.of_row(Sample, row) for row in rows]

    def calibrations(self, limit: int = 1) -> list[Calibration]:
        newest = select(calibrations).order_by(calibrations.c.serial.desc()).limit(limit)
        return [codec.of_row(Calibration, row) for row in self._connection.execute(newest)]

    def add_calibration(self, calibration: Calibration) -> None:
        self._connection.execute(insert(calibrations).values(codec.to_row(calibration, "serial")))
