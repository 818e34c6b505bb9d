"""What the core asks of the store about what came of a campaign."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from core.model.campaign import Arm
from core.model.ids import ApprovalId


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A recipient who wrote or called: `about_at` the first time about the campaign's matter once `opens_at` had come,
    `replied_at` the first time on the message's own channel after it had left; each None where they did not.
    `delivered`: their message arrived."""

    arm: Arm
    opens_at: datetime
    about_at: datetime | None
    replied_at: datetime | None
    delivered: bool


class OutcomeTable(Protocol):
    def heard(self, campaign_id: ApprovalId, since: datetime, intents: frozenset[str]) -> Iterator[Heard]:
        """Everybody of its manifest who was heard since then; `about_at` is about one of the intents, where none are
        given about anything. STOP, machines' replies and the like are about nothing."""

    def contacts(self, campaign_id: ApprovalId, since: datetime, intents: frozenset[str]) -> Iterator[Heard]:
        """Those of `heard` who have `about_at`, the earliest first. To be asked often: what was not about it is not
        looked at, so `replied_at` says less than there is."""

    def parts(self, campaign_id: ApprovalId) -> Mapping[str, int]:
        """By variant, how many parts of messages were handed to the vendor, a second try of one counted again."""

    def last_opening(self, campaign_id: ApprovalId) -> datetime | None:
        """The latest `opens_at` of its manifest."""

    def untold(self, since: datetime) -> list[ApprovalId]:
        """Campaigns that were created since then, have ended after they had begun, and whose final result was not
        kept yet; the oldest first."""
