"""The actions in the company's systems that were agreed to, as a table of a transaction."""

import zlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, Row, func, select, text, update

from connectors.measures import ACTIONS_ENDED, APPROVAL_WAIT
from connectors.sql import codec
from connectors.sql.private import add_once, sealed
from connectors.sql.statements import Repository
from connectors.sql.tables import action_runs
from core.model.action import COUNTED, ActionRun, RunState
from core.model.ids import ApprovalId, ConversationId, CustomerId

_LOCK = 7_305_102  # the space of advisory locks in which whoever counts a customer's actions waits for another


class SqlActionTable(Repository):
    """`core.ports.ActionTable`."""

    def add(self, run: ActionRun) -> bool:
        row = {
            "id": run.id,
            "action": run.call.action,
            "customer_id": run.customer_id,
            "conversation_id": run.conversation_id,
            "state": run.state.value,
            "amount": run.call.amount,
            "run": codec.encode(run),
            "created_at": run.created_at,
            "expires_at": run.expires_at,
        }
        return add_once(self._connection, action_runs, row)

    def get(self, run_id: ApprovalId) -> ActionRun | None:
        return next(iter(self._found(action_runs.c.id == run_id)), None)

    def take(self, run_id: ApprovalId) -> ActionRun | None:
        # SQLite, which has one writer at a time, leaves the lock out.
        found = select(action_runs).where(action_runs.c.id == run_id).with_for_update()
        return next((_run(row) for row in self._connection.execute(found)), None)

    def save(self, run: ActionRun) -> None:
        row = {"customer_id": run.customer_id, "run": codec.encode(run), "state": run.state.value}
        written = sealed(self._connection, action_runs, row)
        stood = select(action_runs.c.state).where(action_runs.c.id == run.id)
        before = self._connection.execute(stood).scalar_one_or_none()
        self._connection.execute(update(action_runs).where(action_runs.c.id == run.id).values(written))
        if before is not None and before != run.state:
            _count(run, RunState(before))

    def note_post(self, run_id: ApprovalId, channel: str, ts: str) -> None:
        statement = update(action_runs).where(action_runs.c.id == run_id)
        self._connection.execute(statement.values(slack_channel=channel, slack_ts=ts))

    def count_alone(self, action: str, customer_id: CustomerId) -> None:
        # SQLite has one writer at a time.
        if self._connection.dialect.name == "postgresql":
            key = zlib.crc32(f"{action} {customer_id}".encode()) - 2**31
            self._connection.execute(text("SELECT pg_advisory_xact_lock(:space, :key)"), {"space": _LOCK, "key": key})

    def spent(self, action: str, customer_id: CustomerId, since: datetime, but: ApprovalId) -> tuple[int, int]:
        counted = select(func.count(), func.coalesce(func.sum(action_runs.c.amount), 0)).where(
            action_runs.c.action == action,
            action_runs.c.customer_id == customer_id,
            action_runs.c.created_at >= since,
            action_runs.c.id != but,
            action_runs.c.state.in_(COUNTED),
        )
        runs, amounts = self._connection.execute(counted).one()
        return int(runs), int(amounts)

    def of_customer(self, customer_id: CustomerId, limit: int = 20) -> Sequence[ActionRun]:
        return self._found(action_runs.c.customer_id == customer_id, limit=limit)

    def of_conversation(self, conversation_id: ConversationId) -> Sequence[ActionRun]:
        return self._found(action_runs.c.conversation_id == conversation_id, limit=100)

    def listed(self, states: Sequence[RunState], limit: int = 50) -> Sequence[ActionRun]:
        where = [action_runs.c.state.in_(states)] if states else []
        return self._found(*where, limit=limit)

    def lapsed(self, now: datetime, limit: int = 50) -> Sequence[ActionRun]:
        return self._found(action_runs.c.state == RunState.AWAITING, action_runs.c.expires_at <= now, limit=limit)

    def _found(self, *where: ColumnElement[bool], limit: int = 1) -> list[ActionRun]:
        newest = select(action_runs).where(*where).order_by(action_runs.c.serial.desc()).limit(limit)
        return [_run(row) for row in self._connection.execute(newest)]


def _count(run: ActionRun, before: RunState) -> None:
    if run.state not in (RunState.AWAITING, RunState.READY):
        ACTIONS_ENDED.labels(run.call.action, run.state).inc()
    said = {RunState.READY: "approved", RunState.REJECTED: "rejected"}.get(run.state)
    at = max((yes.at for yes in run.yes), default=None) if said == "approved" else run.settled_at
    if before is RunState.AWAITING and said and at is not None:
        APPROVAL_WAIT.labels("action", said).observe(max(0.0, (at - run.created_at).total_seconds()))


def _run(row: Row[tuple[object, ...]]) -> ActionRun:
    found = codec.decode(ActionRun, row.run)
    # By its column: the profile may have gone into another one since.
    customer_id = CustomerId(row.customer_id)
    return replace(found, customer_id=customer_id, slack_channel=row.slack_channel, slack_ts=row.slack_ts)
