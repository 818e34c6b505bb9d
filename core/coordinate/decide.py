"""Who should act on this turn: one pure function over a table of rules, first match wins."""

from collections.abc import Callable
from dataclasses import replace

from core.coordinate.rules.answer import (
    accounted,
    asked_back,
    led_to_the_end,
    left_to_an_agent,
    nothing_asked,
    nothing_to_say,
    sent_or_passed_on,
)
from core.coordinate.rules.owned import instructed, owned, reached_how, told_to_speak
from core.coordinate.rules.person import (
    going_in_circles,
    human_work,
    important_customer,
    led_to_a_person,
    triggered,
    upset,
)
from core.coordinate.rules.quiet import automatic_mail, bounce_loop, helped, opted_in, opted_out, rated, spam
from core.coordinate.silence import UNWELCOME, unwelcome
from core.coordinate.triggers import sign_of
from core.coordinate.turn import MESSAGING, Turn
from core.model.conversation import CaseContext
from core.model.decision import Action, Disposition
from core.model.draft import Draft
from core.model.progress import Progress
from core.model.signals import Signals
from core.policy import Policy

__all__ = ["MESSAGING", "RULES", "Turn", "decide"]

Rule = Callable[[Turn], Disposition | None]


def decide(
    case: CaseContext,
    signals: Signals,
    draft: Draft | None,
    policy: Policy,
    *,
    asks: bool = True,
    led: Progress | None = None,
) -> Disposition:
    """The disposition of a turn. Total: when no rule fires, an agent gets the draft. Where the message `asks` nothing
    that an article could answer, there is no draft and none is missing. `led` is the procedure that the turn belongs
    to; what it says next is the draft."""
    turn = Turn(case=case, signals=signals, draft=draft, policy=policy, asks=asks, led=led)
    found = next((made for rule in RULES if (made := rule(turn)) is not None), None)
    return replace(_unannounced(turn, found or left_to_an_agent(turn)), considered=_considered(turn))


def _unannounced(turn: Turn, found: Disposition) -> Disposition:
    """Whoever may want no more messages is handed over without a word of the assistant; a person decides."""
    if found.action is not Action.HANDOFF or not unwelcome(turn):
        return found
    return replace(found, notify_customer=False, reason=f"{found.reason.rstrip('.')}. {UNWELCOME}")


def _considered(turn: Turn) -> tuple[str, ...]:
    """The triggers that had evidence, but not enough for the policy."""
    signs = ((name, sign_of(turn, name, trigger)) for name, trigger in turn.policy.triggers.items())
    return tuple(f"{name}: {sign.words}" for name, sign in signs if sign is not None and not sign.fires)


RULES: tuple[Rule, ...] = (
    bounce_loop,
    automatic_mail,
    opted_out,
    opted_in,
    helped,
    rated,
    spam,
    told_to_speak,
    triggered,
    reached_how,
    owned,
    instructed,
    accounted,
    important_customer,
    human_work,
    upset,
    led_to_a_person,
    led_to_the_end,
    nothing_asked,
    going_in_circles,
    nothing_to_say,
    asked_back,
    sent_or_passed_on,
)
