"""The tables of what is known of people besides their profile, and the systems that know more."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from core.model.conversation import Conversation
from core.model.customer import Customer
from core.model.ids import ConversationId, CustomerId, VerificationId
from core.model.profile import Asked, Claim, FactSource, Link, Merge, Moved, ProfileFact, Verification


class ProfileTable(Protocol):
    """Facts about customers, what other systems answered about them, and what they say they go by."""

    @property
    def trusted(self) -> Sequence[FactSource]:
        """The sources in the order in which the company believes them: one for everybody who reads a profile."""

    def add(self, customer_id: CustomerId, fact: ProfileFact) -> bool:
        """False where the source's newest word on it is the same already."""

    def facts(self, customer_id: CustomerId) -> list[ProfileFact]:
        """Oldest first."""

    def last_answers(self, customer_id: CustomerId) -> list[Asked]:
        """The last answer of each source, by the source's name."""

    def keep(self, customer_id: CustomerId, answer: Asked) -> None: ...
    def claim(self, customer_id: CustomerId, claim: Claim) -> None:
        """Idempotent for the same words of the same source."""

    def claims(self, customer_id: CustomerId) -> list[Claim]: ...
    def find_linked(self, customer: Customer, limit: int) -> list[tuple[CustomerId, Link]]:
        """Others who share a claim, an address or the name, except those that were merged into somebody or that
        somebody found to be another person. One pair may be linked in several ways."""


class MergeTable(Protocol):
    def move(self, source: CustomerId, target: CustomerId) -> Moved:
        """Give everything that one has to the other: identities, consents, conversations, facts. What other systems
        answered about either is forgotten, here and when it is moved back."""

    def add(self, merge: Merge) -> None:
        """ConflictError where the person went into somebody at the same moment."""

    def get(self, merge_id: str) -> Merge | None: ...
    def of_customer(self, customer_id: CustomerId) -> list[Merge]:
        """Newest first, the undone ones too, whichever of the two this is."""

    def into(self, customer_id: CustomerId) -> Merge | None:
        """The merge that this person went away with, if it still holds."""

    def move_back(self, merge: Merge, by: str, now: datetime) -> None:
        """Everything that the merge moved and that is still where it was moved to; the merge is marked as undone."""

    def later(self, merge: Merge, addresses: Sequence[str], name: str) -> list[Conversation]:
        """Conversations of `merge.kept` that began after the merge with somebody who wrote from one of the addresses,
        or, where no address is known, under the name."""

    def give(self, conversation_id: ConversationId, customer_id: CustomerId) -> None: ...
    def take_away_consents(self, customer_id: CustomerId, source: str) -> None:
        """Those of exactly this source."""

    def different(self, one: CustomerId, other: CustomerId, by: str, at: datetime) -> None: ...
    def are_different(self, one: CustomerId, other: CustomerId) -> bool:
        """Whether somebody found them to be two, or took them apart."""

    def alike_again(self, one: CustomerId, other: CustomerId) -> None:
        """Forget that they are different."""


class VerificationTable(Protocol):
    def add(self, verification: Verification) -> bool:
        """False where it is there already."""

    def latest(self, conversation_id: ConversationId) -> Verification | None: ...
    def get(self, verification_id: VerificationId) -> Verification | None: ...
    def save(self, verification: Verification) -> None: ...
    def open_of(self, customer_id: CustomerId, now: datetime) -> list[Verification]:
        """Codes that wait for an answer, in whatever conversation."""

    def count_try(self, verification_id: VerificationId, most: int) -> int | None:
        """Count one guess, and how many there are with it. None, and nothing is counted: the code waits for no answer
        any more, or `most` guesses were made. Guesses at the same moment are counted one after the other."""

    def sent_since(
        self, customer_id: CustomerId, conversation_id: ConversationId, since: datetime, *, own: bool
    ) -> int:
        """How many codes went to this person, or to anybody because of this conversation; `own`: of those that were
        asked for from a place of their own, or else of the others."""


class ProfileSource(Protocol):
    """A system of the company that knows something of its customers."""

    @property
    def name(self) -> str:
        """What it is called to agents, and what its answers are kept under."""

    def facts(self, customer: Customer) -> list[ProfileFact]:
        """Nothing of somebody whom it does not know. Raises the errors of `core.errors`."""


class KeyTable(Protocol):
    """The keys under which what is private is encrypted: one for each customer, conversation and address."""

    def keyed_hash(self, purpose: str, value: str) -> str:
        """The same for the same value, always, whatever becomes of the master key; nobody without the installation's
        keys can make one or tell what it is of. Of another purpose it is another one."""

    def forget(self, subject: str, now: datetime) -> bool:
        """Destroy the key of `customer:ID` or `conversation:ID`: what was written under it can never be read again, in
        copies of the database neither. False where there was none."""

    def forget_customer(self, customer_id: CustomerId, now: datetime) -> int:
        """Destroy the keys of a person: of all profiles that are theirs, their conversations and their addresses; how
        many there were. Before their rows are deleted, which say what is theirs. What is written afterwards is written
        under new keys."""

    def counts(self) -> Mapping[str, int]:
        """How many keys each master key wraps, by its name."""
