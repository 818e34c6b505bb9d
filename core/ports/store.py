"""One transaction over all tables."""

from contextlib import AbstractContextManager
from typing import Protocol

from core.ports.cases import (
    ConversationTable,
    CorrectionTable,
    CustomerTable,
    DecisionTable,
    FigureTable,
    InsertionTable,
    PulseTable,
    SignInTable,
)
from core.ports.knowledge import ArticleTable, GapTable
from core.ports.work import (
    ApprovalTable,
    CursorTable,
    EventLog,
    Ledger,
    OutboxTable,
    PolicyTable,
    RequestTable,
    SpendTable,
)


class Unit(Protocol):
    """One transaction over all tables."""

    @property
    def events(self) -> EventLog: ...
    @property
    def customers(self) -> CustomerTable: ...
    @property
    def conversations(self) -> ConversationTable: ...
    @property
    def decisions(self) -> DecisionTable: ...
    @property
    def outbox(self) -> OutboxTable: ...
    @property
    def approvals(self) -> ApprovalTable: ...
    @property
    def articles(self) -> ArticleTable: ...
    @property
    def gaps(self) -> GapTable: ...
    @property
    def policies(self) -> PolicyTable: ...
    @property
    def corrections(self) -> CorrectionTable: ...
    @property
    def pulse(self) -> PulseTable: ...
    @property
    def sign_ins(self) -> SignInTable: ...
    @property
    def insertions(self) -> InsertionTable: ...
    @property
    def requests(self) -> RequestTable: ...
    @property
    def figures(self) -> FigureTable: ...
    @property
    def ledger(self) -> Ledger: ...
    @property
    def spend(self) -> SpendTable: ...
    @property
    def cursors(self) -> CursorTable: ...


class Store(Protocol):
    def begin(self) -> AbstractContextManager[Unit]:
        """A transaction: committed when the block ends, rolled back when it raises."""

    def read(self) -> AbstractContextManager[Unit]:
        """A read-only view that takes no write lock."""
