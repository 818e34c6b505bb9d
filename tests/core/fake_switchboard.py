"""A switchboard that does what it is asked, and can be made to fail."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from core.errors import TransientError
from core.model.conversation import Control
from core.model.helpdesk import Receipt
from tests.core import people


@dataclass
class FakeSwitchboard:
    """`active` has control of each conversation; `passed` is what was asked."""

    active: dict[str, Control] = field(default_factory=dict)
    passed: list[tuple[str, Control, Mapping[str, Any]]] = field(default_factory=list)
    fails: int = 0

    def holder(self, address: str) -> Control:
        return self.active.get(address, Control.ASSISTANT)

    def pass_to(self, address: str, to: Control, wishes: Mapping[str, Any]) -> Receipt:
        if self.fails:
            self.fails -= 1
            raise TransientError("not now")
        self.active[address] = to
        self.passed.append((address, to, wishes))
        return Receipt(ref=address, at=people.NOW)
