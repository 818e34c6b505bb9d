"""The decision log, with each draft, its sentences and the sources they stand on."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, func, insert, select, update

from connectors.sql import codec
from connectors.sql.decided import Decided
from connectors.sql.drafts import DraftRows
from connectors.sql.figure_rows import add_figures
from connectors.sql.statements import insert_once
from connectors.sql.tables import decisions, drafts, feedback
from connectors.sql.turns import take_turn
from core.model.decision import Action, Decision
from core.model.draft import Draft, DraftState
from core.model.ids import ConversationId, DraftId, MessageId

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
        if not insert_once(self._connection, decisions, _row_of(decision)):
            return False
        add_figures(self._connection, decision)
        if decision.draft is not None:
            self._drafts.add(decision.draft, decision)
        return True

    def latest(self, conversation_id: ConversationId) -> Decision | None:
        if self._decided is None:
            return self._one(decisions.c.conversation_id == conversation_id)
        serial = self._connection.execute(NEWEST, {"conversation": conversation_id}).scalar_one_or_none()
        return None if serial is None else self._decided.get(serial, lambda: self._numbered(serial))

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

    def open_draft(self, conversation_id: ConversationId) -> tuple[Draft, DraftState] | None:
        statement = (
            select(drafts)
            .join(decisions, decisions.c.id == drafts.c.decision_id)
            .where(drafts.c.conversation_id == conversation_id, drafts.c.state.in_(_OPEN))
            .order_by(decisions.c.serial.desc())
            .limit(1)
        )
        row = self._connection.execute(statement).one_or_none()
        return None if row is None else (self._drafts.read([row])[row.decision_id], DraftState(row.state))

    def add_feedback(
        self, draft_id: DraftId, kind: str, agent_id: str, at: datetime, detail: Mapping[str, Any]
    ) -> None:
        row = {"draft_id": draft_id, "kind": kind, "agent_id": agent_id, "at": at, "detail": dict(detail)}
        self._connection.execute(insert(feedback).values(row))

    def feedback(self, draft_id: DraftId) -> list[tuple[str, Mapping[str, Any]]]:
        return [(row.kind, row.detail) for row in self._connection.execute(FEEDBACK, {"draft": draft_id})]

    def _numbered(self, serial: int) -> Decision | None:
        return next(iter(self._read(self._connection.execute(BY_SERIAL, {"serial": serial}).all())), None)

    def _one(self, where: ColumnElement[bool]) -> Decision | None:
        newest = select(decisions).where(where).order_by(decisions.c.serial.desc()).limit(1)
        return next(iter(self._read(self._connection.execute(newest).all())), None)

    def _read(self, rows: Sequence[Row[Any]]) -> list[Decision]:
        written = self._drafts.of_decisions([row.id for row in rows]) if rows else {}
        return [replace(codec.decode(Decision, row.body), draft=written.get(row.id)) for row in rows]


def _row_of(decision: Decision) -> dict[str, Any]:
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
