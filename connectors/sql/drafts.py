"""A draft taken apart into rows, and put together again."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import BindParameter, Connection, Row, Select, Table, bindparam, insert, select

from connectors.sql import codec
from connectors.sql.tables import draft_sentences, draft_sources, drafts
from core.model.decision import Decision
from core.model.draft import Draft, DraftState, Sentence, SentenceKind
from core.model.knowledge import Citation, Passage

# Built once: whoever opens a ticket reads its draft.
IDS: BindParameter[Any] = bindparam("ids", expanding=True)
OF_DECISIONS = select(drafts).where(drafts.c.decision_id.in_(IDS))
SOURCES, SENTENCES = (
    select(table).where(table.c.draft_id.in_(IDS)).order_by(table.c.number)
    for table in (draft_sources, draft_sentences)
)


class DraftRows:
    """Drafts with their sentences; each cited passage is kept as it was when the draft was written."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, draft: Draft, decision: Decision) -> None:
        self._connection.execute(insert(drafts).values(_row_of(draft, decision)))
        sources = list(dict.fromkeys(citation.passage for citation in draft.cited))
        self._add_all(draft_sources, [_source_row(draft, *numbered) for numbered in enumerate(sources)])
        self._add_all(
            draft_sentences,
            [_sentence_row(draft, number, sentence, sources) for number, sentence in enumerate(draft.sentences)],
        )

    def of_decisions(self, decision_ids: Sequence[str]) -> dict[str, Draft]:
        """By the id of their decision."""
        return self.read(self._connection.execute(OF_DECISIONS, {"ids": list(decision_ids)}).all())

    def read(self, rows: Sequence[Row[Any]]) -> dict[str, Draft]:
        """The drafts of these rows of `drafts`, by the id of their decision."""
        ids = [row.id for row in rows]
        sources = {(row.draft_id, row.number): codec.decode(Passage, row.passage) for row in self._of(SOURCES, ids)}
        sentences: defaultdict[str, list[Sentence]] = defaultdict(list)
        for row in self._of(SENTENCES, ids):
            sentences[row.draft_id].append(_sentence(row, sources))
        return {
            row.decision_id: replace(codec.decode(Draft, row.body), sentences=tuple(sentences[row.id])) for row in rows
        }

    def _of(self, statement: Select[Any], ids: Sequence[str]) -> Iterable[Row[Any]]:
        return self._connection.execute(statement, {"ids": list(ids)}).all() if ids else []

    def _add_all(self, table: Table, rows: Sequence[dict[str, Any]]) -> None:
        if rows:
            self._connection.execute(insert(table), rows)


def _row_of(draft: Draft, decision: Decision) -> dict[str, Any]:
    return {
        "id": draft.id,
        "decision_id": decision.id,
        "conversation_id": decision.conversation_id,
        "state": DraftState.OFFERED.value,
        "language": draft.language,
        "confidence": draft.confidence,
        "composer": draft.composer,
        "body": codec.encode(replace(draft, sentences=())),
    }


def _source_row(draft: Draft, number: int, passage: Passage) -> dict[str, Any]:
    return {
        "draft_id": draft.id,
        "number": number,
        "passage_id": passage.id,
        "article_id": passage.article_id,
        "passage": codec.encode(passage),
    }


def _sentence_row(draft: Draft, number: int, sentence: Sentence, sources: Sequence[Passage]) -> dict[str, Any]:
    citation = sentence.citation
    return {
        "draft_id": draft.id,
        "number": number,
        "kind": sentence.kind.value,
        "paragraph": sentence.paragraph,
        "text": sentence.text,
        "source": None if citation is None else sources.index(citation.passage),
        "quote_start": None if citation is None else citation.start,
        "quote_end": None if citation is None else citation.end,
        "record": sentence.record,
    }


def _sentence(row: Row[Any], sources: dict[tuple[str, int], Passage]) -> Sentence:
    citation = None
    if row.source is not None:
        passage = sources[row.draft_id, row.source]
        citation = Citation(passage=passage, start=row.quote_start, end=row.quote_end)
    kind = SentenceKind(row.kind)
    return Sentence(text=row.text, kind=kind, paragraph=row.paragraph, citation=citation, record=row.record)
