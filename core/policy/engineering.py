"""Where a fault's brief goes besides the ticket: the section `engineering`."""

from dataclasses import dataclass
from typing import Annotated

from core.policy.kinds import EMAIL, TEXT


@dataclass(frozen=True, slots=True, kw_only=True)
class Engineering:
    """`channel` is engineering's in Slack, `side_conversation` the address that gets one in Zendesk; empty: not
    there."""

    channel: Annotated[str, TEXT] = ""
    side_conversation: Annotated[str, EMAIL] = ""
