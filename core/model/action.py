"""An action in one of the company's systems: what is asked for, and what became of it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from core.model.effect_payloads import Said
from core.model.ids import ApprovalId, ConversationId, CustomerId
from core.model.outbound import digest


class RunState(StrEnum):
    """AWAITING: a supervisor is asked. READY: it may leave, or is under way. DONE: read back. REFUSED: not done, for a
    rule or a limit. UNCLEAR: nobody knows what came of it, a person looks. REJECTED, EXPIRED: nobody said yes."""

    AWAITING = "awaiting"
    READY = "ready"
    DONE = "done"
    REFUSED = "refused"
    UNCLEAR = "unclear"
    REJECTED = "rejected"
    EXPIRED = "expired"


# What still counts against a limit: an attempt of which nobody knows may have been made.
COUNTED = frozenset({RunState.AWAITING, RunState.READY, RunState.DONE, RunState.UNCLEAR})
SUM = re.compile(r"-?\d{1,9}\.\d{1,2}")  # as `changes` hold it: in a record, a fraction is one


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionCall:
    """What exactly is to be done, as it was shown and agreed to; `label` is what people call it.

    `arguments` are validated; `evidence` says for each where it is from (the customer's words, a record, the agent).
    `before` are the records as they were read, `changes` what was shown (label → before, after). `amount` is in
    hundredths of `currency`, or the number that the action counts, 1 where it counts its runs. `spec` is the digest of
    the action's declaration: another one is not what was agreed to."""

    action: str
    label: str
    arguments: Mapping[str, Any]
    spec: str
    evidence: Mapping[str, str] = field(default_factory=dict)
    before: Mapping[str, Any] = field(default_factory=dict)
    changes: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    amount: int = 1
    currency: str = ""
    approvers: int = 0  # how many people have to say yes before it is done
    done: str = ""  # what the customer is told when it is
    waiting: str = ""  # what they are told meanwhile, where somebody is asked
    failed: str = ""  # what they are told where it was not done

    @property
    def digest(self) -> str:
        """Over everything that a yes covers."""
        return digest(
            {
                "action": self.action,
                "arguments": dict(self.arguments),
                "spec": self.spec,
                "changes": {label: list(change) for label, change in self.changes.items()},
                "amount": self.amount,
                "currency": self.currency,
            }
        )

    def told_changes(self) -> Iterator[tuple[str, str, str]]:
        """(label, before, after) for people who read them: a sum with its currency."""
        for label, change in self.changes.items():
            before, after = (
                f"{told} {self.currency}" if self.currency and SUM.fullmatch(told) else told for told in change
            )
            yield label, before, after


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenPicture:
    """What a model sees on a customer's picture: in `words`, whether it `shows` what it has to, whether that `fits`
    what it has to be of, and how `sure` it is of both, from 0 to 1. `made_by` is the model's name."""

    words: str
    shows: bool
    fits: bool
    sure: float
    made_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Yes:
    """Somebody's word on a run."""

    email: str
    name: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionRun:
    """One action from the moment at which it was agreed to. `id` names it on the card and to the system, as its
    `Idempotency-Key`. `asked_by` is the agent, empty where the customer said yes; `said` are the messages in which the
    customer hears what came of it, with other words in them so far."""

    id: ApprovalId
    call: ActionCall
    customer_id: CustomerId
    conversation_id: ConversationId
    policy_version: str
    created_at: datetime
    expires_at: datetime
    asked_by: str = ""
    customer: str = ""
    said: tuple[Said, ...] = ()
    yes: tuple[Yes, ...] = ()
    state: RunState = RunState.READY
    error: str = ""
    result: Mapping[str, Any] = field(default_factory=dict)
    settled_at: datetime | None = None
    undoes: ApprovalId | None = None
    slack_channel: str = ""
    slack_ts: str = ""

    @property
    def approved(self) -> bool:
        return len({each.email.casefold() for each in self.yes}) >= self.call.approvers
