"""What was said a moment ago is not said again: a text that comes just after the answer to those before it."""

from dataclasses import replace

from core.model.conversation import CaseContext, Message, Role
from core.model.customer import WRITTEN
from core.model.draft import Draft
from core.policy import Burst

ALREADY_SAID = "already_said"
REASON = "This belongs to what was answered a moment ago; there is nothing to add."


def said_in_this_turn(case: CaseContext, burst: Burst) -> tuple[Message, ...]:
    """What the assistant answered between the customer's newest message and the one that it follows within the time of
    a burst; empty where the newest begins a turn of its own, where the policy knows no bursts, and where what was said
    cannot be read again: a caller who asks the same at once has not understood it."""
    between: list[Message] = []
    latest = case.latest
    if latest is None or latest.channel not in WRITTEN or not burst.quiet:
        return ()
    for message in reversed(case.timeline):
        if message.id == latest.id:
            continue
        if message.role is Role.CUSTOMER:
            return tuple(between) if latest.at - message.at <= burst.longest else ()
        if message.role is Role.ASSISTANT and message.public:
            between.append(message)
    return ()


def unsaid(draft: Draft, said: tuple[Message, ...]) -> Draft | None:
    """The draft without the sentences that were just said; None where nothing else is left in it. One that states
    nothing, as a question back, stays whole unless all of it was said."""
    told = " ".join(_plain(message.text) for message in said)
    left = tuple(sentence for sentence in draft.sentences if _plain(sentence.text) not in told)
    if not draft.states:
        return draft if left else None
    rest = replace(draft, sentences=left)
    return rest if rest.states else None


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
