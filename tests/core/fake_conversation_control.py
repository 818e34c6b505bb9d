"""A switchboard that does what it is asked, and can be made to fail."""

from dataclasses import dataclass, field

from core.errors import TransientError
from core.model.conversation import Control
from core.model.effect_payloads import ControlPayload
from core.model.helpdesk import Receipt
from tests.core import people


@dataclass
class FakeConversationControl:
    """`active` has control of each conversation; `passed` is what was asked."""

    active: dict[str, Control] = field(default_factory=dict)
    passed: list[tuple[str, ControlPayload]] = field(default_factory=list)
    fails: int = 0

    def holder(self, address: str) -> Control:
        return self.active.get(address, Control.ASSISTANT)

    def pass_to(self, address: str, wanted: ControlPayload) -> Receipt:
        if self.fails:
            self.fails -= 1
            raise TransientError("not now")
        self.active[address] = wanted.to
        self.passed.append((address, wanted))
        return Receipt(ref=address, at=people.NOW)
