"""One person's data everywhere, and how long what is kept."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from core.model.customer import Customer, Identity
from core.model.event import Event
from core.model.ids import CustomerId, EffectId
from core.model.privacy import Access, Erasure, Obstacle, Subject


class PrivacyTable(Protocol):
    def find(self, text: str) -> list[Customer]:
        """Who is meant by an id, an address, a number or a whole name; of merged profiles the one that is kept."""

    def subject(self, customer_id: CustomerId, until: datetime | None = None) -> Subject:
        """All by which the person of this profile is found; with `until`, without what is `late`."""

    def late(self, subject: Subject, since: datetime) -> list[Event]:
        """Words of theirs that came in since then and are not worked off."""

    def rows(self, subject: Subject) -> Iterator[tuple[str, str, list[Mapping[str, Any]]]]:
        """What every table holds of them: its name, what it is in plain words, and the rows."""

    def kinds(self) -> Mapping[str, str]:
        """What each table that holds somebody's rows is in plain words, the profile first."""

    def obstacles(self, subject: Subject) -> list[Obstacle]:
        """What is still going on with them, or forbids it."""

    def count(self, subject: Subject) -> Mapping[str, int]:
        """How many rows of each table an erasure would remove or empty."""

    def erase(self, subject: Subject, erasure_id: str) -> Mapping[str, int]:
        """Remove or empty every row of theirs; how many, by table."""

    def withdraw(self, subject: Subject, erasure_id: str) -> int:
        """Take back what has not left yet, and their lines in campaigns; how many."""

    def begin(self, erasure: Erasure) -> None: ...
    def save(self, erasure: Erasure) -> None: ...
    def open(self) -> list[Erasure]:
        """Those that were begun and not finished, oldest first."""

    def erased_digests(self, erasure_id: str) -> str:
        """One hash over what is kept of the effects that went with an erasure."""

    def erased_effect(self, effect_id: EffectId) -> str | None:
        """The digest of an effect, or of a campaign to one person, whose row was erased."""

    def suppress(self, identities: Sequence[Identity], erasure_id: str, at: datetime) -> int:
        """From now on none of them comes back unasked; how many are new."""

    def suppressed(self, identities: Sequence[Identity]) -> frozenset[Identity]:
        """Those of them that are somebody's who was erased."""

    def note(self, accesses: Sequence[Access]) -> None: ...
    def accesses(self, customer_id: str, since: datetime | None, limit: int) -> list[Access]:
        """The newest first; of everybody where no customer is named."""

    def expire(self, kind: str, before: datetime, limit: int, erasure_id: str) -> int:
        """Remove what is older of one kind, at most `limit` rows of its first table; how many of these went."""

    def older(self, kind: str, before: datetime) -> int:
        """How many of one kind are older."""


class Posts(Protocol):
    def delete(self, ref: str) -> bool:
        """Take a post of ours in Slack away for good; whether it was still there."""


class Eraser(Protocol):
    """One vendor's part of an erasure. It is called again after whatever broke it off, and again comes to the same."""

    @property
    def name(self) -> str: ...
    def erase(self, subject: Subject) -> Mapping[str, int]:
        """How much of each kind was removed. Raises what any vendor's call raises; then not everything is done."""

    def left(self) -> str:
        """What of a person stays there all the same, in one sentence; empty where nothing does."""
