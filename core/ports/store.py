"""One transaction over all tables."""

from contextlib import AbstractContextManager
from typing import Protocol

from core.ports.actions import ActionTable
from core.ports.cards import CardRenderer
from core.ports.cases import (
    AssignmentTable,
    CallTable,
    ConversationTable,
    CorrectionTable,
    CustomerTable,
    DecisionTable,
    FigureTable,
    InsertionTable,
    MatterTable,
    PulseTable,
    SignInTable,
    ThreadTable,
)
from core.ports.knowledge import ArticleTable, GapTable
from core.ports.measuring import (
    ExperimentTable,
    LearningTable,
    ProposalTable,
    ReviewTable,
    SuiteTable,
)
from core.ports.outreach import AudienceTable, CampaignTable, JourneyTable, OutcomeTable, SealTable
from core.ports.people import KeyTable, MergeTable, ProfileTable, VerificationTable
from core.ports.privacy import PrivacyTable
from core.ports.work import (
    AlertTable,
    CursorTable,
    EventLog,
    Ledger,
    OutboxTable,
    PolicyTable,
    RequestTable,
    SpendTable,
    WatchTable,
    WorkspaceTable,
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
    def campaigns(self) -> CampaignTable: ...
    @property
    def audience(self) -> AudienceTable: ...
    @property
    def outcomes(self) -> OutcomeTable: ...
    @property
    def seals(self) -> SealTable: ...
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
    def assignments(self) -> AssignmentTable: ...
    @property
    def insertions(self) -> InsertionTable: ...
    @property
    def requests(self) -> RequestTable: ...
    @property
    def actions(self) -> ActionTable: ...
    @property
    def experiments(self) -> ExperimentTable: ...
    @property
    def reviews(self) -> ReviewTable: ...
    @property
    def learning(self) -> LearningTable: ...
    @property
    def proposals(self) -> ProposalTable: ...
    @property
    def suite(self) -> SuiteTable: ...
    @property
    def figures(self) -> FigureTable: ...
    @property
    def matters(self) -> MatterTable: ...
    @property
    def journey(self) -> JourneyTable: ...
    @property
    def calls(self) -> CallTable: ...
    @property
    def threads(self) -> ThreadTable: ...
    @property
    def ledger(self) -> Ledger: ...
    @property
    def spend(self) -> SpendTable: ...
    @property
    def profiles(self) -> ProfileTable: ...
    @property
    def merges(self) -> MergeTable: ...
    @property
    def verifications(self) -> VerificationTable: ...
    @property
    def workspaces(self) -> WorkspaceTable: ...
    @property
    def alerts(self) -> AlertTable: ...
    @property
    def watch(self) -> WatchTable: ...
    @property
    def keys(self) -> KeyTable: ...
    @property
    def cursors(self) -> CursorTable: ...
    @property
    def privacy(self) -> PrivacyTable: ...
    @property
    def cards(self) -> CardRenderer:
        """The store's: cards are drawn in the transaction that adds them."""


class Store(Protocol):
    @property
    def cards(self) -> CardRenderer:
        """How what supervisors are shown looks."""

    def begin(self) -> AbstractContextManager[Unit]:
        """A transaction: committed when the block ends, rolled back when it raises."""

    def begin_lightly(self) -> AbstractContextManager[Unit]:
        """As `begin`, for what may be forgotten should the power fail, because it would be done again."""

    def read(self) -> AbstractContextManager[Unit]:
        """A read-only view that takes no write lock."""
