"""Who pressed zero, was not understood or waited too long gets a person, whatever was read in the words."""

from dataclasses import replace

from core.context.ownership import team
from core.handoff.card import handoff_card
from core.model.conversation import CaseContext
from core.model.decision import Action, Decision, Disposition
from core.model.event import Event
from core.policy import Policy

WHY = {
    "pressed_0": "The caller pressed zero for a person",
    "silence": "The caller was not understood three times",
    "too_slow": "The caller waited too long for an answer",
}
ASKED = "human_request"  # the trigger whose team takes them


def hand_off_if_insisted(decision: Decision, event: Event, case: CaseContext, policy: Policy) -> Decision:
    """The decision as a handoff where the event insists on one; else as it is. Graver grounds for a handoff stay, and
    nobody is passed on who is with a person already."""
    why = WHY.get(str(event.payload.get("insists", "")))
    already = decision.disposition.action is Action.HANDOFF or case.conversation.owner.is_human
    if why is None or already:
        return decision
    trigger = policy.triggers.get(ASKED)
    owner = policy.default_owner
    disposition = Disposition(
        action=Action.HANDOFF,
        owner=team(trigger.group if trigger else owner.group),
        rule=f"call:{event.payload['insists']}",
        reason=why,
        tier=max(trigger.tier if trigger else owner.tier, 1),
        notify_customer=True,
    )
    moods = decision.signals.moods or (decision.signals.mood,)
    card = handoff_card(case, decision.signals, None, disposition, moods, policy)
    return replace(decision, disposition=disposition, handoff=card, draft=None)
