"""The table of visitors' steps and of the offers made to them, and the page that shows one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from core.model.helpdesk import Receipt
from core.model.journey import JourneyStep, Offer, OfferCount, OfferState


class JourneyTable(Protocol):
    def add_step(self, step: JourneyStep) -> None: ...
    def steps(self, visitor: str, since: datetime) -> Sequence[JourneyStep]:
        """Newest last, at most the newest hundred."""

    def add_offer(self, offer: Offer) -> None:
        """Idempotent."""

    def offers(self, visitor: str, since: datetime) -> Sequence[Offer]:
        """Newest first."""

    def offered_since(self, since: datetime) -> int:
        """How many offers were made to all visitors; those held out are none."""

    def place(self, offer_id: str) -> None:
        """PLANNED → PLACED."""

    def show(self, visitor: str, now: datetime) -> Offer | None:
        """The visitor's offer that may be seen now, which counts as shown from the first time."""

    def waiting(self, visitor: str, now: datetime) -> bool:
        """Whether there is an offer that `show` would give; for reading alone."""

    def answer(self, offer_id: str, visitor: str, state: OfferState, now: datetime) -> bool:
        """SHOWN → `state`, once; False where there is no such offer for this visitor, or it was answered."""

    def wrote(self, visitor: str, now: datetime) -> None:
        """The visitor has begun a conversation: noted on their offers of the last day."""

    def counts(self, since: datetime) -> Sequence[OfferCount]: ...
    def forget(self, before: datetime) -> None:
        """Steps, and the visitors' names on offers; what the offers came to is kept."""


class OfferBoard(Protocol):
    """Where the company's pages look for an offer."""

    def place(self, offer_id: str) -> Receipt:
        """Idempotent."""
