"""What people did with answers, and what was learned from it."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, delete, func, insert, select

from connectors.sql import codec
from connectors.sql.statements import Repository, slices
from connectors.sql.tables import (
    calibrations,
    conversations,
    draft_sentences,
    draft_sources,
    drafts,
    feedback,
    judged_drafts,
    learning_resets,
    source_votes,
)
from core.model.draft import DraftState
from core.model.ids import ArticleId, ConversationId, CustomerId, DraftId
from core.model.knowledge import Citation, Passage
from core.model.learning import Calibration, Quoted, QuotingDraft, Reaction, Reset, Sample, Vote

_TELLING = (DraftState.USED, DraftState.EDITED, DraftState.IGNORED, "thumb_up", "thumb_down", "escalated")


class SqlLearningTable(Repository):
    """`core.ports.LearningTable`."""

    def reactions(self, conversation_id: ConversationId) -> list[Reaction]:
        said = select(feedback, feedback.c.agent_id.label("agent")).join(drafts, drafts.c.id == feedback.c.draft_id)
        mine = said.where(drafts.c.conversation_id == conversation_id).order_by(feedback.c.serial)
        rows = self._connection.execute(mine)
        return [codec.of_row(Reaction, row, detail=row.detail or {}) for row in rows]

    def quoting(self, since: datetime, limit: int) -> list[QuotingDraft]:
        newest = func.max(feedback.c.at).label("newest")
        told = (
            select(
                drafts.c.id, drafts.c.conversation_id, conversations.c.customer_id, conversations.c.ticket_id, newest
            )
            .select_from(feedback)
            .join(drafts, drafts.c.id == feedback.c.draft_id)
            .join(conversations, conversations.c.id == drafts.c.conversation_id)
            .where(feedback.c.kind.in_(_TELLING), feedback.c.at >= since)
            .where(select(draft_sources.c.number).where(draft_sources.c.draft_id == drafts.c.id).exists())
            .group_by(drafts.c.id, drafts.c.conversation_id, conversations.c.customer_id, conversations.c.ticket_id)
            .order_by(newest.desc(), drafts.c.id)
            .limit(limit)
        )
        rows = self._connection.execute(told).all()
        return [each for some in slices(rows) for each in self._with_quotes(some, since)]

    def _with_quotes(self, rows: Sequence[Any], since: datetime) -> Iterator[QuotingDraft]:
        ids = [row.id for row in rows]
        reactions: defaultdict[str, list[Reaction]] = defaultdict(list)
        said = select(feedback, feedback.c.agent_id.label("agent")).where(
            feedback.c.draft_id.in_(ids), feedback.c.kind.in_(_TELLING), feedback.c.at >= since
        )
        for row in self._connection.execute(said.order_by(feedback.c.serial)):
            reactions[row.draft_id].append(codec.of_row(Reaction, row, detail=row.detail or {}))
        source = and_(
            draft_sources.c.draft_id == draft_sentences.c.draft_id, draft_sources.c.number == draft_sentences.c.source
        )
        quoted: defaultdict[str, list[Quoted]] = defaultdict(list)
        sentences = (
            select(draft_sentences, draft_sources.c.article_id, draft_sources.c.passage)
            .join(draft_sources, source)
            .where(draft_sentences.c.draft_id.in_(ids))
        )
        for row in self._connection.execute(sentences.order_by(draft_sentences.c.number)):
            quoted[row.draft_id].append(_quoted(row))
        for row in rows:
            yield QuotingDraft(
                draft_id=DraftId(row.id),
                conversation_id=ConversationId(row.conversation_id),
                customer_id=CustomerId(row.customer_id),
                ticket_id=row.ticket_id or "",
                quoted=quoted[row.id],
                reactions=reactions[row.id],
            )

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


def _quoted(row: Row[Any]) -> Quoted:
    citation = Citation(passage=codec.decode(Passage, row.passage), start=row.quote_start, end=row.quote_end)
    return Quoted(number=row.number, article_id=ArticleId(row.article_id), text=row.text, quote=citation.quote)
