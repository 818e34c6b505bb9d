"""Two machines that write to each other: how many automatic messages came in a row."""

from core.model.conversation import CaseContext, Role
from core.model.signals import Scored
from core.read.automatic import automatic


def bounce_loop(case: CaseContext) -> Scored | None:
    """The fact `bounce_loop`: amount = the customer side's newest messages in a row that a machine wrote."""
    count, records = 0, []
    for message in reversed(case.timeline):
        if message.role is not Role.CUSTOMER:
            continue
        if not message.automatic and automatic(message.text, "") is None:
            break
        count += 1
        records.append(message.named)
    if not count:
        return None
    return Scored(
        value="bounce_loop",
        confidence=0.95,
        label="Automatic messages in a row",
        amount=float(count),
        records=tuple(records),
        made_by="rule:bounce_loop-1",
    )
