"""What the core asks of the store about alerts: the alerts themselves, and the figures that are watched for them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from core.model.alert import Alert, AlertKind, AlertState, Failing, Hit, Raised, Waiter
from core.model.ids import AlertId, ConversationId


class AlertTable(Protocol):
    def raised(self, raised: Raised, at: datetime) -> Alert | None:
        """Count an occurrence: a new alert, or the open one with its key as it is now. None where the occurrence is
        known already."""

    def get(self, alert_id: AlertId) -> Alert | None: ...
    def known(self, sources: Sequence[str]) -> frozenset[str]:
        """Which of these occurrences are counted already."""

    def hits(self, alert_id: AlertId, limit: int) -> list[Hit]:
        """The newest occurrences, newest first."""

    def settle(
        self, alert_id: AlertId, state: AlertState | None, note: str, now: datetime, until: datetime | None = None
    ) -> Alert | None:
        """Into another state, with a note where it is not empty; without a state it stays in its own. None, and nothing
        is changed, where it is resolved."""

    def snoozed(self) -> list[Alert]: ...
    def woken(self, now: datetime) -> list[Alert]:
        """Those whose snoozing is over, which are open again from here on."""

    def posted(self, alert_id: AlertId, channel: str, ts: str) -> None:
        """Where its card stands; both empty: nowhere yet."""

    def unposted(self, before: datetime, limit: int) -> list[Alert]:
        """Open ones whose card stands nowhere, though it was to be posted `before` then."""

    def shown(self, alert_id: AlertId, revision: int, now: datetime) -> None: ...
    def to_show(self, before: datetime, limit: int) -> list[Alert]:
        """Those with a card that tells less than is known, and was written last `before` then."""

    def open(self, kind: AlertKind | None = None, limit: int = 200) -> list[Alert]:
        """Open and snoozed ones, the newest first."""

    def of_conversation(self, conversation_id: ConversationId) -> list[Alert]:
        """Open and snoozed ones."""

    def quiet(self, since: datetime, limit: int) -> list[Alert]:
        """Open ones of which nothing new came `since` then; but for waits, which end when they end."""

    def forget(self, before: datetime) -> int:
        """Resolved ones, and what they counted; how many."""


class WatchTable(Protocol):
    """Figures of this moment, cheap enough to be asked every half minute."""

    def waits(self, limit: int) -> list[Waiter]:
        """Customers in open conversations of people who wait for a word, the oldest wait first."""

    def hands(self, since: datetime) -> Mapping[str, int]:
        """By team, how many different agents have answered customers since then."""

    def intents(self, windows: Sequence[tuple[datetime, datetime]]) -> list[Mapping[str, int]]:
        """For each window (from, and up to before), how many messages were decided about each intent."""

    def first_decided(self) -> datetime | None: ...
    def failing(self, since: datetime) -> list[Failing]:
        """Of what was tried since then, but for campaigns, by kind of effect."""
