"""What agents do: take a draft into a reply, ask a supervisor, correct an intent, answer the weekly survey."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, bindparam, delete, func, insert, select, update

from connectors.measures import APPROVAL_WAIT
from connectors.sql import codec
from connectors.sql.private import add_once, sealed
from connectors.sql.statements import Repository, take_turn, upsert
from connectors.sql.tables import assignments, insertions, intent_corrections, requests, survey_answers
from core.model.agent import Asked
from core.model.ids import ApprovalId, ConversationId
from core.model.insertion import Compared, Fate, Insertion
from core.model.outreach import Click, Verdict
from core.model.request import OPEN, Request, RequestState, Ruling
from core.model.signals import Correction

# What was given to whom of late.

KEPT = timedelta(hours=1)


class SqlAssignmentTable(Repository):
    """`core.ports.AssignmentTable`."""

    def since(self, at: datetime) -> Mapping[ConversationId, tuple[str, datetime]]:
        take_turn(self._connection)
        rows = self._connection.execute(select(assignments).where(assignments.c.at > at))
        return {ConversationId(row.conversation_id): (row.agent_id, row.at) for row in rows}

    def add(self, conversation_id: ConversationId, agent_id: str, at: datetime) -> None:
        self._connection.execute(delete(assignments).where(assignments.c.at < at - KEPT))
        row = {"conversation_id": conversation_id, "agent_id": agent_id, "at": at}
        upsert(self._connection, assignments, row, key=["conversation_id"])


# What agents took into their replies, and what became of it.


class SqlInsertionTable(Repository):
    """`core.ports.InsertionTable`."""

    def add(self, insertion: Insertion) -> None:
        self._connection.execute(
            insert(insertions).values(sealed(self._connection, insertions, codec.to_row(insertion, "serial")))
        )

    def open(self, conversation_id: ConversationId) -> list[Insertion]:
        mine = select(insertions).where(insertions.c.conversation_id == conversation_id, insertions.c.comment == "")
        return [codec.of_row(Insertion, row) for row in self._connection.execute(mine.order_by(insertions.c.serial))]

    def settle(self, fates: Sequence[Compared]) -> None:
        for each in fates:
            fate = each.fate
            statement = update(insertions).where(insertions.c.serial == each.insertion.serial)
            values = {"comment": fate.comment, "kept": fate.kept, "distance": fate.distance}
            self._connection.execute(statement.values(values))

    def list_compared(self, conversation_id: ConversationId) -> list[Compared]:
        mine = select(insertions).where(insertions.c.conversation_id == conversation_id, insertions.c.comment != "")
        done = mine.order_by(insertions.c.serial)
        return [
            Compared(insertion=codec.of_row(Insertion, row), fate=codec.of_row(Fate, row))
            for row in self._connection.execute(done)
        ]


# What agents asked supervisors about their replies, and the one answer.

_VERDICTS = {Verdict.APPROVE: RequestState.APPROVED, Verdict.REJECT: RequestState.REJECTED}
LATEST = (
    select(requests)
    .where(requests.c.conversation_id == bindparam("conversation"))
    .order_by(requests.c.serial.desc())
    .limit(1)
)


class SqlRequestTable(Repository):
    """`core.ports.RequestTable`."""

    def add(self, request: Request) -> bool:
        row = {
            "id": request.id,
            "conversation_id": request.conversation_id,
            "digest": request.digest,
            "request": codec.encode(request),
            "created_at": request.created_at,
            "expires_at": request.expires_at,
            "state": RequestState.PENDING.value,
        }
        return add_once(self._connection, requests, row)

    def get(self, request_id: ApprovalId) -> Ruling | None:
        return self._one(requests.c.id == request_id)

    def latest(self, conversation_id: ConversationId) -> Ruling | None:
        row = self._connection.execute(LATEST, {"conversation": conversation_id}).one_or_none()
        return None if row is None else _ruling(row)

    def settle(self, click: Click, now: datetime) -> Ruling | None:
        """ValueError when the click is neither a yes nor a no."""
        if click.verdict not in _VERDICTS:
            raise ValueError(f"{click.verdict} is not a supervisor's verdict")
        said = {
            "state": _VERDICTS[click.verdict],
            "decided_by": click.user_id,
            "decided_name": click.user_name,
            "decided_at": now,
            "reason": click.reason,
        }
        same = (requests.c.digest == click.digest, requests.c.state == RequestState.PENDING)
        # One statement decides: of two clicks at once, the second finds no pending row.
        ruling = self._change(click.approval_id, now, said, *same)
        if ruling is not None:
            waited = max(0.0, (now - ruling.request.created_at).total_seconds())
            APPROVAL_WAIT.labels("reply", ruling.state).observe(waited)
        return ruling

    def use(self, request_id: ApprovalId, now: datetime) -> Ruling | None:
        approved = requests.c.state == RequestState.APPROVED
        return self._change(request_id, now, {"state": RequestState.USED}, approved)

    def withdraw(self, request_id: ApprovalId, now: datetime) -> Ruling | None:
        return self._change(request_id, now, {"state": RequestState.WITHDRAWN}, requests.c.state.in_(OPEN))

    def note_post(self, request_id: ApprovalId, channel: str, ts: str) -> None:
        statement = update(requests).where(requests.c.id == request_id)
        self._connection.execute(statement.values(slack_channel=channel, slack_ts=ts))

    def _change(
        self, request_id: ApprovalId, now: datetime, values: dict[str, Any], *where: ColumnElement[bool]
    ) -> Ruling | None:
        ours = (requests.c.id == request_id, requests.c.expires_at > now)
        statement = update(requests).where(*ours, *where).values(values).returning(requests)
        row = self._connection.execute(statement).one_or_none()
        return None if row is None else _ruling(row)

    def _one(self, where: ColumnElement[bool]) -> Ruling | None:
        newest = select(requests).where(where).order_by(requests.c.serial.desc()).limit(1)
        row = self._connection.execute(newest).one_or_none()
        return None if row is None else _ruling(row)


def _ruling(row: Row[Any]) -> Ruling:
    return codec.of_row(Ruling, row, request=codec.decode(Request, row.request))


# Corrections of intents, as a table of a transaction and as the model reads them.


class SqlCorrectionTable(Repository):
    """`core.ports.CorrectionTable`."""

    def add(self, correction: Correction) -> None:
        self._connection.execute(
            insert(intent_corrections).values(
                sealed(self._connection, intent_corrections, codec.to_row(correction, "serial"))
            )
        )

    def newest(self) -> int:
        return self._connection.execute(select(func.max(intent_corrections.c.serial))).scalar_one() or 0

    def all(self) -> list[Correction]:
        """The last word on each message, oldest first."""
        rows = self._connection.execute(select(intent_corrections).order_by(intent_corrections.c.serial))
        last = {row.message_id: codec.of_row(Correction, row) for row in rows}
        return sorted(last.values(), key=lambda each: each.serial)


# The weekly question, as a table of a transaction.


class SqlSurveyTable(Repository):
    """`core.ports.PulseTable`."""

    def of(self, week: str, person: str) -> Asked | None:
        mine = select(survey_answers).where(survey_answers.c.week == week, survey_answers.c.person == person)
        row = self._connection.execute(mine).one_or_none()
        return None if row is None else codec.of_row(Asked, row)

    def save(self, asked: Asked) -> None:
        upsert(self._connection, survey_answers, asdict(asked), key=("week", "person"))

    def since(self, week: str) -> list[Asked]:
        later = (
            select(survey_answers)
            .where(survey_answers.c.week >= week)
            .order_by(survey_answers.c.week, survey_answers.c.person)
        )
        return [codec.of_row(Asked, row) for row in self._connection.execute(later)]
