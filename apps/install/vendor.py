"""What connecting asks of each vendor."""

from collections.abc import Mapping
from typing import Protocol

from apps.install.plan import Step


class Connection(Protocol):
    """One vendor's account, for which there are credentials that may or may not work.

    Every method but the steps' own acts only reads, and raises the errors of `core.errors`."""

    @property
    def title(self) -> str:
        """The vendor's name, as a person writes it."""
        ...

    def tried(self) -> str:
        """Try the credentials: whose they are, in one line. ConfigurationError names what is wrong or not allowed."""
        ...

    def plan(self) -> list[Step]:
        """What is to be done, in order."""
        ...

    def notes(self) -> list[str]:
        """What a person should know, and what was left out on purpose."""
        ...

    def found(self) -> Mapping[str, str | None]:
        """Settings that the account tells; None for what is known only once the plan is carried out."""
        ...

    def finish(self) -> None:
        """Write what is no setting: files that settings name. Called once the plan is carried out."""
        ...

    def undo(self) -> list[Step]:
        """What takes back what was made, newest first."""
        ...

    def told(self) -> tuple[str, ...]:
        """The settings that connecting wrote by itself, to be taken out again."""
        ...
