"""The tables by which is measured what experiments did, how good a conversation was, and what is learned from use."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol

from core.model.experiment import Followed
from core.model.ids import ConversationId
from core.model.learning import Calibration, QuotingDraft, Reaction, Reset, Sample, Vote
from core.model.lesson import Proposal, ProposalState, SentReply
from core.model.quality import Review
from core.model.suite import KeptCase


class ExperimentTable(Protocol):
    """Who is part of it is stored with each decision (`DecisionTable.add`)."""

    def follow(self, key: str) -> list[Followed]:
        """Everybody who is part of the experiment, once, in the order of their first turn in it."""


class ProposalTable(Protocol):
    """What is proposed because agents changed drafts alike, and what that rests on."""

    def replies(self, since: datetime) -> Iterator[SentReply]:
        """Every draft whose fate an agent's reply decided, oldest first."""

    def get(self, proposal_id: str) -> Proposal | None:
        """With its evidence; by its id, or by a beginning of it that is one proposal's alone."""

    def listed(self, state: ProposalState | None = None) -> list[Proposal]:
        """Without evidence; those with the most matters first."""

    def save(self, proposal: Proposal) -> None:
        """Insert or replace it, with its evidence."""

    def remove(self, proposal_id: str) -> None: ...
    def forget(self, state: ProposalState, before: datetime) -> int:
        """Those in this state that were found before then; how many."""


class ProposalRulings(Protocol):
    """What people say to proposals. Each returns the proposal as it stands then.

    Raises RejectedError where there is no such proposal or it cannot be done as it stands, ConflictError where somebody
    has decided on it by now."""

    def accept(self, proposal_id: str, by: str) -> Proposal: ...
    def edit(self, proposal_id: str, says: str, by: str) -> Proposal: ...
    def refuse(self, proposal_id: str, by: str, why: str = "") -> Proposal: ...
    def take_back(self, proposal_id: str, by: str) -> Proposal: ...


class SuiteTable(Protocol):
    """What was kept beside a ticket: cases of the regression suite, of which others are files, and exercises."""

    def save(self, case: KeptCase) -> None:
        """Instead of what was kept under this name before."""

    def get(self, name: str) -> KeptCase | None: ...
    def all(self) -> list[KeptCase]:
        """The cases of the suite, by name."""

    def exercises(self) -> list[KeptCase]:
        """Those to practise on, by name."""

    def remove(self, name: str) -> bool: ...


class ReviewTable(Protocol):
    """What people say of quality scores."""

    def add(self, review: Review) -> None:
        """Instead of what this reviewer said of this part of this conversation before."""

    def of_conversation(self, conversation_id: ConversationId) -> list[Review]: ...
    def since(self, moment: datetime) -> Sequence[Review]:
        """Oldest first."""


class LearningTable(Protocol):
    """What people did with answers, as votes on articles and judgements on drafts, and what was learned from them."""

    def reactions(self, conversation_id: ConversationId) -> Sequence[Reaction]:
        """What agents did with the drafts of a conversation, oldest first."""

    def quoting(self, since: datetime, limit: int) -> Sequence[QuotingDraft]:
        """Drafts that rest on articles and were sent, edited, ignored, rated or escalated from then on, those with the
        newest reactions first."""

    def keep(self, conversation_id: ConversationId, votes: Sequence[Vote], samples: Sequence[Sample]) -> None:
        """Instead of all that was kept of this conversation before."""

    def votes(self, since: datetime, intent: str | None = None) -> Sequence[Vote]:
        """Those after a moment, about this intent or about any."""

    def voted(self) -> bool:
        """Whether there is any vote at all."""

    def resets(self) -> Sequence[Reset]:
        """Oldest first."""

    def reset(self, reset: Reset) -> None: ...
    def samples(self, since: datetime) -> Sequence[Sample]:
        """Judged drafts made after a moment, oldest first."""

    def calibrations(self, limit: int = 1) -> Sequence[Calibration]:
        """The newest first; the first one is in force."""

    def add_calibration(self, calibration: Calibration) -> None: ...
