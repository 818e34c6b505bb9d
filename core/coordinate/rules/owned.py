"""A person of the team has the conversation, or gave it back with what is to be said."""

from dataclasses import replace

from core.coordinate.obstacles import obstacle
from core.coordinate.rules.answer import OF_ANSWERS
from core.coordinate.triggers import READINGS, said_just_now, sign_of
from core.coordinate.turn import SPECIALISTS, Turn, silent, suggestion
from core.handoff.instruction import COMPOSER as INSTRUCTION
from core.handoff.ways import COMPOSER as CONTACT_CHOICE
from core.handoff.ways import RULE as CHOICE
from core.handoff.ways import chosen
from core.model.conversation import ASSISTANT
from core.model.decision import Action, Disposition
from core.policy import Trigger

# Obstacles that an agent's own words cannot have: a person has closed it, and a person's words need no confidence.
OF_OUR_OWN_WORDS = OF_ANSWERS | {"hybrid", "unknown_language"}


def told_to_speak(turn: Turn) -> Disposition | None:
    """An agent gave the conversation back with words for the customer, and nobody waits: what the customer said before
    is no reason to hand it over again."""
    return None if turn.case.unanswered else instructed(turn)


def reached_how(turn: Turn) -> Disposition | None:
    """While nobody of the team is there, the customer says how they want to be answered. It stays with the team."""
    way = chosen(turn.case) if turn.owned_by_person and not turn.shadowed else None
    if way is None or turn.draft is None or turn.draft.composer != CONTACT_CHOICE:
        return None
    rule, reason = f"{CHOICE}{way}", "The customer says how they want to be answered."
    return Disposition(action=Action.AUTO_REPLY, owner=turn.owner, rule=rule, reason=reason, tier=1)


def instructed(turn: Turn) -> Disposition | None:
    """What an agent told us to say is said, unless something stands against speaking at all."""
    if turn.draft is None or turn.draft.composer != INSTRUCTION or turn.owned_by_person:
        return None
    against = obstacle(turn)
    if against is not None and against[0] not in OF_OUR_OWN_WORDS:
        return None
    reason = "An agent gave the conversation back with an instruction."
    return Disposition(action=Action.AUTO_REPLY, owner=ASSISTANT, rule=INSTRUCTION, reason=reason, tier=1)


def owned(turn: Turn) -> Disposition | None:
    """While a person has the conversation the assistant only whispers to them; of danger it tells the others too."""
    if not turn.owned_by_person:
        return None
    if turn.ends_politely:
        return silent(turn, "nothing_asked", "The customer asks nothing more; nobody is waiting for an answer.")
    who = turn.owner.name or "A person"
    said = f"{who} has this conversation; the assistant is silent to the customer."
    whispered = suggestion(turn, "owned_by_person", said)
    pressing = next((each for each in turn.policy.triggers.items() if _presses(turn, *each)), None)
    return _urged(turn, whispered, *pressing) if pressing else whispered


def _presses(turn: Turn, name: str, trigger: Trigger) -> bool:
    """Grave enough that whoever has it must hear it now, and said in the newest message: of what was said before they
    know."""
    grave = (trigger.alert or trigger.first) and (trigger.first or trigger.tier >= SPECIALISTS)
    if not grave or name in READINGS:
        return False
    sign = sign_of(turn, name, trigger)
    return sign is not None and sign.fires and said_just_now(turn, name)


def _urged(turn: Turn, whispered: Disposition, name: str, trigger: Trigger) -> Disposition:
    sign = sign_of(turn, name, trigger)
    why = sign.reason(trigger.why) if sign else trigger.why
    return replace(whispered, reason=f"{why.rstrip('.')}. {whispered.reason}", alert=trigger.alert, first=trigger.first)
