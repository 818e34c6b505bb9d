"""The store: one transaction over all tables, on SQLite or PostgreSQL."""

import json
import os
import threading
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, delete, func, select, text, update

from connectors.sql import codec
from connectors.sql.action_runs import SqlActionTable
from connectors.sql.agents import (
    SqlAssignmentTable,
    SqlCorrectionTable,
    SqlInsertionTable,
    SqlRequestTable,
    SqlSurveyTable,
)
from connectors.sql.alerts import SqlAlertTable, SqlWatchTable
from connectors.sql.articles import SqlArticleTable
from connectors.sql.audience import SqlAudienceTable
from connectors.sql.campaigns import SqlCampaignTable, SqlSealTable
from connectors.sql.columns import HASHED, Sealed, clean, dump
from connectors.sql.conversations import SqlConversationTable, SqlThreadTable
from connectors.sql.customers import SqlCustomerTable, SqlProfileTable, SqlVerificationTable
from connectors.sql.decisions import Decided, SqlDecisionTable
from connectors.sql.engine import DatabaseFile, reader, store_errors, unhurried_disk, writer
from connectors.sql.events import SqlEventLog, address_of
from connectors.sql.experiments import SqlExperimentTable
from connectors.sql.figures import SqlFigureTable
from connectors.sql.journey import SqlJourneyTable
from connectors.sql.keys import KeyRing, SqlKeyTable, of_address
from connectors.sql.learning import SqlLearningTable
from connectors.sql.ledger import SqlLedger
from connectors.sql.master import Masters
from connectors.sql.matters import SqlMatterTable
from connectors.sql.merges import SqlMergeTable
from connectors.sql.outbox import SqlOutbox
from connectors.sql.outcomes import SqlOutcomeTable
from connectors.sql.patience import FOR_WORKERS, Patience, Waiting
from connectors.sql.policies import SqlPolicyTable
from connectors.sql.privacy import SqlPrivacyTable
from connectors.sql.private import add_once, hashed, put, told
from connectors.sql.proposals import SqlProposalTable
from connectors.sql.quality_reviews import SqlReviewTable
from connectors.sql.statements import Repository, insert_once, slices, upsert
from connectors.sql.suite import SqlSuiteTable
from connectors.sql.tables import budgets, call_lines, calls, cursors, gaps, sign_ins
from connectors.sql.tables import slack_installations as installed
from core.consent.reachable import BAD_NUMBER
from core.errors import ConfigurationError, TransientError
from core.model.call import Call, CallLine
from core.model.event import Event
from core.model.ids import ArticleId, ConversationId, MessageId, PassageId
from core.model.knowledge import Gap, Near
from core.model.lesson import ProposalState
from core.model.profile import TRUSTED, FactSource
from core.model.signals import Correction
from core.model.workspace import Workspace
from core.ports.cards import CardRenderer
from core.read.corrections import messages_of

# ------------------------------------------------------------------
# How far we have read what others give us page by page, and what was spent under each budget.

VALUE = select(cursors.c.value).where(cursors.c.name == bindparam("of"))  # built once: the gate asks for each message

MANY = select(cursors).where(cursors.c.name.in_(bindparam("names", expanding=True)))


class SqlCursorTable(Repository):
    """`core.ports.CursorTable`."""

    def get(self, name: str) -> str | None:
        return self._connection.execute(VALUE, {"of": self._stored(name)}).scalar_one_or_none()

    def many(self, names: Sequence[str]) -> Mapping[str, str]:
        stored = {self._stored(name): name for name in names}
        rows = [row for some in slices(list(stored)) for row in self._connection.execute(MANY, {"names": some})]
        return {stored[row.name]: row.value for row in rows}

    def set(self, name: str, value: str) -> None:
        upsert(self._connection, cursors, {"name": self._stored(name), "value": value}, key=["name"])

    def _stored(self, name: str) -> str:
        """Of a number that cannot be texted, its keyed hash."""
        if not name.startswith(BAD_NUMBER):
            return name
        return BAD_NUMBER + str(hashed(self._connection, name.removeprefix(BAD_NUMBER)))


# What was spent under each budget, in millionths of the currency.


class SqlSpendTable(Repository):
    """`core.ports.SpendTable`."""

    def take(self, name: str, micro: int, limit: int | None) -> bool:
        insert_once(self._connection, budgets, {"name": name, "spent": 0})
        # One statement looks and takes: two transactions cannot both find room for the last coin.
        statement = update(budgets).where(budgets.c.name == name).values(spent=budgets.c.spent + micro)
        if limit is not None:
            statement = statement.where(budgets.c.spent + micro <= limit)
        return self._connection.execute(statement).rowcount == 1

    def spent(self, name: str) -> int:
        found = self._connection.execute(select(budgets.c.spent).where(budgets.c.name == name)).scalar_one_or_none()
        return int(found or 0)


# ------------------------------------------------------------------
# Questions that no article answers, one row a message.


class SqlGapTable(Repository):
    """`core.ports.GapTable`."""

    def add(self, gap: Gap) -> bool:
        return add_once(self._connection, gaps, _row_of(gap))

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


# ------------------------------------------------------------------
# Telephone calls, as a table of a transaction.


class SqlCallTable(Repository):
    """`core.ports.CallTable`."""

    def get(self, sid: str) -> Call | None:
        return self._one(select(calls).where(calls.c.sid == sid))

    def save(self, call: Call) -> None:
        put(self._connection, calls, codec.to_row(call), key=("sid",))

    def live(self, conversation_id: ConversationId) -> Call | None:
        return self._one(_newest().where(calls.c.conversation_id == conversation_id))

    def latest(self, number: str, since: datetime) -> Call | None:
        return self._one(_newest().where(calls.c.number == number, calls.c.started_at >= since))

    def add_line(self, line: CallLine) -> bool:
        row = {**codec.to_row(line), "key": f"{line.sid}:{line.key}"}
        return add_once(self._connection, call_lines, row)

    def lines(self, sid: str) -> list[CallLine]:
        said = select(call_lines).where(call_lines.c.sid == sid).order_by(call_lines.c.at, call_lines.c.serial)
        return [codec.of_row(CallLine, row, key=row.key.partition(":")[2]) for row in self._connection.execute(said)]

    def _one(self, wanted: Select[Any]) -> Call | None:
        row = self._connection.execute(wanted).one_or_none()
        return None if row is None else codec.of_row(Call, row, number=told(row, "number"))


def _newest() -> Select[Any]:
    return select(calls).order_by(calls.c.started_at.desc(), calls.c.sid).limit(1)


# ------------------------------------------------------------------
# Who comes in: signed URLs that opened the sidebar, and the Slack workspaces that installed the app.

# Which signed URLs have opened the sidebar.


class SqlSignInTable(Repository):
    """`core.ports.SignInTable`."""

    def use(self, token: str, expires_at: datetime) -> bool:
        row = {"token": sha256(token.encode("utf-8", "replace")).hexdigest(), "expires_at": expires_at}
        return insert_once(self._connection, sign_ins, row)

    def forget(self, before: datetime) -> int:
        return self._connection.execute(delete(sign_ins).where(sign_ins.c.expires_at < before)).rowcount


# The Slack workspaces that have installed the app.


class SqlWorkspaceTable(Repository):
    """`core.ports.WorkspaceTable`."""

    def get(self, workspace_id: str) -> Workspace | None:
        row = self._connection.execute(select(installed).where(installed.c.id == workspace_id)).one_or_none()
        return None if row is None else codec.of_row(Workspace, row)

    def all(self) -> list[Workspace]:
        rows = self._connection.execute(select(installed).order_by(installed.c.place, installed.c.id))
        return [codec.of_row(Workspace, row) for row in rows]

    def save(self, workspace: Workspace) -> None:
        row = {**codec.to_row(workspace), "place": self._place(workspace.id)}
        upsert(self._connection, installed, row, key=["id"])

    def _place(self, workspace_id: str) -> int:
        known = select(installed.c.place).where(installed.c.id == workspace_id)
        place = self._connection.execute(known).scalar_one_or_none()
        if place is not None:
            return int(place)
        return int(self._connection.execute(select(func.coalesce(func.max(installed.c.place), 0))).scalar_one()) + 1

    def remove(self, workspace_id: str) -> bool:
        return self._connection.execute(delete(installed).where(installed.c.id == workspace_id)).rowcount > 0


# ------------------------------------------------------------------


NEVER = timedelta(days=3650)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """How long a claim is believed before its worker counts as dead, and the first wait before a hint is repeated."""

    event_lease: timedelta = timedelta(seconds=60)
    effect_lease: timedelta = timedelta(seconds=60)
    republish_after: timedelta = timedelta(seconds=15)
    steady: Callable[[], bool] = lambda: True  # not in the minute after the clock jumped

    def lapse(self, lease: timedelta) -> timedelta:
        """How old a claim must be. By a clock that has just jumped nobody can tell: its worker may be at it."""
        return lease if self.steady() else NEVER


class SqlUnit:
    """`core.ports.Unit` on one open transaction."""

    def __init__(
        self,
        connection: Connection,
        waits: Waits,
        trusted: Sequence[FactSource],
        draw: Callable[[], CardRenderer],
        decided: Decided | None = None,
    ) -> None:
        self.connection = connection
        self._waits, self._trusted, self._draw, self._decided = waits, trusted, draw, decided

    @cached_property
    def events(self) -> SqlEventLog:
        waits = self._waits
        return SqlEventLog(self.connection, lease=waits.lapse(waits.event_lease), republish_after=waits.republish_after)

    @cached_property
    def outbox(self) -> SqlOutbox:
        waits = self._waits
        return SqlOutbox(
            self.connection,
            lease=waits.effect_lease,
            lapses=waits.lapse(waits.effect_lease),
            republish_after=waits.republish_after,
        )

    @cached_property
    def customers(self) -> SqlCustomerTable:
        return SqlCustomerTable(self.connection)

    @cached_property
    def conversations(self) -> SqlConversationTable:
        return SqlConversationTable(self.connection)

    @cached_property
    def decisions(self) -> SqlDecisionTable:
        return SqlDecisionTable(self.connection, self._decided)

    @cached_property
    def campaigns(self) -> SqlCampaignTable:
        return SqlCampaignTable(self.connection, lease=self._waits.lapse(self._waits.effect_lease))

    @cached_property
    def audience(self) -> SqlAudienceTable:
        return SqlAudienceTable(self.connection)

    @cached_property
    def outcomes(self) -> SqlOutcomeTable:
        return SqlOutcomeTable(self.connection)

    @cached_property
    def articles(self) -> SqlArticleTable:
        return SqlArticleTable(self.connection)

    @cached_property
    def gaps(self) -> SqlGapTable:
        return SqlGapTable(self.connection)

    @cached_property
    def policies(self) -> SqlPolicyTable:
        return SqlPolicyTable(self.connection)

    @cached_property
    def spend(self) -> SqlSpendTable:
        return SqlSpendTable(self.connection)

    @cached_property
    def corrections(self) -> SqlCorrectionTable:
        return SqlCorrectionTable(self.connection)

    @cached_property
    def pulse(self) -> SqlSurveyTable:
        return SqlSurveyTable(self.connection)

    @cached_property
    def sign_ins(self) -> SqlSignInTable:
        return SqlSignInTable(self.connection)

    @cached_property
    def assignments(self) -> SqlAssignmentTable:
        return SqlAssignmentTable(self.connection)

    @cached_property
    def insertions(self) -> SqlInsertionTable:
        return SqlInsertionTable(self.connection)

    @cached_property
    def requests(self) -> SqlRequestTable:
        return SqlRequestTable(self.connection)

    @cached_property
    def actions(self) -> SqlActionTable:
        return SqlActionTable(self.connection)

    @cached_property
    def experiments(self) -> SqlExperimentTable:
        return SqlExperimentTable(self.connection)

    @cached_property
    def proposals(self) -> SqlProposalTable:
        return SqlProposalTable(self.connection)

    @cached_property
    def suite(self) -> SqlSuiteTable:
        return SqlSuiteTable(self.connection)

    @cached_property
    def reviews(self) -> SqlReviewTable:
        return SqlReviewTable(self.connection)

    @cached_property
    def learning(self) -> SqlLearningTable:
        return SqlLearningTable(self.connection)

    @cached_property
    def figures(self) -> SqlFigureTable:
        return SqlFigureTable(self.connection)

    @cached_property
    def matters(self) -> SqlMatterTable:
        return SqlMatterTable(self.connection)

    @cached_property
    def journey(self) -> SqlJourneyTable:
        return SqlJourneyTable(self.connection)

    @cached_property
    def calls(self) -> SqlCallTable:
        return SqlCallTable(self.connection)

    @cached_property
    def threads(self) -> SqlThreadTable:
        return SqlThreadTable(self.connection)

    @cached_property
    def seals(self) -> SqlSealTable:
        return SqlSealTable(self.connection)

    @cached_property
    def ledger(self) -> SqlLedger:
        return SqlLedger(self.connection)

    @cached_property
    def profiles(self) -> SqlProfileTable:
        return SqlProfileTable(self.connection, self._trusted)

    @cached_property
    def merges(self) -> SqlMergeTable:
        return SqlMergeTable(self.connection)

    @cached_property
    def verifications(self) -> SqlVerificationTable:
        return SqlVerificationTable(self.connection)

    @cached_property
    def workspaces(self) -> SqlWorkspaceTable:
        return SqlWorkspaceTable(self.connection)

    @cached_property
    def alerts(self) -> SqlAlertTable:
        return SqlAlertTable(self.connection)

    @cached_property
    def watch(self) -> SqlWatchTable:
        return SqlWatchTable(self.connection)

    @cached_property
    def keys(self) -> SqlKeyTable:
        return SqlKeyTable(self.connection)

    @cached_property
    def cursors(self) -> SqlCursorTable:
        return SqlCursorTable(self.connection)

    @cached_property
    def privacy(self) -> SqlPrivacyTable:
        return SqlPrivacyTable(self.connection)

    @property
    def cards(self) -> CardRenderer:
        return self._draw()

    def finish(self) -> None:
        """What was kept to be written at the end of the transaction."""
        if "ledger" in self.__dict__:
            self.ledger.write()


class SqlStore:
    """`core.ports.Store`. Threads may share it. A forked child opens its own connections; do not fork while
    another thread is inside a transaction.

    `begin` and `read` raise TransientError when the database is locked, full or away. Do not begin a transaction
    inside another one of the same thread: on SQLite the inner one would wait for the outer. `trusted` is the order in
    which sources of facts about customers are believed; `cards` is how what supervisors are shown looks. None: for
    whoever shows them nothing. `keys` are the master keys, asked for at the first use. None: what is private is written
    in clear, for stores in a temporary folder that hold a file's texts."""

    def __init__(
        self,
        url: str,
        *,
        waits: Waits | None = None,
        pool_size: int = 10,
        trusted: Sequence[FactSource] = TRUSTED,
        cards: CardRenderer | None = None,
        waiting: Waiting = FOR_WORKERS,
        keys: Masters | None = None,
    ) -> None:
        self._waits, self._trusted, self._cards = waits or Waits(), trusted, cards
        self.patience = Patience(waiting)
        self.writer = writer(url, pool_size, self.patience)
        self.reader = reader(url, self.writer, pool_size, self.patience)
        own = writer(url, 2, self.patience) if keys is not None else self.writer
        self.ring = None if keys is None else KeyRing(keys, reader(url, own, 2, self.patience), self.writer)
        for engine in (self.writer, self.reader):
            engine.dialect.ring = self.ring  # type: ignore[attr-defined]
        self._file = DatabaseFile.of(url)
        self._turn, self._decided = threading.Lock(), Decided()
        self._each_by_itself = self.writer.execution_options(isolation_level="AUTOCOMMIT")
        self._one_writer = self.writer.dialect.name == "sqlite"
        forking, forked = weakref.WeakMethod(self.close), weakref.WeakMethod(self._forget_connections)
        os.register_at_fork(
            # SQLite keeps its locks by process: a child that inherits an open file believes it holds locks that
            # only its parent has. So nothing idle is open while we fork.
            before=lambda: (close := forking()) and close(),
            after_in_child=lambda: (forget := forked()) and forget(),
        )

    def has_keys(self) -> bool:
        """Whether its data are under a master key already."""
        return self.ring is not None and self.ring.has_root()

    def open_keys(self) -> None:
        """Read the root of the keys, or make it: before a transaction, in which another could not write it."""
        if self.ring is None or self.ring.ready or self.ring.find_root():
            return
        with self.writing(), self.writer.begin() as connection:
            self.ring.make_root(connection)
        self.ring.find_root()

    def own_event(self, event: Event, row: dict[str, Any]) -> dict[str, Any]:
        """The row of the event under its sender's key. A new one is kept by itself first, in no open transaction."""
        self.open_keys()
        address = address_of(event.payload)
        if self.ring is None or not address:
            return row
        subject = of_address(f"{HASHED}{self.ring.token('address', clean(address))}")
        key = self.ring.find(subject)
        if key is None:
            with self.begin_lightly() as unit:
                # The commit that carries the event makes it last, too.
                key = self.ring.of(unit.connection, subject)
        return {**row, "payload": Sealed(key, row["payload"])}

    @contextmanager
    def begin(self) -> Iterator[SqlUnit]:
        self.open_keys()
        with self.writing(), self.writer.begin() as connection:
            unit = SqlUnit(connection, self._waits, self._trusted, self._renderer)
            yield unit
            unit.finish()

    @contextmanager
    def begin_lightly(self) -> Iterator[SqlUnit]:
        """As `begin`, for what may be forgotten should the power fail: the commit does not wait for the disk."""
        self.open_keys()
        with (
            self.writing(),
            self.writer.connect() as connection,
            unhurried_disk(connection),
            connection.begin(),
        ):
            unit = SqlUnit(connection, self._waits, self._trusted, self._renderer)
            yield unit
            unit.finish()

    @contextmanager
    def at_once(self) -> Iterator[SqlUnit]:
        """On PostgreSQL, for what is one statement: it is a transaction by itself, without a beginning and an end that
        cost a round trip each."""
        self.open_keys()
        with self.writing(), self._each_by_itself.connect() as connection:
            yield SqlUnit(connection, self._waits, self._trusted, self._renderer)

    @contextmanager
    def read(self) -> Iterator[SqlUnit]:
        self.open_keys()
        with (
            self.patience.begin("read"),
            store_errors(self.patience, reading=True),
            self._at_its_file(),
            self.reader.connect() as connection,
        ):
            yield SqlUnit(connection, self._waits, self._trusted, self._renderer, self._decided)

    def compact(self) -> None:
        """SQLite writes its file anew and empties the log beside it; PostgreSQL frees the rows, whose bytes are written
        over by and by."""
        if not self._one_writer:
            with self.writing(), self._each_by_itself.connect() as connection:
                connection.execute(text("VACUUM"))
            return
        with self.writing(), self.writer.connect() as connection:
            raw: Any = connection.connection.driver_connection
            raw.execute(f"PRAGMA busy_timeout={round(self.patience.left() * 1000)}")
            try:
                raw.execute("VACUUM")
                busy = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            finally:
                raw.execute("PRAGMA busy_timeout=0")
        if busy:
            raise TransientError("somebody reads the database all the time: what was removed is not written over yet")

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Around whatever writes: the turn of this process's threads, and what goes wrong in our words.

        SQLite lets one write and makes the others poll, with naps that grow; waiting here is fair and wakes at once."""
        with self.patience.begin("write"), store_errors(self.patience), self._at_its_file():
            if not self._one_writer:
                yield
                return
            if not self._turn.acquire(timeout=self.patience.left()):
                # Whoever has it knows why.
                raise TransientError("another thread has been writing for too long")
            try:
                yield
            finally:
                self._turn.release()

    @contextmanager
    def _at_its_file(self) -> Iterator[None]:
        """SQLite goes on with a file that was taken away or replaced, and nobody would ever find what it writes."""
        if self._file is not None and self._file.moved():
            self.close()
            if not self._file.path.exists():
                raise TransientError("the database cannot do this now: its file is gone")
        yield

    @property
    def cards(self) -> CardRenderer:
        return self._renderer()

    def _renderer(self) -> CardRenderer:
        if self._cards is None:
            raise ConfigurationError("this store was opened for no cards: nobody said how they look")
        return self._cards

    def close(self) -> None:
        """Give the connections back. The store may be used again."""
        self.writer.dispose()
        self.reader.dispose()
        if self.ring is not None:
            self.ring.close()

    def _forget_connections(self) -> None:
        # What other threads of the parent had in use is theirs. Kept, because letting go of it would close it.
        self._inherited = (self.writer.pool, self.reader.pool)
        self.writer.dispose(close=False)
        self.reader.dispose(close=False)
        self._turn, self._decided = threading.Lock(), Decided()
        if self.ring is not None:
            self.ring.after_fork()


@dataclass(frozen=True, slots=True)
class SqlCorrections:
    """`core.ports.IntentCorrections`: a look into the store at each message, so that another process's word counts."""

    store: SqlStore

    def newest(self) -> int:
        with self.store.read() as unit:
            return unit.corrections.newest()

    def all(self) -> list[Correction]:
        with self.store.read() as unit:
            return unit.corrections.all()

    def accepted(self) -> set[MessageId]:
        """The messages that somebody accepted as examples of an intent."""
        with self.store.read() as unit:
            found = unit.proposals.listed(ProposalState.ACCEPTED)
        return {message for each in found for message in messages_of(each)}


@dataclass(frozen=True, slots=True)
class SqlSignIns:
    """`core.ports.SignIns`. After a power failure a signed URL of the last seconds might open a second page; for that,
    nobody who opens a ticket waits for the disk."""

    store: SqlStore

    def use(self, token: str, expires_at: datetime) -> bool:
        with self.store.begin_lightly() as unit:
            return unit.sign_ins.use(token, expires_at)
