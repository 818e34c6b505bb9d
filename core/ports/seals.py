"""What the core asks of the store about the seals that messages leave under."""

from typing import Protocol

from core.model.ids import ApprovalId
from core.model.seal import Seal


class SealTable(Protocol):
    def add(self, seal: Seal) -> bool:
        """False, and nothing is changed, where the campaign is sealed already."""

    def get(self, campaign_id: ApprovalId) -> Seal | None: ...
