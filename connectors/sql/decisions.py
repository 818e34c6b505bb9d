"""The decision log, with each draft, its sentences and the sources they stand on."""

from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Row,
    Select,
    Table,
    bindparam,
    func,
    insert,
    select,
    update,
)

from connectors.measures import DECISION_WAIT, DECISIONS, DRAFTS
from connectors.sql import codec
from connectors.sql.private import add_once, sealed
from connectors.sql.statements import Repository, take_turn
from connectors.sql.tables import (
    decision_figures,
    decisions,
    draft_sentences,
    draft_sources,
    drafts,
    events,
    exposures,
    feedback,
)
from core.model.cost import MICRO
from core.model.decision import Action, Decision
from core.model.draft import Draft, DraftState, Sentence, SentenceKind
from core.model.ids import ConversationId, DraftId, MessageId
from core.model.knowledge import Citation, Passage

# Built once: whoever opens a ticket reads its draft.
IDS: BindParameter[Any] = bindparam("ids", expanding=True)
OF_DECISIONS = select(drafts).where(drafts.c.decision_id.in_(IDS))
SOURCES, SENTENCES = (
    select(table).where(table.c.draft_id.in_(IDS)).order_by(table.c.number)
    for table in (draft_sources, draft_sentences)
)


class DraftRows(Repository):
    """Drafts with their sentences; each cited passage is kept as it was when the draft was written."""

    def add(self, draft: Draft, decision: Decision) -> None:
        self._connection.execute(insert(drafts).values(sealed(self._connection, drafts, _draft_row(draft, decision))))
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
            self._connection.execute(insert(table), [sealed(self._connection, table, row) for row in rows])


def _draft_row(draft: Draft, decision: Decision) -> dict[str, Any]:
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


# The narrow row beside each decision, from which `connectors.sql.figures` makes its sums.

LONGEST = timedelta(days=24)  # that is told: the milliseconds of 25 days are more than the column holds


def add_figures(connection: Connection, decision: Decision) -> None:
    received = select(events.c.received_at).where(events.c.id == decision.event_id)
    row = _figures_row(decision, connection.execute(received).scalar_one_or_none())
    if row["waited"] is not None:
        DECISION_WAIT.observe(row["waited"] / 1000)
    connection.execute(insert(decision_figures).values(row))


def _figures_row(decision: Decision, received_at: datetime | None) -> dict[str, Any]:
    costs, handoff, signals = decision.costs, decision.handoff, decision.signals
    waited = None if received_at is None else min(decision.at - received_at, LONGEST)
    return {
        "decision_id": decision.id,
        "at": decision.at,
        "action": decision.disposition.action.value,
        "rule": decision.disposition.rule,
        "intent": signals.intent.value if signals.intents else "",
        "team": handoff.group if handoff else "",
        "abstained": decision.abstained or "",
        "waited": None if waited is None else round(waited.total_seconds() * 1000),
        "cost": round(sum(cost.amount for cost in costs) * MICRO) if costs else None,
        "currency": costs[0].currency if costs else None,
    }


def add_exposures(connection: Connection, decision: Decision) -> None:
    rows = [
        {"decision_id": decision.id, "experiment": key, "arm": arm.value, "at": decision.at}
        for key, arm in decision.arms.items()
    ]
    if rows:
        connection.execute(insert(exposures), rows)


# Decisions that were read lately, put together already: they never change, and an open ticket asks for the same one
# from several sides at once.

MOST = 256


class Decided:
    """By serial, which no other decision ever has. Threads may share it.

    Only for what was committed: a transaction may still take back what it reads of its own."""

    def __init__(self, most: int = MOST) -> None:
        self._most, self._lock = most, Lock()
        self._known: OrderedDict[int, Decision] = OrderedDict()

    def get(self, serial: int, read: Callable[[], Decision | None]) -> Decision | None:
        with self._lock:
            known = self._known.get(serial)
            if known is not None:
                self._known.move_to_end(serial)
                return known
        found = read()
        if found is not None:
            with self._lock:
                self._known[serial] = found
                while len(self._known) > self._most:
                    self._known.popitem(last=False)
        return found


NEWEST = select(func.max(decisions.c.serial)).where(decisions.c.conversation_id == bindparam("conversation"))
BY_SERIAL = select(decisions).where(decisions.c.serial == bindparam("serial"))
SAID = (
    select(decisions.c.message_id, decisions.c.body)
    .where(decisions.c.conversation_id == bindparam("conversation"))
    .order_by(decisions.c.serial)
)
ACTIONS = select(decisions.c.message_id, decisions.c.action).where(
    decisions.c.message_id.in_(bindparam("ids", expanding=True))
)
TRACE = select(decisions.c.trace).where(decisions.c.id == bindparam("id_"))
OF_MESSAGE = select(decisions).where(decisions.c.message_id == bindparam("message")).order_by(decisions.c.serial.desc())
STATE = select(drafts.c.state).where(drafts.c.id == bindparam("draft"))
FEEDBACK = (
    select(feedback.c.kind, feedback.c.detail).where(feedback.c.draft_id == bindparam("draft")).order_by(feedback.c.at)
)
_OPEN = (DraftState.OFFERED, DraftState.INSERTED)


class SqlDecisionTable:
    """`core.ports.DecisionTable`."""

    def __init__(self, connection: Connection, decided: Decided | None = None) -> None:
        self._connection, self._decided = connection, decided
        self._drafts = DraftRows(connection)

    def add(self, decision: Decision) -> bool:
        # A reader follows the serials, so a lower one must never appear after a higher one was read.
        take_turn(self._connection)
        if not add_once(self._connection, decisions, _decision_row(decision)):
            return False
        add_figures(self._connection, decision)
        made = decision.disposition
        abstained = "yes" if decision.abstained else "no"
        DECISIONS.labels(made.owner.kind.value, made.action.value, made.rule, abstained).inc()
        add_exposures(self._connection, decision)
        if decision.draft is not None:
            DRAFTS.labels(DraftState.OFFERED.value).inc()
            self._drafts.add(decision.draft, decision)
        return True

    def latest(self, conversation_id: ConversationId) -> Decision | None:
        if self._decided is None:
            return self._one(decisions.c.conversation_id == conversation_id)
        serial = self._connection.execute(NEWEST, {"conversation": conversation_id}).scalar_one_or_none()
        return None if serial is None else self._decided.get(serial, lambda: self._by_serial(serial))

    def trace(self, decision_id: str) -> str:
        return str(self._connection.execute(TRACE, {"id_": decision_id}).scalar_one_or_none() or "")

    def of_message(self, message_id: MessageId) -> Decision | None:
        found = self._connection.execute(OF_MESSAGE, {"message": message_id}).all()[:1]
        return next(iter(self._read(found)), None)

    def actions(self, message_ids: Sequence[MessageId]) -> Mapping[MessageId, Action]:
        if not message_ids:
            return {}
        rows = self._connection.execute(ACTIONS, {"ids": list(message_ids)})
        return {MessageId(row.message_id): Action(row.action) for row in rows}

    def newest(self) -> int:
        found = self._connection.execute(select(func.max(decisions.c.serial))).scalar_one_or_none()
        return int(found or 0)

    def since(self, serial: int, limit: int = 100) -> list[tuple[int, Decision]]:
        statement = select(decisions).where(decisions.c.serial > serial).order_by(decisions.c.serial)
        rows = self._connection.execute(statement.limit(limit)).all()
        return [(row.serial, decision) for row, decision in zip(rows, self._read(rows), strict=True)]

    def of_conversation(self, conversation_id: ConversationId) -> list[Decision]:
        mine = select(decisions).where(decisions.c.conversation_id == conversation_id).order_by(decisions.c.serial)
        return self._read(self._connection.execute(mine).all())

    def moods(self, conversation_id: ConversationId) -> Mapping[MessageId, float]:
        rows = self._connection.execute(SAID, {"conversation": conversation_id})
        found = ((row.message_id, codec.within(Decision, row.body, "signals", "mood")) for row in rows)
        return {MessageId(message): float(mood or 0) for message, mood in found}

    def last_decided(self, conversations: int) -> list[ConversationId]:
        newest = func.max(decisions.c.serial).desc()
        statement = select(decisions.c.conversation_id).group_by(decisions.c.conversation_id).order_by(newest)
        return [ConversationId(found) for found in self._connection.execute(statement.limit(conversations)).scalars()]

    def draft_state(self, draft_id: DraftId) -> DraftState | None:
        found = self._connection.execute(STATE, {"draft": draft_id}).scalar_one_or_none()
        return None if found is None else DraftState(found)

    def set_draft_state(self, draft_id: DraftId, state: DraftState) -> None:
        statement = update(drafts).where(drafts.c.id == draft_id)
        self._connection.execute(statement.values(state=state.value))
        DRAFTS.labels(state.value).inc()

    def open_drafts(self, conversation_id: ConversationId) -> list[tuple[Draft, DraftState]]:
        statement = (
            select(drafts)
            .join(decisions, decisions.c.id == drafts.c.decision_id)
            .where(drafts.c.conversation_id == conversation_id, drafts.c.state.in_(_OPEN))
            .order_by(decisions.c.serial.desc())
        )
        rows = self._connection.execute(statement).all()
        read = self._drafts.read(rows)
        return [(read[row.decision_id], DraftState(row.state)) for row in rows]

    def add_feedback(
        self, draft_id: DraftId, kind: str, agent_id: str, at: datetime, detail: Mapping[str, Any]
    ) -> None:
        row = {"draft_id": draft_id, "kind": kind, "agent_id": agent_id, "at": at, "detail": dict(detail)}
        self._connection.execute(insert(feedback).values(sealed(self._connection, feedback, row)))

    def feedback(self, draft_id: DraftId) -> list[tuple[str, Mapping[str, Any]]]:
        return [(row.kind, row.detail) for row in self._connection.execute(FEEDBACK, {"draft": draft_id})]

    def _by_serial(self, serial: int) -> Decision | None:
        return next(iter(self._read(self._connection.execute(BY_SERIAL, {"serial": serial}).all())), None)

    def _one(self, where: ColumnElement[bool]) -> Decision | None:
        newest = select(decisions).where(where).order_by(decisions.c.serial.desc()).limit(1)
        return next(iter(self._read(self._connection.execute(newest).all())), None)

    def _read(self, rows: Sequence[Row[Any]]) -> list[Decision]:
        written = self._drafts.of_decisions([row.id for row in rows]) if rows else {}
        return [replace(codec.decode(Decision, row.body), draft=written.get(row.id)) for row in rows]


def _decision_row(decision: Decision) -> dict[str, Any]:
    return {
        "id": decision.id,
        "event_id": decision.event_id,
        "conversation_id": decision.conversation_id,
        "message_id": decision.message_id,
        "action": decision.disposition.action.value,
        "rule": decision.disposition.rule,
        "policy_version": decision.policy_version,
        "at": decision.at,
        "body": codec.encode(replace(decision, draft=None)),
    }
