"""Whether the customer is told now that an assistant writes: at first contact and after every switch, not each time."""

from datetime import timedelta
from itertools import takewhile

from core.answer.style import StyleCard
from core.model.conversation import CaseContext, Role


def discloses(case: CaseContext, style: StyleCard, after: timedelta) -> bool:
    """Unless it was said on this channel within `after`, and no person has spoken or had the conversation since."""
    latest, given = case.latest, case.conversation.owner_since
    if latest is None:
        return True
    said = (m for m in reversed(case.timeline) if m.public and m.role in (Role.AGENT, Role.ASSISTANT))
    ours = takewhile(lambda m: m.role is Role.ASSISTANT and m.channel is latest.channel, said)
    fresh = takewhile(lambda m: case.now - m.at < after and (given is None or m.at >= given), ours)
    lines = style.disclosures
    return not any(line in message.text for message in fresh for line in lines)
