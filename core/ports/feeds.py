"""What the company publishes about itself."""

from typing import Protocol

from core.model.incident import PageReading


class StatusPage(Protocol):
    @property
    def name(self) -> str:
        """One word by which its incidents are told from those of another page."""

    def read(self, mark: str) -> PageReading:
        """What the page says now; `mark` is that of the last reading, empty for a first one.

        TransientError where it does not answer, RejectedError where what it says cannot be read."""
