"""The record of what was done in the company's systems."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from core.model.action import ActionRun, RunState
from core.model.ids import ApprovalId, ConversationId, CustomerId


class ActionTable(Protocol):
    """Every action that was agreed to."""

    def add(self, run: ActionRun) -> bool:
        """False where it is there already."""

    def get(self, run_id: ApprovalId) -> ActionRun | None: ...
    def take(self, run_id: ApprovalId) -> ActionRun | None:
        """The same; until the transaction ends nobody else settles it."""

    def save(self, run: ActionRun) -> None: ...
    def note_post(self, run_id: ApprovalId, channel: str, ts: str) -> None:
        """Where its card stands."""

    def count_alone(self, action: str, customer_id: CustomerId) -> None:
        """Until the transaction ends nobody else counts these."""

    def spent(self, action: str, customer_id: CustomerId, since: datetime, but: ApprovalId) -> tuple[int, int]:
        """(runs, their amounts) that count against the customer's limits, without one of them."""

    def of_customer(self, customer_id: CustomerId, limit: int = 20) -> Sequence[ActionRun]:
        """The newest first."""

    def of_conversation(self, conversation_id: ConversationId) -> Sequence[ActionRun]: ...
    def listed(self, states: Sequence[RunState], limit: int = 50) -> Sequence[ActionRun]:
        """Those in a state, the newest first; in any where none is named."""

    def lapsed(self, now: datetime, limit: int = 50) -> Sequence[ActionRun]:
        """Those that nobody said yes to in time."""
